package modeltest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// spendPlain: ℓ of the data is the sum of the densities.
func spendPlain(r *report, s *spender) {
	h := s.spending(300)
	var sum, size float64
	for i, x := range h.Frequency {
		l := s.logDensity(x, h.Mean[i])
		sum, size = sum+h.N[i]*l, size+h.N[i]*math.Abs(l)
	}
	r.near("LogLik", s.spendLogLik(h), sum, s.tolerance, size)
}

// spendWeights: a row of weight n is n rows.
func spendWeights(r *report, s *spender) {
	h, long := s.spending(300), &history.Spending{}
	for i, n := range h.N {
		for range int(n) {
			long.Frequency, long.Mean, long.N = append(long.Frequency, h.Frequency[i]), append(long.Mean, h.Mean[i]), append(long.N, 1)
		}
	}
	r.sameSpending(s, "weighted rows", h, long)
}

// spendRowOrder: the order of the rows makes no difference.
func spendRowOrder(r *report, s *spender) {
	h, shuffled := s.spending(300), &history.Spending{}
	for _, i := range rand.New(rand.NewPCG(seed, 2)).Perm(h.Len()) {
		shuffled.Frequency, shuffled.Mean, shuffled.N = append(shuffled.Frequency, h.Frequency[i]), append(shuffled.Mean, h.Mean[i]), append(shuffled.N, h.N[i])
	}
	r.sameSpending(s, "shuffled rows", shuffled, h)
}

// spendUnit: money in another unit changes ℓ by −ln k for every mean value,
// whose density it is, and expectations by k.
func spendUnit(r *report, s *spender) {
	if r.lacks(need{"SpendOptions.Rescale", s.spendRescaled != nil}) {
		return
	}
	const k = 100
	m, h := s.spendRescaled(k), s.spending(300)
	scaled := &history.Spending{Frequency: h.Frequency, N: h.N}
	for _, v := range h.Mean {
		scaled.Mean = append(scaled.Mean, k*v)
	}
	l := s.spendLogLik(h)
	r.near("ℓ in cents", m.spendLogLik(scaled), l-h.Customers()*math.Log(k), s.tolerance, math.Abs(l))
	for x := range 4 {
		c, scaled := customerOf(x, h.Mean[x]), customerOf(x, k*h.Mean[x])
		if s.expectedSpend != nil {
			r.near("E[M] in cents", m.expectedSpend(scaled), k*s.expectedSpend(c), s.tolerance, 1e-300)
		}
		if s.probTotal != nil {
			r.near("P(total) in cents", m.probTotal(scaled, 2, 300*h.Mean[x]), s.probTotal(c, 2, 3*h.Mean[x]), s.tolerance, 1e-300)
		}
	}
}

// spendScore: the score is the derivative of ℓ.
func spendScore(r *report, s *spender) {
	if r.lacks(need{"Score", s.spendScore != nil}) {
		return
	}
	h, grad := s.spending(300), make([]float64, len(s.params))
	l := s.spendScore(grad, h)
	r.near("ℓ from Score", l, s.spendLogLik(h), s.tolerance, 1)
	for i, name := range s.names {
		step := s.step(i)
		want := derivative(step, func(d float64) float64 { return s.movedSpend(i, d).spendLogLik(h) })
		r.near("θ·∂ℓ/∂θ in "+name, grad[i]*step, want*step, 1e-6, 1e-7*math.Abs(l))
	}
}

// spendHessian: the second derivatives are those of the score, and symmetric.
func spendHessian(r *report, s *spender) {
	if r.lacks(need{"Hessian", s.spendHessian != nil}, need{"Score", s.spendScore != nil}) {
		return
	}
	k, h := len(s.params), s.spending(300)
	hess, grad, up := make([]float64, k*k), make([]float64, k), make([]float64, k)
	l := s.spendHessian(hess, grad, h)
	r.near("ℓ from Hessian", l, s.spendLogLik(h), s.tolerance, 1)
	for i := range k {
		for j := range k {
			want := derivative(s.step(j), func(d float64) float64 {
				s.movedSpend(j, d).spendScore(up, h)
				return up[i]
			})
			scale := s.step(i) * s.step(j)
			r.near(fmt.Sprintf("θ·∂²ℓ/∂θ∂θ′·θ′ in %s and %s", s.names[i], s.names[j]), hess[i*k+j]*scale, want*scale, 1e-6, 1e-7*math.Abs(l))
			if hess[i*k+j] != hess[j*k+i] {
				r.errorf("the second derivatives in %s and %s are %v and %v", s.names[i], s.names[j], hess[i*k+j], hess[j*k+i])
			}
		}
	}
}

