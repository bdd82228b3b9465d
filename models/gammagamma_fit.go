package models

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// LogLik returns Σ N·ln f(m̄ | x).
func (m GammaGamma) LogLik(s *history.Spending) float64 { return m.sums(s, 0)[0] }

// Score returns the log-likelihood and stores its gradient in p, q, v. It panics
// if grad does not have 3 elements.
func (m GammaGamma) Score(grad []float64, s *history.Spending) float64 {
	checkLength(grad, 3)
	sums := m.sums(s, 1)
	copy(grad, sums[ggGrad:ggHess])
	return sums[0]
}

// Hessian returns the log-likelihood and stores its gradient and, row by row,
// its second derivatives. It panics if they do not have 3 and 9 elements.
func (m GammaGamma) Hessian(hess, grad []float64, s *history.Spending) float64 {
	checkLength(hess, 9)
	checkLength(grad, 3)
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
	own, all := logShares(s, m.V, logS-logV)
	if k.px*own+m.Q*all < 100 {
		acc[0] -= n * (logS - k.logX + k.px*own + m.Q*all + k.logBeta)
	} else { // the large terms mostly cancel with ln B
		acc[0] += n * (special.BetaKernel(k.px, m.Q, s/(m.V+s), m.V/(m.V+s)) - (logS - k.logX))
	}
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
	h[5] += n * ((k.px - m.Q*(s/m.V)*(2+s/m.V)) / (sum * sum))
}

// logShares returns −ln(s/(v+s)) and −ln(v/(v+s)), given ln(s/v). Only the
// smaller of the two needs a logarithm that keeps its digits near 1.
func logShares(s, v, logRatio float64) (own, all float64) {
	if s < v {
		all = math.Log1p(s / v)
		return all - logRatio, all
	}
	own = math.Log1p(v / s)
	return own, own + logRatio
}

// Starts returns two starting points from the mean and the variation of the
// mean values: most of the variation between customers, and most of it between
// the purchases of each.
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
	return []GammaGamma{{p, q, mean * (q - 1) / p}, {q, p + 1, mean * p / q}}
}

// Check refuses data on which the likelihood has no maximum: fewer than two
// customers with repeat purchases, or all mean values equal. It names the first
// row that cannot be.
func (GammaGamma) Check(s *history.Spending) error {
	varies := false
	for i, m := range s.Mean {
		switch w := s.N[i]; {
		case s.Frequency[i] < 1 || !(m > 0) || math.IsInf(m, 1):
			return fmt.Errorf("models: row %d: %d purchases of mean value %v: both must be positive and finite", i+1, s.Frequency[i], m)
		case !(w > 0) || math.IsInf(w, 1):
			return fmt.Errorf("models: row %d: weight is %v: it must be positive and finite", i+1, w)
		}
		varies = varies || m != s.Mean[0]
	}
	if n := s.Customers(); n < 2 {
		return fmt.Errorf("models: %v customers have repeat purchases with a positive mean value: a spend model needs at least 2, and some dozens to be useful", n)
	}
	if !varies {
		return errors.New("models: all customers have the same mean value: there is no distribution of spend to fit")
	}
	return nil
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
