package ingest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// summary reads rows that are histories already.
type summary struct {
	table *history.Table
	rows  customerRows
	files []*file
	lines []lineRun // of the rows

	// of the file at hand; -1: there is no such column
	customer, frequency, recency, age, spend, weight int
}

func newSummary(o *Options) (*summary, error) {
	if o.Unit == 0 {
		return nil, errors.New("the columns frequency, recency and T are histories, and they do not tell their unit of time: say --unit day, week, month or year")
	}
	if !o.End.IsZero() {
		return nil, errors.New("the columns frequency, recency and T are histories up to the cut: an end of the holdout has no meaning for them")
	}
	cut := history.DateOf(o.Cut).Time()
	return &summary{table: &history.Table{Unit: o.Unit, Cut: cut, End: cut}, rows: newCustomerRows()}, nil
}

func (s *summary) begin(f *file, c Columns, _ *Options) error {
	s.files = append(s.files, f)
	for _, col := range []struct {
		place *int
		name  string
	}{
		{&s.customer, c.Customer}, {&s.frequency, c.Frequency}, {&s.recency, c.Recency},
		{&s.age, c.T}, {&s.spend, c.Spend}, {&s.weight, c.N},
	} {
		*col.place = -1
		if col.name == "" {
			continue
		}
		var err error
		if *col.place, err = f.column(col.name); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) row(f *file, record []string) error {
	x, err := number(f, record, s.frequency)
	if err != nil {
		return err
	}
	if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		return f.cell(s.frequency, fmt.Errorf("%q is not a whole number of repeat purchases", record[s.frequency]))
	}
	c := history.Customer{Frequency: int(x)}
	if c.Recency, err = number(f, record, s.recency); err != nil {
		return err
	}
	if c.T, err = number(f, record, s.age); err != nil {
		return err
	}
	if c.Spend, err = s.money(f, record, c.Frequency); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return f.cell(s.culprit(c), err)
	}
	return s.add(f, record, c)
}

// number reads a field that must hold a number.
func number(f *file, record []string, column int) (float64, error) {
	field := strings.TrimSpace(record[column])
	v, ok := plainNumber(field)
	switch {
	case field == "":
		return 0, f.cell(column, errNoNumber)
	case !ok:
		return 0, f.cell(column, fmt.Errorf("%q is not a number", record[column]))
	}
	return v + 0, nil // no negative zero
}

// money reads the mean value of x repeat purchases. Where there are none,
// programs write nothing, a word for nothing, or 0.
func (s *summary) money(f *file, record []string, x int) (float64, error) {
	if s.spend < 0 {
		return math.NaN(), nil
	}
	if x == 0 && customerID(record[s.spend]) == "" {
		return math.NaN(), nil
	}
	v, err := number(f, record, s.spend)
	switch {
	case err != nil:
		return 0, err
	case x == 0 && v != 0:
		return 0, f.cell(s.spend, fmt.Errorf("%q with frequency 0: it must be the mean of the repeat purchases, the first one left out; if it is not, say --amount none", record[s.spend]))
	case x == 0:
		return math.NaN(), nil
	}
	return v, nil
}

// culprit returns the column that makes the history impossible.
func (s *summary) culprit(c history.Customer) int {
	switch {
	case c.Frequency < 0:
		return s.frequency
	case c.T < 0:
		return s.age
	}
	return s.recency
}

// add gives the history a row of the table.
func (s *summary) add(f *file, record []string, c history.Customer) error {
	w, id := 1.0, ""
	if s.weight >= 0 {
		var err error
		if w, err = number(f, record, s.weight); err == nil && !(w > 0) {
			err = f.cell(s.weight, fmt.Errorf("%q customers share the row: there must be some", record[s.weight]))
		}
		if err != nil {
			return err
		}
	}
	if s.customer >= 0 {
		id = strings.Clone(customerID(record[s.customer]))
		if row := s.rows.first(id, s.table.ID); row != len(s.table.ID) {
			return f.cell(s.customer, fmt.Errorf("customer %q has a row already, %s: a customer has one history", id, s.place(row)))
		}
	}
	s.append(f.line(0), id, c, w)
	return nil
}

// append gives the history of a customer, who is new, a row of the table.
func (s *summary) append(line int, id string, c history.Customer, w float64) {
	t := s.table
	if s.customer >= 0 {
		s.note(line)
		t.ID = append(t.ID, id)
	}
	if s.weight >= 0 {
		t.N = append(t.N, w)
	}
	if s.spend >= 0 {
		t.Spend = append(t.Spend, c.Spend)
	}
	t.Frequency = append(t.Frequency, c.Frequency)
	t.Recency = append(t.Recency, c.Recency)
	t.T = append(t.T, c.T)
}

func (s *summary) end(*file) error { return nil }

func (s *summary) log(context.Context) (*history.Log, error) {
	if s.table.Len() == 0 {
		return nil, errors.New("there are no histories")
	}
	rows := history.Tally{Rows: s.table.Len()}
	return &history.Log{Table: s.table, Reconciliation: history.Reconciliation{
		Unit: s.table.Unit, Cut: history.DateOf(s.table.Cut), End: history.DateOf(s.table.End),
		Read: rows, Histories: rows, Customers: int(math.Round(s.table.Customers())),
	}}, nil
}
