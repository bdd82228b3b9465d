// Package ingest reads transactions from files into histories.
//
// [Read] is its one door: it takes names and returns a [history.Log], and
// nothing in its signature tells how the rows were stored or what decoded
// them. A caller depends on the questions (which columns, which cut) and on the
// account of every row, not on a format.
//
// The files are text with separated fields and a header, plain or compressed
// with gzip. Two kinds are read: logs, with a row for each transaction or for
// each line of one, and summaries, with columns frequency, recency and T, which
// are histories already. What a file does not prove is asked for, never
// guessed: an ambiguous column, 03/04/1997, or 1,234 is an error that names the
// place and what to do.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// Options say what to read and how.
type Options struct {
	In    []string  // paths; "-" is Stdin; gzip is recognised
	Stdin io.Reader // used for "-"

	Customer string // column names; empty: detect
	Date     string
	Amount   string // also a product, "Quantity*UnitPrice"; "-" or "none": the log has no amounts

	DateFormat string // a Go layout, "02/01/2006", or strftime, "%d/%m/%Y"; empty: detect
	Delimiter  rune   // zero: detect among comma, semicolon, tab and |

	Unit     history.Unit    // of the histories; zero: Week for logs, an error for summaries, which do not state theirs
	Cut, End time.Time       // as in history.Options
	Refunds  history.Refunds // zero: history.Net

	// SkipBadRows sets rows that cannot be read aside and counts them, where
	// the first one would be an error. A field with a stray quote remains an
	// error: it hides how many rows it swallowed.
	SkipBadRows bool

	// Progress, if set, is told now and then how many bytes of the files have
	// been read, and of how many; total is -1 if that is not known.
	Progress func(bytes, total int64)
}

// Data is what was read.
type Data struct {
	Log     *history.Log // for summaries the Days are nil
	Summary bool         // the files were histories already
	Columns Columns      // the columns used
	SHA256  string       // of the files' bytes as stored, all files in order
	Skipped []error      // the first ten rows set aside as unreadable; the reconciliation counts them all
}

// Columns tells which columns were used, by the names in the first file's
// header, and how. Empty: there is none.
type Columns struct {
	Customer   string `json:"customer,omitempty"`
	Date       string `json:"date,omitempty"`
	DateFormat string `json:"date_format,omitempty"` // given or found, as a Go layout without the time of day
	Amount     string `json:"amount,omitempty"`

	Frequency string `json:"frequency,omitempty"` // of a summary
	Recency   string `json:"recency,omitempty"`
	T         string `json:"T,omitempty"`
	Spend     string `json:"spend,omitempty"`
	N         string `json:"n,omitempty"`
}

// String returns the columns in one line of words.
func (c Columns) String() string {
	var parts []string
	add := func(role, name string) {
		if name != "" {
			parts = append(parts, fmt.Sprintf("%s %q", role, name))
		}
	}
	add("customer", c.Customer)
	add("date", c.Date)
	add("date format", c.DateFormat)
	add("amount", c.Amount)
	add("frequency", c.Frequency)
	add("recency", c.Recency)
	add("T", c.T)
	add("spend", c.Spend)
	add("customers in a row", c.N)
	return strings.Join(parts, ", ")
}

// Read reads the files, which must all have the same columns, as one log or
// one summary. It returns an error that names file, line and column if a row
// cannot be read or a history is impossible, and ctx.Err() if ctx is cancelled.
func Read(ctx context.Context, o *Options) (*Data, error) {
	if o == nil || len(o.In) == 0 {
		return nil, errors.New("no input: name a file, or - for standard input")
	}
	in, err := newInput(o)
	if err != nil {
		return nil, err
	}
	r := &reading{ctx: ctx, o: o, in: in}
	for _, name := range o.In {
		if err := r.file(name); err != nil {
			return nil, err
		}
	}
	if o.Progress != nil {
		o.Progress(in.bytes, in.total)
	}
	return r.data()
}

// A reading is the state of one call of Read.
type reading struct {
	ctx context.Context
	o   *Options
	in  *input

	rows    rowReader // made for the first file
	columns Columns
	skipped []error
	bad     int
}

// A rowReader makes sense of the rows of the files, one after the other.
type rowReader interface {
	// begin prepares for the rows of a file; its columns are c.
	begin(f *file, c Columns) error
	// row takes a row of it.
	row(f *file, record []string) error
	// end takes the end of it.
	end(f *file) error
	// log returns the histories.
	log() (*history.Log, error)
}

// checkRows is the number of rows between two looks at the context.
const checkRows = 4096

func (r *reading) file(name string) error {
	f, err := r.in.open(name, r.o.Delimiter)
	if err != nil {
		return err
	}
	defer f.close()
	if err := r.begin(f); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%checkRows == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
			if r.o.Progress != nil {
				r.o.Progress(r.in.bytes, r.in.total)
			}
		}
		record, err := f.next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = r.rows.row(f, record)
		}
		if err := r.skip(err); err != nil {
			return err
		}
	}
	return r.rows.end(f)
}

// begin finds the columns of a file. The first file decides what the others
// must have.
func (r *reading) begin(f *file) error {
	if r.rows != nil {
		return r.rows.begin(f, r.columns)
	}
	columns, summary, err := findColumns(f, r.o)
	if err != nil {
		return err
	}
	if r.columns = columns; summary {
		r.rows, err = newSummary(r.o)
	} else {
		r.rows, err = newTransactions(r.o)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return r.rows.begin(f, columns)
}

// maxSkipped is how many of the rows set aside are remembered.
const maxSkipped = 10

// skip returns the error unless it is about one row and such rows are to be
// set aside.
func (r *reading) skip(err error) error {
	if err == nil || !r.o.SkipBadRows {
		return err
	}
	if _, ok := errors.AsType[*rowError](err); !ok {
		return err
	}
	if r.bad++; len(r.skipped) < maxSkipped {
		r.skipped = append(r.skipped, err)
	}
	return nil
}

func (r *reading) data() (*Data, error) {
	log, err := r.rows.log()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(r.in.names(), ", "), err)
	}
	log.Reconciliation.Unreadable.Rows += r.bad
	log.Reconciliation.Read.Rows += r.bad
	_, summary := r.rows.(*summary)
	if t, ok := r.rows.(*transactions); ok {
		r.columns.DateFormat = t.format
	}
	return &Data{Log: log, Summary: summary, Columns: r.columns, SHA256: r.in.sum(), Skipped: r.skipped}, nil
}
