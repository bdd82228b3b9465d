package history

import (
	"errors"
	"fmt"
	"math"
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

	Purchases bool // keep every purchase, in Log.Purchases
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
// every order.
//
// A Builder holds 16 bytes a row and each identifier once.
type Builder struct {
	options Options
	ids     idTable
	blocks  [][]row // all full but the last

	read, noCustomer, refunds tally
	zero, noAmount            int
	first, last               Date // of all rows
	firstNamed                Date // of the rows that name a customer
}

type row struct {
	customer int32
	date     Date
	amount   float64
}

// An entry is a row whose customer is known from its place.
type entry struct {
	date   Date
	amount float64
}

const blockRows = 1 << 16

// MaxAmount is the greatest amount of money, either way, that a Builder takes:
// sums of such amounts are finite.
const MaxAmount = 1e100

// NewBuilder returns an empty builder.
func NewBuilder(o *Options) *Builder {
	b := &Builder{}
	if o != nil {
		b.options = *o
	}
	if b.options.Unit == 0 {
		b.options.Unit = Week
	}
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

// AddRow is Add for readers of many rows: it keeps no reference to id and
// allocates nothing for a customer it knows.
func (b *Builder) AddRow(id []byte, day Date, amount float64) error {
	switch {
	case day < 1 || day > lastDate:
		return errors.New("the day lies outside the years 1 to 9999")
	case math.Abs(amount) > MaxAmount:
		return fmt.Errorf("amount %v is not an amount of money", amount)
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
	b.append(row{b.ids.number(id), day, amount})
	return nil
}

func earlier(d, e Date) Date {
	if d == 0 {
		return e
	}
	return min(d, e)
}

func (b *Builder) append(r row) {
	k := len(b.blocks) - 1
	if k < 0 || len(b.blocks[k]) == blockRows {
		b.blocks = append(b.blocks, make([]row, 0, blockRows))
		k++
	}
	b.blocks[k] = append(b.blocks[k], r)
}

// Build returns the histories and the account of every row. It returns an
// error if there is no transaction that names a customer, if some rows have an
// amount and others have none, if the cut or the end lies before the first
// transaction, if the cut lies after the end, or if no customer has bought up
// to the cut.
func (b *Builder) Build() (*Log, error) {
	cut, end, err := b.period()
	if err != nil {
		return nil, err
	}
	entries, begin := b.byCustomer()
	a := newAssembly(b, cut, end)
	for c := range b.ids.len() {
		a.add(c, entries[begin[c]:begin[c+1]])
	}
	if a.table.Len() == 0 {
		return nil, fmt.Errorf("no customer has a purchase up to the cut, %v: there is no history to build", cut)
	}
	return a.log(b), nil
}

// period returns the last days of calibration and holdout.
func (b *Builder) period() (cut, end Date, err error) {
	switch {
	case b.read.rows == 0:
		return 0, 0, errors.New("there are no transactions")
	case b.firstNamed == 0:
		return 0, 0, fmt.Errorf("none of the %d transactions names a customer", b.read.rows)
	case b.noAmount > 0 && b.noAmount < b.read.rows:
		return 0, 0, fmt.Errorf("%d of %d transactions have no amount: give an amount to all of them or to none", b.noAmount, b.read.rows)
	}
	lastDay := ""
	if end = DateOf(b.options.End); end == 0 {
		end, lastDay = b.last, ", the last day of the log"
	}
	if cut = DateOf(b.options.Cut); cut == 0 {
		cut = end
	}
	switch {
	case cut > end:
		return 0, 0, fmt.Errorf("the cut %v is after the end %v%s: set an earlier cut or a later end", cut, end, lastDay)
	case cut < b.firstNamed && cut == end:
		return 0, 0, fmt.Errorf("the end %v is before the first transaction, %v", end, b.firstNamed)
	case cut < b.firstNamed:
		return 0, 0, fmt.Errorf("the cut %v is before the first transaction, %v", cut, b.firstNamed)
	}
	return cut, end, nil
}

// byCustomer returns the rows of customer c in entries[begin[c]:begin[c+1]].
func (b *Builder) byCustomer() (entries []entry, begin []int) {
	begin = make([]int, b.ids.len()+2)
	for _, block := range b.blocks {
		for i := range block {
			begin[block[i].customer+2]++
		}
	}
	for c := 2; c < len(begin); c++ {
		begin[c] += begin[c-1]
	}
	entries = make([]entry, begin[len(begin)-1])
	for _, block := range b.blocks {
		for _, r := range block {
			next := &begin[r.customer+1]
			entries[*next] = entry{r.date, r.amount}
			*next++
		}
	}
	return entries, begin[:len(begin)-1]
}
