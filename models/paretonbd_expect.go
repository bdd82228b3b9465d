package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// Expected returns the repeat purchases expected of a new customer in the
// first t units of time,
//
//	E[X(t)] = rβ/(α(s−1)) · [1 − (β/(β+t))^(s−1)],
//
// evaluated as rβ/α · (1−e^(−(s−1)Λ))/(s−1) with Λ = ln(1+t/β), which is
// continuous at s = 1. The first purchase is not counted. It panics if t is
// negative; t may be +Inf.
//
// Source: Fader and Hardie (2005), A note on deriving the Pareto/NBD model,
// equation (27).
func (m ParetoNBD) Expected(t float64) float64 {
	checkTime(t)
	return m.R * (m.Beta / m.Alpha) * special.PowerIntegral(m.S-1, math.Log1p(t/m.Beta))
}

// CondExpected returns the purchases expected in (T, T+t] from a customer with
// history c: P(alive) times [ParetoNBD.Expected] with r+x, α+T, s, β+T. It
// panics if t is negative.
//
// Source: Fader and Hardie (2005), A note on deriving the Pareto/NBD model,
// equation (41).
func (m ParetoNBD) CondExpected(c history.Customer, t float64) float64 {
	checkTime(t)
	return times(m.ProbAlive(c), m.given(c).Expected(t))
}

// CondExpectedBetween returns the purchases expected in (T+t1, T+t2], without
// taking the difference of two expectations. It panics unless 0 ≤ t1 ≤ t2.
func (m ParetoNBD) CondExpectedBetween(c history.Customer, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	return m.ProbAliveAt(c, t1) * m.given(c).later(t1).Expected(t2-t1)
}

// DET returns the discounted expected transactions of a customer with history
// c over (T, T+t], at the continuous rate delta in units of 1/time:
//
//	P(alive) · (r+x)/(α+T) · ∫₀ᵗ e^(−δu) ((β+T)/(β+T+u))^s du.
//
// At delta = 0 it is CondExpected(c, t). It panics if t or delta is negative.
func (m ParetoNBD) DET(c history.Customer, t, delta float64) float64 {
	checkTime(t)
	checkRate(delta)
	g := m.given(c)
	purchases := g.R / g.Alpha * g.Beta * math.Exp(special.LogExpIntegral(g.S, delta*g.Beta, t/g.Beta))
	return times(m.ProbAlive(c), purchases)
}

// DERT returns the discounted expected residual transactions of a customer
// with history c: DET without a horizon,
//
//	P(alive) · (r+x)(β+T)/(α+T) · e^z E_s(z),  z = δ(β+T),
//
// with E_s the exponential integral. It is finite for every delta > 0; at
// delta = 0 it is +Inf if s ≤ 1. The purchases already made are not in it. It
// panics if delta is negative.
//
// Source: Fader, Hardie and Lee (2005), RFM and CLV, equation (2), where
// z^(s−1)·Ψ(s, s, z) is e^z E_s(z) and the likelihood divides out.
func (m ParetoNBD) DERT(c history.Customer, delta float64) float64 {
	return m.DET(c, math.Inf(1), delta)
}

// ProbOrder returns the probability that a customer with history c makes at
// least one purchase in (T, T+t],
//
//	P(alive) · ∫₀ᵗ r'/α' (1+u/α')^(−r'−1) (1+u/β')^(−s) du
//
// with r' = r+x, α' = α+T, β' = β+T: the integral over the time of the next
// purchase, which happens if the customer is still alive then. It panics if t
// is negative; t may be +Inf.
func (m ParetoNBD) ProbOrder(c history.Customer, t float64) float64 {
	checkTime(t)
	return math.Exp(m.weights(c).logAlive() + m.given(c).LogTail(1, t))
}

// ProbNoOrder returns the probability that a customer with history c never
// buys again,
//
//	P(dropped out) + P(alive) · ∫₀^∞ s/β' (1+u/α')^(−r') (1+u/β')^(−s−1) du,
//
// the integral over the time of dropout without a purchase before it.
func (m ParetoNBD) ProbNoOrder(c history.Customer) float64 {
	w := m.weights(c)
	return min(1, math.Exp(w.logDead())+math.Exp(w.logAlive()+m.given(c).logNever()))
}

// logNever returns ln P(X(∞) = 0) of a new customer.
func (m ParetoNBD) logNever() float64 {
	k := special.ParetoIntegral{P: m.R, Q: m.S + 1, A: m.Alpha, B: m.Beta, W: math.Inf(1)}
	return min(0, math.Log(m.S/m.Beta)+k.Log())
}

// NextPurchaseQuantile returns the time u after T by which the next purchase
// has been made with probability p: ProbOrder(c, u) = p. It is +Inf if p is
// above the probability that there is a next purchase at all, the complement
// of ProbNoOrder, or so near to it that u overflows. It panics unless
// 0 ≤ p ≤ 1.
func (m ParetoNBD) NextPurchaseQuantile(c history.Customer, p float64) float64 {
	checkProb(p)
	if p == 0 {
		return 0
	}
	g := m.given(c)
	target := math.Log(p) - m.weights(c).logAlive() // ln P(next purchase by u | alive)
	if target >= g.LogTail(1, math.Inf(1)) {
		return math.Inf(1)
	}
	return g.nextPurchase(target)
}

// nextPurchase solves ln P(X(u) ≥ 1) = target for a new customer by Newton's
// method in ln u, in which that function is concave and increasing, so that
// from the left it rises to the root and never beyond it.
func (m ParetoNBD) nextPurchase(target float64) float64 {
	u := math.Exp(target) * m.Alpha / m.R // the rate of a purchase is at most r/α
	for range 200 {
		tail := m.LogTail(1, u)
		density := math.Log(m.R/m.Alpha) - (m.R+1)*math.Log1p(u/m.Alpha) + m.logSurvival(u)
		step := (target - tail) / (u * math.Exp(density-tail))
		u *= math.Exp(step)
		if !(step > 1e-14) || math.IsInf(u, 1) {
			break
		}
	}
	return u
}
