package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// nbdByX is what a history's likelihood owes to x alone: x,
// ln Γ(r+x)/Γ(r) − x ln α, ψ(r+x) − ψ(r), ψ′(r+x) − ψ′(r).
type nbdByX struct{ x, rising, dr, drr float64 }

// nbdByT is what it owes to T: T and ln(1+T/α).
type nbdByT struct{ t, log float64 }

func (m NBD) byX(x int) nbdByX {
	f := float64(x)
	rising := special.LogGammaDiff(m.R, f) - f*math.Log(m.Alpha)
	return nbdByX{f, rising, special.DigammaDiff(m.R, f), special.TrigammaDiff(m.R, f)}
}

func (m NBD) byT(t float64) nbdByT { return nbdByT{t, math.Log1p(t / m.Alpha)} }

// add adds ℓ, its gradient and the upper triangle of its Hessian for one
// history, n times, to the sums.
func (m NBD) add(acc []float64, k *nbdByX, t nbdByT, n float64) {
	c, o := m.Alpha/(m.Alpha+t.t), t.t/(m.Alpha+t.t)
	acc[0] += n * (k.rising - (m.R+k.x)*t.log)
	acc[1] += n * (k.dr - t.log)
	acc[2] += n * (m.R*o - k.x*c) / m.Alpha
	acc[3] += n * k.drr
	acc[4] += n * o / m.Alpha
	acc[5] += n * (k.x*c*c - m.R*o*(1+c)) / (m.Alpha * m.Alpha)
}

// LogLikOf returns the log-likelihood of one history: the logarithm of the
// density of its purchase times,
//
//	ln Γ(r+x)/Γ(r) + r ln α − (r+x) ln(α+T).
func (m NBD) LogLikOf(c history.Customer) float64 { return m.sumsOf(c)[0] }

// ScoreOf returns LogLikOf(c) and stores its derivatives by r and α in grad. It
// panics if grad does not have 2 elements.
func (m NBD) ScoreOf(grad []float64, c history.Customer) float64 {
	return storeNBD(nil, grad, m.sumsOf(c))
}

// HessianOf returns LogLikOf(c) and stores its first and second derivatives in
// grad and, row by row, in hess. It panics if they do not have 2 and 4
// elements.
func (m NBD) HessianOf(hess, grad []float64, c history.Customer) float64 {
	checkLength(hess, 4)
	return storeNBD(hess, grad, m.sumsOf(c))
}

func (m NBD) sumsOf(c history.Customer) []float64 {
	checkHistory(c)
	var acc [6]float64
	k := m.byX(c.Frequency)
	m.add(acc[:], &k, m.byT(c.T), 1)
	return acc[:]
}

// LogLik returns the log-likelihood of the table, each row counted as often as
// its weight says.
func (m NBD) LogLik(h *history.Table) float64 { return m.sums(h)[0] }

// Score returns LogLik(h) and stores its derivatives by r and α in grad. It
// panics if grad does not have 2 elements.
func (m NBD) Score(grad []float64, h *history.Table) float64 { return storeNBD(nil, grad, m.sums(h)) }

// Hessian returns LogLik(h) and stores its first and second derivatives in
// grad and, row by row, in hess. It panics if they do not have 2 and 4
// elements.
func (m NBD) Hessian(hess, grad []float64, h *history.Table) float64 {
	checkLength(hess, 4)
	return storeNBD(hess, grad, m.sums(h))
}

func (m NBD) sums(h *history.Table) []float64 {
	ix := h.Index()
	byX, byT := make([]nbdByX, len(ix.X)), make([]nbdByT, len(ix.T))
	for i, x := range ix.X {
		byX[i] = m.byX(x)
	}
	for i, t := range ix.T {
		byT[i] = m.byT(t)
	}
	return sumRows(nil, h.Len(), 6, func(lo, hi int, acc []float64) {
		for i := lo; i < hi; i++ {
			at := ix.Row[i]
			m.add(acc, &byX[at.X], byT[at.T], h.Weight(i))
		}
	})
}

// storeNBD returns ℓ from the sums and stores the derivatives, the second ones
// unless hess is nil.
func storeNBD(hess, grad, sums []float64) float64 {
	checkLength(grad, 2)
	copy(grad, sums[1:3])
	if hess != nil {
		unpackSymmetric(hess, sums[3:], 2)
	}
	return sums[0]
}

// Starts returns two starting points for a fit, made from the data and
// equivariant in the unit of time: r from the variance of the frequencies, and
// exponential mixing.
func (NBD) Starts(h *history.Table) []NBD {
	s := purchaseMoments(h)
	return []NBD{{s.shape, s.shape * s.age / s.purchases}, {1, s.age / s.purchases}}
}

// Check returns an error if the table holds an impossible history or too few
// repeat buyers for a fit.
func (NBD) Check(h *history.Table) error { return checkPurchases(h) }

// Review compares the fitted model with its data.
func (m NBD) Review(h *history.Table) []Finding { return reviewPurchases(m, h) }
