package models

import (
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// MBGNBD is the MBG/NBD model of Batislam, Denizel and Filiztekin (2007), also
// called CBG/NBD by Hoppe and Wagner (2007).
//
// It is [BGNBD] with one difference: the dropout coin is tossed after the first
// purchase as well, so a customer may never come back, and P(alive) of a
// one-time buyer falls with time. In every formula b+x of BG/NBD becomes
// b+x+1, the coins survived by a customer who is alive; the notation is that
// of BGNBD. The zero [history.Customer] is a new customer, after the first
// purchase and its coin: alive with probability b/(a+b).
//
// Every parameter is positive. The methods about one customer panic if the
// history is impossible or a time, a rate or a count is negative.
//
// Sources: Batislam, Denizel and Filiztekin (2007), Empirical validation and
// comparison of models for customer base analysis, IJRM 24(3); expectations as
// corrected by Wagner and Hoppe (2008), IJRM 25(3).
type MBGNBD struct {
	R     float64 `json:"r"`     // shape of the gamma distribution of the purchase rate λ
	Alpha float64 `json:"alpha"` // rate of that distribution, in units of time
	A     float64 `json:"a"`     // first parameter of the beta distribution of the dropout probability p
	B     float64 `json:"b"`     // second parameter of that distribution: E[p] = a/(a+b)
}

func (m MBGNBD) family() betaGeometric { return betaGeometric{m.R, m.Alpha, m.A, m.B, 1} }

// LogLikOf returns the log-likelihood of one history: that of BG/NBD with
// X = x+1. At x = 0 it is the log of (b + a·((α+T)/α)^r)/(a+b) · (α/(α+T))^r.
func (m MBGNBD) LogLikOf(c history.Customer) float64 { return m.family().logLikOf(c) }

// ScoreOf stores the derivatives of LogLikOf in r, α, a and b in grad, which
// must have length 4, and returns LogLikOf.
func (m MBGNBD) ScoreOf(grad []float64, c history.Customer) float64 {
	return m.family().scoreOf(grad, c)
}

// ProbAlive returns the probability that a customer with history c has not
// dropped out by T,
//
//	P(alive | x, t_x, T) = 1/(1 + a/(b+x) · ((α+T)/(α+t_x))^(r+x)).
//
// Source: Batislam, Denizel and Filiztekin (2007), appendix A, equation (5).
func (m MBGNBD) ProbAlive(c history.Customer) float64 { return m.family().probAlive(c) }

// LogOddsAlive returns ln(P(alive)/(1 − P(alive))), which keeps telling
// customers apart where the probability rounds to 0 or 1.
func (m MBGNBD) LogOddsAlive(c history.Customer) float64 { return m.family().logOddsAlive(c) }

// ProbAliveAt returns the probability that a customer with history c is alive
// t units of time after the end of observation. See [BGNBD.ProbAliveAt].
func (m MBGNBD) ProbAliveAt(c history.Customer, t float64) float64 {
	return m.family().probAliveAt(c, t)
}

// ProbOrder returns the probability that a customer with history c buys at
// least once in the next t units of time. See [BGNBD.ProbOrder].
func (m MBGNBD) ProbOrder(c history.Customer, t float64) float64 { return m.family().probOrder(c, t) }

// ProbNoOrder returns the probability that a customer with history c never
// buys again, 1 − P(alive).
func (m MBGNBD) ProbNoOrder(c history.Customer) float64 { return m.family().probNoOrder(c) }

// NextPurchaseQuantile returns the time from T within which a customer with
// history c buys again with probability p, +Inf where p is not less than
// P(alive). See [BGNBD.NextPurchaseQuantile].
func (m MBGNBD) NextPurchaseQuantile(c history.Customer, p float64) float64 {
	return m.family().nextPurchaseQuantile(c, p)
}

// Expected returns the number of repeat purchases expected of a new customer
// in t units of time. With z = t/(α+t) it is
//
//	E[X(t)] = b/(a−1) · [1 − (α/(α+t))ʳ · ₂F₁(r, b+1; a+b; z)],
//
// computed without the removable singularity at a = 1.
//
// Source: Wagner and Hoppe (2008).
func (m MBGNBD) Expected(t float64) float64 { return m.CondExpected(history.Customer{}, t) }

// CondExpected returns the number of purchases expected in the next t units
// of time from a customer with history c. See [BGNBD.CondExpected].
func (m MBGNBD) CondExpected(c history.Customer, t float64) float64 {
	return m.family().condExpected(c, t)
}

// CondExpectedBetween returns the number of purchases expected from T+t1 to
// T+t2 from a customer with history c. See [BGNBD.CondExpectedBetween].
func (m MBGNBD) CondExpectedBetween(c history.Customer, t1, t2 float64) float64 {
	return m.family().condExpectedBetween(c, t1, t2)
}

// LogProb returns ln P(X(t) = n), the log of the probability that a new
// customer makes exactly n repeat purchases in t units of time. See
// [BGNBD.LogProb].
func (m MBGNBD) LogProb(n int, t float64) float64 {
	return m.family().logCondProb(history.Customer{}, n, t)
}

// Prob returns P(X(t) = n), the probability that a new customer makes exactly
// n repeat purchases in t units of time.
func (m MBGNBD) Prob(n int, t float64) float64 { return math.Exp(m.LogProb(n, t)) }

// LogCondProb returns ln P(Y(t) = n | x, t_x, T), the log of the probability
// that a customer with history c makes exactly n purchases in the next t units
// of time. See [BGNBD.LogCondProb].
func (m MBGNBD) LogCondProb(c history.Customer, n int, t float64) float64 {
	return m.family().logCondProb(c, n, t)
}

// CondProb returns P(Y(t) = n | x, t_x, T), the probability that a customer
// with history c makes exactly n purchases in the next t units of time.
func (m MBGNBD) CondProb(c history.Customer, n int, t float64) float64 {
	return math.Exp(m.LogCondProb(c, n, t))
}

// ProbBetween returns P(X(t1, t2] = n), the probability that a new customer
// makes exactly n repeat purchases between the ages t1 and t2. See
// [BGNBD.ProbBetween].
func (m MBGNBD) ProbBetween(n int, t1, t2 float64) float64 { return m.family().probBetween(n, t1, t2) }

// DERT returns the discounted expected residual transactions of a customer
// with history c at a continuous rate δ per unit of time, +Inf at δ = 0 if
// a ≤ 1. See [BGNBD.DERT].
func (m MBGNBD) DERT(c history.Customer, delta float64) float64 { return m.family().dert(c, delta) }

// DET returns the discounted expected transactions of a customer with history
// c in the next t units of time. See [BGNBD.DET].
func (m MBGNBD) DET(c history.Customer, t, delta float64) float64 { return m.family().det(c, t, delta) }

// ResidualLifetime returns the expected time from T to dropout of a customer
// with history c, 0 if that has happened. It is +Inf if r+x ≤ 1 or a ≤ 1. See
// [BGNBD.ResidualLifetime].
func (m MBGNBD) ResidualLifetime(c history.Customer) float64 { return m.family().residualLifetime(c) }

// Posterior returns the moments of λ and p given the history; those of the
// zero Customer are the population's. See [BGNBD.Posterior].
func (m MBGNBD) Posterior(c history.Customer) Posterior { return m.family().posterior(c) }

// DrawPosterior returns a draw of a customer's λ and p given the history, and
// whether the customer is alive at T.
func (m MBGNBD) DrawPosterior(rng *rand.Rand, c history.Customer) (lambda, p float64, alive bool) {
	return m.family().drawPosterior(rng, c)
}

// DrawFuture returns a draw of the number of purchases that a customer with
// history c makes in the next t units of time. See [BGNBD.DrawFuture].
func (m MBGNBD) DrawFuture(rng *rand.Rand, c history.Customer, t float64) int {
	return m.family().drawFuture(rng, c, t)
}

// Simulate returns a new customer and the repeat purchases up to age t. The
// Lifetime of a customer who drops out with the first purchase is 0.
func (m MBGNBD) Simulate(rng *rand.Rand, t float64) Path { return m.family().simulate(rng, t) }

// PriorRate returns the density of the purchase rate λ in the population,
// Gamma(r, α).
func (m MBGNBD) PriorRate(lambda float64) float64 { return m.family().priorRate(lambda) }

// PriorDropout returns the density of the dropout probability p in the
// population, Beta(a, b).
func (m MBGNBD) PriorDropout(p float64) float64 { return m.family().priorDropout(p) }
