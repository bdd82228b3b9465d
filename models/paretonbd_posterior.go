package models

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// Posterior returns moments of the customer's λ and μ given the history. With
// p = r+x, τ* = min(τ, T) and D = [τ ≤ T] they are those of the mixture, over
// the posterior distribution of τ*, of
//
//	λ ~ Gamma(r+x, α+τ*),  μ ~ Gamma(s+D, β+τ*),
//
// independent of each other. Dropping out late makes both small, hence the
// covariance.
func (m ParetoNBD) Posterior(c history.Customer) Posterior {
	checkHistory(c)
	k := paretoKernel{m: m}
	k.set(float64(c.Frequency), c.Recency, c.T)
	var p Posterior
	for end := range k.ends {
		p.MeanRate += end.w * k.p / (m.Alpha + end.tau)
		p.MeanDropout += end.w * (m.S + end.d) / (m.Beta + end.tau)
	}
	for end := range k.ends {
		rate, dropout := k.p/(m.Alpha+end.tau), (m.S+end.d)/(m.Beta+end.tau)
		dr, dd := rate-p.MeanRate, dropout-p.MeanDropout
		p.VarRate += end.w * (rate/(m.Alpha+end.tau) + dr*dr)
		p.VarDropout += end.w * (dropout/(m.Beta+end.tau) + dd*dd)
		p.Cov += end.w * dr * dd
	}
	return p
}

// LogPosterior returns the logarithm of the joint density of λ and μ given the
// history,
//
//	Gamma(λ; r+x, A) · Gamma(μ; s, B) · (μ + λ e^(−(λ+μ)w))/(λ+μ) / (e^(−E) + Q)
//
// in the notation of LogLikOf.
func (m ParetoNBD) LogPosterior(c history.Customer, lambda, mu float64) float64 {
	p, A, B, w := m.R+float64(c.Frequency), m.Alpha+c.Recency, m.Beta+c.Recency, c.T-c.Recency
	kappa := lambda + mu
	end := special.LogAddExp(math.Log(mu), math.Log(lambda)-kappa*w) - math.Log(kappa)
	return logGamma(p, A, lambda) + logGamma(m.S, B, mu) + end - m.weights(c).logSum()
}

// LogPosteriorRate returns the logarithm of the density of λ given the
// history,
//
//	Gamma(λ; r+x, A) · {e^(−λw) (1+w/B)^(−s) + s/B · ∫₀ʷ e^(−λv) (1+v/B)^(−s−1) dv} / (e^(−E) + Q).
func (m ParetoNBD) LogPosteriorRate(c history.Customer, lambda float64) float64 {
	p, A, B, w := m.R+float64(c.Frequency), m.Alpha+c.Recency, m.Beta+c.Recency, c.T-c.Recency
	alive := -lambda*w - m.S*math.Log1p(w/B)
	dead := math.Log(m.S) + special.LogExpIntegral(m.S+1, lambda*B, w/B)
	return logGamma(p, A, lambda) + special.LogAddExp(alive, dead) - m.weights(c).logSum()
}

// LogPosteriorDropout returns the logarithm of the density of μ given the
// history,
//
//	Gamma(μ; s, B) · {e^(−μw) (1+w/A)^(−r−x) + μ · ∫₀ʷ e^(−μv) (1+v/A)^(−r−x) dv} / (e^(−E) + Q).
func (m ParetoNBD) LogPosteriorDropout(c history.Customer, mu float64) float64 {
	p, A, B, w := m.R+float64(c.Frequency), m.Alpha+c.Recency, m.Beta+c.Recency, c.T-c.Recency
	alive := -mu*w - p*math.Log1p(w/A)
	dead := math.Log(mu*A) + special.LogExpIntegral(p, mu*A, w/A)
	return logGamma(m.S, B, mu) + special.LogAddExp(alive, dead) - m.weights(c).logSum()
}

// logGamma returns the log-density of Gamma(shape, rate) at v.
func logGamma(shape, rate, v float64) float64 {
	switch {
	case v > 0:
		return special.GammaKernel(shape, rate*v) - math.Log(v)
	case v == 0 && shape == 1:
		return math.Log(rate)
	case v == 0 && shape < 1:
		return math.Inf(1)
	}
	return math.Inf(-1)
}

// PriorRate returns the density of λ across customers, Gamma(r, α).
func (m ParetoNBD) PriorRate(lambda float64) float64 {
	return math.Exp(logGamma(m.R, m.Alpha, lambda))
}

// PriorDropout returns the density of μ across customers, Gamma(s, β).
func (m ParetoNBD) PriorDropout(mu float64) float64 {
	return math.Exp(logGamma(m.S, m.Beta, mu))
}

// DrawPosterior returns a draw of the customer's λ and μ given the history, and
// whether the customer is alive in that draw. The draws are exact and
// independent: alive, from the two gamma distributions at T; dropped out, at a
// time τ drawn from its density on (t_x, T], from those at τ.
func (m ParetoNBD) DrawPosterior(rng *rand.Rand, c history.Customer) (lambda, mu float64, alive bool) {
	p, A, B := m.R+float64(c.Frequency), m.Alpha+c.Recency, m.Beta+c.Recency
	if a, _ := m.weights(c).split(); rng.Float64() < a {
		return math.Exp(drawLogGamma(rng, p)) / (m.Alpha + c.T), math.Exp(drawLogGamma(rng, m.S)) / (m.Beta + c.T), true
	}
	v := special.ParetoIntegral{P: p, Q: m.S + 1, A: A, B: B, W: c.T - c.Recency}.Draw(rng)
	return math.Exp(drawLogGamma(rng, p)) / (A + v), math.Exp(drawLogGamma(rng, m.S+1)) / (B + v), false
}

// DrawFuture returns a draw of the number of purchases in (T, T+t] by a
// customer with history c. It panics unless t is finite and not negative.
func (m ParetoNBD) DrawFuture(rng *rand.Rand, c history.Customer, t float64) int {
	checkSpan(t)
	if a, _ := m.weights(c).split(); rng.Float64() >= a {
		return 0
	}
	g := m.given(c)
	lambda := math.Exp(drawLogGamma(rng, g.R)) / g.Alpha
	life := g.Beta * math.Expm1(rng.ExpFloat64()/g.S)
	return int(distuv.Poisson{Lambda: lambda * min(t, life), Src: rng}.Rand())
}

// Simulate returns a new customer's purchases in the first t units of time. It
// panics unless t is finite and not negative.
func (m ParetoNBD) Simulate(rng *rand.Rand, t float64) Path {
	checkSpan(t)
	path := Path{
		Lambda:   math.Exp(drawLogGamma(rng, m.R)) / m.Alpha,
		Dropout:  math.Exp(drawLogGamma(rng, m.S)) / m.Beta,
		Lifetime: math.Inf(1),
	}
	if life := rng.ExpFloat64() / path.Dropout; life <= t {
		path.Lifetime, t = life, life
	}
	path.Times = poissonTimes(rng, path.Lambda, t)
	return path
}
