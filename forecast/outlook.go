package forecast

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// An outlook is what is expected of a customer who is alive, in each bin:
// orders, these discounted, and the probabilities of an order and of the first
// one.
type outlook struct{ orders, discounted, active, new float64 }

// outlookOf returns the outlook of customers who are alive at from, the time on
// the bins' clock, and whose future is m.
func (b *bins) outlookOf(m Newcomer, from float64) []outlook {
	out := make([]outlook, len(b.ends))
	var t, orders, discounted, any float64
	for k, end := range b.ends {
		if end <= from {
			continue
		}
		span := end - from
		e, p := m.Expected(span), m.ProbOrder(history.Customer{}, span)
		d := e
		switch {
		case b.factor != nil:
			d = discounted + (e-orders)*b.factor[k]
		case b.delta > 0:
			d = math.Exp(-b.delta*from) * m.DET(history.Customer{}, span, b.delta)
		}
		out[k] = outlook{e - orders, d - discounted, 1 - m.ProbBetween(0, t, span), p - any}
		t, orders, discounted, any = span, e, d, p
	}
	return out
}

// expect adds n customers who are alive, with purchases of a mean value, to the
// sums.
func expect(dst []sum, o []outlook, n, value float64) {
	for k, e := range o {
		dst[k].add(sum{orders: n * e.orders, active: n * e.active, new: n * e.new,
			money: n * e.orders * value, discounted: n * e.discounted * value})
	}
}

// expectOne adds what a replicate expects of a customer to the sums.
func (b *bins) expectOne(dst []sum, rep *Replicate, c history.Customer, money bool) {
	value := 0.0
	if money {
		value = rep.Spend.ExpectedSpend(forSpend(c))
	}
	expect(dst, b.outlookOf(rep.Purchase.Alive(c.Frequency, c.T), 0), rep.Purchase.ProbAlive(c), value)
}

// expectAll returns what is expected of the customers of the table at the
// estimates, by group and bin.
func (m *Model) expectAll(p *population, b *bins, groups int) []sum {
	money, _ := m.hasMoney()
	s := p.states
	alive, pair := make([]float64, len(s.all)), make([]int, len(s.all))
	outlooks := make([][]outlook, len(s.begin)-1)
	parallel(len(outlooks), func(g int) {
		c := s.all[s.begin[g]].customer
		outlooks[g] = b.outlookOf(m.Purchase.Alive(c.Frequency, c.T), 0)
		for i := s.begin[g]; i < s.begin[g+1]; i++ {
			alive[i], pair[i] = m.Purchase.ProbAlive(s.all[i].customer), g
		}
	})
	out := make([]sum, groups*len(b.ends))
	for i, k := range s.of {
		value := 0.0
		if money {
			value = m.Spend.ExpectedSpend(forSpend(p.h.Customer(i)))
		}
		expect(out[int(p.group[i])*len(b.ends):], outlooks[pair[k]], p.h.Weight(i)*alive[k], value)
	}
	return out
}
