package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/predictive-clv/clv/history"
)

// An OutColumn is a column of a table to be written: its name, and its fields by
// one of the functions. Rows are asked for in order, so that a function may work
// out many at a time; nothing holds them once they are written.
type OutColumn struct {
	Name   string
	Text   func(i int) string // in row i
	Whole  func(i int) int
	Day    func(i int) history.Date // in text like 1997-01-31
	Number func(i int) float64      // what is not finite is written as nothing: an empty field, or null

	// The same of rows from lo on and before hi: of one at least, and of fewer
	// than all where the others are still to be worked out. What is returned must
	// not change.
	Texts   func(lo, hi int) []string
	Wholes  func(lo, hi int) []int
	Numbers func(lo, hi int) []float64

	Decimals int // of a number in text; zero: all that it has
}

// ctxRows is the number of rows between two looks at the context.
const ctxRows = 1024

// oneByOne returns the columns, each with a function for one row. It returns an
// error if a column has not just one function, or shares its name.
func oneByOne(columns []OutColumn) ([]OutColumn, error) {
	columns, seen := slices.Clone(columns), map[string]bool{}
	for k := range columns {
		c, functions := &columns[k], 0
		for _, has := range []bool{c.Text != nil, c.Whole != nil, c.Day != nil, c.Number != nil, c.Texts != nil, c.Wholes != nil, c.Numbers != nil} {
			if has {
				functions++
			}
		}
		switch {
		case functions != 1:
			return nil, errors.New("the column " + c.Name + " must have one function for its fields")
		case seen[c.Name]:
			return nil, errors.New("two columns have the name " + c.Name)
		case c.Texts != nil:
			c.Text = first(c.Texts)
		case c.Wholes != nil:
			c.Whole = first(c.Wholes)
		case c.Numbers != nil:
			c.Number = first(c.Numbers)
		}
		seen[c.Name] = true
	}
	return columns, nil
}

// first makes a function for one row of one for many.
func first[T any](many func(lo, hi int) []T) func(i int) T {
	return func(i int) T { return many(i, i+1)[0] }
}

// utf8 returns the text in row i, for forms that know no other bytes than those
// of UTF-8.
func (c *OutColumn) utf8(i int) (string, error) {
	s := c.Text(i)
	return s, c.checkUTF8(s, i)
}

func (c *OutColumn) checkUTF8(s string, i int) error {
	if utf8.ValidString(s) {
		return nil
	}
	return fmt.Errorf("row %d: column %q: %q is not UTF-8, which CSV alone can hold: write CSV, or convert the input to UTF-8", i+1, c.Name, s)
}

// number returns the number in row i, and whether there is one.
func (c *OutColumn) number(i int) (v float64, ok bool) {
	v = c.Number(i)
	return v, !math.IsNaN(v) && !math.IsInf(v, 0)
}

// appendNumber appends a number that is finite.
func (c *OutColumn) appendNumber(line []byte, v float64) []byte {
	if c.Decimals > 0 {
		return strconv.AppendFloat(line, v, 'f', c.Decimals, 64)
	}
	return strconv.AppendFloat(line, v, 'g', -1, 64)
}

// WriteJSONLines writes n rows, each an object in a line of its own, whose keys
// stand in the order of the columns. It returns ctx.Err() if ctx is cancelled.
func WriteJSONLines(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	columns, err := oneByOne(columns)
	if err != nil {
		return err
	}
	keys := make([]string, len(columns))
	for k, c := range columns {
		keys[k] = "," + jsonText(c.Name) + ":"
	}
	var line []byte
	for i := range n {
		line = line[:0]
		for k := range columns {
			var err error
			if line, err = columns[k].appendJSON(append(line, keys[k]...), i); err != nil {
				return err
			}
		}
		line[0] = '{'
		if _, err := w.Write(append(line, '}', '\n')); err != nil {
			return err
		}
		if i%ctxRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (c *OutColumn) appendJSON(line []byte, i int) ([]byte, error) {
	switch {
	case c.Text != nil:
		s, err := c.utf8(i)
		return append(line, jsonText(s)...), err
	case c.Whole != nil:
		return strconv.AppendInt(line, int64(c.Whole(i)), 10), nil
	case c.Day != nil:
		return append(line, jsonText(c.Day(i).String())...), nil
	}
	v, ok := c.number(i)
	if !ok {
		return append(line, "null"...), nil
	}
	return c.appendNumber(line, v), nil
}

func jsonText(s string) string {
	b, _ := json.Marshal(s) // of a string there is no error
	return string(b)
}
