package history

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// A Transaction is one row of a log: one customer, one moment, one amount.
type Transaction struct {
	Customer string    // empty where the log does not say who bought
	Time     time.Time // the day counts, in the time zone that the value carries
	Amount   float64   // NaN where the log has no amounts; negative for a refund
}

// Options say how a Builder makes histories. The zero value and nil work.
type Options struct {
	Unit    Unit      // unit of t_x and T; zero: Week
	Cut     time.Time // last day of calibration, a civil day; zero: End
	End     time.Time // last day of the holdout, a civil day; zero: the last day of the log
	Refunds Refunds   // zero: Net

	Purchases       bool  // keep every purchase, in Log.Purchases
	PurchasesMemory int64 // bytes that these may take; more are [ErrMemory]; zero: no limit

	Memory  int64  // bytes that rows may take before they go into a temporary file; zero: no limit
	TempDir string // folder of that file; empty: os.TempDir
}

// A Builder turns transactions into a Table of histories.
//
// A purchase is a distinct (customer, civil day), whatever the number of rows
// and their hours: x counts a customer's days after the first one up to and
// including the cut, t_x and T are exact fractions of days,
//
//	t_x = (last day up to the cut - first day) / days in a unit
//	T   = (cut - first day) / days in a unit
//
// and m̄ is the mean of the x days' totals, the first day left out. Customers
// whose first purchase lies after the cut have no history to learn from; they
// are set aside and counted.
//
// Rows may come in any order. Customers stand in the table in the order in
// which the rows first name them; every number is the same to the last bit for
// every order, any number of goroutines and any limit of memory.
//
// A Builder holds 16 bytes a row and its identifier, rounded up to 8 bytes, in
// memory or, beyond Options.Memory, in a temporary file. Rows wait on shelves,
// by a hash of their customer, so that the customers of one shelf fit into the
// processor's cache when their histories are made.
type Builder struct {
	options Options
	seed    hashSeed
	batch   *Batch   // takes what AddRow adds
	intake  intake   // of the batches taken
	bytes   int64    // of their rows in memory
	waiting []*Batch // for a rack
	rows    int      // of these
	words   int      // of these rows
	store   store    // of the others

	spare   sync.Pool     // of batches
	sorting chan struct{} // a place for each rack being filled
	sorted  sync.WaitGroup
}

// An entry is a row whose customer is known from its place.
type entry struct {
	date   Date
	amount float64
}

// NewBuilder returns an empty builder.
func NewBuilder(o *Options) *Builder {
	b := &Builder{seed: newHashSeed(), sorting: make(chan struct{}, runtime.GOMAXPROCS(0))}
	if o != nil {
		b.options = *o
	}
	if b.options.Unit == 0 {
		b.options.Unit = Week
	}
	b.batch = b.NewBatch()
	return b
}

// Add adds a transaction. It returns an error if the amount is infinite or
// beyond ±1e100, or the time is zero or outside the years 1 to 9999; the
// transaction is then not counted.
func (b *Builder) Add(t Transaction) error {
	if t.Time.IsZero() {
		return errors.New("the transaction has no time")
	}
	return b.AddRow([]byte(t.Customer), DateOf(t.Time), t.Amount)
}

// AddRow is Add for readers of many rows: it keeps no reference to id.
func (b *Builder) AddRow(id []byte, day Date, amount float64) error {
	if b.batch.Full() {
		if err := b.flush(); err != nil {
			return err
		}
	}
	return addRow(b.batch, id, day, amount)
}

// flush takes the rows that were added one by one.
func (b *Builder) flush() error {
	batch := b.batch
	b.batch = b.NewBatch()
	return b.take(batch)
}

// Take adds the rows of a batch, which must not be used any more. It returns
// an error if the temporary file cannot be written.
func (b *Builder) Take(batch *Batch) error {
	if b.batch.read.rows > 0 {
		if err := b.flush(); err != nil {
			return err
		}
	}
	return b.take(batch)
}

