package models

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
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

// LogLik returns Σ N·ln f(m̄ | x).
func (m GammaGamma) LogLik(s *history.Spending) float64 { return m.sums(s, 0)[0] }

// Score returns the log-likelihood and stores its gradient in p, q, v.
func (m GammaGamma) Score(grad []float64, s *history.Spending) float64 {
	sums := m.sums(s, 1)
	copy(grad, sums[ggGrad:ggHess])
	return sums[0]
}

// Hessian returns the log-likelihood and stores its gradient and, row by row,
// its second derivatives.
func (m GammaGamma) Hessian(hess, grad []float64, s *history.Spending) float64 {
	sums := m.sums(s, 2)
	copy(grad, sums[ggGrad:ggHess])
	unpackSymmetric(hess, sums[ggHess:], 3)
	return sums[0]
}

// ggByX is what the likelihood owes to x alone.
type ggByX struct {
	px      float64
	logX    float64
	logBeta float64 // ln B(px, q)

	dp, dq         float64 // ψ(px+q) − ψ(px), ψ(px+q) − ψ(q)
	ddp, ddq, ddpq float64 // ψ′(px+q) − ψ′(px), ψ′(px+q) − ψ′(q), ψ′(px+q)
}

// Layout of the sums: ℓ, its gradient and the upper triangle of its Hessian.
const (
	ggGrad = 1
	ggHess = 4
	ggSums = 10
)

// sums returns ℓ (order 0), also its gradient (1), also its Hessian (2). What
// depends on x alone is evaluated once for each run of equal x, and a row costs
// two logarithms.
func (m GammaGamma) sums(s *history.Spending, order int) []float64 {
	logV := math.Log(m.V)
	return sumRows(nil, s.Len(), ggSums, func(lo, hi int, acc []float64) {
		for lo < hi {
			x, end := s.Frequency[lo], lo+1
			for end < hi && s.Frequency[end] == x {
				end++
			}
			k := m.byX(float64(x), order)
			for i := lo; i < end; i++ {
				m.row(acc, &k, float64(x), s.Mean[i], s.N[i], logV, order)
			}
			lo = end
		}
	})
}

func (m GammaGamma) byX(x float64, order int) ggByX {
	k := ggByX{px: m.P * x, logX: math.Log(x)}
	k.logBeta = special.LogBeta(k.px, m.Q)
	if order >= 1 {
		k.dp, k.dq = special.DigammaDiff(k.px, m.Q), special.DigammaDiff(m.Q, k.px)
	}
	if order >= 2 {
		k.ddp, k.ddq = special.TrigammaDiff(k.px, m.Q), special.TrigammaDiff(m.Q, k.px)
		k.ddpq = mathext.Zeta(2, k.px+m.Q)
	}
	return k
}

// row adds n customers with the mean value of x purchases to the sums.
func (m GammaGamma) row(acc []float64, k *ggByX, x, mean, n, logV float64, order int) {
	s := x * mean
	logS := math.Log(s)
	own := math.Log1p(m.V / s) // −ln(s/(v+s))
	all := own + (logS - logV) // −ln(v/(v+s))
	acc[0] -= n * (logS - k.logX + k.px*own + m.Q*all + k.logBeta)
	if order == 0 {
		return
	}
	sum := m.V + s
	acc[ggGrad] += n * x * (k.dp - own)
	acc[ggGrad+1] += n * (k.dq - all)
	acc[ggGrad+2] += n * (m.Q*s - k.px*m.V) / (m.V * sum)
	if order == 1 {
		return
	}
	h := acc[ggHess:]
	h[0] += n * x * x * k.ddp
	h[1] += n * x * k.ddpq
	h[2] -= n * x / sum
	h[3] += n * k.ddq
	h[4] += n * s / (m.V * sum)
	h[5] += n * ((k.px+m.Q)/(sum*sum) - m.Q/(m.V*m.V))
}

// Starts returns one starting point from the mean and the variation of the
// mean values.
func (GammaGamma) Starts(s *history.Spending) []GammaGamma {
	var n, mean, inverse, square float64
	for i, m := range s.Mean {
		n += s.N[i]
		mean += s.N[i] * m
		inverse += s.N[i] / float64(s.Frequency[i])
	}
	mean /= n
	for i, m := range s.Mean {
		square += s.N[i] * (m/mean - 1) * (m/mean - 1)
	}
	cv2 := square / n
	q := 2 + 2/cv2
	p := min(max(2*inverse/n/cv2, 0.2), 50)
	return []GammaGamma{{p, q, mean * (q - 1) / p}}
}

// Check refuses data on which the likelihood has no maximum: fewer than two
// customers with repeat purchases, or all mean values equal.
func (GammaGamma) Check(s *history.Spending) error {
	if n := s.Customers(); n < 2 {
		return fmt.Errorf("models: %v customers have repeat purchases with a positive mean value: a spend model needs at least 2, and some dozens to be useful", n)
	}
	for _, m := range s.Mean {
		if m != s.Mean[0] {
			return nil
		}
	}
	return errors.New("models: all customers have the same mean value: there is no distribution of spend to fit")
}

// Review says when the fitted population has no mean or rests on few buyers.
func (m GammaGamma) Review(s *history.Spending) (fs []Finding) {
	if n := s.Customers(); n < fewRepeatBuyers {
		fs = append(fs, Finding{TooFewRepeatBuyers, fmt.Sprintf("only %v customers have repeat purchases with a positive mean value: the spend model rests on too little", n)})
	}
	if m.Q <= 1 {
		fs = append(fs, Finding{SpendWithoutMean, fmt.Sprintf("q = %.4g is not above 1: the spread of mean values is so wide that the population has no mean; "+
			"no spend is forecast for customers without repeat purchases, and totals must not be read as money", m.Q)})
	}
	return fs
}

// Limits returns the directions in which the model degenerates.
func (GammaGamma) Limits() []Limit {
	return []Limit{
		{"customers indistinguishable", "one gamma distribution of spend for everybody", []float64{0, 1, 1}, "only the common mean value p·v/q is identified, and no customer's spend differs from it"},
		{"purchases of a customer all alike", "an inverse gamma distribution of customers' mean values", []float64{1, 0, -1}, "q and p·v are identified, the variation within a customer is not"},
	}
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
// mean, 0 without repeat purchases. It is a weight in [0, 1] only if q > 1.
func (m GammaGamma) Weight(c history.Customer) float64 {
	px := m.P * float64(c.Frequency)
	if px == 0 {
		return 0
	}
	return px / (px + (m.Q - 1))
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
