package models

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// NBD is the model of Ehrenberg (1959) in which nobody drops out: a customer
// buys at random at rate λ for ever, and λ varies across customers as
// Gamma(r, α).
//
// It is the baseline that a model with dropout has to beat, and the limit of
// [ParetoNBD] for s/β → 0. Given a history, λ ~ Gamma(r+x, α+T); t_x tells
// nothing. Both parameters are positive.
type NBD struct {
	R     float64 `json:"r"`     // shape of the gamma distribution of the purchase rate λ
	Alpha float64 `json:"alpha"` // rate of that distribution, in units of time
}

// Name returns "nbd".
func (NBD) Name() string { return "nbd" }

// ParamNames returns r, alpha.
func (NBD) ParamNames() []string { return []string{"r", "alpha"} }

// Params returns the parameters in the order of ParamNames.
func (m NBD) Params() []float64 { return []float64{m.R, m.Alpha} }

// WithParams returns the model with the given parameters.
func (NBD) WithParams(p []float64) NBD { return NBD{p[0], p[1]} }

// GivenAlive returns the model of the future of a customer who has made x
// repeat purchases up to age T: NBD with r+x and α+T. It panics if x or T is
// negative or T is infinite.
func (m NBD) GivenAlive(x int, T float64) NBD {
	checkCount(x)
	checkSpan(T)
	return NBD{m.R + float64(x), m.Alpha + T}
}

// given returns the model of a customer with history c.
func (m NBD) given(c history.Customer) NBD {
	checkHistory(c)
	return m.GivenAlive(c.Frequency, c.T)
}

func (m NBD) ageScale() float64 { return m.Alpha }

// ProbAlive returns 1: nobody drops out.
func (NBD) ProbAlive(history.Customer) float64 { return 1 }

func (NBD) probsAlive(b *Batch) []float64 {
	ones := make([]float64, b.h.Len())
	for i := range ones {
		ones[i] = 1
	}
	return ones
}

// LogOddsAlive returns +Inf.
func (NBD) LogOddsAlive(history.Customer) float64 { return math.Inf(1) }

// ProbAliveAt returns 1.
func (NBD) ProbAliveAt(_ history.Customer, t float64) float64 { checkTime(t); return 1 }

// ResidualLifetime returns +Inf.
func (NBD) ResidualLifetime(history.Customer) float64 { return math.Inf(1) }

// ProbOrder returns the probability that a customer with history c makes at
// least one purchase in (T, T+t], 1 − ((α+T)/(α+T+t))^(r+x). It panics if t is
// negative; t may be +Inf.
func (m NBD) ProbOrder(c history.Customer, t float64) float64 {
	checkTime(t)
	g := m.given(c)
	return -math.Expm1(-g.R * math.Log1p(t/g.Alpha))
}

// ProbNoOrder returns 0: every customer buys again some day.
func (NBD) ProbNoOrder(history.Customer) float64 { return 0 }

// NextPurchaseQuantile returns the time u after T by which the next purchase
// has been made with probability p,
//
//	u = (α+T) · ((1−p)^(−1/(r+x)) − 1).
//
// It panics unless 0 ≤ p ≤ 1.
func (m NBD) NextPurchaseQuantile(c history.Customer, p float64) float64 {
	checkProb(p)
	g := m.given(c)
	return g.Alpha * math.Expm1(-math.Log1p(-p)/g.R)
}

// Expected returns the repeat purchases expected of a new customer in the first
// t units of time, rt/α. It panics if t is negative.
func (m NBD) Expected(t float64) float64 { return m.CondExpected(history.Customer{}, t) }

// CondExpected returns the purchases expected in (T, T+t] from a customer with
// history c, t·(r+x)/(α+T). It panics if t is negative.
func (m NBD) CondExpected(c history.Customer, t float64) float64 { return m.DET(c, t, 0) }

// CondExpectedBetween returns the purchases expected in (T+t1, T+t2]. It panics
// unless 0 ≤ t1 ≤ t2.
func (m NBD) CondExpectedBetween(c history.Customer, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	return m.CondExpected(c, t2-t1)
}

// DET returns the discounted expected transactions of a customer with history
// c over (T, T+t], at the continuous rate delta in units of 1/time:
//
//	(r+x)/(α+T) · (1 − e^(−δt))/δ.
//
// It panics if t or delta is negative.
func (m NBD) DET(c history.Customer, t, delta float64) float64 {
	checkTime(t)
	checkRate(delta)
	g := m.given(c)
	return g.R / g.Alpha * special.PowerIntegral(delta, t)
}

