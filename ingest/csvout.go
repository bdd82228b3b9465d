package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"runtime"
	"sync"
)

// WriteCSV writes a header and n rows. It returns ctx.Err() if ctx is cancelled.
func WriteCSV(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	columns, err := oneByOne(columns)
	if err != nil {
		return err
	}
	header := csv.NewWriter(w)
	header.Write(outNames(columns))
	header.Flush()
	if err := header.Error(); err != nil {
		return err
	}
	desks := &sync.Pool{New: func() any { return &csvDesk{newRuns(columns)} }}
	return writeRuns(ctx, n, pieceRows, 2*runtime.GOMAXPROCS(0), func() outPiece {
		return outPiece{newOutRun(columns, pieceRows), &csvPiece{w: w, desks: desks}, make(chan error, 1)}
	})
}

// pieceRows is the number of rows that are written down together.
const pieceRows = 2048

// A csvPiece is some rows of a CSV file. They are written down at one of a few
// desks, which stay in the caches of the processor's cores.
type csvPiece struct {
	w     io.Writer
	desks *sync.Pool
	out   []byte
}

// A csvDesk holds the columns of some rows, and what is known of their texts.
type csvDesk struct{ runs []csvRun }

func newRuns(columns []OutColumn) (runs []csvRun) {
	for from := 0; from < len(columns); {
		to := from + 1
		for columns[from].Text == nil && to < len(columns) && columns[to].Text == nil {
			to++
		}
		runs = append(runs, newRun(columns, from, to))
		from = to
	}
	return runs
}

// encode writes the rows of a run down.
func (p *csvPiece) encode(r *outRun) error {
	desk := p.desks.Get().(*csvDesk)
	runs := desk.runs
	for k := range runs {
		runs[k].take(r)
	}
	out := p.out[:0]
	for i := range r.n {
		for k := range runs {
			if k > 0 {
				out = append(out, ',')
			}
			out = runs[k].append(out, i)
		}
		out = append(out, '\n')
	}
	p.out = out
	p.desks.Put(desk)
	return nil
}

// write writes what is encoded.
func (p *csvPiece) write() error {
	_, err := p.w.Write(p.out)
	return err
}

// plain are the bytes that a text may hold without being looked at again.
var plain = func() (is [256]bool) {
	for c := range 0x80 {
		is[c] = c > ' ' && c != '"' && c != ',' && c != '\\'
	}
	return is
}()

// appendField appends a text as [csv.Writer] does.
func appendField(out []byte, s string) []byte {
	for _, c := range []byte(s) {
		if !plain[c] {
			var b bytes.Buffer
			w := csv.NewWriter(&b)
			w.Write([]string{s}) // into memory
			w.Flush()
			return append(out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
		}
	}
	return append(out, s...)
}