func (b *Builder) take(batch *Batch) error {
	b.intake.add(&batch.intake)
	b.bytes += 8 * int64(len(batch.rows))
	b.waiting, b.rows, b.words = append(b.waiting, batch), b.rows+batch.n, b.words+len(batch.rows)
	if b.rows >= rackRows || b.words >= rackWords {
		b.stow()
	}
	if b.options.Memory > 0 && b.bytes > b.options.Memory {
		return b.spill()
	}
	return nil
}

// stow puts the waiting rows on a rack.
func (b *Builder) stow() {
	if len(b.waiting) == 0 {
		return
	}
	r, batches := new(rack), b.waiting
	b.store.racks, b.waiting, b.rows, b.words = append(b.store.racks, r), nil, 0, 0
	b.sorting <- struct{}{}
	b.sorted.Go(func() {
		r.fill(batches)
		for _, batch := range batches {
			b.spare.Put(batch)
		}
		<-b.sorting
	})
}

func (b *Builder) spill() error {
	b.stow()
	b.sorted.Wait()
	b.bytes = 0
	return b.store.spill(b.options.TempDir)
}

// Close frees the memory and removes the temporary file, if there is one. A
// Builder without a limit of memory need not be closed.
func (b *Builder) Close() error {
	b.sorted.Wait()
	return b.store.close()
}

// Build returns the histories and the account of every row. It returns an
// error if there is no transaction that names a customer, if some rows have an
// amount and others have none, if the cut or the end lies before the first
// transaction, if the cut lies after the end, if no customer has bought up to
// the cut, if the purchases to be kept take too much memory, or if the temporary
// file cannot be read.
func (b *Builder) Build() (*Log, error) { return b.BuildContext(context.Background()) }

// BuildContext is Build until ctx is cancelled.
func (b *Builder) BuildContext(ctx context.Context) (*Log, error) {
	var read intake
	read.add(&b.intake)
	read.add(&b.batch.intake)
	cut, end, err := b.period(&read)
	if err != nil {
		return nil, err
	}
	all := &store{racks: []*rack{{n: b.batch.n, rows: b.batch.rows}}} // one shelf is enough
	if len(b.store.racks)+len(b.waiting) > 0 {
		if err := b.flush(); err != nil {
			return nil, err
		}
		b.stow()
		b.sorted.Wait()
		all = &b.store
		if all.spilled > 0 { // then the histories need the memory
			if err := b.spill(); err != nil {
				return nil, err
			}
		}
	}
	a := newAssembly(&b.options, &read, cut, end)
	parts, err := a.assemble(ctx, all)
	if err != nil {
		return nil, err
	}
	table, kept := join(parts, all.racks, b.options.Unit.Days())
	if table.Len() == 0 {
		return nil, fmt.Errorf("no customer has a purchase up to the cut, %v: there is no history to build", cut)
	}
	table.Unit, table.Cut, table.End = b.options.Unit, cut.Time(), end.Time()
	return a.log(table, kept, &read), nil
}

// period returns the last days of calibration and holdout.
func (b *Builder) period(read *intake) (cut, end Date, err error) {
	switch {
	case read.read.rows == 0:
		return 0, 0, errors.New("there are no transactions")
	case read.firstNamed == 0:
		return 0, 0, fmt.Errorf("none of the %d transactions names a customer", read.read.rows)
	case read.noAmount > 0 && read.noAmount < read.read.rows:
		return 0, 0, fmt.Errorf("%d of %d transactions have no amount: give an amount to all of them or to none", read.noAmount, read.read.rows)
	}
	lastDay := ""
	if end = DateOf(b.options.End); end == 0 {
		end, lastDay = read.last, ", the last day of the log"
	}
	if cut = DateOf(b.options.Cut); cut == 0 {
		cut = end
	}
	switch {
	case cut > end:
		return 0, 0, fmt.Errorf("the cut %v is after the end %v%s: set an earlier cut or a later end", cut, end, lastDay)
	case cut < read.firstNamed && cut == end:
		return 0, 0, fmt.Errorf("the end %v is before the first transaction, %v", end, read.firstNamed)
	case cut < read.firstNamed:
		return 0, 0, fmt.Errorf("the cut %v is before the first transaction, %v", cut, read.firstNamed)
	}
	return cut, end, nil
}
