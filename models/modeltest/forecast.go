package modeltest

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// checkWindows: what is expected of two windows is what is expected of both.
func checkWindows(r *report, s *subject) {
	if r.lacks(need{"CondExpectedBetween", s.condExpectedBetween != nil}, need{"CondExpected", s.condExpected != nil}) {
		return
	}
	for _, c := range s.customers() {
		ts := times(s.T)
		for i, t := range ts {
			total := s.condExpected(c, t)
			r.near("E[Y(0, t)]", s.condExpectedBetween(c, 0, t), total, s.tolerance, 1e-300)
			r.near("E[Y(t, t)]", s.condExpectedBetween(c, t, t), 0, s.tolerance, 1e-300)
			for _, t1 := range ts[:i] {
				sum := s.condExpected(c, t1) + s.condExpectedBetween(c, t1, t)
				r.near(fmt.Sprintf("E[Y(%.4g)] + E[Y(%.4g, %.4g)] of %+v", t1, t1, t, c), sum, total, s.tolerance, 1e-300)
			}
		}
	}
}

// checkExpectation: expectations are 0 at t = 0, positive, and grow with t, at
// a rate that never grows: who may have dropped out does not come back.
func checkExpectation(r *report, s *subject) {
	if r.lacks(need{"CondExpected", s.condExpected != nil}) {
		return
	}
	for _, c := range s.customers() {
		r.near("E[Y(0)]", s.condExpected(c, 0), 0, s.tolerance, 1e-300)
		ts := times(s.T)
		last, rate := 0.0, math.Inf(1)
		for i, t := range ts[1:] {
			e := s.condExpected(c, t)
			r.within(fmt.Sprintf("E[Y(%.4g)] of %+v", t, c), e, last*(1-s.tolerance), math.MaxFloat64)
			now := (e - last) / (t - ts[i])
			r.within(fmt.Sprintf("the rate of purchases before %.4g of %+v", t, c), now, 0, rate*(1+1e3*s.tolerance))
			last, rate = e, now
		}
	}
}

// checkDiscount: DET is CondExpected without a discount, grows with the horizon
// to DERT, falls with the rate, and is the integral of the discounted
// expectations.
func checkDiscount(r *report, s *subject) {
	if r.lacks(need{"DET", s.det != nil}, need{"CondExpected", s.condExpected != nil}) {
		return
	}
	for _, c := range s.customers() {
		at := fmt.Sprintf(" of %+v", c)
		r.near("DET at δ = 0"+at, s.det(c, s.horizon, 0), s.condExpected(c, s.horizon), s.tolerance, 1e-300)
		r.near("DET at t = 0"+at, s.det(c, 0, 0.01), 0, s.tolerance, 1e-300)
		last := s.condExpected(c, s.horizon)
		for _, delta := range []float64{1e-9, 1e-3, 0.1, 1, 30} {
			det := s.det(c, s.horizon, delta/s.T)
			r.within("DET"+at, det, 0, last*(1+s.tolerance))
			last = det
		}
		// By parts, e^(−δH)·E[Y(H)] + δ∫e^(−δu)·E[Y(u)]du, Gauss–Legendre's rule of 5
		// points on panels that double in length.
		delta := 2 / s.T
		parts := math.Exp(-delta*s.horizon)*s.condExpected(c, s.horizon) + delta*integral(1e-9*s.horizon, s.horizon, func(u float64) float64 {
			return math.Exp(-delta*u) * s.condExpected(c, u)
		})
		r.near("DET by parts"+at, s.det(c, s.horizon, delta), parts, 1e-6, 1e-300)
		if s.dert == nil {
			continue
		}
		for _, delta := range []float64{0.1, 2} {
			r.near("DET over 200/δ"+at, s.det(c, 200*s.T/delta, delta/s.T), s.dert(c, delta/s.T), s.tolerance, 1e-300)
			r.near("DET for ever"+at, s.det(c, math.Inf(1), delta/s.T), s.dert(c, delta/s.T), s.tolerance, 1e-300)
			r.within("DET over T"+at, s.det(c, s.T, delta/s.T), 0, s.dert(c, delta/s.T)*(1+s.tolerance))
		}
	}
	r.lacks(need{"DERT", s.dert != nil})
}

