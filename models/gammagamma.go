package models

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// GammaGamma is the Gamma-Gamma model of spend of Colombo and Jiang (1999) in
// the form of Fader and Hardie (2013).
//
// A customer's purchases have values z ~ Gamma(p, rate ν), and ν varies across
// customers as Gamma(q, rate v), whatever the number of purchases. A
// customer's mean value M = p/ν then follows an inverse gamma distribution.
//
// Do not use it where the value of a purchase goes with the number of
// purchases; the correlation between the two is reported with every fit. At
// q ≤ 1 the population has no mean value, and the model has no answer for a
// customer without repeat purchases.
type GammaGamma struct {
	P float64 `json:"p"` // shape of the distribution of one purchase's value
	Q float64 `json:"q"` // shape of the gamma distribution of ν
	V float64 `json:"v"` // rate of that distribution, in units of money
}

// Name returns "gamma-gamma".
func (GammaGamma) Name() string { return "gamma-gamma" }

// ParamNames returns p, q, v.
func (GammaGamma) ParamNames() []string { return []string{"p", "q", "v"} }

// Params returns the parameters in the order of ParamNames.
func (m GammaGamma) Params() []float64 { return []float64{m.P, m.Q, m.V} }

// WithParams returns the model with the given parameters.
func (GammaGamma) WithParams(p []float64) GammaGamma { return GammaGamma{p[0], p[1], p[2]} }

// LogDensity returns the logarithm of the density of the mean value m̄ of x
// purchases.
//
//	ln f(m̄ | x) = −ln m̄ + px ln(s/(v+s)) + q ln(v/(v+s)) − ln B(px, q),  s = x·m̄
//
// LogDensity panics unless x ≥ 1 and m̄ > 0.
//
// Source: Fader and Hardie (2013), equation (1a).
func (m GammaGamma) LogDensity(x int, mean float64) float64 {
	if x < 1 || !(mean > 0) {
		panic("models: spend density needs x ≥ 1 and a positive mean value")
	}
	s := float64(x) * mean
	return special.BetaKernel(m.P*float64(x), m.Q, s/(m.V+s), m.V/(m.V+s)) - math.Log(mean)
}

// ExpectedSpend returns the value expected of a purchase of a customer with
// history c, E[M | x, m̄]: the customer's own mean, drawn toward that of the
// population.
//
//	p(v + x·m̄)/(px + q − 1) = ω·m̄ + (1−ω)·pv/(q−1),  ω = px/(px+q−1)
//
// It is +Inf where px + q ≤ 1, in particular for a customer without repeat
// purchases under a model with q ≤ 1; see [GammaGamma.Mean].
//
// Source: Fader and Hardie (2013), equation (5).
func (m GammaGamma) ExpectedSpend(c history.Customer) float64 {
	x := float64(c.Frequency)
	var s float64
	if c.Frequency > 0 && !math.IsNaN(c.Spend) {
		s = x * c.Spend
	} else {
		x = 0
	}
	if d := m.P*x + (m.Q - 1); d > 0 {
		return m.P * (m.V + s) / d
	}
	return math.Inf(1)
}

// Weight returns the weight ω that ExpectedSpend gives to the customer's own
// mean, 0 without repeat purchases. It is a weight in [0, 1] only if q > 1, and
// NaN where px + q ≤ 1 and there is nothing to weigh.
func (m GammaGamma) Weight(c history.Customer) float64 {
	px := m.P * float64(c.Frequency)
	if math.IsNaN(c.Spend) {
		px = 0
	}
	if d := px + (m.Q - 1); d > 0 {
		return px / d
	}
	return math.NaN()
}

// Mean returns the mean value of a purchase in the population, pv/(q−1), and
// +Inf if q ≤ 1.
func (m GammaGamma) Mean() float64 { return m.ExpectedSpend(history.Customer{}) }

// Variance returns Var[M | x, m̄], the uncertainty about the customer's mean
// value.
//
//	p²(v+s)² / ((px+q−1)²(px+q−2)),  s = x·m̄
//
// It is +Inf where px + q ≤ 2.
func (m GammaGamma) Variance(c history.Customer) float64 {
	shape, scale := m.posterior(c)
	if shape <= 2 {
		return math.Inf(1)
	}
	e := scale / (shape - 1)
	return e * e / (shape - 2)
}

// posterior returns shape and scale of the inverse gamma distribution of M
// given the history: px + q and p(v+s).
func (m GammaGamma) posterior(c history.Customer) (shape, scale float64) {
	if c.Frequency == 0 || math.IsNaN(c.Spend) {
		return m.Q, m.P * m.V
	}
	x := float64(c.Frequency)
	return m.P*x + m.Q, m.P * (m.V + x*c.Spend)
}

// DrawMean returns a draw of the customer's mean value M given the history.
func (m GammaGamma) DrawMean(rng *rand.Rand, c history.Customer) float64 {
	shape, scale := m.posterior(c)
	return scale / distuv.Gamma{Alpha: shape, Beta: 1, Src: rng}.Rand()
}

// ProbTotal returns the probability that the next y purchases of a customer
// with history c come to at most the given total. S/(v+s) follows a beta prime
// distribution with shapes py and px + q. ProbTotal panics unless y ≥ 1.
func (m GammaGamma) ProbTotal(c history.Customer, y int, total float64) float64 {
	if y < 1 {
		panic("models: ProbTotal needs at least one purchase")
	}
	if total <= 0 {
		return 0
	}
	shape, scale := m.posterior(c)
	sum := total + scale/m.P
	logP, _ := special.LogRegIncBeta(m.P*float64(y), shape, total/sum, scale/m.P/sum)
	return math.Exp(logP)
}

// Simulate returns the values of n purchases of a new customer and the
// customer's true mean value.
func (m GammaGamma) Simulate(rng *rand.Rand, n int) (values []float64, mean float64) {
	nu := distuv.Gamma{Alpha: m.Q, Beta: m.V, Src: rng}.Rand()
	value := distuv.Gamma{Alpha: m.P, Beta: nu, Src: rng}
	for range n {
		values = append(values, value.Rand())
	}
	return values, m.P / nu
}
