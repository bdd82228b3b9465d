package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"

	"github.com/predictive-clv/clv/history"
)

// A pushdown makes the histories of a log where it is.
type pushdown struct {
	*statement
	origin string // the database, in errors
	tx     *sql.Tx
	bad    *badRows
	r      history.Reconciliation
	days   []history.DayCount
	rows   []pushedRow
	digest hash.Hash // of the result

	named int // customers that the log names
}

// A pushedRow is a customer as the database gives it.
type pushedRow struct {
	id                 string
	first, last        history.Date
	frequency, holdout int
	spend, laterSpend  float64
}

// log runs the queries in one transaction, which sees one state of the table.
func (p *pushdown) log(ctx context.Context) (*history.Log, error) {
	p.digest = sha256.New()
	for _, step := range []func(context.Context) error{p.readAccount, p.readBadRows, p.readCancellations, p.readCalendar, p.readRows} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if len(p.rows) == 0 {
		return nil, fmt.Errorf("no customer has a purchase up to the cut, %v: there is no history to build", p.cut)
	}
	slices.SortFunc(p.rows, func(a, b pushedRow) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.id, b.id)) })
	p.r.Customers = len(p.rows)
	p.r.CustomersNoPurchase = p.named - p.r.Customers - p.r.CustomersBornAfterCut
	return &history.Log{Table: p.makeTable(), Days: p.days, Reconciliation: p.r}, nil
}

func (p *pushdown) readAccount(ctx context.Context) error {
	r := &p.r
	var noDate, amounts int
	var first history.Date
	err := p.tx.QueryRowContext(ctx, p.account()).Scan(&r.Read.Rows, &r.Read.Money, &r.FirstDay, &r.LastDay, &first, &p.named, &noDate, &amounts, &r.ZeroRows,
		&r.NoCustomer.Rows, &r.NoCustomer.Money, &r.AfterEnd.Rows, &r.AfterEnd.Money, &r.RefundsDropped.Rows, &r.RefundsDropped.Money,
		&r.RefundRows.Rows, &r.RefundRows.Money)
	switch {
	case err != nil:
		return err
	case r.Read.Rows == 0:
		return errors.New("there are no transactions")
	case noDate > 0, p.hasAmounts() && amounts < r.Read.Rows:
		return p.readUnread(ctx, maxBadRows+1)
	case p.named == 0:
		return fmt.Errorf("none of the %d transactions names a customer", r.Read.Rows)
	case first < 1 || r.LastDay > lastDay:
		return errors.New("there are days outside the years 1 to 9999")
	}
	return p.setPeriod(first)
}

// setPeriod fixes the last days for the other queries.
func (p *pushdown) setPeriod(first history.Date) error {
	if p.end == 0 {
		p.end = p.r.LastDay
	}
	if p.cut == 0 {
		p.cut = p.end
	}
	switch {
	case p.cut > p.end:
		return fmt.Errorf("the cut %v is after the end %v: set an earlier cut or a later end", p.cut, p.end)
	case p.cut < first:
		return fmt.Errorf("the cut %v is before the first transaction, %v", p.cut, first)
	}
	p.r.Unit, p.r.Refunds, p.r.Amounts, p.r.Cut, p.r.End = p.unit, p.refunds, p.hasAmounts(), p.cut, p.end
	return nil
}

func (p *pushdown) readCancellations(ctx context.Context) error {
	if !p.hasAmounts() || p.refunds != history.Net {
		return nil
	}
	c := &p.r.Cancelled
	return p.tx.QueryRowContext(ctx, p.cancellations()).Scan(&c.Rows, &c.Money)
}

func (p *pushdown) readCalendar(ctx context.Context) error {
	rows, err := p.tx.QueryContext(ctx, p.calendar())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var day history.Date
		var kind, purchases, lines, born int
		var money float64
		if err := rows.Scan(&day, &kind, &purchases, &lines, &money, &born); err != nil {
			return err
		}
		p.countDay(day, kind, history.Tally{Rows: purchases, Money: money}, lines)
		if kind == 1 {
			p.r.CustomersBornAfterCut += born
		}
	}
	if len(p.days) > 0 {
		p.fill(p.end + 1)
	}
	return rows.Err()
}

