package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"runtime"
)

// WriteCSV writes a header and n rows. It returns ctx.Err() if ctx is cancelled.
func WriteCSV(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	if err := checkColumns(columns); err != nil {
		return err
	}
	header := csv.NewWriter(w)
	header.Write(outNames(columns))
	header.Flush()
	if err := header.Error(); err != nil {
		return err
	}
	var queue, spare []*csvPiece // pieces being written down, in order, and others
	for from := 0; from < n || len(queue) > 0; from += pieceRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if from < n {
			if len(spare) == 0 {
				spare = append(spare, newPiece(columns))
			}
			p := spare[len(spare)-1]
			spare = spare[:len(spare)-1]
			p.take(from, min(n-from, pieceRows))
			go p.write()
			if queue = append(queue, p); len(queue) <= 2*runtime.GOMAXPROCS(0) {
				continue
			}
		}
		p := queue[0]
		<-p.done
		if _, err := w.Write(p.out); err != nil {
			return err
		}
		queue, spare = queue[1:], append(spare, p)
	}
	return nil
}

// pieceRows is the number of rows that are written down together.
const pieceRows = 2048

// A csvPiece is some rows of a CSV file. To ask for the fields takes one
// goroutine, to write them down takes longer and as many as there are cores.
type csvPiece struct {
	n    int
	runs []csvRun
	out  []byte
	done chan struct{}
}

func newPiece(columns []OutColumn) *csvPiece {
	p := &csvPiece{done: make(chan struct{}, 1)}
	for len(columns) > 0 {
		n := 1
		for columns[0].Text == nil && n < len(columns) && columns[n].Text == nil {
			n++
		}
		p.runs = append(p.runs, newRun(columns[:n]))
		columns = columns[n:]
	}
	return p
}

// take asks for the fields of n rows.
func (p *csvPiece) take(from, n int) {
	p.n = n
	for i := range n {
		for k := range p.runs {
			p.runs[k].take(i, from+i)
		}
	}
}

// write writes the rows down.
func (p *csvPiece) write() {
	out := p.out[:0]
	for i := range p.n {
		for k := range p.runs {
			if k > 0 {
				out = append(out, ',')
			}
			out = p.runs[k].append(out, i)
		}
		out = append(out, '\n')
	}
	p.out = out
	p.done <- struct{}{}
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
