package ingest

import (
	"context"

	"github.com/predictive-clv/clv/history"
)

// An outRun is some rows of a table, which are encoded together.
type outRun struct {
	columns []outFields
	single  []*outFields // whose fields come one by one
	lo, n   int
}

// outFields are the fields of a column in a run, which are of its kind.
type outFields struct {
	OutColumn
	texts   []string
	wholes  []int
	days    []history.Date
	numbers []float64
}

func newOutRun(columns []OutColumn, rows int) *outRun {
	r := &outRun{columns: make([]outFields, len(columns))}
	for k, c := range columns {
		f := &r.columns[k]
		f.OutColumn = c
		switch {
		case c.Texts != nil, c.Wholes != nil, c.Numbers != nil:
			continue
		case c.Text != nil:
			f.texts = make([]string, rows)
		case c.Whole != nil:
			f.wholes = make([]int, rows)
		case c.Day != nil:
			f.days = make([]history.Date, rows)
		default:
			f.numbers = make([]float64, rows)
		}
		r.single = append(r.single, f)
	}
	return r
}

// runText is how many bytes of text end a run before it has all its rows.
const runText = 1 << 26

// take asks for the rows from lo on and before hi, or for fewer.
func (r *outRun) take(ctx context.Context, lo, hi int) error {
	for k := range r.columns {
		switch f := &r.columns[k]; {
		case f.Texts != nil:
			f.texts = short(f.Texts(lo, hi))
			hi = lo + len(f.texts)
		case f.Wholes != nil:
			f.wholes = f.Wholes(lo, hi)
			hi = lo + len(f.wholes)
		case f.Numbers != nil:
			f.numbers = f.Numbers(lo, hi)
			hi = lo + len(f.numbers)
		}
	}
	r.lo, r.n = lo, hi-lo
	if len(r.single) == 0 {
		return ctx.Err()
	}
	text := 0
	for i := 0; i < r.n; i++ {
		if i%ctxRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, f := range r.single {
			f.take(i, lo+i)
			if f.texts != nil {
				text += len(f.texts[i])
			}
		}
		if text >= runText {
			r.n = i + 1
		}
	}
	return nil
}

// take asks for the field of a row, which is the i-th of the run.
func (f *outFields) take(i, row int) {
	switch {
	case f.Text != nil:
		f.texts[i] = f.Text(row)
	case f.Whole != nil:
		f.wholes[i] = f.Whole(row)
	case f.Day != nil:
		f.days[i] = f.Day(row)
	default:
		f.numbers[i] = f.Number(row)
	}
}

// short returns the texts, or the first of them that end a run.
func short(texts []string) []string {
	n := 0
	for i, s := range texts {
		if n += len(s); n >= runText {
			return texts[:i+1]
		}
	}
	return texts
}

// An encoder brings runs into the form of a file.
type encoder interface {
	encode(r *outRun) error // on any goroutine
	write() error           // what is encoded, in the order of the rows
}

// An outPiece is a run on its way into a file.
type outPiece struct {
	*outRun
	encoder
	done chan error
}

// writeRuns writes n rows in runs, of a number of rows at most. One goroutine
// asks for the fields; runs are encoded on others, of which some are ahead of
// the one that is being written.
func writeRuns(ctx context.Context, n, rows, ahead int, fresh func() outPiece) error {
	var queue, spare []outPiece // pieces being encoded, in order, and others
	for from := 0; from < n || len(queue) > 0; {
		if from < n {
			if len(spare) == 0 {
				spare = append(spare, fresh())
			}
			p := spare[len(spare)-1]
			spare = spare[:len(spare)-1]
			if err := p.take(ctx, from, min(from+rows, n)); err != nil {
				return err
			}
			from += p.n
			go func() { p.done <- p.encode(p.outRun) }()
			if queue = append(queue, p); len(queue) <= ahead {
				continue
			}
		}
		p := queue[0]
		if err := <-p.done; err != nil {
			return err
		}
		if err := p.write(); err != nil {
			return err
		}
		queue, spare = queue[1:], append(spare, p)
	}
	return ctx.Err()
}
