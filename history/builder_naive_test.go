package history

import "math"

// A naive makes the histories of a drawn log another way: maps, whole cents,
// one question at a time.
type naive struct {
	drawnLog
	histories map[string]Customer
	holdout   map[string]int // purchases after the cut
	rec       Reconciliation // rows only
}

func (l drawnLog) naive() *naive {
	n := &naive{l, map[string]Customer{}, map[string]int{}, Reconciliation{}}
	for name, days := range n.days() {
		if bought := n.purchases(days); len(bought) > 0 {
			n.add(name, days, bought)
		} else {
			n.rec.CustomersNoPurchase++
		}
	}
	return n
}

func (n *naive) cents(r drawnRow) int {
	if !n.amounts {
		return 0
	}
	return r.cents
}

// days returns the rows that count, by customer and day.
func (n *naive) days() map[string]map[int][]drawnRow {
	customers := map[string]map[int][]drawnRow{}
	for _, r := range n.rows {
		n.rec.Read.Rows++
		if r.customer == "" {
			n.rec.NoCustomer.Rows++
			continue
		}
		if customers[r.customer] == nil {
			customers[r.customer] = map[int][]drawnRow{}
		}
		switch {
		case r.day > n.end:
			n.rec.AfterEnd.Rows++
		case n.o.Refunds == Drop && n.cents(r) < 0:
			n.rec.RefundsDropped.Rows++
		default:
			customers[r.customer][r.day] = append(customers[r.customer][r.day], r)
		}
	}
	return customers
}

// purchases returns a customer's cents by day, and takes the days out that are
// no purchase.
func (n *naive) purchases(days map[int][]drawnRow) map[int]int {
	bought := map[int]int{}
	for day, rows := range days {
		total, refund := 0, false
		for _, r := range rows {
			total += n.cents(r)
			refund = refund || n.cents(r) < 0
		}
		if refund && total <= 0 {
			n.rec.Cancelled.Rows += len(rows)
			delete(days, day)
			continue
		}
		bought[day] = total
	}
	return bought
}

// add accounts for a customer's rows and purchases.
func (n *naive) add(name string, days map[int][]drawnRow, bought map[int]int) {
	rows, first := 0, math.MaxInt
	for day, rs := range days {
		rows += len(rs)
		first = min(first, day)
	}
	if first > n.cut {
		n.rec.BornAfterCut.Rows += rows
		n.rec.CustomersBornAfterCut++
		n.rec.PurchasesBornAfterCut += len(bought)
		return
	}
	last, x, money := first, 0, 0
	for day, total := range bought {
		switch {
		case day > n.cut:
			n.holdout[name]++
		case day > first:
			last = max(last, day)
			money += total
			x++
		}
	}
	n.rec.Customers++
	n.rec.First.Rows++
	n.rec.Repeat.Rows += x
	n.rec.Holdout.Rows += n.holdout[name]
	n.rec.Merged.Rows += rows - len(bought)
	u := n.o.Unit
	if u == 0 {
		u = Week
	}
	c := Customer{Frequency: x, Recency: float64(last-first) / u.Days(), T: float64(n.cut-first) / u.Days(), Spend: math.NaN()}
	if x > 0 && n.amounts {
		c.Spend = float64(money) / 100 / float64(x)
	}
	n.histories[name] = c
}
