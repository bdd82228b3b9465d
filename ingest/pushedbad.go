package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// readable is whether a row of the log has what it needs.
func (q *statement) readable() string {
	if q.hasAmounts() {
		return "day IS NOT NULL AND amount IS NOT NULL"
	}
	return "day IS NOT NULL"
}

// unreadable has a row with the number of rows that are not readable and their
// money.
func (q *statement) unreadable() string {
	money := "0"
	if q.hasAmounts() {
		money = "COALESCE(" + q.double("SUM(amount)") + ", 0)"
	}
	return with(q.log()) + "SELECT COUNT(*), " + money + " FROM all_rows WHERE NOT (" + q.readable() + ")\n"
}

// unread has those rows: the customer, the date and the factors of the amount as
// they are, and whether there is a day.
func (q *statement) unread(limit int) string {
	fields := []string{q.name(q.columns.Customer), q.name(q.columns.Date)}
	bad := q.day() + " IS NULL"
	if q.hasAmounts() {
		for _, f := range q.factors {
			fields = append(fields, q.name(f))
		}
		bad += " OR " + q.amount() + " IS NULL"
	}
	text := "SELECT " + strings.Join(fields, ", ") + ", CASE WHEN " + q.day() + " IS NULL THEN 1 ELSE 0 END FROM " + q.source + " WHERE " + bad
	if limit > 0 {
		text += fmt.Sprintf(" LIMIT %d", limit)
	}
	return text
}

// readBadRows sets the rows that are not readable aside.
func (p *pushdown) readBadRows(ctx context.Context) error {
	if !p.skip {
		return nil
	}
	var t history.Tally
	if err := p.tx.QueryRowContext(ctx, p.unreadable()).Scan(&t.Rows, &t.Money); err != nil || t.Rows == 0 {
		return err
	}
	for _, line := range []*history.Tally{&p.r.Unreadable, &p.r.Read} {
		line.Rows += t.Rows
		line.Money += t.Money
	}
	limit := maxBadRows
	if p.bad.out != nil {
		limit = 0
	}
	rows, err := p.tx.QueryContext(ctx, p.unread(limit))
	if err != nil {
		return err
	}
	defer rows.Close()
	fields := make([]sql.NullString, 2+len(p.factors))
	var noDay int
	into := make([]any, 0, len(fields)+1)
	for i := range fields {
		into = append(into, &fields[i])
	}
	for into = append(into, &noDay); rows.Next(); {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := p.setAside(fields, noDay == 1); err != nil {
			return err
		}
	}
	return rows.Err()
}

// setAside takes note of a row, which has no place in a database.
func (p *pushdown) setAside(fields []sql.NullString, noDay bool) error {
	bad := &rowError{f: &file{name: p.origin}, column: p.columns.Amount, cause: errNoNumber}
	if noDay {
		bad.column, bad.cause = p.columns.Date, errNoDate
		if fields[1].String != "" {
			bad.cause = fmt.Errorf("%q is not a date to the database", fields[1].String)
		}
	}
	record := make([]string, len(fields))
	for i, f := range fields {
		record[i] = f.String
	}
	return p.bad.take(bad, record)
}
