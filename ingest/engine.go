package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// An Engine decodes files.
type Engine uint8

const (
	// Choose takes the streaming reader for text and the embedded SQL engine for
	// all else. Both decode on all cores, but the engine hands over fields, which
	// one core makes rows of; the streaming reader makes them where it decodes.
	Choose Engine = iota
	// Streaming is the reader of text files that every build has.
	Streaming
	// Embedded is DuckDB, for all files but standard input, packed text and
	// summaries in CSV.
	Embedded
)

// maxEmbedded is the greatest number of columns of a text file for the engine.
const maxEmbedded = 1000

// A table is a file whose rows come a column a field.
type table interface {
	names() []string
	// scan hands the rows over in chunks, to be freed or else valid until yield
	// returns, and tells which share of the file has been read.
	scan(ctx context.Context, c tableColumns, share func(float64), yield func(*chunk) error) error
	// records hands the rows over as text.
	records(ctx context.Context, yield func([]string) error) error
	close()
}

// tableColumns are the places of the columns that are wanted.
type tableColumns struct {
	customer, date  int
	factors         []int
	order, currency int // -1: not wanted
}

// An engineError is why the engine could not read a text file. The streaming
// reader has the last word: it reads the file, or names the place.
type engineError struct{ error }

// mayEmbed tells whether the engine may read text files. Standard input cannot
// be read twice, nor the rows set aside be written twice.
func (r *reading) mayEmbed() bool {
	return hasEngine && r.o.Engine == Embedded && !r.streaming && !r.in.stdin && r.o.BadRows == nil
}

// embed reads a text file with the engine. It does not if the file is one for
// the streaming reader.
func (r *reading) embed(name string) (done bool, err error) {
	f, err := (&input{o: r.o, hash: sha256.New()}).open(name, r.o.Delimiter)
	if err != nil {
		return false, nil // for the streaming reader to explain
	}
	defer f.close()
	if err := r.begin(f); err != nil {
		return false, err
	}
	if _, log := r.rows.(*transactions); !log || f.packed != "" || f.lead > 1 || len(f.columns) > maxEmbedded {
		return false, nil
	}
	if err := r.embedText(f); err != nil {
		return false, err
	}
	return true, nil
}

// scan reads the rows of a log from a table while another goroutine hashes the
// file and counts its lines.
func (r *reading) scan(f *file, tab table, bad func(err error, record []string) error) (lines *lineCount, err error) {
	defer tab.close()
	t := r.rows.(*transactions)
	hashed := r.in.hashFile(r.ctx, f.name, f.delimiter)
	before := r.in.bytes
	share := func(s float64) {
		if r.o.Progress != nil {
			r.o.Progress(before+int64(s*float64(hashed.size)), r.in.total)
		}
	}
	c := tableColumns{t.customer, t.date, t.factors, t.order, t.currency}
	rows := &convoy{r: r, t: t, f: f, bad: bad, group: newGroup()}
	defer rows.close()
	err = tab.scan(r.ctx, c, share, func(c *chunk) error {
		return cmp.Or(r.ctx.Err(), rows.add(c))
	})
	if err == nil {
		err = rows.finish()
	}
	if hashErr := hashed.wait(); err == nil {
		err = hashErr
	}
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		err = ctxErr
	}
	if err != nil {
		return nil, err
	}
	r.in.bytes = before + hashed.size
	hashed.lines.end()
	return &hashed.lines, r.end(f)
}

// table reads a file that is not text.
func (r *reading) table(name string, format format) error {
	if format != jsonLines {
		return r.rowsOf(name, format, r.openTable)
	}
	if !r.mayEmbedJSON() {
		return r.rowsOf(name, format, openJSONLines)
	}
	err := r.rowsOf(name, format, r.openTable)
	if err == nil || r.ctx.Err() != nil {
		return err
	}
	return &engineError{err}
}

// mayEmbedJSON tells whether the engine may read JSON lines. It does not say
// which of them are none.
func (r *reading) mayEmbedJSON() bool {
	return hasEngine && r.o.Engine != Streaming && !r.streaming && !r.o.SkipBadRows
}

// rowsOf reads the rows of a file that is not text.
func (r *reading) rowsOf(name string, format format, open func(name string, f format) (table, error)) error {
	tab, err := open(name, format)
	if err != nil {
		return placed(name, err)
	}
	f := &file{name: name, columns: tab.names(), lines: format == jsonLines}
	if err := r.begin(f); err != nil {
		tab.close()
		return err
	}
	if _, ok := r.rows.(*summary); ok {
		return r.records(f, tab)
	}
	_, err = r.scan(f, tab, r.bad.take)
	return placed(name, err)
}

// records reads the rows of a summary from a table.
func (r *reading) records(f *file, tab table) error {
	defer tab.close()
	hashed := r.in.hashFile(r.ctx, f.name, nil)
	err := r.histories(f, tab, hashed.size)
	if hashErr := hashed.wait(); err == nil {
		err = hashErr
	}
	r.in.bytes += hashed.size
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err == nil {
		err = r.end(f)
	}
	return placed(f.name, err)
}

// placed names the file in an error that does not.
func placed(name string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), name) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// A stamp tells a file from its next version.
type stamp struct {
	size int64
	time time.Time
}

func stampOf(name string) (stamp, error) {
	if name == "-" {
		return stamp{}, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return stamp{}, openError(name, err)
	}
	if !info.Mode().IsRegular() {
		return stamp{}, nil
	}
	return stamp{info.Size(), info.ModTime()}, nil
}
