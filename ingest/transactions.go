package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// transactions reads the rows of a log.
type transactions struct {
	builder *history.Builder
	id      []byte // of the row at hand
	files   int    // all of the log
	clean   *cleaning
	format  string // of the dates of the first file that had any

	// of the file at hand
	dates           dates
	typed           bool // the dates are days and not text
	amounts         amounts
	customer, date  int
	factors         []int // columns whose product is the amount
	order, currency int   // -1: there is no such column
	waiting         []waitingRow
	ambiguous       string // the first date with two meanings
	line            string // its place
}

// A waitingRow is a row whose date has two meanings until a later one tells
// which of them is right.
type waitingRow struct {
	id     string
	date   dateReading
	amount float64
}

// newTransactions returns a reader of the rows of so many files.
func newTransactions(o *Options, files int) (*transactions, error) {
	clean, err := newCleaning(o, files)
	builder := history.NewBuilder(&history.Options{Unit: o.Unit, Cut: o.Cut, End: o.End, Refunds: o.Refunds, Purchases: o.Purchases,
		Memory: o.memory() / rowsShare, PurchasesMemory: o.memory() / purchasesShare, TempDir: o.TempDir})
	return &transactions{builder: builder, clean: clean, files: files}, err
}

func (t *transactions) begin(f *file, c Columns, o *Options) (err error) {
	t.dates, t.amounts = dates{zone: o.Zone}, amounts{o.Decimal}
	if o.DateFormat != "" {
		if t.dates.layout, err = dateLayout(o.DateFormat); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	t.typed = false
	t.clean.begin(t.files)
	if t.customer, err = f.column(c.Customer); err != nil {
		return err
	}
	if t.date, err = f.column(c.Date); err != nil {
		return err
	}
	if t.order, err = f.optional(c.Order); err != nil {
		return err
	}
	if t.currency, err = f.optional(c.Currency); err != nil {
		return err
	}
	t.factors, err = f.factors(c.Amount)
	return err
}

// A logRow is what counts of a row.
type logRow struct {
	customer, order, currency string
	date                      dateReading
	amount                    float64
}

func (t *transactions) row(f *file, record []string) error {
	var row logRow
	if err := t.parse(&row, f, record); err != nil {
		return err
	}
	return t.take(f, &row)
}

// parse reads the fields of a row.
func (t *transactions) parse(row *logRow, f *file, record []string) (err error) {
	var dateErr error
	row.date, dateErr = t.dates.parse(record[t.date])
	row.amount, err = t.amount(f, record)
	switch {
	case dateErr != nil:
		return withMoney(f.cell(t.date, dateErr), row.amount)
	case err != nil:
		return err
	}
	row.customer = record[t.customer]
	if t.order >= 0 {
		row.order = record[t.order]
	}
	if t.currency >= 0 {
		row.currency = record[t.currency]
	}
	return nil
}

// amount is that of a row, NaN if there is none or it cannot be read.
func (t *transactions) amount(f *file, record []string) (float64, error) {
	amount := math.NaN()
	for i, column := range t.factors {
		v, err := t.amounts.parse(record[column])
		if err != nil {
			return math.NaN(), f.cell(column, err)
		}
		if i == 0 {
			amount = v
		} else {
			amount *= v
		}
	}
	return amount, nil
}

// take adds a row whose fields are understood.
func (t *transactions) take(f *file, row *logRow) error {
	if math.Abs(row.amount) > history.MaxAmount {
		return f.cell(t.factors[0], fmt.Errorf("%v is not an amount of money", row.amount))
	}
	if row.currency != "" {
		if err := t.clean.oneCurrency(row.currency); err != nil {
			return fmt.Errorf("%s: column %q: %w", f.place(), f.columns[t.currency], err)
		}
	}
	id, ok := t.clean.keep(customerID(row.customer), row.order, row.amount)
	if !ok {
		return nil
	}
	if row.date.monthFirst != 0 {
		if t.ambiguous == "" {
			t.ambiguous, t.line = strings.Clone(row.date.text), f.place()
		}
		row.date.text = ""
		t.waiting = append(t.waiting, waitingRow{strings.Clone(id), row.date, row.amount})
		return nil
	}
	if t.ambiguous != "" {
		if err := t.release(); err != nil {
			return err
		}
	}
	return t.add(id, row.date.date, row.amount)
}

// add gives a row to the builder.
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
		return fmt.Errorf("%s: column %q: %q has two meanings, and no date in the file tells days from months: say --date-format %%d/%%m/%%Y or %%m/%%d/%%Y",
			t.line, f.columns[t.date], t.ambiguous)
	}
	return nil
}

func (t *transactions) log(ctx context.Context) (*history.Log, error) {
	log, err := t.builder.BuildContext(ctx)
	if errors.Is(err, history.ErrMemory) {
		err = fmt.Errorf("%w: allow more with --memory, or read the log of fewer customers", err)
	}
	if n := t.clean.excluded.Tally().Rows + t.clean.duplicates.Tally().Rows; err != nil && n > 0 {
		err = fmt.Errorf("%w; rows of customers to leave out and of duplicate orders do not count, and %d of them were read", err, n)
	}
	return log, err
}

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
