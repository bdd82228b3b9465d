package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
)

// A Batch holds some rows on their way into a [Builder]. While a Builder serves
// one goroutine, each of several may fill a Batch; the Builder takes them one
// after the other, in the order of the log.
//
// A row takes 16 bytes and its identifier.
type Batch struct {
	seed maphash.Seed
	rows []byte   // one after the other, as put writes them; after sort shelf after shelf
	on   []uint16 // the shelf of each row; nil after sort
	n    int
	end  []uint32 // of each shelf in the rows, first of its length; set by sort

	intake
}

// An intake is what is known of rows before they are sorted out.
type intake struct {
	read, noCustomer, refunds tally
	zero, noAmount            int
	first, last               Date // of all rows
	firstNamed                Date // of the rows that name a customer
}

// add adds the rows of another intake.
func (c *intake) add(d *intake) {
	c.read.addTally(&d.read)
	c.noCustomer.addTally(&d.noCustomer)
	c.refunds.addTally(&d.refunds)
	c.zero += d.zero
	c.noAmount += d.noAmount
	c.first, c.firstNamed = earlier(c.first, d.first), earlier(c.firstNamed, d.firstNamed)
	c.last = max(c.last, d.last)
}

const (
	rowBits       = 16
	maxBatch      = 1 << rowBits // rows that name a customer
	maxBatchBytes = 1 << 24      // of them

	// Shelves are numbered by bits of the identifiers' hash, so that all rows
	// of a customer stand on one shelf.
	shelfBits = 10
	shelves   = 1 << shelfBits

	rowHead   = 16 // bytes of a row before the identifier
	dateBits  = 22
	maxLength = 1<<(64-dateBits-rowBits) - 1 // of an identifier
)

// MaxAmount is the greatest amount of money, either way, that a Builder takes:
// sums of such amounts are finite.
const MaxAmount = 1e100

// NewBatch returns an empty batch for the builder. Goroutines may call it side
// by side.
func (b *Builder) NewBatch() *Batch {
	batch := &Batch{seed: b.seed}
	if spare, ok := b.spare.Get().(*Batch); ok {
		batch.rows, batch.on = spare.rows[:0], spare.on[:0]
	}
	return batch
}

// Full reports whether no row fits in.
func (b *Batch) Full() bool { return b.n == maxBatch || len(b.rows) >= maxBatchBytes }

// Add adds a row as [Builder.AddRow] does. It panics if the batch is full.
func (b *Batch) Add(id string, day Date, amount float64) error { return addRow(b, id, day, amount) }

func addRow[S string | []byte](b *Batch, id S, day Date, amount float64) error {
	switch {
	case day < 1 || day > lastDate:
		return errors.New("the day lies outside the years 1 to 9999")
	case math.Abs(amount) > MaxAmount:
		return fmt.Errorf("amount %v is not an amount of money", amount)
	case len(id) > maxLength:
		return fmt.Errorf("the customer's identifier has %d bytes", len(id))
	case math.IsNaN(amount):
		b.noAmount++
		amount = 0
	case amount == 0:
		b.zero++
	case amount < 0:
		b.refunds.add(amount)
	}
	b.read.add(amount)
	b.first, b.last = earlier(b.first, day), max(b.last, day)
	if len(id) == 0 {
		b.noCustomer.add(amount)
		return nil
	}
	b.firstNamed = earlier(b.firstNamed, day)
	if b.Full() {
		panic("history: the batch is full")
	}
	b.rows = binary.LittleEndian.AppendUint64(b.rows, uint64(len(id))<<(dateBits+rowBits)|uint64(day)<<rowBits|uint64(b.n))
	b.rows = binary.LittleEndian.AppendUint64(b.rows, math.Float64bits(amount))
	b.rows = append(b.rows, id...)
	b.on = append(b.on, uint16(maphash.Bytes(b.seed, b.rows[len(b.rows)-len(id):])>>(64-shelfBits)))
	b.n++
	return nil
}

// earlier returns the earlier of two dates, of which either may be missing.
func earlier(d, e Date) Date {
	if d == 0 || e == 0 {
		return max(d, e)
	}
	return min(d, e)
}

// A packedRow is a row as a batch keeps it.
type packedRow struct {
	row    uint64 // its place in the batch, among those that name a customer
	date   Date
	amount float64
	id     []byte
}

// unpack returns the first row and those after it.
func unpack(rows []byte) (packedRow, []byte) {
	head := binary.LittleEndian.Uint64(rows)
	end := rowHead + int(head>>(dateBits+rowBits))
	return packedRow{
		row:    head & (1<<rowBits - 1),
		date:   Date(head >> rowBits & (1<<dateBits - 1)),
		amount: math.Float64frombits(binary.LittleEndian.Uint64(rows[8:])),
		id:     rows[rowHead:end],
	}, rows[end:]
}

// sort puts the rows on their shelves; on each they keep their order. It
// returns a batch to reuse.
func (b *Batch) sort() (spare *Batch) {
	b.end = make([]uint32, shelves)
	length := func(at int) int {
		return rowHead + int(binary.LittleEndian.Uint64(b.rows[at:])>>(dateBits+rowBits))
	}
	at := 0
	for _, shelf := range b.on {
		n := length(at)
		b.end[shelf] += uint32(n)
		at += n
	}
	begin := uint32(0)
	for shelf, n := range b.end {
		b.end[shelf] = begin
		begin += n
	}
	sorted := make([]byte, len(b.rows))
	at = 0
	for _, shelf := range b.on {
		n := length(at)
		b.end[shelf] += uint32(copy(sorted[b.end[shelf]:], b.rows[at:at+n]))
		at += n
	}
	spare = &Batch{rows: b.rows, on: b.on}
	b.rows, b.on = sorted, nil
	return spare
}

// size returns the number of bytes on a shelf.
func (b *Batch) size(shelf int) int { return int(b.end[shelf]) - b.begin(shelf) }

func (b *Batch) begin(shelf int) int {
	if shelf == 0 {
		return 0
	}
	return int(b.end[shelf-1])
}

// shelf returns the rows on a shelf. Before sort there is only one.
func (b *Batch) shelf(shelf int) []byte {
	if b.end == nil {
		return b.rows
	}
	return b.rows[b.begin(shelf):b.end[shelf]]
}
