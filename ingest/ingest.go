// Package ingest reads transactions from files and databases into histories.
//
// [Read] is its one door: it takes names and returns a [history.Log], and
// nothing in its signature tells how the rows were stored or what decoded
// them. A caller depends on the questions (which columns, which cut) and on the
// account of every row, not on a format.
//
// Read are text with separated fields and a header, plain or compressed with
// gzip or zstd, Parquet files, JSON lines, and tables of PostgreSQL, MySQL and
// SQLite. There are logs, with a row for each transaction or for each line of
// one, and summaries, with columns frequency, recency and T, which are
// histories already. What a file does not prove is asked for, never guessed: an
// ambiguous column, 03/04/1997, or 1,234 is an error that names the place and
// what to do.
//
// Files are decoded by a streaming reader or by DuckDB, which is part of the
// program in builds with cgo (tag noduckdb leaves it out). Both hand the rows to
// a [history.Builder], so that the histories are the same to the last bit. The
// streaming reader has the last word about text: what DuckDB cannot read, or
// reads another number of rows of than there are lines, it reads again. In a
// database the rows are grouped where they are, by the queries of [SQL]; only
// summaries leave it.
package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
)

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
	if err := o.checkTempDir(); err != nil {
		return nil, err
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

func (r *reading) close() {
	if t, ok := r.rows.(*transactions); ok {
		t.builder.Close()
	}
	r.closeEngine()
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
	log(context.Context) (*history.Log, error)
}

func (r *reading) file(name string) error {
	before, err := stampOf(name)
	if err != nil {
		return err
	}
	if err := r.content(name); err != nil {
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
func (r *reading) content(name string) error {
	format, err := formatOf(name)
	if err != nil {
		return err
	}
	if format != separated {
		return r.table(name, format)
	}
	if r.mayEmbed() {
		if done, err := r.embed(name); done || err != nil {
			return err
		}
	}
	return r.stream(name)
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
		r.rows, err = newTransactions(r.o, len(r.in.files))
	}
	if err != nil {
		r.rows = nil
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

func (r *reading) data() (*Data, error) {
	r.closeEngine() // its memory is needed
	log, err := r.rows.log(r.ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(r.in.names(), ", "), err)
	}
	account := &log.Reconciliation
	setAside(account, &account.Unreadable, r.bad.all)
	d := &Data{Log: log, Columns: r.first, Engine: cmp.Or(r.used, "streaming"), SHA256: r.in.sum(), Skipped: r.bad.first}
	switch rows := r.rows.(type) {
	case *summary:
		d.Summary = true
	case *transactions:
		d.Columns.DateFormat, d.Aliased = rows.format, rows.clean.aliased
		setAside(account, &account.Excluded, rows.clean.excluded.Tally())
		setAside(account, &account.Duplicates, rows.clean.duplicates.Tally())
	}
	return d, nil
}

// setAside adds rows that were kept from the histories to a line of the account.
func setAside(r *history.Reconciliation, line *history.Tally, rows history.Tally) {
	for _, t := range []*history.Tally{line, &r.Read} {
		t.Rows += rows.Rows
		t.Money += rows.Money
	}
}
