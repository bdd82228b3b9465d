package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// Prob returns P(X(t) = n), the probability that a new customer makes n repeat
// purchases in the first t units of time. See LogProb.
func (m ParetoNBD) Prob(n int, t float64) float64 { return math.Exp(m.LogProb(n, t)) }

// LogProb returns ln P(X(t) = n) of a new customer: of those who live beyond t
// and of those who drop out before,
//
//	NB(n; t)·(β/(β+t))^s + ∫₀ᵗ s/β·(1+τ/β)^(−s−1) NB(n; τ) dτ,
//	NB(n; τ) = Γ(r+n)/(Γ(r) n!) · (α/(α+τ))^r (τ/(α+τ))ⁿ.
//
// Both are positive. It panics if n or t is negative; t may be +Inf.
//
// Source: Fader and Hardie (2006), Deriving an expression for P(X(t)=n) under
// the Pareto/NBD model, before the integral is written as a difference of ₂F₁.
func (m ParetoNBD) LogProb(n int, t float64) float64 {
	checkTime(t)
	checkCount(n)
	switch {
	case n == 0 && math.IsInf(t, 1):
		return m.logNever()
	case n == 0:
		return m.LogLikOf(history.Customer{T: t})
	case t == 0:
		return math.Inf(-1)
	}
	k := float64(n)
	alive := m.logKernel(k, t) + m.logSurvival(t)
	dead := m.logCount(countIntegral{m, k, m.R, m.S + 1}, t) + math.Log(m.S/m.Beta)
	return min(0, special.LogAddExp(alive, dead)-math.Log(k))
}

// LogTail returns ln P(X(t) ≥ n) of a new customer: the n-th purchase is made
// at some τ ≤ t, while the customer is alive,
//
//	1/B(r,n) · ∫₀ᵗ (τ/(α+τ))^(n−1) (1+τ/α)^(−r−1) (1+τ/β)^(−s) dτ/α.
//
// It is 0 for n = 0 and panics if n or t is negative; t may be +Inf.
func (m ParetoNBD) LogTail(n int, t float64) float64 {
	checkTime(t)
	checkCount(n)
	switch n {
	case 0:
		return 0
	case 1:
		first := special.ParetoIntegral{P: m.R + 1, Q: m.S, A: m.Alpha, B: m.Beta, W: t}
		return min(0, math.Log(m.R/m.Alpha)+first.Log())
	}
	if t == 0 {
		return math.Inf(-1)
	}
	return min(0, m.logCount(countIntegral{m, float64(n - 1), m.R + 1, m.S}, t)-math.Log(m.Alpha))
}

// logKernel returns ln[(τ/(α+τ))ⁿ (α/(α+τ))^r / B(r, n)] = ln(n·NB(n; τ)).
func (m ParetoNBD) logKernel(n, tau float64) float64 {
	return special.BetaKernel(n, m.R, 1/(1+m.Alpha/tau), 1/(1+tau/m.Alpha))
}

// A countIntegral is
//
//	∫₀ᵗ (τ/(α+τ))^k (1+τ/α)^(−ρ) (1+τ/β)^(−σ) dτ,  k ≥ 1, ρ+σ = r+s+1.
//
// In y = ln(1+τ/m), m = min(α, β), its integrand is log-concave.
type countIntegral struct {
	m             ParetoNBD
	k, rho, sigma float64
}

// logCount returns ln(ci/B(r, n)), n = k+ρ−r, over [0, t]. The integral is
// taken relative to its peak, where logKernel has the large terms, which mostly
// cancel, in closed form.
func (m ParetoNBD) logCount(ci countIntegral, t float64) float64 {
	scale := min(m.Alpha, m.Beta)
	peak := min(ci.mode(), t)
	integral := special.PeakIntegral(ci.exponent, math.Log1p(peak/scale), 0, math.Log1p(t/scale))
	n := ci.k + (ci.rho - m.R)
	top := m.logKernel(n, peak) - ci.sigma*math.Log1p(peak/m.Beta) + math.Log(scale+peak)
	if n != ci.k { // the tail has one power of τ/(α+τ) less and one of α/(α+τ) more
		top += math.Log(m.Alpha / peak)
	}
	return top + math.Log(integral)
}

// exponent returns the logarithm of the integrand in y and its slope.
func (ci countIntegral) exponent(y float64) (value, slope float64) {
	a, b := ci.m.Alpha, ci.m.Beta
	scale := min(a, b)
	if y > 60 { // only the power of τ is left, and e^y would overflow
		rate := ci.m.R + ci.m.S
		return -rate*y - ci.rho*math.Log(scale/a) - ci.sigma*math.Log(scale/b), -rate
	}
	tau := scale * math.Expm1(y)
	value = -ci.k*math.Log1p(a/tau) + y - ci.rho*math.Log1p(tau/a) - ci.sigma*math.Log1p(tau/b)
	slope = 1 + (scale+tau)*(ci.k*a/(tau*(a+tau))-ci.rho/(a+tau)-ci.sigma/(b+tau))
	return value, slope
}

// mode returns the τ at which the integrand in y is greatest: the positive
// root of (ρ+σ−1)τ² − bτ − kαβ.
func (ci countIntegral) mode() float64 {
	alpha, beta := ci.m.Alpha, ci.m.Beta
	lead := ci.m.R + ci.m.S
	b := (1-ci.rho)*beta + (ci.k-ci.sigma)*alpha
	if beta < alpha {
		b = (1-ci.sigma)*alpha + ci.k*alpha - ci.rho*beta
	}
	root := math.Sqrt(b*b + 4*lead*ci.k*(alpha*beta))
	if b < 0 {
		return 2 * ci.k * (alpha * beta) / (root - b)
	}
	return (b + root) / (2 * lead)
}

// ProbBetween returns the probability that a new customer makes n purchases in
// (t1, t2]: none after a dropout before t1, else n in a time t2−t1 with β+t1 in
// the place of β. It panics if n is negative and unless 0 ≤ t1 ≤ t2.
func (m ParetoNBD) ProbBetween(n int, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	l := m.logSurvival(t1)
	p := math.Exp(l + m.later(t1).LogProb(n, t2-t1))
	if n == 0 {
		p = min(1, p-math.Expm1(l))
	}
	return p
}

// CondProb returns the probability that a customer with history c makes n
// purchases in (T, T+t]. See LogCondProb.
func (m ParetoNBD) CondProb(c history.Customer, n int, t float64) float64 {
	return math.Exp(m.LogCondProb(c, n, t))
}

// LogCondProb returns ln P(X(T, T+t) = n | x, t_x, T),
//
//	[n=0]·P(dropped out) + P(alive)·P(X(t) = n)
//
// with r+x, α+T, s, β+T in the last factor. It panics if n or t is negative.
//
// Source: Fader and Hardie (2014), Deriving the conditional PMF of the
// Pareto/NBD model.
func (m ParetoNBD) LogCondProb(c history.Customer, n int, t float64) float64 {
	w, g := m.weights(c), m.given(c)
	if n != 0 {
		return w.logAlive() + g.LogProb(n, t)
	}
	if active := math.Exp(w.logAlive() + g.LogTail(1, t)); active < 0.5 {
		return math.Log1p(-active)
	}
	return min(0, special.LogAddExp(w.logDead(), w.logAlive()+g.LogProb(0, t)))
}
