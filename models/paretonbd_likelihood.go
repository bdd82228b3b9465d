package models

import (
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// LogLikOf returns the log-likelihood of one history: the logarithm of the
// density of its purchase times,
//
//	ln Γ(r+x)/Γ(r) − x ln(α+t_x) − r ln(1+t_x/α) − s ln(1+t_x/β) + ln(e^(−E) + Q)
//
// where the customer is alive, e^(−E), or dropped out in (t_x, T], Q: with
// A = α+t_x, B = β+t_x and w = T−t_x
//
//	E = (r+x) ln(1+w/A) + s ln(1+w/B)
//	Q = s/B · ∫₀ʷ (1+v/A)^(−r−x) (1+v/B)^(−s−1) dv
//
// Both lie in [0, 1], so nothing overflows or cancels, whatever x; α = β and
// integer s are nothing special.
//
// Source: Fader and Hardie (2005), A note on deriving the Pareto/NBD model,
// equations (18) to (20), with the two ₂F₁ put back into the integral they
// came from.
func (m ParetoNBD) LogLikOf(c history.Customer) float64 {
	k := paretoKernel{m: m}
	return k.history(c, 0, nil, nil)
}

// ScoreOf returns LogLikOf(c) and stores its derivatives by r, α, s and β in
// grad. It panics if grad does not have 4 elements.
func (m ParetoNBD) ScoreOf(grad []float64, c history.Customer) float64 {
	checkLength(grad, 4)
	k := paretoKernel{m: m}
	return k.history(c, 1, (*[4]float64)(grad), nil)
}

// HessianOf returns LogLikOf(c) and stores its first and second derivatives in
// grad and, row by row, in hess. It panics if they do not have 4 and 16
// elements.
func (m ParetoNBD) HessianOf(hess, grad []float64, c history.Customer) float64 {
	checkLength(hess, 16)
	checkLength(grad, 4)
	k := paretoKernel{m: m}
	var packed [10]float64
	l := k.history(c, 2, (*[4]float64)(grad), &packed)
	unpackSymmetric(hess, packed[:], 4)
	return l
}

// history sets c and returns ℓ, with the derivatives up to the given order.
func (k *paretoKernel) history(c history.Customer, order int, grad *[4]float64, hess *[10]float64) float64 {
	checkHistory(c)
	bx, br := k.m.byX(c.Frequency, order), k.m.byRecency(c.Recency)
	k.set(bx.x, c.Recency, c.T)
	if order >= 1 {
		k.score(grad, &bx, br)
	}
	if order >= 2 {
		k.hessian(hess, grad, &bx)
	}
	return k.logLik(&bx, br)
}

// weights returns the weights of the two endings of c.
func (m ParetoNBD) weights(c history.Customer) paretoWeights {
	checkHistory(c)
	p, A, B := m.R+float64(c.Frequency), m.Alpha+c.Recency, m.Beta+c.Recency
	q, logA, logB := special.ParetoIntegral{P: p, Q: m.S + 1, A: A, B: B, W: c.T - c.Recency}.Value()
	return paretoWeights{p*logA + m.S*logB, m.S / B * q}
}

// LogLik returns the log-likelihood of the table, each row counted as often as
// its weight says.
func (m ParetoNBD) LogLik(h *history.Table) float64 { return m.sums(h, 0)[0] }

// Score returns LogLik(h) and stores its derivatives by r, α, s and β in grad,
// in one pass. It panics if grad does not have 4 elements.
func (m ParetoNBD) Score(grad []float64, h *history.Table) float64 {
	checkLength(grad, 4)
	s := m.sums(h, 1)
	copy(grad, s[1:5])
	return s[0]
}

// Hessian returns LogLik(h) and stores its first and second derivatives in
// grad and, row by row, in hess. It panics if they do not have 4 and 16
// elements.
func (m ParetoNBD) Hessian(hess, grad []float64, h *history.Table) float64 {
	checkLength(hess, 16)
	checkLength(grad, 4)
	s := m.sums(h, 2)
	copy(grad, s[1:5])
	unpackSymmetric(hess, s[5:], 4)
	return s[0]
}

// sums returns ℓ and, from order 1 on, its gradient and, from order 2 on, the
// upper triangle of its Hessian over the rows of h. Where many rows share an x,
// their integrals come from one table over the grid of times, else each row has
// its own nodes.
func (m ParetoNBD) sums(h *history.Table, order int) (total [1 + 4 + 10]float64) {
	ix := h.Index()
	g := paretoGrids.Get().(*paretoGrid)
	defer paretoGrids.Put(g)
	g.set(m, ix)
	g.byX = g.byX[:0]
	for _, x := range ix.X {
		g.byX = append(g.byX, m.byX(x, order))
	}
	g.partial = sumRows(g.partial, h.Len(), len(total), func(lo, hi int, acc []float64) {
		k, r := paretoKernel{m: m}, newParetoGridRow(g)
		for i := lo; i < hi; i++ {
			at, n := ix.Row[i], h.Weight(i)
			bx, place := &g.byX[at.X], g.shared[at.X]
			if place >= 0 {
				r.add(acc, g.tails[place], g.recency[at.Recency], g.end[at.T], bx, n, order)
				continue
			}
			from := &g.at[g.recency[at.Recency]]
			br := paretoByRecency{ix.Recency[at.Recency], from.logA, from.logB}
			k.set(bx.x, br.tx, ix.T[at.T])
			k.add(acc, bx, br, n, order)
		}
		acc[0] += r.logs.sum()
	})
	copy(total[:], g.partial)
	return total
}

// add adds the history that is set, n times, to the sums.
func (k *paretoKernel) add(acc []float64, bx *paretoByX, br paretoByRecency, n float64, order int) {
	acc[0] += n * k.logLik(bx, br)
	if order == 0 {
		return
	}
	var grad [4]float64
	k.score(&grad, bx, br)
	for i, v := range grad {
		acc[1+i] += n * v
	}
	if order == 1 {
		return
	}
	var hess [10]float64
	k.hessian(&hess, &grad, bx)
	for i, v := range hess {
		acc[5+i] += n * v
	}
}
