package history

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// An assembly makes histories from the customers' rows, one customer after the
// other, and accounts for each row.
type assembly struct {
	options  *Options
	cut, end Date
	amounts  bool // the log has them

	part *part         // takes the histories
	kept *atomic.Int64 // bytes of the purchases kept, of all siblings

	start Date // the day of days[0]
	days  []dayTally

	afterEnd, refundsDropped, cancelled, bornAfterCut tally
	merged                                            int

	customersBornAfterCut, purchasesBornAfterCut, customersNoPurchase int

	purchases []purchase // of the customer at hand
}

// A dayTally accounts for the purchases of a day, customers' first ones and
// others.
type dayTally struct{ first, repeat tally }

// A purchase is what a customer bought on one day.
type purchase struct {
	date  Date
	total float64
	rows  []entry
}

func newAssembly(o *Options, read *intake, cut, end Date) *assembly {
	return &assembly{
		options: o, kept: new(atomic.Int64), cut: cut, end: end, amounts: read.noAmount == 0,
		start: read.firstNamed, days: make([]dayTally, end-read.firstNamed+1),
	}
}

// assemble makes the histories of the customers of every shelf, on all cores,
// and accounts for all rows.
func (a *assembly) assemble(ctx context.Context, rows *store) ([]*part, error) {
	parts := make([]*part, rows.shelves())
	var mutex sync.Mutex // of a and err
	var err error
	parallel(len(parts), func(next func() (int, bool)) {
		own, s := a.sibling(), &shelf{ids: idTable{seed: newHashSeed()}} // not that of the shelves: its upper bits are the same on each
		var failed error
		for k, ok := next(); ok && failed == nil; k, ok = next() {
			if failed = cmp.Or(ctx.Err(), s.take(rows, k)); failed == nil {
				parts[k] = own.make(s)
				failed = a.checkKept()
			}
		}
		mutex.Lock()
		defer mutex.Unlock()
		err = cmp.Or(err, failed)
		a.addAssembly(own)
	})
	return parts, err
}

// ErrMemory is that the purchases to be kept take more memory than they may.
var ErrMemory = errors.New("the purchases of all customers take more memory than they may")

func (a *assembly) checkKept() error {
	if most := a.options.PurchasesMemory; most > 0 && a.kept.Load() > most {
		return ErrMemory
	}
	return nil
}

// sibling returns an empty assembly of the same log.
func (a *assembly) sibling() *assembly {
	return &assembly{options: a.options, kept: a.kept, cut: a.cut, end: a.end, amounts: a.amounts, start: a.start, days: make([]dayTally, len(a.days))}
}

// addAssembly adds the account of another assembly of the same log.
func (a *assembly) addAssembly(b *assembly) {
	for i := range a.days {
		a.days[i].first.addTally(&b.days[i].first)
		a.days[i].repeat.addTally(&b.days[i].repeat)
	}
	a.afterEnd.addTally(&b.afterEnd)
	a.refundsDropped.addTally(&b.refundsDropped)
	a.cancelled.addTally(&b.cancelled)
	a.bornAfterCut.addTally(&b.bornAfterCut)
	a.merged += b.merged
	a.customersBornAfterCut += b.customersBornAfterCut
	a.purchasesBornAfterCut += b.purchasesBornAfterCut
	a.customersNoPurchase += b.customersNoPurchase
}

// make returns the histories of a shelf's customers.
func (a *assembly) make(s *shelf) *part {
	a.part = a.newPart(s)
	for c := range s.ids.len() {
		a.add(s, c)
	}
	return a.part
}

// add accounts for the rows of customer number c, which it sorts, and gives
// the customer a row of the table if it has a purchase up to the cut.
func (a *assembly) add(s *shelf, c int) {
	ps := a.buy(s.of(c))
	switch {
	case len(ps) == 0:
		a.customersNoPurchase++
		return
	case ps[0].date > a.cut:
		a.customersBornAfterCut++
		a.purchasesBornAfterCut += len(ps)
		for _, p := range ps {
			a.bornAfterCut.addAll(p.rows)
		}
		return
	}
	x := 0 // repeat purchases up to the cut
	var spend, later float64
	for i := range ps {
		p := &ps[i]
		day := &a.days[p.date-a.start]
		switch {
		case i == 0:
			a.count(&day.first, p)
		case p.date <= a.cut:
			a.count(&day.repeat, p)
			spend += p.total
			x++
		default:
			a.count(&day.repeat, p)
			later += p.total
		}
	}
	a.part.id(s, c)
	a.append(ps, x, spend/float64(x), later)
}