// DERT returns the discounted expected residual transactions of a customer
// with history c, (r+x)/(α+T)/δ; +Inf at delta = 0. It panics if delta is
// negative.
func (m NBD) DERT(c history.Customer, delta float64) float64 { return m.DET(c, math.Inf(1), delta) }

// Prob returns P(X(t) = n), the probability that a new customer makes n repeat
// purchases in the first t units of time. See LogProb.
func (m NBD) Prob(n int, t float64) float64 { return math.Exp(m.LogProb(n, t)) }

// LogProb returns ln P(X(t) = n) of a new customer, the negative binomial
//
//	Γ(r+n)/(Γ(r) n!) · (α/(α+t))^r (t/(α+t))ⁿ.
//
// It panics if n or t is negative.
func (m NBD) LogProb(n int, t float64) float64 {
	checkTime(t)
	checkCount(n)
	if n == 0 {
		return -m.R * math.Log1p(t/m.Alpha)
	}
	k := float64(n)
	return special.BetaKernel(k, m.R, 1/(1+m.Alpha/t), 1/(1+t/m.Alpha)) - math.Log(k)
}

// LogTail returns ln P(X(t) ≥ n) of a new customer, an incomplete beta
// function. It panics if n or t is negative.
func (m NBD) LogTail(n int, t float64) float64 {
	checkTime(t)
	checkCount(n)
	if n == 0 {
		return 0
	}
	tail, _ := special.LogRegIncBeta(float64(n), m.R, 1/(1+m.Alpha/t), 1/(1+t/m.Alpha))
	return tail
}

// ProbBetween returns the probability that a new customer makes n purchases in
// (t1, t2]. It panics if n is negative and unless 0 ≤ t1 ≤ t2.
func (m NBD) ProbBetween(n int, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	return m.Prob(n, t2-t1)
}

// CondProb returns the probability that a customer with history c makes n
// purchases in (T, T+t]. It panics if n or t is negative.
func (m NBD) CondProb(c history.Customer, n int, t float64) float64 { return m.given(c).Prob(n, t) }

// LogCondProb returns ln CondProb(c, n, t).
func (m NBD) LogCondProb(c history.Customer, n int, t float64) float64 {
	return m.given(c).LogProb(n, t)
}

// Posterior returns the moments of λ ~ Gamma(r+x, α+T). The dropout rate is 0.
func (m NBD) Posterior(c history.Customer) Posterior {
	g := m.given(c)
	return Posterior{MeanRate: g.R / g.Alpha, VarRate: g.R / (g.Alpha * g.Alpha)}
}

// PriorRate returns the density of λ across customers, Gamma(r, α).
func (m NBD) PriorRate(lambda float64) float64 { return math.Exp(logGamma(m.R, m.Alpha, lambda)) }

// PriorDropout returns the density of the dropout rate across customers, which
// is all at 0: +Inf there and 0 elsewhere.
func (NBD) PriorDropout(mu float64) float64 {
	if mu != 0 {
		return 0
	}
	return math.Inf(1)
}

// DrawPosterior returns a draw of the customer's λ given the history, with a
// dropout rate of 0.
func (m NBD) DrawPosterior(rng *rand.Rand, c history.Customer) (lambda, mu float64, alive bool) {
	g := m.given(c)
	return math.Exp(drawLogGamma(rng, g.R)) / g.Alpha, 0, true
}

// DrawFuture returns a draw of the number of purchases in (T, T+t] by a
// customer with history c. It panics unless t is finite and not negative.
func (m NBD) DrawFuture(rng *rand.Rand, c history.Customer, t float64) int {
	checkSpan(t)
	lambda, _, _ := m.DrawPosterior(rng, c)
	return int(distuv.Poisson{Lambda: lambda * t, Src: rng}.Rand())
}

// Simulate returns a new customer's purchases in the first t units of time. It
// panics unless t is finite and not negative.
func (m NBD) Simulate(rng *rand.Rand, t float64) Path {
	checkSpan(t)
	lambda, _, _ := m.DrawPosterior(rng, history.Customer{})
	return Path{Times: poissonTimes(rng, lambda, t), Lambda: lambda, Lifetime: math.Inf(1)}
}

// poissonTimes returns the events of a Poisson process in (0, t].
func poissonTimes(rng *rand.Rand, rate, t float64) (times []float64) {
	for at := rng.ExpFloat64() / rate; at <= t; at += rng.ExpFloat64() / rate {
		times = append(times, at)
	}
	return times
}