// integral returns ∫f from 0 to b, with f linear below a.
func integral(a, b float64, f func(t float64) float64) float64 {
	x := [...]float64{0, 0.5384693101056831, 0.9061798459386640}
	w := [...]float64{0.5688888888888889, 0.4786286704993665, 0.2369268850561891}
	sum := a * f(a) / 2
	for lo := a; lo < b; lo *= 1.25 {
		hi := min(1.25*lo, b)
		mid, half := (lo+hi)/2, (hi-lo)/2
		sum += half * w[0] * f(mid)
		for i := 1; i < 3; i++ {
			sum += half * w[i] * (f(mid-half*x[i]) + f(mid+half*x[i]))
		}
	}
	return sum
}

// checkLifetime: the expected residual lifetime is the integral of P(alive at
// T+t), where it has a finite mean.
func checkLifetime(r *report, s *subject) {
	if r.lacks(need{"ResidualLifetime", s.residualLifetime != nil}, need{"ProbAliveAt", s.probAliveAt != nil}) {
		return
	}
	for _, c := range s.customers() {
		got := s.residualLifetime(c)
		r.within("the residual lifetime", got, 0, math.Inf(1))
		upTo := integral(1e-9*s.T, 1e3*s.T, func(t float64) float64 { return s.probAliveAt(c, t) })
		r.within("the residual lifetime up to 1000 T", upTo, 0, got*(1+1e-6))
		if far := 1e12 * s.T; !math.IsInf(got, 1) && far*s.probAliveAt(c, far) < 1e-6*got {
			all := integral(1e-9*s.T, far, func(t float64) float64 { return s.probAliveAt(c, t) })
			r.near(fmt.Sprintf("∫P(alive at T+t)dt of %+v", c), all, got, 1e-5, 1e-300)
		}
	}
}

// checkPrior: the moments of λ and the dropout trait without a history are
// those of their densities.
func checkPrior(r *report, s *subject) {
	if r.lacks(need{"PriorRate", s.priorRate != nil}, need{"Posterior", s.posterior != nil}) {
		return
	}
	p := s.posterior(history.Customer{})
	total, mean, variance := densityMoments(s.priorRate)
	r.near("∫PriorRate", total, 1, 1e-6, 1)
	r.near("the mean of λ", mean, p.MeanRate, 1e-6, 1e-300)
	r.near("the variance of λ", variance, p.VarRate, 1e-5, 1e-300)
	for _, c := range s.customers() {
		q := s.posterior(c)
		for what, v := range map[string]float64{"mean of λ": q.MeanRate, "variance of λ": q.VarRate, "mean of the dropout trait": q.MeanDropout, "variance of the dropout trait": q.VarDropout} {
			r.within(fmt.Sprintf("the posterior %s of %+v", what, c), v, 0, math.MaxFloat64)
		}
		if limit := math.Sqrt(q.VarRate*q.VarDropout) * (1 + s.tolerance); !(math.Abs(q.Cov) <= limit) {
			r.errorf("the posterior covariance of %+v is %g, the standard deviations allow %g", c, q.Cov, limit)
		}
	}
}

// densityMoments integrates a density on (0, ∞) by the trapezoidal rule in
// ln v, down to e^−100.
func densityMoments(density func(v float64) float64) (total, mean, variance float64) {
	const step = 0.01
	var m1, m2 float64
	for u := -100.0; u < 100; u += step {
		v := math.Exp(u)
		if w := step * v * density(v); w > 0 {
			total, m1, m2 = total+w, m1+w*v, m2+w*v*v
		}
	}
	return total, m1 / total, m2/total - m1*m1/(total*total)
}
