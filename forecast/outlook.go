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
		e := m.Expected(span)
		if b.orders {
			out[k], orders = outlook{orders: e - orders}, e
			continue
		}
		p := m.ProbOrder(history.Customer{}, span)
		d := e
		switch {
		case b.factor != nil:
			d = discounted + (e-orders)*b.factor[k]
		case b.delta > 0:
			d = math.Exp(-b.delta*from) * m.DET(history.Customer{}, span, b.delta)
		}
		active := p
		if t > 0 {
			active = 1 - m.ProbBetween(0, t, span)
		}
		out[k] = outlook{e - orders, d - discounted, active, p - any}
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

// An expectation is what the customers of a table are expected to do at the
// estimates, and what it is made of.
type expectation struct {
	sums     []sum       // by group and bin
	pair     []int       // of each state: the number of its (x, T)
	outlooks [][]outlook // of each (x, T)
	alive    []float64   // P(alive) of each state
}

// expectAll returns what is expected of the customers of the table at the
// estimates, by group and bin.
func (m *Model) expectAll(p *population, b *bins, groups int) *expectation {
	s := p.states
	e := &expectation{make([]sum, groups*len(b.ends)), make([]int, len(s.all)), make([][]outlook, len(s.begin)-1), make([]float64, len(s.all))}
	parallel(len(e.outlooks), func(g int) {
		c := s.all[s.begin[g]].customer
		e.outlooks[g] = b.outlookOf(m.Purchase.Alive(c.Frequency, c.T), 0)
		for i := s.begin[g]; i < s.begin[g+1]; i++ {
			e.alive[i], e.pair[i] = m.Purchase.ProbAlive(s.all[i].customer), g
		}
	})
	for i, k := range s.of {
		expect(e.sums[int(p.group[i])*len(b.ends):], e.outlooks[e.pair[k]], p.h.Weight(i)*e.alive[k], m.valueOf(p.h.Customer(i)))
	}
	return e
}

// valueOf returns the mean value of the purchases expected of a customer, 0
// without money.
func (m *Model) valueOf(c history.Customer) float64 {
	if money, _ := m.hasMoney(); !money {
		return 0
	}
	return m.Spend.ExpectedSpend(forSpend(c))
}
