package ingest

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// transactions reads the rows of a log.
type transactions struct {
	layout  string // of the dates, if the user gave one
	builder *history.Builder
	format  string // of the dates of the first file that had any

	// of the file at hand
	dates          dates
	customer, date int
	factors        []int // columns whose product is the amount
	waiting        []waitingRow
	ambiguous      string // the first date with two meanings, and its line
	line           int

	id []byte // scratch
}

// A waitingRow is a row whose date has two meanings until a later one tells
// which of them is right.
type waitingRow struct {
	id     string
	date   dateReading
	amount float64
}

func newTransactions(o *Options) (*transactions, error) {
	t := &transactions{builder: history.NewBuilder(&history.Options{Unit: o.Unit, Cut: o.Cut, End: o.End, Refunds: o.Refunds})}
	if o.DateFormat != "" {
		var err error
		if t.layout, err = dateLayout(o.DateFormat); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *transactions) begin(f *file, c Columns) (err error) {
	t.dates = dates{layout: t.layout}
	if t.customer, err = f.column(c.Customer); err != nil {
		return err
	}
	if t.date, err = f.column(c.Date); err != nil {
		return err
	}
	t.factors, err = f.factors(c.Amount)
	return err
}

func (t *transactions) row(f *file, record []string) error {
	date, err := t.dates.parse(record[t.date])
	if err != nil {
		return f.cell(t.date, err)
	}
	amount := math.NaN()
	for i, column := range t.factors {
		v, err := parseAmount(record[column])
		if err != nil {
			return f.cell(column, err)
		}
		if i == 0 {
			amount = v
		} else {
			amount *= v
		}
	}
	if math.Abs(amount) > history.MaxAmount {
		return f.cell(t.factors[0], fmt.Errorf("%v is not an amount of money", amount))
	}
	id := customerID(record[t.customer])
	if date.monthFirst != 0 {
		if t.ambiguous == "" {
			t.ambiguous, t.line = strings.Clone(record[t.date]), f.line()
		}
		t.waiting = append(t.waiting, waitingRow{strings.Clone(id), date, amount})
		return nil
	}
	if t.ambiguous != "" {
		if err := t.release(); err != nil {
			return err
		}
	}
	return t.add(id, date.date, amount)
}

func (t *transactions) add(id string, date history.Date, amount float64) error {
	t.id = append(t.id[:0], id...)
	return t.builder.AddRow(t.id, date, amount)
}

// release adds the waiting rows, now that it is known whether the day or the
// month comes first.
func (t *transactions) release() error {
	for _, w := range t.waiting {
		date := w.date.date
		if t.dates.form == monthFirst {
			date = w.date.monthFirst
		}
		if err := t.add(w.id, date, w.amount); err != nil {
			return err
		}
	}
	t.waiting, t.ambiguous = nil, ""
	return nil
}

func (t *transactions) end(f *file) error {
	t.format = cmp.Or(t.format, t.dates.format())
	if t.ambiguous != "" {
		return fmt.Errorf("%s:%d: column %q: %q has two meanings, and no date in the file tells days from months: say --date-format %%d/%%m/%%Y or %%m/%%d/%%Y",
			f.name, t.line, f.columns[t.date], t.ambiguous)
	}
	return nil
}

func (t *transactions) log() (*history.Log, error) { return t.builder.Build() }

// customerID returns the identifier as it is written, without the spaces
// around it, and nothing for what programs write where there is none.
func customerID(s string) string {
	s = strings.TrimSpace(s)
	switch s {
	case "NULL", "null", "NaN", "nan", "None", "NA", "N/A", "#N/A", `\N`:
		return ""
	}
	return s
}
