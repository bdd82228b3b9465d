package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
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

// badRows collects the rows that cannot be read.
type badRows struct {
	skip  bool
	out   *csv.Writer // nil: they are not written anywhere
	n     int
	first []error
	rows  int // read since the first
}

func newBadRows(o *Options) *badRows {
	b := &badRows{skip: o.SkipBadRows}
	if o.BadRows != nil {
		b.out = csv.NewWriter(o.BadRows)
	}
	return b
}

// take takes note of what came of reading a row. It returns an error if the
// reading is to end.
func (b *badRows) take(err error, record []string) error {
	if err != nil {
		if _, ok := errors.AsType[*rowError](err); !ok {
			if e := b.end(); e != nil {
				return e
			}
			return err
		}
		b.n++
		if len(b.first) < maxBadRows {
			b.first = append(b.first, err)
		}
		if b.skip {
			return b.write(err, record)
		}
	}
	if b.skip || b.n == 0 {
		return nil
	}
	if b.rows++; b.n == maxBadRows || b.rows > searchRows {
		return &BadRows{b.first, true}
	}
	return nil
}

// set is take for rows whose fields are not at hand.
func (b *badRows) set(err error) error { return b.take(err, nil) }

func (b *badRows) write(err error, record []string) error {
	if b.out == nil {
		return nil
	}
	return b.out.Write(append([]string{err.Error()}, record...))
}

// end returns the rows as an error if they are one.
func (b *badRows) end() error {
	if b.skip || b.n == 0 {
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
