package models

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// A Posterior holds moments of a customer's two hidden traits given a history:
// the purchase rate λ and the dropout trait, p of the BG models.
type Posterior struct {
	MeanRate, VarRate       float64 // of λ, purchases per unit of time
	MeanDropout, VarDropout float64
	Cov                     float64
}

// posterior mixes two cases within each of which λ and p are independent:
// alive, Gamma(R, α+T) and Beta(a, b+X); dropped out at t_x, Gamma(R, α+t_x)
// and Beta(a+1, b+X−1).
func (m betaGeometric) posterior(c history.Customer) Posterior {
	k := m.weigh(c)
	w, v := k.probs()
	atT, atX, n := m.alpha+c.T, m.alpha+c.Recency, m.a+m.b+k.X
	shift := k.R * (c.T - c.Recency) / (atT * atX) // what λ's mean is higher by if dropped out
	return Posterior{
		MeanRate:    w*k.R/atT + v*k.R/atX,
		VarRate:     w*k.R/(atT*atT) + v*k.R/(atX*atX) + w*v*shift*shift,
		MeanDropout: (m.a + v) / n,
		VarDropout:  (w*m.a*(m.b+k.X)+v*(m.a+1)*(m.b+(k.X-1)))/(n*n*(n+1)) + w*v/(n*n),
		Cov:         w * v / n * shift,
	}
}

func (m betaGeometric) drawPosterior(rng *rand.Rand, c history.Customer) (lambda, p float64, alive bool) {
	k := m.weigh(c)
	if w, _ := k.probs(); rng.Float64() < w {
		return math.Exp(drawLogGamma(rng, k.R)) / (m.alpha + c.T), drawBeta(rng, m.a, m.b+k.X), true
	}
	return math.Exp(drawLogGamma(rng, k.R)) / (m.alpha + c.Recency), drawBeta(rng, m.a+1, m.b+(k.X-1)), false
}

// drawFuture uses that the purchases in t are the smaller of a Poisson count,
// without dropout, and the number of purchases up to dropout.
func (m betaGeometric) drawFuture(rng *rand.Rand, c history.Customer, t float64) int {
	checkSpan(t)
	lambda, p, alive := m.drawPosterior(rng, c)
	if !alive {
		return 0
	}
	n := distuv.Poisson{Lambda: lambda * t, Src: rng}.Rand()
	last := 1 + math.Floor(-rng.ExpFloat64()/math.Log1p(-p))
	return int(min(n, last))
}

func (m betaGeometric) simulate(rng *rand.Rand, t float64) Path {
	checkSpan(t)
	path := Path{Lambda: math.Exp(drawLogGamma(rng, m.r)) / m.alpha, Dropout: drawBeta(rng, m.a, m.b), Lifetime: math.Inf(1)}
	if m.m > 0 && rng.Float64() < path.Dropout {
		path.Lifetime = 0
		return path
	}
	for s := rng.ExpFloat64() / path.Lambda; s <= t; s += rng.ExpFloat64() / path.Lambda {
		path.Times = append(path.Times, s)
		if rng.Float64() < path.Dropout {
			path.Lifetime = s
			break
		}
	}
	return path
}

// drawLogGamma returns ln g with g ~ Gamma(shape). The logarithm does not
// underflow for small shapes, where g does.
func drawLogGamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return drawLogGamma(rng, shape+1) - rng.ExpFloat64()/shape
	}
	return math.Log(distuv.Gamma{Alpha: shape, Beta: 1, Src: rng}.Rand())
}

// drawBeta returns p ~ Beta(a, b).
func drawBeta(rng *rand.Rand, a, b float64) float64 {
	return 1 / (1 + math.Exp(drawLogGamma(rng, b)-drawLogGamma(rng, a)))
}

func (m betaGeometric) priorRate(lambda float64) float64 {
	return math.Exp(logGamma(m.r, m.alpha, lambda))
}

func (m betaGeometric) priorDropout(p float64) float64 {
	switch {
	case p < 0 || p > 1:
		return 0
	case p == 0:
		return betaAtZero(m.a, m.b)
	case p == 1:
		return betaAtZero(m.b, m.a)
	}
	return math.Exp(special.BetaKernel(m.a, m.b, p, 1-p) - math.Log(p) - math.Log1p(-p))
}

// betaAtZero returns the density of Beta(a, b) at 0.
func betaAtZero(a, b float64) float64 {
	switch {
	case a < 1:
		return math.Inf(1)
	case a == 1:
		return b
	}
	return 0
}
