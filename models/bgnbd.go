package models

import (
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// BGNBD is the BG/NBD model of Fader, Hardie and Lee (2005).
//
// While alive, a customer buys at random at rate λ. After every repeat purchase
// the customer drops out with probability p; in between nobody does. λ and p
// vary independently across customers as Gamma(r, α) and Beta(a, b).
//
// A customer without a repeat purchase has never met the dropout coin, so the
// model says P(alive) = 1 for every one of them, however long ago the first
// purchase was, and a silent one-time buyer may be expected to buy more than
// somebody who came back once. Where one-time buyers matter, use [MBGNBD].
//
// Every parameter is positive. Given a history and that the customer is alive
// at T, λ and p are independent Gamma(r+x, α+T) and Beta(a, b+x), so every
// prediction is P(alive) times the formula for a new customer with these
// parameters. The zero [history.Customer] is that new customer.
//
// The methods about one customer panic if the history is impossible, which
// [history.Customer.Check] would have told, or a time, a rate or a count is
// negative.
//
// Source: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy
// Way, Marketing Science 24(2).
type BGNBD struct {
	R     float64 `json:"r"`     // shape of the gamma distribution of the purchase rate λ
	Alpha float64 `json:"alpha"` // rate of that distribution, in units of time
	A     float64 `json:"a"`     // first parameter of the beta distribution of the dropout probability p
	B     float64 `json:"b"`     // second parameter of that distribution: E[p] = a/(a+b)
}

func (m BGNBD) family() betaGeometric { return betaGeometric{m.R, m.Alpha, m.A, m.B, 0} }

// LogLikOf returns the log-likelihood of one history. With R = r+x and X = x
// it is the log of
//
//	Γ(R)/Γ(r) · αʳ/(α+t_x)^R · B(a, b+X)/B(a, b) · (𝒜 + 𝒟),
//	𝒜 = ((α+t_x)/(α+T))^R,  𝒟 = a/(b+X−1) if X > 0, else 0.
//
// 𝒜 stands for being alive and silent since t_x, 𝒟 for having dropped out
// there. It is the density of the times between the purchases; over a table,
// LogLik is the same sum and much faster.
//
// Source: Fader, Hardie and Lee (2005), equation (6).
func (m BGNBD) LogLikOf(c history.Customer) float64 { return m.family().logLikOf(c) }

// ScoreOf stores the derivatives of LogLikOf in r, α, a and b in grad, which
// must have length 4, and returns LogLikOf. Those in a and b are 0 for a
// customer without a repeat purchase.
func (m BGNBD) ScoreOf(grad []float64, c history.Customer) float64 {
	return m.family().scoreOf(grad, c)
}

// ProbAlive returns the probability that a customer with history c has not
// dropped out by T,
//
//	P(alive | x, t_x, T) = 𝒜/(𝒜 + 𝒟)
//
// in the notation of LogLikOf. It is 1 at x = 0.
//
// Source: Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD
// Model.
func (m BGNBD) ProbAlive(c history.Customer) float64 { return m.family().probAlive(c) }

// LogOddsAlive returns ln(P(alive)/(1 − P(alive))) = ln 𝒜 − ln 𝒟, which keeps
// telling customers apart where the probability rounds to 0 or 1. It is +Inf at
// x = 0.
func (m BGNBD) LogOddsAlive(c history.Customer) float64 { return m.family().logOddsAlive(c) }

// ProbAliveAt returns the probability that a customer with history c is alive
// t units of time after the end of observation,
//
//	P(alive at T+t | x, t_x, T) = P(alive) · ₂F₁(r+x, a; a+b+x; −t/(α+T)).
//
// It is not ProbAlive with a longer T, which would say that nothing was bought
// in between.
func (m BGNBD) ProbAliveAt(c history.Customer, t float64) float64 {
	return m.family().probAliveAt(c, t)
}

// ProbOrder returns the probability that a customer with history c buys at
// least once in the next t units of time,
//
//	P(Y(t) ≥ 1 | x, t_x, T) = P(alive) · [1 − ((α+T)/(α+T+t))^(r+x)].
//
// It keeps its digits for short times, and tends to P(alive) for long ones.
func (m BGNBD) ProbOrder(c history.Customer, t float64) float64 { return m.family().probOrder(c, t) }

// ProbNoOrder returns the probability that a customer with history c never
// buys again. Whoever is alive buys once more at least, so it is 1 − P(alive).
func (m BGNBD) ProbNoOrder(c history.Customer) float64 { return m.family().probNoOrder(c) }

// NextPurchaseQuantile returns the time from T within which a customer with
// history c buys again with probability p, the inverse of ProbOrder,
//
//	(α+T) · [(1 − p/P(alive))^(−1/(r+x)) − 1].
//
// It is +Inf where p is not less than P(alive). It panics unless p is a
// probability.
func (m BGNBD) NextPurchaseQuantile(c history.Customer, p float64) float64 {
	return m.family().nextPurchaseQuantile(c, p)
}

// Expected returns the number of repeat purchases expected of a new customer
// in t units of time. With z = t/(α+t) it is
//
//	E[X(t)] = (a+b−1)/(a−1) · [1 − (α/(α+t))ʳ · ₂F₁(r, b; a+b−1; z)].
//
// It is computed from a form without the removable singularities at a = 1 and
// a+b = 1, and is finite for any a and finite t; as t → ∞ it tends to
// (a+b−1)/(a−1) if a > 1, else to +Inf.
//
// Source: Fader, Hardie and Lee (2005), equation (9).
func (m BGNBD) Expected(t float64) float64 { return m.CondExpected(history.Customer{}, t) }

// CondExpected returns the number of purchases expected in the next t units
// of time from a customer with history c, E[Y(t) | x, t_x, T]: P(alive) times
// Expected with r+x, α+T and b+x for r, α and b. With z = t/(α+T+t) and
// F = ₂F₁(r+x, b+x; a+b+x−1; z) it is
//
//	(a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x) · F]
//	───────────────────────────────────────────────────────
//	1 + [x>0] · a/(b+x−1) · ((α+T)/(α+t_x))^(r+x)
//
// Source: Fader, Hardie and Lee (2005), equation (10).
func (m BGNBD) CondExpected(c history.Customer, t float64) float64 {
	return m.family().condExpected(c, t)
}

// CondExpectedBetween returns the number of purchases expected from T+t1 to
// T+t2 from a customer with history c. It is the difference of two values of
// CondExpected, integrated where that would cancel: short windows far in the
// future keep a relative error below 1e-13. t2 may be +Inf. It panics unless
// 0 ≤ t1 ≤ t2.
func (m BGNBD) CondExpectedBetween(c history.Customer, t1, t2 float64) float64 {
	return m.family().condExpectedBetween(c, t1, t2)
}

// LogProb returns ln P(X(t) = n), the log of the probability that a new
// customer makes exactly n repeat purchases in t units of time. With
// z = t/(α+t) and N negative binomial with r and z it is the log of
//
//	B(a, b+n)/B(a, b) · {P(N=n) + [n>0] · a/(b+n−1) · P(N≥n)}.
//
// It keeps its digits in the far tail, where Prob underflows.
//
// Source: Fader, Hardie and Lee (2005), equation (8).
func (m BGNBD) LogProb(n int, t float64) float64 {
	return m.family().logCondProb(history.Customer{}, n, t)
}

// Prob returns P(X(t) = n), the probability that a new customer makes exactly
// n repeat purchases in t units of time. See LogProb.
func (m BGNBD) Prob(n int, t float64) float64 { return math.Exp(m.LogProb(n, t)) }

// LogCondProb returns ln P(Y(t) = n | x, t_x, T), the log of the probability
// that a customer with history c makes exactly n purchases in the next t units
// of time: the log of P(alive) times LogProb's probability with r+x, α+T and
// b+x for r, α and b, and 1 − P(alive) more at n = 0.
func (m BGNBD) LogCondProb(c history.Customer, n int, t float64) float64 {
	return m.family().logCondProb(c, n, t)
}

// CondProb returns P(Y(t) = n | x, t_x, T), the probability that a customer
// with history c makes exactly n purchases in the next t units of time.
func (m BGNBD) CondProb(c history.Customer, n int, t float64) float64 {
	return math.Exp(m.LogCondProb(c, n, t))
}

// ProbBetween returns P(X(t1, t2] = n), the probability that a new customer
// makes exactly n repeat purchases between the ages t1 and t2: dropped out by
// t1 and n = 0, or alive then and with a negative binomial count or dropout
// with the n-th purchase. The last case is integrated over p; it takes some
// hundred evaluations of an incomplete beta function. It panics unless
// 0 ≤ t1 ≤ t2 < ∞.
//
// Source: the quantity is that of Fader and Hardie (2006), Deriving the PMF
// for the BG/NBD over an interval; the formula is ours.
func (m BGNBD) ProbBetween(n int, t1, t2 float64) float64 { return m.family().probBetween(n, t1, t2) }

// DERT returns the discounted expected residual transactions of a customer
// with history c: the purchases expected from T on, each weighted e^(−δs)
// with the time s after T, for a continuous rate δ per unit of time,
//
//	DERT = P(alive) · E[λ/(δ+λp)],  λ ~ Gamma(r+x, α+T), p ~ Beta(a, b+x).
//
// There is no closed form that computes well; the relative error of the double
// sum is about 1e-14. At δ = 0 it is P(alive)·(a+b+x−1)/(a−1) if a > 1, and +Inf
// if a ≤ 1, when a few customers who hardly ever drop out make up the whole
// mean; a small δ then makes it large, in proportion to δ^(a−1).
func (m BGNBD) DERT(c history.Customer, delta float64) float64 { return m.family().dert(c, delta) }

// DET returns the discounted expected transactions of a customer with history
// c in the next t units of time, DERT with a finite horizon:
//
//	DET = P(alive) · E[λ·(1 − e^(−(δ+λp)t))/(δ+λp)].
//
// It is CondExpected at δ = 0 and DERT at t = +Inf. The relative error is below
// 1e-13.
func (m BGNBD) DET(c history.Customer, t, delta float64) float64 { return m.family().det(c, t, delta) }

// ResidualLifetime returns the expected time from T to dropout of a customer
// with history c, 0 if that has happened,
//
//	P(alive) · (α+T)/(r+x−1) · (a+b+x−1)/(a−1).
//
// It is +Inf if r+x ≤ 1 or a ≤ 1.
func (m BGNBD) ResidualLifetime(c history.Customer) float64 { return m.family().residualLifetime(c) }

// Posterior returns the moments of λ and p given the history: with probability
// P(alive) Gamma(r+x, α+T) and Beta(a, b+x), else Gamma(r+x, α+t_x) and
// Beta(a+1, b+x−1). Those of the zero Customer are the population's:
// E[λ] = r/α, Var[λ] = r/α², E[p] = a/(a+b), Var[p] = ab/((a+b)²(a+b+1)).
func (m BGNBD) Posterior(c history.Customer) Posterior { return m.family().posterior(c) }

// DrawPosterior returns a draw of a customer's λ and p given the history, and
// whether the customer is alive at T.
func (m BGNBD) DrawPosterior(rng *rand.Rand, c history.Customer) (lambda, p float64, alive bool) {
	return m.family().drawPosterior(rng, c)
}

// DrawFuture returns a draw of the number of purchases that a customer with
// history c makes in the next t units of time, exactly from the distribution
// that CondProb gives, at a cost that does not grow with the number.
func (m BGNBD) DrawFuture(rng *rand.Rand, c history.Customer, t float64) int {
	return m.family().drawFuture(rng, c, t)
}

// Simulate returns a new customer and the repeat purchases up to age t.
func (m BGNBD) Simulate(rng *rand.Rand, t float64) Path { return m.family().simulate(rng, t) }

// PriorRate returns the density of the purchase rate λ in the population,
// Gamma(r, α).
func (m BGNBD) PriorRate(lambda float64) float64 { return m.family().priorRate(lambda) }

// PriorDropout returns the density of the dropout probability p in the
// population, Beta(a, b).
func (m BGNBD) PriorDropout(p float64) float64 { return m.family().priorDropout(p) }
