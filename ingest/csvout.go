package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"math"
	"runtime"
	"strconv"

	"github.com/predictive-clv/clv/history"
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
			p.take(from, min(n-from, pieceRows), columns)
			go p.write()
			if queue = append(queue, p); len(queue) <= runtime.GOMAXPROCS(0) {
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
const pieceRows = 4096

// A csvPiece is some rows of a CSV file. To ask for the fields takes one
// goroutine, to write them down takes longer and as many as there are cores.
type csvPiece struct {
	n       int
	columns []pieceColumn
	out     []byte
	done    chan struct{}
}

// A pieceColumn holds the fields of a column in one of four forms.
type pieceColumn struct {
	text   []string
	whole  []int64
	day    []history.Date
	number []float64
	known  *numberTexts // nil: they are rounded
	OutColumn
}

func newPiece(columns []OutColumn) *csvPiece {
	p := &csvPiece{columns: make([]pieceColumn, len(columns)), done: make(chan struct{}, 1)}
	for k, c := range columns {
		p.columns[k].OutColumn = c
		switch {
		case c.Text != nil:
			p.columns[k].text = make([]string, pieceRows)
		case c.Whole != nil:
			p.columns[k].whole = make([]int64, pieceRows)
		case c.Day != nil:
			p.columns[k].day = make([]history.Date, pieceRows)
		default:
			p.columns[k].number = make([]float64, pieceRows)
			if c.Decimals == 0 {
				p.columns[k].known = &numberTexts{}
			}
		}
	}
	return p
}

// take asks for the fields of n rows.
func (p *csvPiece) take(from, n int, columns []OutColumn) {
	p.n = n
	for i := range n {
		for k := range columns {
			switch c, to := &columns[k], &p.columns[k]; {
			case c.Text != nil:
				to.text[i] = c.Text(from + i)
			case c.Whole != nil:
				to.whole[i] = c.Whole(from + i)
			case c.Day != nil:
				to.day[i] = c.Day(from + i)
			default:
				to.number[i] = c.Number(from + i)
			}
		}
	}
}

// write writes the rows down.
func (p *csvPiece) write() {
	out := p.out[:0]
	for i := range p.n {
		for k := range p.columns {
			if k > 0 {
				out = append(out, ',')
			}
			switch c := &p.columns[k]; {
			case c.text != nil:
				out = appendField(out, c.text[i])
			case c.whole != nil:
				out = strconv.AppendInt(out, c.whole[i], 10)
			case c.day != nil:
				out = append(out, c.day[i].String()...)
			case math.IsNaN(c.number[i]), math.IsInf(c.number[i], 0):
			case c.known == nil:
				out = c.appendNumber(out, c.number[i])
			default:
				out = c.known.append(out, c.number[i])
			}
		}
		out = append(out, '\n')
	}
	p.out = out
	p.done <- struct{}{}
}

// appendField appends a text as [csv.Writer] does.
func appendField(out []byte, s string) []byte {
	for _, c := range []byte(s) {
		if c <= ' ' || c == '"' || c == ',' || c == '\\' || c >= 0x80 {
			var b bytes.Buffer
			w := csv.NewWriter(&b)
			w.Write([]string{s}) // into memory
			w.Flush()
			return append(out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
		}
	}
	return append(out, s...)
}

// numberTexts remembers how numbers are written: lengths of time are whole days
// and come again and again.
type numberTexts [1024]struct {
	bits uint64
	n    uint8
	text [24]byte
}

// append appends a number with all its digits.
func (t *numberTexts) append(out []byte, v float64) []byte {
	bits := math.Float64bits(v)
	k := &t[bits*0x9e3779b97f4a7c15>>54] // by the golden ratio
	if k.n == 0 || k.bits != bits {
		k.bits, k.n = bits, uint8(len(strconv.AppendFloat(k.text[:0], v, 'g', -1, 64)))
	}
	return append(out, k.text[:k.n]...)
}
