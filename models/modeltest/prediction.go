package modeltest

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// A value is one quantity of one customer with its name.
type value struct {
	what  string
	value float64
}

// values returns every quantity offered, for every kind of customer, with times
// in units of the given number and multiplied so that the unit does not matter.
func (s *subject) values(unit float64) (vs []value) {
	for _, c := range s.customers() {
		at := fmt.Sprintf(" of a customer with x = %d, t_x = %.4g, T = %.4g", c.Frequency, c.Recency, c.T)
		for _, q := range s.customerValues(c, unit) {
			if q.offered {
				vs = append(vs, value{q.name + at, q.of()})
			}
		}
	}
	for n := range 3 {
		if s.prob != nil {
			vs = append(vs, value{fmt.Sprintf("Prob(%d)", n), s.prob(n, s.horizon)})
		}
		if s.probBetween != nil {
			vs = append(vs, value{fmt.Sprintf("ProbBetween(%d)", n), s.probBetween(n, s.horizon/2, s.horizon)})
		}
	}
	return vs
}

// A customerValue is one quantity of a customer that the model may offer.
type customerValue struct {
	name    string
	offered bool
	of      func() float64
}

func (s *subject) customerValues(c history.Customer, unit float64) []customerValue {
	const delta = 0.002
	H := s.horizon
	return []customerValue{
		{"ProbAlive", s.probAlive != nil, func() float64 { return s.probAlive(c) }},
		{"LogOddsAlive", s.logOddsAlive != nil, func() float64 { return s.logOddsAlive(c) }},
		{"ProbAliveAt", s.probAliveAt != nil, func() float64 { return s.probAliveAt(c, H) }},
		{"ResidualLifetime", s.residualLifetime != nil, func() float64 { return s.residualLifetime(c) / unit }},
		{"ProbOrder", s.probOrder != nil, func() float64 { return s.probOrder(c, H) }},
		{"ProbNoOrder", s.probNoOrder != nil, func() float64 { return s.probNoOrder(c) }},
		{"NextPurchaseQuantile", s.nextPurchaseQuantile != nil, func() float64 { return s.nextPurchaseQuantile(c, 0.05) / unit }},
		{"Expected", s.expected != nil, func() float64 { return s.expected(H) }},
		{"CondExpected", s.condExpected != nil, func() float64 { return s.condExpected(c, H) }},
		{"CondExpectedBetween", s.condExpectedBetween != nil, func() float64 { return s.condExpectedBetween(c, H/2, H) }},
		{"CondProb(0)", s.condProb != nil, func() float64 { return s.condProb(c, 0, H) }},
		{"CondProb(2)", s.condProb != nil, func() float64 { return s.condProb(c, 2, H) }},
		{"DET", s.det != nil, func() float64 { return s.det(c, H, delta/unit) }},
		{"DERT", s.dert != nil, func() float64 { return s.dert(c, delta/unit) }},
		{"the mean of λ", s.posterior != nil, func() float64 { return s.posterior(c).MeanRate * unit }},
		{"the variance of λ", s.posterior != nil, func() float64 { return s.posterior(c).VarRate * unit * unit }},
	}
}

// checkCounts: the probabilities of all counts add up to 1, and the counts to
// their expectation.
func checkCounts(r *report, s *subject) {
	if r.lacks(need{"Prob", s.prob != nil}, need{"Expected", s.expected != nil}) {
		return
	}
	for _, t := range []float64{s.T / 100, s.horizon, s.T, 3 * s.T} {
		r.counts(s, fmt.Sprintf("P(X(%.4g) = n)", t), func(n int) float64 { return s.prob(n, t) }, s.expected(t))
	}
	if r.lacks(need{"ProbBetween", s.probBetween != nil}, need{"CondExpectedBetween", s.condExpectedBetween != nil}) {
		return
	}
	mean := s.condExpectedBetween(history.Customer{}, s.horizon, 2*s.horizon)
	r.counts(s, "P(X(H, 2H] = n)", func(n int) float64 { return s.probBetween(n, s.horizon, 2*s.horizon) }, mean)
	for n := range 4 {
		r.near(fmt.Sprintf("P(X(0, H] = %d)", n), s.probBetween(n, 0, s.horizon), s.prob(n, s.horizon), s.tolerance, 1e-300)
	}
}

// checkCondCounts: the same given a history.
func checkCondCounts(r *report, s *subject) {
	if r.lacks(need{"CondProb", s.condProb != nil}, need{"CondExpected", s.condExpected != nil}) {
		return
	}
	for _, c := range s.customers() {
		r.counts(s, fmt.Sprintf("P(Y(H) = n) of %+v", c), func(n int) float64 { return s.condProb(c, n, s.horizon) }, s.condExpected(c, s.horizon))
	}
}

// counts sums up a distribution until the rest no longer counts.
func (r *report) counts(s *subject, what string, prob func(n int) float64, want float64) {
	var total, mean, last float64
	for n := range 200000 {
		p := prob(n)
		r.within(what, p, 0, 1+1e-12)
		total, mean = total+p, mean+float64(n)*p
		if ratio := p / last; float64(n) > 2*want && ratio < 1 && p*float64(n)/((1-ratio)*(1-ratio)) < 1e-3*s.tolerance*want {
			break
		}
		last = p
	}
	r.near("Σ "+what, total, 1, s.tolerance, 1)
	r.near("Σ n·"+what, mean, want, s.tolerance, 1e-300)
}

