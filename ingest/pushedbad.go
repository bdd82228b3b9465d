package ingest

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
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
	if p.bad.out != nil {
		return p.readUnread(ctx, 0)
	}
	return p.readUnread(ctx, maxBadRows)
}

// readUnread takes note of the first rows that are not readable, of all if the
// limit is 0. It returns them as an error if they are one.
func (p *pushdown) readUnread(ctx context.Context, limit int) error {
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
	return cmp.Or(rows.Err(), p.bad.end())
}

// setAside takes note of a row, which has no place in a database.
func (p *pushdown) setAside(fields []sql.NullString, noDay bool) error {
	bad := &rowError{f: &file{name: p.origin}, column: p.columns.Amount, cause: errNoNumber}
	record, shown := make([]string, len(fields)), make([]string, len(fields))
	for i, f := range fields {
		record[i], shown[i] = f.String, "NULL"
		if f.Valid {
			shown[i] = strconv.Quote(f.String)
		}
	}
	bad.row = "the row of customer " + shown[0] + " with " + strings.Join(shown[1:], ", ")
	if given := strings.Join(record[2:], "*"); !noDay && !slices.Contains(record[2:], "") {
		bad.cause = fmt.Errorf("%q is not an amount to the database", given)
	}
	if noDay {
		bad.column, bad.cause = p.columns.Date, errNoDate
		if record[1] != "" {
			bad.cause = fmt.Errorf("%q is not a date to the database", record[1])
		}
	}
	return p.bad.take(bad, record)
}
