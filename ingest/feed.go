package ingest

import "github.com/predictive-clv/clv/history"

// A feed hands rows to a Builder, in order, while the next ones are read: to
// find a row's customer among millions takes as long as to read the row.
type feed struct {
	builder *history.Builder
	batch   *rowBatch
	full    chan *rowBatch // nil: the rows fit into one batch so far
	empty   chan *rowBatch
	done    chan struct{} // closed when the builder has all rows
	err     error         // of the builder; to be read when done is closed
}

// batchLength is the number of rows that are handed over together.
const batchLength = 4096

// A rowBatch holds some rows.
type rowBatch struct {
	text []byte // the identifiers, one after the other
	rows []fedRow
}

type fedRow struct {
	end    int // of the identifier in the text
	date   history.Date
	amount float64
}

func newFeed(b *history.Builder) *feed { return &feed{builder: b, batch: &rowBatch{}} }

func (f *feed) add(id string, date history.Date, amount float64) {
	b := f.batch
	b.text = append(b.text, id...)
	b.rows = append(b.rows, fedRow{len(b.text), date, amount})
	if len(b.rows) < batchLength {
		return
	}
	if f.full == nil {
		f.start()
	}
	f.full <- b
	f.batch = <-f.empty
}

func (f *feed) start() {
	const batches = 4
	f.full, f.empty, f.done = make(chan *rowBatch, batches), make(chan *rowBatch, batches), make(chan struct{})
	for range batches {
		f.empty <- &rowBatch{}
	}
	go func() {
		defer close(f.done)
		for b := range f.full {
			f.take(b)
			b.text, b.rows = b.text[:0], b.rows[:0]
			f.empty <- b
		}
	}()
}

// take gives the rows of a batch to the builder.
func (f *feed) take(b *rowBatch) {
	begin := 0
	for _, r := range b.rows {
		if f.err == nil {
			f.err = f.builder.AddRow(b.text[begin:r.end], r.date, r.amount)
		}
		begin = r.end
	}
}

// finish returns when the builder has all rows.
func (f *feed) finish() error {
	f.stop()
	f.take(f.batch)
	f.batch = &rowBatch{}
	return f.err
}

// stop ends the work at the rows that have been handed over.
func (f *feed) stop() {
	if f.full != nil {
		close(f.full)
		<-f.done
		f.full = nil
	}
}
