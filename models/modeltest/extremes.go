package modeltest

import (
	"fmt"
	"math"
	"slices"

	"github.com/predictive-clv/clv/history"
)

// checkExtremes: parameters and histories at the ends of what can be give
// finite likelihoods, probabilities between 0 and 1, and expectations that are
// numbers.
func checkExtremes(r *report, s *subject) {
	for _, p := range s.extremeParams() {
		m := s.with(p)
		for _, T := range []float64{0, 1e-3, 1e5} {
			for _, x := range []int{0, 1, 40, 100000} {
				for _, part := range []float64{1e-6, 1 - 1e-9, 1} {
					c := history.Customer{Frequency: x, Recency: part * T, T: T, Spend: math.NaN()}
					if x == 0 {
						c.Recency = 0
					}
					if c.Check() == nil && !(x == 0 && part > 1e-6) {
						r.extreme(m, c)
					}
				}
			}
		}
	}
}

// extremeParams are the model's own parameters with each of them alone and all
// together at the ends of the range, in all combinations of up to five.
func (s *subject) extremeParams() (ps [][]float64) {
	for i := range s.params {
		for _, v := range []float64{s.least, s.greatest} {
			p := slices.Clone(s.params)
			p[i] = v
			ps = append(ps, p)
		}
	}
	k := min(len(s.params), 5)
	for corner := range 1 << k {
		p := slices.Clone(s.params)
		for i := range k {
			if p[i] = s.least; corner>>i&1 == 1 {
				p[i] = s.greatest
			}
		}
		ps = append(ps, p)
	}
	return ps
}

// extreme looks at every quantity of one customer under m.
func (r *report) extreme(m *subject, c history.Customer) {
	h := &history.Table{}
	h.Append(c)
	for _, v := range m.likelihoods(h) {
		r.within(fmt.Sprintf("ℓ or its score of %+v in a table under %v", c, m.params), v, -math.MaxFloat64, math.MaxFloat64)
	}
	for _, q := range m.extremes(c, 1e-3) {
		r.extremeValue(m, c, q)
	}
	for _, q := range m.extremes(c, 1e5) {
		r.extremeValue(m, c, q)
	}
}

func (r *report) extremeValue(m *subject, c history.Customer, q extremeValue) {
	if q.offered {
		r.within(fmt.Sprintf("%s of %+v under %v", q.name, c, m.params), q.of(), q.least, q.greatest)
	}
}

// An extremeValue is a quantity with the bounds of what is an answer.
type extremeValue struct {
	customerValue
	least, greatest float64
}

// extremes are the quantities of a customer, those with a horizon for t.
func (s *subject) extremes(c history.Customer, t float64) (vs []extremeValue) {
	bounds := func(least, greatest float64, qs ...customerValue) {
		for _, q := range qs {
			vs = append(vs, extremeValue{q, least, greatest})
		}
	}
	bounds(-math.MaxFloat64, math.MaxFloat64,
		customerValue{"ℓ", s.logLikOf != nil, func() float64 { return s.logLikOf(c) }})
	bounds(0, 1,
		customerValue{"P(alive)", s.probAlive != nil, func() float64 { return s.probAlive(c) }},
		customerValue{"P(alive later)", s.probAliveAt != nil, func() float64 { return s.probAliveAt(c, t) }},
		customerValue{"P(order)", s.probOrder != nil, func() float64 { return s.probOrder(c, t) }},
		customerValue{"P(no order)", s.probNoOrder != nil, func() float64 { return s.probNoOrder(c) }},
		customerValue{"P(Y = 0)", s.condProb != nil, func() float64 { return s.condProb(c, 0, t) }},
		customerValue{"P(Y = 1000)", s.condProb != nil, func() float64 { return s.condProb(c, 1000, t) }})
	bounds(0, math.MaxFloat64,
		customerValue{"E[Y]", s.condExpected != nil, func() float64 { return s.condExpected(c, t) }},
		customerValue{"DET", s.det != nil, func() float64 { return s.det(c, t, 1e-3) }},
		customerValue{"DERT", s.dert != nil, func() float64 { return s.dert(c, 1e-3) }},
		customerValue{"the mean of λ", s.posterior != nil, func() float64 { return s.posterior(c).MeanRate }},
		customerValue{"the mean of the dropout trait", s.posterior != nil, func() float64 { return s.posterior(c).MeanDropout }})
	bounds(0, math.Inf(1),
		customerValue{"the median of the next purchase", s.nextPurchaseQuantile != nil, func() float64 { return s.nextPurchaseQuantile(c, 0.5) }},
		customerValue{"the residual lifetime", s.residualLifetime != nil, func() float64 { return s.residualLifetime(c) }})
	return vs
}
