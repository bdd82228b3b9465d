package ingest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// A chunk holds some rows of a log, a column a role.
type chunk struct {
	n        int
	customer []string // empty where there is none
	date     column
	factors  []column // of the amount
	order    []string // nil: there is no such column
	currency []string
	rows     []chunkRow // nil: the rows stand one after the other, and all are rows

	// A chunk with these may be kept: load fills the columns, and free ends it.
	load, free func()
}

// A chunkRow is where a row stands.
type chunkRow struct {
	line int
	text string
	err  error // why it is no row
}

// A column holds its fields in one of three forms; the others are nil. A field
// that is absent is "", 0 or NaN.
type column struct {
	text   []string
	day    []history.Date
	number []float64
}

const unixEpoch = 719163 // 1 January 1970 as a history.Date

// lastDay is 31 December 9999.
const lastDay = 3652059

// chunk takes the rows of a chunk of the file at hand.
func (t *transactions) chunk(f *file, c *chunk, bad func(err error, record []string) error) error {
	t.typed = c.date.text == nil
	var row logRow
	for i := range c.n {
		f.row++
		if c.rows != nil {
			f.row = c.rows[i].line
			if cause := c.rows[i].err; cause != nil {
				if err := bad(&rowError{f: f, line: f.row, cause: cause}, c.record(i)); err != nil {
					return err
				}
				continue
			}
		}
		err := t.rowAt(&row, f, c, i)
		if err == nil {
			err = t.take(f, &row)
		}
		var record []string
		if err != nil {
			record = c.record(i)
		}
		if err := bad(err, record); err != nil {
			return err
		}
	}
	return nil
}

// rowAt reads row i.
func (t *transactions) rowAt(row *logRow, f *file, c *chunk, i int) (err error) {
	var amountErr error
	row.date, err = t.dateAt(f, c.date, i)
	if row.amount, amountErr = t.amountAt(f, c.factors, i); err == nil {
		err = amountErr
	} else {
		withMoney(err, row.amount)
	}
	row.customer = c.customer[i]
	if c.order != nil {
		row.order = c.order[i]
	}
	if c.currency != nil {
		row.currency = c.currency[i]
	}
	return err
}

// record returns row i as text: as it stands in the file, or its fields.
func (c *chunk) record(i int) []string {
	if c.rows != nil {
		return []string{c.rows[i].text}
	}
	record := []string{c.customer[i], c.date.at(i)}
	for _, factor := range c.factors {
		record = append(record, factor.at(i))
	}
	for _, texts := range [][]string{c.order, c.currency} {
		if texts != nil {
			record = append(record, texts[i])
		}
	}
	return record
}

// typed reports whether the dates are days and the factors numbers.
func (c *chunk) typed() bool {
	return c.date.day != nil && !slices.ContainsFunc(c.factors, func(f column) bool { return f.number == nil })
}

// at returns field i as text.
func (c *column) at(i int) string {
	switch {
	case c.day != nil && c.day[i] != 0:
		return c.day[i].String()
	case c.number != nil && !math.IsNaN(c.number[i]):
		return strconv.FormatFloat(c.number[i], 'g', -1, 64)
	case c.text != nil:
		return c.text[i]
	}
	return ""
}

func (t *transactions) dateAt(f *file, c column, i int) (dateReading, error) {
	if c.day == nil {
		date, err := t.dates.parse(c.text[i])
		if err != nil {
			return date, f.cell(t.date, err)
		}
		return date, nil
	}
	day := c.day[i]
	if day == 0 {
		return dateReading{}, f.cell(t.date, errNoDate)
	}
	if day < 1 || day > lastDay {
		return dateReading{}, f.cell(t.date, errors.New("the date lies outside the years 1 to 9999"))
	}
	return dateReading{date: day}, nil
}

func (t *transactions) amountAt(f *file, factors []column, i int) (float64, error) {
	amount := math.NaN()
	for k, c := range factors {
		var v float64
		var err error
		switch {
		case c.number == nil:
			v, err = t.amounts.parse(c.text[i])
		case math.IsNaN(c.number[i]):
			err = errNoNumber
		case math.IsInf(c.number[i], 0):
			err = fmt.Errorf("%v is not an amount of money", c.number[i])
		default:
			v = c.number[i]
		}
		if err != nil {
			return math.NaN(), f.cell(t.factors[k], err)
		}
		if k == 0 {
			amount = v
		} else {
			amount *= v
		}
	}
	return amount, nil
}

// add adds a row of text: customer, date, factors, and at their places order
// and currency.
func (c *chunk) add(texts []string, places [2]int, factors int) {
	c.n++
	c.customer = append(c.customer, texts[0])
	c.date.text = append(c.date.text, texts[1])
	for k := range factors {
		c.factors[k].text = append(c.factors[k].text, texts[2+k])
	}
	if places[0] >= 0 {
		c.order = append(c.order, texts[places[0]])
	}
	if places[1] >= 0 {
		c.currency = append(c.currency, texts[places[1]])
	}
}

// reset empties a chunk of text.
func (c *chunk) reset() {
	c.n, c.customer, c.date.text, c.rows = 0, c.customer[:0], c.date.text[:0], c.rows[:0]
	for k := range c.factors {
		c.factors[k].text = c.factors[k].text[:0]
	}
	c.order, c.currency = c.order[:0], c.currency[:0]
}