// checkLogarithms: the logarithm of a probability is its logarithm.
func checkLogarithms(r *report, s *subject) {
	if s.logProb == nil && s.logCondProb == nil && s.logOddsAlive == nil {
		r.lacking = "LogProb, LogCondProb, LogOddsAlive"
		return
	}
	for n := range 20 {
		if s.logProb != nil && s.prob != nil {
			r.near(fmt.Sprintf("exp LogProb(%d)", n), math.Exp(s.logProb(n, s.T)), s.prob(n, s.T), s.tolerance, 1e-300)
		}
		for _, c := range s.customers() {
			if s.logCondProb != nil && s.condProb != nil {
				r.near(fmt.Sprintf("exp LogCondProb(%d)", n), math.Exp(s.logCondProb(c, n, s.T)), s.condProb(c, n, s.T), s.tolerance, 1e-300)
			}
		}
	}
	for _, c := range s.customers() {
		if s.logOddsAlive != nil && s.probAlive != nil {
			r.near("P(alive) from its log odds", 1/(1+math.Exp(-s.logOddsAlive(c))), s.probAlive(c), s.tolerance, 1e-300)
		}
	}
}

// checkNewCustomer: a customer who has only just come is the new customer that
// the unconditional quantities are about.
func checkNewCustomer(r *report, s *subject) {
	if r.lacks(need{"CondExpected", s.condExpected != nil}) {
		return
	}
	fresh, soon := history.Customer{}, history.Customer{T: 1e-9 * s.T}
	for _, t := range []float64{s.T / 100, s.horizon, 3 * s.T} {
		if s.expected != nil {
			r.near("E[Y(t)] at T = 0", s.condExpected(fresh, t), s.expected(t), s.tolerance, 1e-300)
		}
		r.near("E[Y(t)] as T → 0", s.condExpected(soon, t), s.condExpected(fresh, t), 1e-6, 1e-300) // T = 1e-9
		for n := range 5 {
			if s.prob != nil && s.condProb != nil {
				r.near(fmt.Sprintf("P(Y(t) = %d) at T = 0", n), s.condProb(fresh, n, t), s.prob(n, t), s.tolerance, 1e-300)
				r.near(fmt.Sprintf("P(Y(t) = %d) as T → 0", n), s.condProb(soon, n, t), s.prob(n, t), 1e-6, 1e-300)
			}
		}
	}
}

// checkAlive: P(alive) is a probability, does not grow in silence, and is where
// P(alive at T+t) begins, which never grows.
func checkAlive(r *report, s *subject) {
	if r.lacks(need{"ProbAlive", s.probAlive != nil}) {
		return
	}
	for _, c := range s.customers() {
		last := 1.0
		for _, silence := range times(s.T) {
			later := c
			later.T += silence
			p := s.probAlive(later)
			r.within(fmt.Sprintf("P(alive) after a silence of %.4g", silence), p, 0, last*(1+s.tolerance))
			last = p
		}
		if s.probAliveAt == nil {
			continue
		}
		r.near("P(alive at T)", s.probAliveAt(c, 0), s.probAlive(c), s.tolerance, 1e-300)
		last = s.probAlive(c)
		for _, t := range times(s.T) {
			p := s.probAliveAt(c, t)
			r.within(fmt.Sprintf("P(alive at T+%.4g)", t), p, 0, last*(1+s.tolerance))
			last = p
		}
	}
	r.lacks(need{"ProbAliveAt", s.probAliveAt != nil})
}

// times are lengths of time around T, ascending from 0.
func times(T float64) []float64 {
	return []float64{0, 1e-6 * T, 1e-3 * T, 0.03 * T, 0.1 * T, 0.3 * T, T, 3 * T, 20 * T, 1e3 * T}
}

// checkOrder: P(order) is the probability of at least one purchase: 1 − P(Y =
// 0), below E[Y] and P(alive), and it grows to 1 − P(no order ever).
func checkOrder(r *report, s *subject) {
	if r.lacks(need{"ProbOrder", s.probOrder != nil}) {
		return
	}
	for _, c := range s.customers() {
		last := 0.0
		for _, t := range times(s.T) {
			what := fmt.Sprintf("P(order in %.4g) of %+v", t, c)
			p := s.probOrder(c, t)
			r.within(what, p, last*(1-s.tolerance), 1)
			last = p
			if s.condProb != nil {
				r.near("1 − "+what, 1-p, s.condProb(c, 0, t), s.tolerance, 1)
			}
			if s.condExpected != nil {
				r.within(what, p, 0, s.condExpected(c, t)*(1+s.tolerance))
			}
			if s.probAlive != nil {
				r.within(what, p, 0, s.probAlive(c)*(1+s.tolerance))
			}
		}
		if s.probNoOrder != nil {
			r.near("P(order ever)", s.probOrder(c, math.Inf(1)), 1-s.probNoOrder(c), s.tolerance, 1)
		}
	}
	r.lacks(need{"ProbNoOrder", s.probNoOrder != nil})
}

// checkNextPurchase: the quantile of the time to the next purchase inverts
// P(order), and is infinite beyond its limit.
func checkNextPurchase(r *report, s *subject) {
	if r.lacks(need{"NextPurchaseQuantile", s.nextPurchaseQuantile != nil}, need{"ProbOrder", s.probOrder != nil}) {
		return
	}
	for _, c := range s.customers() {
		limit := s.probOrder(c, math.Inf(1))
		for _, part := range []float64{0, 1e-6, 0.1, 0.5, 0.9} {
			u := s.nextPurchaseQuantile(c, part*limit)
			r.near(fmt.Sprintf("P(order) within its quantile of %+v", c), s.probOrder(c, u), part*limit, s.tolerance, 1e-300)
		}
		if above := limit + 1e-6; above <= 1 && !math.IsInf(s.nextPurchaseQuantile(c, above), 1) {
			r.errorf("the quantile of %g is %g where a purchase has probability %g", above, s.nextPurchaseQuantile(c, above), limit)
		}
	}
}