// spendStarts: starting values are finite, with a finite ℓ.
func spendStarts(r *report, s *spender) {
	if r.lacks(need{"Starts", s.spendStarts != nil}) {
		return
	}
	h := s.spending(300)
	for _, m := range s.spendStarts(h) {
		r.within(fmt.Sprintf("ℓ at the starting values %v", m.params), m.spendLogLik(h), -math.MaxFloat64, math.MaxFloat64)
	}
}

// meanMoment returns ∫f(m̄)·e^LogDensity(x, m̄) dm̄ by the trapezoidal rule in
// ln m̄ over e^±60.
func (s *spender) meanMoment(x int, f func(mean float64) float64) (sum float64) {
	const step = 0.01
	for u := -60.0; u <= 60; u += step {
		mean := math.Exp(u)
		if d := math.Exp(s.logDensity(x, mean) + u); d > 0 {
			sum += step * d * f(mean)
		}
	}
	return sum
}

// spendDensity: the density of m̄ integrates to 1, whatever x.
func spendDensity(r *report, s *spender) {
	for _, x := range []int{1, 2, 7, 100} {
		r.near(fmt.Sprintf("∫density of m̄, x = %d", x), s.meanMoment(x, func(float64) float64 { return 1 }), 1, 1e-9, 1)
	}
}

// spendExpectation: customers' mean values have the population's mean on
// average, and so have the expectations given them; the spread of the
// expectations and the uncertainty left make up the population's variance.
func spendExpectation(r *report, s *spender) {
	if r.lacks(need{"ExpectedSpend", s.expectedSpend != nil}, need{"Mean", s.mean != nil}) {
		return
	}
	mean := s.mean()
	r.near("E[M] without purchases", s.expectedSpend(customerOf(0, 0)), mean, s.tolerance, 1e-300)
	for _, x := range []int{1, 4, 30} {
		r.near(fmt.Sprintf("E[m̄], x = %d", x), s.meanMoment(x, func(m float64) float64 { return m }), mean, 1e-7, 1e-300)
		r.near(fmt.Sprintf("E[E[M | m̄]], x = %d", x), s.meanMoment(x, func(m float64) float64 { return s.expectedSpend(customerOf(x, m)) }), mean, 1e-7, 1e-300)
		if s.variance == nil || math.IsInf(s.variance(customerOf(0, 0)), 1) {
			continue
		}
		total := s.meanMoment(x, func(m float64) float64 {
			d := s.expectedSpend(customerOf(x, m)) - mean
			return d*d + s.variance(customerOf(x, m))
		})
		r.near(fmt.Sprintf("Var[E[M | m̄]] + E[Var[M | m̄]], x = %d", x), total, s.variance(customerOf(0, 0)), 1e-6, 1e-300)
	}
	r.lacks(need{"Variance", s.variance != nil})
}

// spendShrinkage: the expectation lies between the customer's own mean and the
// population's, where the weight says, and the weight grows with x.
func spendShrinkage(r *report, s *spender) {
	if r.lacks(need{"Weight", s.weight != nil}, need{"ExpectedSpend", s.expectedSpend != nil}, need{"Mean", s.mean != nil}) {
		return
	}
	last := 0.0
	for x := range 40 {
		for _, part := range []float64{0.1, 1, 12} {
			c := customerOf(x, part*s.mean())
			w := s.weight(c)
			r.within(fmt.Sprintf("the weight at x = %d", x), w, last*(1-s.tolerance), 1)
			want := s.mean()
			if last = w; x > 0 {
				want = w*c.Spend + (1-w)*s.mean()
			}
			r.near(fmt.Sprintf("E[M] by its weight at x = %d", x), s.expectedSpend(c), want, s.tolerance, 1e-300)
		}
	}
}

