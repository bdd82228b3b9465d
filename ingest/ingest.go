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
	"cmp"
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

	Table string // of the database that In names
	Query string // in its place: a SELECT, whose columns are the log's

	Customer string // column names; empty: detect
	Date     string
	Amount   string // also a product, "Quantity*UnitPrice"; "-" or "none": the log has no amounts

	Order    string // column of the order's number: an order that an earlier file has is a duplicate; empty: there is none
	Currency string // column of the currency: several of them are an error; empty: not looked at

	Sources []Source          // in the place of In: files with different columns
	Aliases map[string]string // other identifiers of customers, and the customer's
	Exclude []string          // customers to leave out, by the identifier after Aliases

	DateFormat string // a Go layout, "02/01/2006", or strftime, "%d/%m/%Y"; empty: detect
	Decimal    rune   // decimal mark of the amounts, '.' or ',': then 1.234,56 can be read; zero: what has one meaning in every country
	Delimiter  rune   // zero: detect among comma, semicolon, tab and |

	Unit     history.Unit    // of the histories; zero: Week for logs, an error for summaries, which do not state theirs
	Cut, End time.Time       // as in history.Options
	Refunds  history.Refunds // zero: history.Net

	Purchases bool // keep every purchase, as in history.Options; not to be had from summaries and databases

	// SkipBadRows sets rows that cannot be read aside and counts them, where
	// they would be a [BadRows] error. A field with a stray quote remains an
	// error: it hides how many rows it swallowed.
	SkipBadRows bool

	// BadRows, if set, is given the rows that SkipBadRows sets aside, as CSV: what
	// is wrong, and the fields as they were read.
	BadRows io.Writer

	Engine  Engine // zero: Choose
	Memory  int64  // bytes that the embedded engine may use; zero: most of the machine's
	TempDir string // where it keeps what does not fit; empty: os.TempDir

	// Zone is the time zone of the days. Nil: a day is what is written, whatever
	// zone stands beside it, and the day of a stored moment is UTC's.
	Zone *time.Location

	// Progress, if set, is told now and then how many bytes of the files have
	// been read, and of how many; total is -1 if that is not known.
	Progress func(bytes, total int64)
}

// Data is what was read.
type Data struct {
	Log     *history.Log // for summaries the Days are nil
	Summary bool         // the files were histories already
	Columns Columns      // the columns used
	Engine  string       // what decoded the files: "streaming", or the name and version of the engine if it read any of them
	SHA256  string       // of the files' bytes as stored, all files in order
	Cleaned Cleaned      // rows kept from the log by Exclude and Order
	Skipped []error      // the first ten rows set aside as unreadable; the reconciliation counts them all
}

// Columns tells which columns were used, by the names in the first file's
// header, and how. Empty: there is none.
type Columns struct {
	Customer   string `json:"customer,omitempty"`
	Date       string `json:"date,omitempty"`
	DateFormat string `json:"date_format,omitempty"` // given or found, as a Go layout without the time of day
	Amount     string `json:"amount,omitempty"`
	Order      string `json:"order,omitempty"`
	Currency   string `json:"currency,omitempty"`

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
	add("order", c.Order)
	add("currency", c.Currency)
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
	if o == nil || len(o.In)+len(o.Sources) == 0 {
		return nil, errors.New("no input: name a file, or - for standard input")
	}
	for _, name := range o.In {
		if _, ok := databaseOf(name); ok {
			return readDatabase(ctx, o)
		}
	}
	if o.Table != "" || o.Query != "" {
		return nil, errors.New("a table or a query needs a database: name it with --in, like postgres://user@host/base")
	}
	d, err := read(ctx, o, false)
	if _, failed := errors.AsType[*engineError](err); failed {
		return read(ctx, o, true)
	}
	return d, err
}

