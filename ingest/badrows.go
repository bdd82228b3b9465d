package ingest

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// BadRows is the error that some rows cannot be read.
type BadRows struct {
	First []error // of the rows, in order, at most ten
	More  bool    // there may be others: the search was given up
}

// Error returns a line for each row.
func (b *BadRows) Error() string {
	if len(b.First) == 1 && !b.More {
		return b.First[0].Error()
	}
	var text strings.Builder
	for _, err := range b.First {
		fmt.Fprintln(&text, err)
	}
	if b.More {
		return text.String() + "and there may be more of them: --bad-rows skip sets such rows aside and counts them"
	}
	return fmt.Sprintf("%sthese %d rows cannot be read: --bad-rows skip sets them aside and counts them", text.String(), len(b.First))
}

// Unwrap returns the rows' errors.
func (b *BadRows) Unwrap() []error { return b.First }

const (
	maxBadRows = 10      // are remembered
	searchRows = 100_000 // after the first one are read in search of others
)

// A rowError is about one row: the row can be set aside and the next one read.
type rowError struct {
	f      *file
	line   int    // or the number of the row, where there are no lines; 0: rows have none
	row    string // what the row is in words, where it has no place
	column string // empty: the error is about the whole row
	cause  error
	money  float64 // the row's amount, if that can be read
}

func (e *rowError) Error() string {
	text := e.f.placeOf(e.line)
	if e.row != "" {
		text += ": " + e.row
	}
	if e.column != "" {
		text += fmt.Sprintf(": column %q", e.column)
	}
	return fmt.Sprintf("%s: %v", text, e.cause)
}

func (e *rowError) Unwrap() error { return e.cause }

// withMoney tells what a row that cannot be read amounts to.
func withMoney(err error, amount float64) error {
	if e, ok := errors.AsType[*rowError](err); ok && math.Abs(amount) <= history.MaxAmount {
		e.money = amount
	}
	return err
}

// badRows collects the rows that cannot be read.
type badRows struct {
	skip  bool
	out   *csv.Writer // nil: they are not written anywhere
	all   history.Tally
	first []error
	rows  int // read since the first
}

func newBadRows(o *Options) *badRows {
	b := &badRows{skip: o.SkipBadRows}
	if o.BadRows != nil {
		b.out = csv.NewWriter(o.BadRows)
		b.out.Write([]string{"file", "line", "column", "cause", "text"}) // flush tells of an error
	}
	return b
}

// take takes note of what came of reading a row. It returns an error if the
// reading is to end.
func (b *badRows) take(err error, record []string) error {
	if err != nil {
		bad, ok := errors.AsType[*rowError](err)
		if !ok {
			return cmp.Or(b.end(), err)
		}
		b.all.Rows++
		b.all.Money += bad.money
		if len(b.first) < maxBadRows {
			b.first = append(b.first, err)
		}
		if b.skip {
			return b.write(bad, record)
		}
	}
	if !b.searching() {
		return nil
	}
	if b.rows++; b.all.Rows == maxBadRows || b.rows > searchRows {
		return &BadRows{b.first, true}
	}
	return nil
}

// searching reports whether there is a bad row, and the reading goes on only to
// find others.
func (b *badRows) searching() bool { return !b.skip && b.all.Rows > 0 }

// write writes where a row stands, what is wrong with it, and its text.
func (b *badRows) write(bad *rowError, record []string) error {
	if b.out == nil {
		return nil
	}
	number := ""
	if bad.line > 0 {
		number = strconv.Itoa(bad.line)
	}
	return b.out.Write([]string{bad.f.name, number, bad.column, bad.cause.Error(), bad.f.text(record)})
}

// text returns a row as a file of its kind has it, without the line's end.
func (f *file) text(record []string) string {
	if len(record) == 1 {
		return record[0]
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if f.csv != nil {
		w.Comma = f.csv.Comma
	}
	w.Write(record) // into memory
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// end returns the rows as an error if they are one.
func (b *badRows) end() error {
	if !b.searching() {
		return nil
	}
	return &BadRows{b.first, false}
}

func (b *badRows) flush() error {
	if b.out == nil {
		return nil
	}
	b.out.Flush()
	return b.out.Error()
}
