package history

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Batch holds some rows on their way into a [Builder]. While a Builder serves
// one goroutine, each of several may fill a Batch; the Builder takes them one
// after the other, in the order of the log.
//
// A row takes 16 bytes and its identifier, rounded up to 8 bytes.
type Batch struct {
	seed  hashSeed
	rows  []uint64 // one after the other
	on    []uint16 // the shelf of each row
	n     int
	words [shelves]uint32 // on each shelf

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
	maxBatch      = 1 << 16 // rows that name a customer
	maxBatchWords = 1 << 21 // of them

	rowHead   = 2 // words of a row before the identifier
	dateBits  = 22
	rowBits   = 20
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
func (b *Batch) Full() bool { return b.n == maxBatch || len(b.rows) >= maxBatchWords }

// Add adds a row as [Builder.AddRow] does. It panics if the batch is full.
func (b *Batch) Add(id string, day Date, amount float64) error { return addRow(b, id, day, amount) }

func addRow[S string | []byte](b *Batch, id S, day Date, amount float64) error {
	switch {
	case day < 1 || day > lastDate:
		return errors.New("the day lies outside the years 1 to 9999")
	case math.Abs(amount) > MaxAmount:
		return fmt.Errorf("amount %v is not an amount of money", amount)
	case len(id) > maxLength:
		return fmt.Errorf("the customer's identifier has %d bytes: there is room for %d", len(id), maxLength)
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
	begin, words := len(b.rows), wordsOf(len(id))
	b.rows = slices.Grow(b.rows, rowHead+words)[:begin+rowHead+words]
	row := b.rows[begin:]
	row[0] = uint64(len(id))<<(dateBits+rowBits) | uint64(day)<<rowBits | uint64(b.n)
	row[1] = math.Float64bits(amount)
	row[rowHead+words-1] = 0
	copy(bytesOf(row[rowHead:]), id)
	shelf := b.seed.hash(row[rowHead:]) >> (64 - shelfBits)
	b.on = append(b.on, uint16(shelf))
	b.words[shelf] += uint32(len(row))
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

// rowWords is the length of a row that begins with head.
func rowWords(head uint64) int { return rowHead + wordsOf(idBytes(head)) }

func idBytes(head uint64) int { return int(head >> (dateBits + rowBits)) }
