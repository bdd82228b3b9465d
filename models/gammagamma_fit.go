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
// depends on x alone is evaluated once for each run of equal x, and a cell costs
// two logarithms.
func (m GammaGamma) sums(s *history.Spending, order int) []float64 {
	logV, cells := math.Log(m.V), s.Cells()
	return sumRows(nil, len(cells), ggSums, func(lo, hi int, acc []float64) {
		for lo < hi {
			x := cells[lo].X
			k := m.byX(float64(x), order)
			for ; lo < hi && cells[lo].X == x; lo++ {
				m.cell(acc, &k, &cells[lo], logV, order)
			}
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

// cell adds the customers of a cell to the sums: each term at the mean value of
// the first, and what the others differ from it.
func (m GammaGamma) cell(acc []float64, k *ggByX, c *history.SpendCell, logV float64, order int) {
	x := float64(c.X)
	s, n := x*c.Mean, c.Moments[0]
	sum := m.V + s
	w, u := s/sum, m.V/sum
	t := taylor(c, w, u)
	logS := math.Log(s)
	own, all := logShares(s, m.V, logS-logV)
	if k.px*own+m.Q*all < 100 {
		acc[0] -= n * (logS - k.logX + k.px*own + m.Q*all + k.logBeta)
	} else { // the large terms mostly cancel with ln B
		acc[0] += n * (special.BetaKernel(k.px, m.Q, w, u) - (logS - k.logX))
	}
	acc[0] -= t.log + k.px*t.own + m.Q*t.all
	if order == 0 {
		return
	}
	wu := w * u
	sumW, sumU := n*w+wu*t.first, n*u-wu*t.first // Σ N·s/(v+s), Σ N·v/(v+s)
	acc[ggGrad] += x * (n*(k.dp-own) - t.own)
	acc[ggGrad+1] += n*(k.dq-all) - t.all
	acc[ggGrad+2] += (m.Q*sumW - k.px*sumU) / m.V
	if order == 1 {
		return
	}
	sumUU := u * u * (n - w*(2*t.first-w*t.second))
	sumWU := wu * (n + (u-w)*t.first - wu*t.second)
	h := acc[ggHess:]
	h[0] += n * x * x * k.ddp
	h[1] += n * x * k.ddpq
	h[2] -= x * sumU / m.V
	h[3] += n * k.ddq
	h[4] += sumW / m.V
	h[5] += (k.px*sumUU - m.Q*(sumW+sumWU)) / (m.V * m.V)
}

// ggTaylor is what the mean values of a cell add to the terms at the first.
type ggTaylor struct {
	log, own, all float64 // Σ N of the differences in ln m̄, −ln(s/(v+s)), −ln(v/(v+s))
	first, second float64 // Σ N·d and Σ N·d², d = δ/(1+wδ)
}

// taylor sums the series in δ, given w = s/(v+s) and u = v/(v+s) at the first
// mean value of the cell: s/(v+s) is w + wu·d, and the logarithms are
//
//	ln(1+δ), ln(1+wδ) − ln(1+δ), ln(1+wδ).
func taylor(c *history.SpendCell, w, u float64) (t ggTaylor) {
	sign, power, before, geometric := 1.0, 1.0, 0.0, 0.0 // (−1)ᵏ⁻¹, (−w)ᵏ⁻¹, (−w)ᵏ⁻², 1 + w + … + wᵏ⁻¹
	for k := 1; k < len(c.Moments); k++ {
		geometric = geometric*w + 1
		M := c.Moments[k]
		term := M / float64(k)
		t.log += sign * term
		t.own -= sign * geometric * term
		t.all += power * term
		t.first += power * M
		t.second += float64(k-1) * before * M
		sign, power, before = -sign, -power*w, power
	}
	t.own *= u
	t.all *= w
	return t
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