// read reads the files, all text with the streaming reader if so told.
func read(ctx context.Context, o *Options, streaming bool) (*Data, error) {
	in, err := newInput(o)
	if err != nil {
		return nil, err
	}
	r := &reading{ctx: ctx, in: in, streaming: streaming, bad: newBadRows(o)}
	defer r.close()
	for _, f := range in.files {
		if r.o != f.options {
			r.o, r.known = f.options, false
		}
		if err := r.file(f.name); err != nil {
			return nil, err
		}
	}
	if o.Progress != nil {
		o.Progress(in.bytes, in.total)
	}
	if err := r.bad.flush(); err != nil {
		return nil, fmt.Errorf("write the rows set aside: %w", err)
	}
	return r.data()
}

// A reading is the state of one call of Read.
type reading struct {
	ctx context.Context
	in  *input
	o   *Options // of the source at hand

	streaming bool    // whatever the options say: the engine has failed
	engine    *engine // opened when the first file needs it
	used      string  // its name, once it has read a file

	rows    rowReader // made for the first file
	known   bool      // the columns of the source at hand are
	columns Columns
	first   Columns // of the first source
	bad     *badRows
}

// A rowReader makes sense of the rows of the files, one after the other.
type rowReader interface {
	// begin prepares for the rows of a file; its columns are c.
	begin(f *file, c Columns, o *Options) error
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
	before, err := stampOf(name)
	if err != nil {
		return err
	}
	if err := r.content(name, before.size); err != nil {
		return err
	}
	switch after, err := stampOf(name); {
	case err != nil:
		return err
	case after != before:
		return fmt.Errorf("%s changed while it was read: read it when it is complete", name)
	}
	return nil
}

// content reads a file as its format asks for.
func (r *reading) content(name string, size int64) error {
	format, err := formatOf(name)
	if err != nil {
		return err
	}
	if format != separated {
		return r.table(name, format)
	}
	if r.mayEmbed(size) {
		if done, err := r.embed(name); done || err != nil {
			return err
		}
	}
	return r.stream(name)
}

// stream reads a text file row by row.
func (r *reading) stream(name string) error {
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
		if err := r.bad.take(err, record); err != nil {
			return err
		}
	}
	return r.end(f)
}

// end takes the end of a file.
func (r *reading) end(f *file) error {
	if err := r.bad.end(); err != nil {
		return err
	}
	return r.rows.end(f)
}

// begin finds the columns of a file. The first file of a source decides what
// its others must have.
func (r *reading) begin(f *file) error {
	if r.known {
		return r.rows.begin(f, r.columns, r.o)
	}
	columns, isSummary, err := findColumns(f, r.o)
	if err != nil {
		return err
	}
	if r.rows == nil {
		r.first = columns
		if err := r.start(f, isSummary); err != nil {
			return err
		}
	}
	if _, histories := r.rows.(*summary); histories != isSummary {
		return fmt.Errorf("%s: histories and transactions cannot be read together", f.name)
	}
	r.columns, r.known = columns, true
	return r.rows.begin(f, columns, r.o)
}

// start makes the reader of the rows.
func (r *reading) start(f *file, isSummary bool) (err error) {
	if isSummary {
		r.rows, err = newSummary(r.o)
	} else {
		r.rows, err = newTransactions(r.o)
	}
	if err != nil {
		r.rows = nil
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

func (r *reading) data() (*Data, error) {
	log, err := r.rows.log()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(r.in.names(), ", "), err)
	}
	log.Reconciliation.Unreadable.Rows += r.bad.n
	log.Reconciliation.Read.Rows += r.bad.n
	d := &Data{Log: log, Columns: r.first, Engine: cmp.Or(r.used, "streaming"), SHA256: r.in.sum(), Skipped: r.bad.first}
	switch rows := r.rows.(type) {
	case *summary:
		d.Summary = true
	case *transactions:
		d.Columns.DateFormat, d.Cleaned = rows.format, rows.clean.Cleaned
	}
	return d, nil
}