// spendTotals: the probability that purchases come to at most a total is a
// distribution function with the expected mean.
func spendTotals(r *report, s *spender) {
	if r.lacks(need{"ProbTotal", s.probTotal != nil}, need{"ExpectedSpend", s.expectedSpend != nil}) {
		return
	}
	for _, x := range []int{0, 1, 5} {
		c := customerOf(x, 1.3*s.expectedSpend(customerOf(0, 0)))
		for _, y := range []int{1, 3, 20} {
			what := fmt.Sprintf("P(total of %d ≤ s), x = %d", y, x)
			const step = 0.01
			want, last := float64(y)*s.expectedSpend(c), 0.0
			var mean float64 // ∫(1−F) ds
			for u := -30.0; u < 30; u += step {
				at := want * math.Exp(u)
				p := s.probTotal(c, y, at)
				r.within(what, p, last*(1-s.tolerance), 1)
				mean, last = mean+step*at*(1-p), p
			}
			r.near("the mean of "+what, mean, want, 1e-5, 1e-300)
			r.near(what+" at the end", last, 1, 1e-6, 1)
			r.near(what+" at 0", s.probTotal(c, y, 0), 0, 1e-300, 1)
		}
	}
}

// spendExtremes: parameters and data at the ends of what can be give numbers.
func spendExtremes(r *report, s *spender) {
	for _, p := range s.extremeParams() {
		m := s.spendWith(p)
		for _, x := range []int{0, 1, 40, 100000} {
			for _, mean := range []float64{1e-4, 1, 1e5} {
				c := customerOf(x, mean)
				what := fmt.Sprintf("of x = %d, m̄ = %g under %v", x, mean, p)
				if x > 0 {
					h := &history.Spending{Frequency: []int{x}, Mean: []float64{mean}, N: []float64{1}}
					r.within("the density "+what, m.logDensity(x, mean), -math.MaxFloat64, math.MaxFloat64)
					for _, v := range m.likelihoods(h) {
						r.within("ℓ or its score "+what, v, -math.MaxFloat64, math.MaxFloat64)
					}
				}
				if m.expectedSpend != nil { // +Inf where there is no mean
					r.within("E[M] "+what, m.expectedSpend(c), math.SmallestNonzeroFloat64, math.Inf(1))
				}
				if m.variance != nil {
					r.within("Var[M] "+what, m.variance(c), 0, math.Inf(1))
				}
				if m.probTotal != nil {
					r.within("P(total) "+what, m.probTotal(c, 3, mean), 0, 1)
				}
			}
		}
	}
}

// spendSimulation: simulated customers spend as much as predicted from their
// first purchases, and draws of their mean have its moments.
func spendSimulation(r *report, s *spender) {
	if r.lacks(need{"Simulate", s.simulateSpend != nil}) {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 3))
	var z sample
	for range 20000 {
		x := rng.IntN(5)
		values, mean := s.simulateSpend(rng, x+2)
		c := customerOf(x, meanOf(values[:x]))
		next := meanOf(values[x:])
		for _, where := range []string{"", fmt.Sprintf(" at x = %d", x)} {
			if s.mean != nil {
				z.add("E[M]"+where, mean-s.mean())
			}
			if s.expectedSpend != nil {
				z.add("E[M | m̄]"+where, mean-s.expectedSpend(c))
				z.add("the next purchases"+where, next-s.expectedSpend(c))
			}
			if s.probTotal != nil && s.expectedSpend != nil {
				total := 1.5 * s.expectedSpend(c)
				z.add("P(total)"+where, indicator(2*next <= total)-s.probTotal(c, 2, total))
			}
			if s.drawMean != nil && s.expectedSpend != nil {
				z.add("E[M] drawn"+where, s.drawMean(rng, c)-s.expectedSpend(c))
			}
		}
	}
	z.report(r)
}
