package history

import (
	"cmp"
	"math"
	"slices"
)

// An assembly makes the table from the customers' rows, one customer after the
// other, and accounts for each row.
type assembly struct {
	cut, end Date
	unitDays float64 // days in a unit of time
	drop     bool    // refunds are dropped
	ids      *idTable
	text     string // all identifiers, one after the other

	table *Table

	start Date // the day of days[0]
	days  []dayTally

	afterEnd, refundsDropped, cancelled, bornAfterCut tally
	first, repeat, holdout                            tally
	merged                                            int

	customersBornAfterCut, purchasesBornAfterCut, customersNoPurchase int

	purchases []purchase // of the customer at hand

	keep bool
	kept []Purchases
}

type dayTally struct{ first, repeat tally }

// A purchase is what a customer bought on one day.
type purchase struct {
	date  Date
	total float64
	rows  []entry
}

func newAssembly(b *Builder, cut, end Date) *assembly {
	n := b.ids.len()
	a := &assembly{
		cut: cut, end: end, unitDays: b.options.Unit.Days(), drop: b.options.Refunds == Drop,
		ids: &b.ids, text: string(b.ids.text),
		start: b.firstNamed, days: make([]dayTally, end-b.firstNamed+1),
		keep: b.options.Purchases,
	}
	a.table = &Table{
		Unit: b.options.Unit, Cut: cut.Time(), End: end.Time(),
		ID: make([]string, 0, n), Frequency: make([]int, 0, n), Recency: make([]float64, 0, n), T: make([]float64, 0, n),
	}
	amounts := b.noAmount == 0
	if amounts {
		a.table.Spend = make([]float64, 0, n)
	}
	if cut < end {
		a.table.HoldoutFrequency = make([]int, 0, n)
		if amounts {
			a.table.HoldoutSpend = make([]float64, 0, n)
		}
	}
	return a
}

// add accounts for the rows of customer number c, which it sorts, and gives
// the customer a row of the table if it has a purchase up to the cut.
func (a *assembly) add(c int, rows []entry) {
	ps := a.buy(rows)
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
	for i, p := range ps {
		day := &a.days[p.date-a.start]
		switch {
		case i == 0:
			a.count(&a.first, &day.first, p)
		case p.date <= a.cut:
			a.count(&a.repeat, &day.repeat, p)
			spend += p.total
			x++
		default:
			a.count(&a.holdout, &day.repeat, p)
			later += p.total
		}
	}
	a.append(c, ps, x, spend/float64(x), later)
}

// count adds a purchase to the account and to its day.
func (a *assembly) count(account, day *tally, p purchase) {
	account.rows++
	day.rows++
	a.merged += len(p.rows) - 1
	for _, r := range p.rows {
		account.money.add(r.amount)
		day.money.add(r.amount)
	}
}

// append gives customer c a row of the table: its purchases ps, of which x are
// repeat purchases up to the cut with the mean spend, and those after the cut
// cost later.
func (a *assembly) append(c int, ps []purchase, x int, spend, later float64) {
	t := a.table
	born := ps[0].date
	t.ID = append(t.ID, a.text[a.ids.begin(c):a.ids.end[c]])
	t.Frequency = append(t.Frequency, x)
	t.Recency = append(t.Recency, float64(ps[x].date-born)/a.unitDays)
	t.T = append(t.T, float64(a.cut-born)/a.unitDays)
	if a.keep {
		a.kept = append(a.kept, purchasesOf(ps, t.Spend != nil))
	}
	if t.Spend != nil {
		t.Spend = append(t.Spend, spend) // 0/0 = NaN where x = 0
	}
	if t.HoldoutFrequency != nil {
		t.HoldoutFrequency = append(t.HoldoutFrequency, len(ps)-1-x)
	}
	if t.HoldoutSpend != nil {
		t.HoldoutSpend = append(t.HoldoutSpend, later)
	}
}

// buy returns a customer's purchases up to the end, in order, and accounts for
// the rows that are none.
func (a *assembly) buy(rows []entry) []purchase {
	slices.SortFunc(rows, func(r, s entry) int { return cmp.Or(cmp.Compare(r.date, s.date), cmp.Compare(r.amount, s.amount)) })
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
		if a.drop {
			day = a.dropRefunds(day)
		}
		if len(day) == 0 {
			continue
		}
		total := net(day)
		if day[0].amount < 0 && total <= 0 {
			a.cancelled.addAll(day)
			continue
		}
		ps = append(ps, purchase{day[0].date, total, day})
	}
	a.purchases = ps
	return ps
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

// net returns the total of a day's rows. Decimal amounts are not exact in
// binary: 10.10 + 20.20 - 30.30 leaves a remainder, which must not pass for a
// purchase. What is less than 1e-12 of the money that moved is zero.
func net(day []entry) float64 {
	var total, gross float64
	for _, r := range day {
		total += r.amount
		gross += math.Abs(r.amount)
	}
	if math.Abs(total) <= 1e-12*gross {
		return 0
	}
	return total
}