// countDay accounts for the purchases of one kind on one day, which were made
// of so many lines.
func (p *pushdown) countDay(day history.Date, kind int, t history.Tally, lines int) {
	add := func(to *history.Tally, rows int) {
		to.Rows += rows
		to.Money += t.Money
	}
	if kind == 1 {
		p.r.PurchasesBornAfterCut += t.Rows
		add(&p.r.BornAfterCut, lines)
		return
	}
	p.r.Merged.Rows += lines - t.Rows
	p.fill(day + 1)
	d := &p.days[len(p.days)-1]
	switch kind {
	case 2:
		add(&p.r.First, t.Rows)
		d.First, d.FirstMoney = t.Rows, t.Money
	case 3:
		add(&p.r.Repeat, t.Rows)
		d.Repeat, d.RepeatMoney = t.Rows, t.Money
	case 4:
		add(&p.r.Holdout, t.Rows)
		d.Holdout, d.HoldoutMoney = t.Rows, t.Money
	}
}

// fill adds days to the calendar until end is the next one.
func (p *pushdown) fill(end history.Date) {
	if len(p.days) == 0 {
		p.days = append(p.days, history.DayCount{Date: end - 1})
	}
	for next := p.days[len(p.days)-1].Date + 1; next < end; next++ {
		p.days = append(p.days, history.DayCount{Date: next})
	}
}

func (p *pushdown) readRows(ctx context.Context) error {
	rows, err := p.tx.QueryContext(ctx, p.statement.rows())
	if err != nil {
		return err
	}
	defer rows.Close()
	var r pushedRow
	into := []any{&r.id, &r.first, &r.last, &r.frequency}
	if p.hasAmounts() {
		into = append(into, &r.spend)
	}
	if p.holdout() {
		into = append(into, &r.holdout)
		if p.hasAmounts() {
			into = append(into, &r.laterSpend)
		}
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		p.rows = append(p.rows, r)
	}
	return rows.Err()
}

// makeTable makes the table of the rows and hashes them.
func (p *pushdown) makeTable() *history.Table {
	n := len(p.rows)
	t := &history.Table{Unit: p.unit, Cut: p.cut.Time(), End: p.end.Time(),
		ID: make([]string, n), Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n)}
	if p.hasAmounts() {
		t.Spend = make([]float64, n)
	}
	if p.holdout() {
		t.HoldoutFrequency = make([]int, n)
		if p.hasAmounts() {
			t.HoldoutSpend = make([]float64, n)
		}
	}
	days := p.unit.Days()
	for i, r := range p.rows {
		t.ID[i], t.Frequency[i] = r.id, r.frequency
		t.Recency[i], t.T[i] = float64(r.last-r.first)/days, float64(p.cut-r.first)/days
		if t.Spend != nil {
			t.Spend[i] = r.spend / float64(r.frequency)
			if r.frequency == 0 {
				t.Spend[i] = math.NaN()
			}
		}
		if t.HoldoutFrequency != nil {
			t.HoldoutFrequency[i] = r.holdout
		}
		if t.HoldoutSpend != nil {
			t.HoldoutSpend[i] = r.laterSpend
		}
		p.hash(r)
	}
	return t
}

func (p *pushdown) hash(r pushedRow) {
	b := binary.AppendUvarint(nil, uint64(len(r.id)))
	b = append(b, r.id...)
	for _, v := range []uint64{uint64(r.first), uint64(r.last), uint64(r.frequency), uint64(r.holdout), math.Float64bits(r.spend), math.Float64bits(r.laterSpend)} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	p.digest.Write(b)
}

func (p *pushdown) sum() string { return hex.EncodeToString(p.digest.Sum(nil)) }