// count adds a purchase to its day.
func (a *assembly) count(day *tally, p *purchase) {
	day.rows++
	a.merged += len(p.rows) - 1
	for _, r := range p.rows {
		day.money.add(r.amount)
	}
}

// append gives a customer a row of the table: its purchases ps, of which x are
// repeat purchases up to the cut with the mean spend, and those after the cut
// cost later.
func (a *assembly) append(ps []purchase, x int, spend, later float64) {
	p, born := a.part, ps[0].date
	p.frequency = append(p.frequency, int32(x))
	p.recency = append(p.recency, int32(ps[x].date-born))
	p.age = append(p.age, int32(a.cut-born))
	if a.options.Purchases {
		kept := purchasesOf(ps, a.amounts)
		p.kept = append(p.kept, kept)
		a.kept.Add(int64(4*len(kept.Days) + 8*len(kept.Values)))
	}
	if p.spend != nil {
		p.spend = append(p.spend, spend) // 0/0 = NaN where x = 0
	}
	if p.holdoutFrequency != nil {
		p.holdoutFrequency = append(p.holdoutFrequency, int32(len(ps)-1-x))
	}
	if p.holdoutSpend != nil {
		p.holdoutSpend = append(p.holdoutSpend, later)
	}
}

// buy returns a customer's purchases up to the end, in order, and accounts for
// the rows that are none.
func (a *assembly) buy(rows []entry) []purchase {
	sortEntries(rows)
	ps := a.purchases[:0]
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].date == rows[0].date {
			n++
		}
		day := rows[:n]
		rows = rows[n:]
		if day[0].date > a.end {
			a.afterEnd.addAll(day)
			continue
		}
		if a.options.Refunds == Drop {
			day = a.dropRefunds(day)
		}
		if len(day) == 0 {
			continue
		}
		total := net(day)
		if day[0].amount < 0 && total <= 0 && a.options.Refunds != Keep {
			a.cancelled.addAll(day)
			continue
		}
		ps = slices.Grow(ps, 1)[:len(ps)+1]
		p := &ps[len(ps)-1]
		p.date, p.total, p.rows = day[0].date, total, day
	}
	a.purchases = ps
	return ps
}

// sortEntries sorts rows by date and amount. Most customers have few.
func sortEntries(rows []entry) {
	if len(rows) > 12 {
		slices.SortFunc(rows, func(r, s entry) int { return cmp.Or(cmp.Compare(r.date, s.date), cmp.Compare(r.amount, s.amount)) })
		return
	}
	for i := 1; i < len(rows); i++ {
		r, k := rows[i], i
		for ; k > 0 && (r.date < rows[k-1].date || r.date == rows[k-1].date && r.amount < rows[k-1].amount); k-- {
			rows[k] = rows[k-1]
		}
		rows[k] = r
	}
}

// dropRefunds sets a day's negative rows aside and returns the others. The
// rows are in ascending order.
func (a *assembly) dropRefunds(day []entry) []entry {
	n := 0
	for n < len(day) && day[n].amount < 0 {
		n++
	}
	a.refundsDropped.addAll(day[:n])
	return day[n:]
}

// net returns the total of a day's rows.
func net(day []entry) float64 {
	var total, gross float64
	for _, r := range day {
		total += r.amount
		gross += math.Abs(r.amount)
	}
	return netted(total, gross)
}

// netted returns a day's total given the money that moved. Decimal amounts are
// not exact in binary: 10.10 + 20.20 - 30.30 leaves a remainder, which must not
// pass for a purchase. What is less than 1e-12 of the money that moved is zero.
func netted(total, gross float64) float64 {
	if math.Abs(total) <= 1e-12*gross {
		return 0
	}
	return total
}
