package forecast

import "github.com/predictive-clv/clv/history"

// An outlook is what is expected of a customer who is alive, by period: orders,
// and the probabilities of an order and of the first one.
type outlook struct{ orders, active, new float64 }

// outlookOf returns the outlook of customers of age from on the customers'
// clock, whose future is m.
func (f *periods) outlookOf(m Newcomer, from float64) []outlook {
	out := make([]outlook, len(f.bins.ends))
	var t, orders, any float64
	for k, end := range f.bins.ends {
		if end <= from {
			continue
		}
		e, p := m.Expected(end-from), m.ProbOrder(history.Customer{}, end-from)
		out[k] = outlook{e - orders, 1 - m.ProbBetween(0, t, end-from), p - any}
		t, orders, any = end-from, e, p
	}
	return out
}

// expectedExisting returns the sums over the customers of the table, by group
// and period, at the estimates.
func (f *periods) expectedExisting() []sum {
	s, m := f.p.states, f.m.Purchase
	alive, pair := make([]float64, len(s.all)), make([]int, len(s.all))
	outlooks := make([][]outlook, len(s.begin)-1)
	parallel(len(outlooks), func(g int) {
		c := s.all[s.begin[g]].customer
		outlooks[g] = f.outlookOf(m.Alive(c.Frequency, c.T), 0)
		for i := s.begin[g]; i < s.begin[g+1]; i++ {
			alive[i], pair[i] = m.ProbAlive(s.all[i].customer), g
		}
	})
	out := make([]sum, len(f.names)*len(f.spans))
	for i, k := range s.of {
		value := 0.0
		if f.money {
			value = f.m.Spend.ExpectedSpend(forSpend(f.p.h.Customer(i)))
		}
		f.expect(out[int(f.p.group[i])*len(f.spans):], outlooks[pair[k]], f.p.h.Weight(i)*alive[k], value)
	}
	return out
}

// expect adds n customers who are alive, with purchases of a mean value, to the
// sums.
func (f *periods) expect(dst []sum, o []outlook, n, value float64) {
	for k, e := range o {
		dst[k].add(sum{orders: n * e.orders, active: n * e.active, new: n * e.new,
			money: n * e.orders * value, discounted: n * e.orders * value * f.bins.factor[k]})
	}
}

// expectedAcquired is expectedExisting of the customers still to come.
func (f *periods) expectedAcquired() []sum {
	out := make([]sum, len(f.names)*len(f.spans))
	if f.o.Plan == nil {
		return out
	}
	var value float64
	if f.money {
		value = f.m.Spend.Mean()
	}
	outlooks := make([][]outlook, len(f.clock))
	parallel(len(outlooks), func(day int) {
		outlooks[day] = f.outlookOf(f.m.Purchase.Alive(0, 0), f.at(f.cut+history.Date(day)))
	})
	alive := f.m.Purchase.ProbAlive(history.Customer{})
	for g, name := range f.names {
		dst := out[g*len(f.spans):]
		for day, n := range f.o.Plan.expected(name, f.cut, len(f.clock)-1) {
			if n > 0 {
				f.expectArrivals(dst, outlooks[day], day, n, alive, value)
			}
		}
	}
	return out
}

// expectArrivals adds n customers acquired on a day. Each is active in the
// period of that day and never for the first time again.
func (f *periods) expectArrivals(dst []sum, o []outlook, day int, n, alive, value float64) {
	k := f.spanOf(day)
	later := append([]outlook(nil), o...)
	for j := range later {
		later[j].new = 0
	}
	later[k].active = 0
	f.expect(dst, later, n*alive, value)
	first := n * value * f.firstScale()
	dst[k].add(sum{arrivals: n, orders: n, active: n, new: n, money: first, discounted: first * f.bins.factor[k]})
}
