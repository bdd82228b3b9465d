package ingest

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/predictive-clv/clv/history"
)

// A block is a piece of a text file that ends where a row ends.
type block struct {
	text   string
	lines  int   // of the file before it
	offset int64 // bytes of text before it
	after  int64 // and up to where the reading stands
	read   int64 // bytes of the files when it had been read
	err    error // that ended the reading after it, io.EOF among them

	batch chan *batch // its rows; nil: they are still to be read
}

// blockBytes is the usual length of a block. The shortest rows, a date each,
// fit into a batch.
const blockBytes = 1 << 19

// A blockReader cuts a text into blocks.
type blockReader struct {
	r      io.Reader
	in     *input
	buffer []byte // text that is not yet in a block
	lines  int
	offset int64
}

// next returns the next block, the last one with an error.
func (b *blockReader) next() *block {
	for {
		err := b.fill()
		end := len(b.buffer)
		if err != io.EOF {
			end = lastEnd(b.buffer)
		}
		if end == 0 && err == nil { // a row longer than a block
			b.buffer = append(make([]byte, 0, 2*cap(b.buffer)), b.buffer...)
			continue
		}
		out := &block{text: string(b.buffer[:end]), lines: b.lines, offset: b.offset, after: b.offset + int64(len(b.buffer)),
			read: b.in.bytes, err: err, batch: make(chan *batch, 1)}
		b.lines += bytes.Count(b.buffer[:end], []byte("\n"))
		b.offset += int64(end)
		b.buffer = b.buffer[:copy(b.buffer, b.buffer[end:])]
		return out
	}
}

// fill fills the buffer.
func (b *blockReader) fill() error {
	for len(b.buffer) < cap(b.buffer) {
		n, err := b.r.Read(b.buffer[len(b.buffer):cap(b.buffer)])
		b.buffer = b.buffer[:len(b.buffer)+n]
		if err != nil {
			return err
		}
	}
	return nil
}

// lastEnd returns the length of the text up to the last end of a row: a line
// feed with an even number of quotes before it.
func lastEnd(text []byte) int {
	quote := []byte(`"`)
	quotes := bytes.Count(text, quote)
	for end := len(text); ; {
		feed := bytes.LastIndexByte(text[:end], '\n')
		if quotes -= bytes.Count(text[feed+1:end], quote); feed < 0 || quotes%2 == 0 {
			return feed + 1
		}
		end = feed
	}
}

// blocks hands over the blocks of a file, in order, while the next ones are
// read. Once apart has a reader, their rows are read too, each block's by itself.
// The caller must call stop.
func (r *reading) blocks(f *file, apart *atomic.Value) (blocks <-chan *block, stop func()) {
	queue, done := make(chan *block, 2*runtime.GOMAXPROCS(0)), make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(queue)
		text := &blockReader{r: f.rest, in: r.in, buffer: make([]byte, 0, blockBytes), lines: f.lead, offset: f.csv.InputOffset()}
		columns, comma := f.columns, f.csv.Comma
		for {
			b := text.next()
			if rows, ok := apart.Load().(apartReader); ok {
				go func() { b.batch <- rows.batch(&file{columns: columns}, comma, b.text) }()
			} else {
				b.batch <- nil
			}
			select {
			case queue <- b:
			case <-done:
				return
			}
			if b.err != nil {
				return
			}
		}
	})
	return queue, func() { close(done); reader.Wait() }
}

// An apartReader reads the rows of a block. It returns nil if they are to be read
// one by one, since there is something odd about any of them.
type apartReader interface {
	batch(f *file, comma rune, text string) *batch
}

// settled reports whether a row means the same whatever stands before it in its
// file: the form of the dates is known.
func (t *transactions) settled() bool {
	return (t.typed || t.dates.settled()) && t.ambiguous == ""
}

// A batch holds rows that were read apart from those before them.
type batch struct {
	*history.Batch
	clean     *cleaning   // nil: there is nothing to clean
	histories *numberRows // of a summary, without all else
}

func (t *transactions) newBatch() *batch {
	b := &batch{Batch: t.builder.NewBatch()}
	if t.order >= 0 || t.currency >= 0 || len(t.clean.aliases)+len(t.clean.exclude) > 0 {
		b.clean = t.clean.apart()
	}
	return b
}

// add adds a row. It returns false if the row must be read after those before
// it.
func (b *batch) add(row *logRow) bool {
	if row.date.monthFirst != 0 || b.Full() || math.Abs(row.amount) > history.MaxAmount {
		return false
	}
	id, ok := customerID(row.customer), true
	if b.clean != nil {
		if b.clean.oneCurrency(row.currency) != nil {
			return false
		}
		id, ok = b.clean.keep(id, row.order, row.amount)
	}
	return !ok || b.Add(id, row.date.date, row.amount) == nil
}

// addTyped adds the rows of a typed chunk, of which there is nothing to clean.
// It returns false if there is anything odd about any of them.
func (b *batch) addTyped(c *chunk) bool {
	for i, id := range c.customer {
		amount := math.NaN()
		for k := range c.factors {
			v := c.factors[k].number[i]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
			if k == 0 {
				amount = v
			} else {
				amount *= v
			}
		}
		if b.Full() || b.Add(customerID(id), c.date.day[i], amount) != nil {
			return false
		}
	}
	return true
}

// batch reads the rows of a block, once t is settled.
func (t *transactions) batch(f *file, comma rune, text string) *batch {
	apart := *t
	batch := t.newBatch()
	rows := newFields(text, comma)
	var row logRow // one for all: to copy it takes longer than to fill it
	for {
		record, err := rows.Read()
		if err == io.EOF {
			return batch
		}
		if err != nil || len(record) != len(f.columns) {
			return nil
		}
		if apart.parse(&row, f, record) != nil || !batch.add(&row) {
			return nil
		}
	}
}

// A fieldReader reads the rows of a text, each until the next.
type fieldReader interface{ Read() ([]string, error) }

// newFields returns a reader of a text, a plain one if there are no quotes.
func newFields(text string, comma rune) fieldReader {
	if strings.Contains(text, `"`) || comma >= 0x80 {
		return newCSV(strings.NewReader(text), comma)
	}
	return &plainFields{text: text, comma: byte(comma)}
}

func newCSV(r io.Reader, comma rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = comma, -1, true
	return c
}

// plainFields reads what [csv.Reader] reads of a text without quotes.
type plainFields struct {
	text   string
	comma  byte
	record []string
}

func (p *plainFields) Read() ([]string, error) {
	for p.text != "" {
		var line string
		line, p.text, _ = strings.Cut(p.text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		p.record = p.record[:0]
		for {
			k := strings.IndexByte(line, p.comma)
			if k < 0 {
				p.record = append(p.record, line)
				return p.record, nil
			}
			p.record = append(p.record, line[:k])
			line = line[k+1:]
		}
	}
	return nil, io.EOF
}
