package ingest

import (
	"io"
	"sync/atomic"
)

// stream reads a text file.
func (r *reading) stream(name string) error {
	f, err := r.in.open(name, r.o.Delimiter)
	if err != nil {
		return err
	}
	defer f.close()
	if err := r.begin(f); err != nil {
		return err
	}
	var apart atomic.Value // an apartReader
	if s, ok := r.rows.(*summary); ok {
		apart.Store(s.apart())
	}
	blocks, stop := r.blocks(f, &apart)
	defer stop()
	for b := range blocks {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if r.o.Progress != nil {
			r.o.Progress(b.read, r.in.total)
		}
		if err := r.block(f, b); err != nil {
			return err
		}
		if t, ok := r.rows.(*transactions); ok && apart.Load() == nil && t.settled() {
			settled := *t
			apart.Store(&settled)
		}
	}
	return r.end(f)
}

// block takes a block, and what ended the text after it.
func (r *reading) block(f *file, b *block) error {
	if err := r.rowsOfBlock(f, b); err != nil {
		return err
	}
	if b.err != io.EOF && b.err != nil {
		f.use("", 0, b.after)
		return f.readError(b.err)
	}
	return nil
}

// rowsOfBlock takes the rows of a block, one by one unless they have been read.
func (r *reading) rowsOfBlock(f *file, b *block) error {
	batch := <-b.batch
	if batch == nil || r.bad.searching() {
		return r.each(f, b, 0)
	}
	switch rows := r.rows.(type) {
	case *summary:
		if n := rows.take(b.lines+1, batch.histories); n < batch.histories.len() {
			return r.each(f, b, n)
		}
	case *transactions:
		if !rows.clean.join(batch.clean) {
			return r.each(f, b, 0)
		}
		return rows.builder.Take(batch.Batch)
	}
	return nil
}

// each takes the rows of a block one by one, after those that have been taken.
func (r *reading) each(f *file, b *block, taken int) error {
	f.use(b.text, b.lines, b.offset)
	for n := 0; ; n++ {
		record, err := f.next()
		if err == io.EOF {
			return nil
		}
		if n < taken {
			continue
		}
		if err == nil {
			err = r.rows.row(f, record)
		}
		if err := r.bad.take(err, record); err != nil {
			return err
		}
	}
}
