package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"os"
)

const (
	ledgerMemory = 128 << 20 // bytes of sales that wait in memory
	leastPiece   = 4 << 10   // bytes of a day's sales that go into the file together
	saleBytes    = 16
)

// A ledger puts sales in the order of their days, and on each day in that in
// which they come. What does not fit into memory waits in a file without a name.
type ledger struct {
	days []ledgerDay
	n    int // sales
	room int // bytes of a day in memory

	dir  string
	file *os.File // nil: there is none
	path string   // where it has a name
	size int64
}

// A ledgerDay holds the sales of a day, first those in the file.
type ledgerDay struct {
	pieces []int64 // where they are in the file, each as long as the ledger's room
	rows   []byte
}

func newLedger(days int, dir string) *ledger {
	room := min(max(ledgerMemory/days, leastPiece), 1<<20)
	return &ledger{days: make([]ledgerDay, days), room: room / saleBytes * saleBytes, dir: dir}
}

func (l *ledger) add(s sale) error {
	d := &l.days[s.day]
	if len(d.rows) == l.room {
		if err := l.spill(d); err != nil {
			return err
		}
	}
	d.rows = binary.LittleEndian.AppendUint64(d.rows, uint64(s.customer))
	d.rows = binary.LittleEndian.AppendUint64(d.rows, math.Float64bits(s.amount))
	l.n++
	return nil
}

// spill writes the sales of a day into the file.
func (l *ledger) spill(d *ledgerDay) (err error) {
	if l.file == nil {
		if l.file, err = os.CreateTemp(l.dir, "clv-sales-"); err != nil {
			return fmt.Errorf("make room for sales that do not fit into memory: %w", err)
		}
		if os.Remove(l.file.Name()) != nil {
			l.path = l.file.Name()
		}
	}
	if _, err := l.file.WriteAt(d.rows, l.size); err != nil {
		return fmt.Errorf("write sales for which there is no room in memory: %w", err)
	}
	d.pieces, d.rows = append(d.pieces, l.size), d.rows[:0]
	l.size += int64(l.room)
	return nil
}

// close removes the file.
func (l *ledger) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	if l.path != "" {
		err = cmp.Or(err, os.Remove(l.path))
	}
	return err
}

// A ledgerReader reads the sales of a ledger in order.
type ledgerReader struct {
	l    *ledger
	row  int // number of the sale at hand
	sale sale

	piece  int // number of the piece at hand of the day
	rows   []byte
	buffer []byte
	fail   func(error)
}

// read returns a reader that tells fail what goes wrong.
func (l *ledger) read(fail func(error)) *ledgerReader {
	return &ledgerReader{l: l, row: -1, piece: -1, fail: fail}
}

// at returns sale i, which must be the one at hand or the next.
func (r *ledgerReader) at(i int) *sale {
	if i == r.row {
		return &r.sale
	}
	r.row = i
	for len(r.rows) == 0 {
		r.next()
	}
	r.sale.customer = int(binary.LittleEndian.Uint64(r.rows))
	r.sale.amount = math.Float64frombits(binary.LittleEndian.Uint64(r.rows[8:]))
	r.rows = r.rows[saleBytes:]
	return &r.sale
}

// next goes on to the next piece.
func (r *ledgerReader) next() {
	r.piece++
	d := &r.l.days[r.sale.day]
	switch {
	case r.piece < len(d.pieces):
		if r.buffer == nil {
			r.buffer = make([]byte, r.l.room)
		}
		r.rows = r.buffer
		if _, err := r.l.file.ReadAt(r.rows, d.pieces[r.piece]); err != nil {
			r.fail(fmt.Errorf("read the sales that did not fit into memory: %w", err))
		}
	case r.piece == len(d.pieces):
		r.rows = d.rows
	default:
		r.sale.day, r.piece = r.sale.day+1, -1
	}
}
