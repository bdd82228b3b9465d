package models

import (
	"math"

	"github.com/predictive-clv/clv/models/internal/special"
)

// A paretoKernel evaluates histories one after the other. What a history says
// about the end of activity τ* = min(τ, T) lies in two numbers, E and Q, and a
// density over the time of dropout in (t_x, T], held as nodes.
//
// By Fisher's identity every derivative of ln L is a mean of the derivatives
// of the complete data's log-likelihood, in which τ* and D = [τ ≤ T] are known,
// over their posterior distribution: the same nodes serve ℓ, its gradient, its
// Hessian and the moments of λ and μ.
type paretoKernel struct {
	m     ParetoNBD
	nodes special.ParetoNodes

	paretoWeights
	x, tx, T   float64
	p, A, B    float64 // r+x, α+t_x, β+t_x
	logA, logB float64 // set by score: the means of ln((α+τ*)/(α+t_x)) and ln((β+τ*)/(β+t_x))
	dead       float64 // set by score: P(τ ≤ T)
}

// paretoWeights are the weights of the two endings of a history, e^(−E) for
// being alive and Q for having dropped out.
type paretoWeights struct{ e, q float64 }

// logSum returns ln(e^(−E) + Q). The sum is at most 1, and near it for
// customers of whom little is known.
func (w paretoWeights) logSum() float64 {
	if s := math.Exp(-w.e) + w.q; s <= 0.5 {
		return math.Log(s)
	}
	return min(0, math.Log1p(math.Expm1(-w.e)+w.q))
}

// split returns P(τ > T) and P(τ ≤ T).
func (w paretoWeights) split() (alive, dead float64) {
	a := math.Exp(-w.e)
	return a / (a + w.q), w.q / (a + w.q)
}

func (w paretoWeights) logAlive() float64 { return min(0, -w.e-w.logSum()) }
func (w paretoWeights) logDead() float64  { return min(0, math.Log(w.q)-w.logSum()) }

// paretoByX is what a row owes to x alone.
type paretoByX struct {
	x, rising float64 // x, ln Γ(r+x)/Γ(r) − x ln α
	dr, drr   float64 // ψ(r+x) − ψ(r), ψ′(r+x) − ψ′(r)
}

// paretoByRecency is what it owes to t_x: t_x, ln(1+t_x/α), ln(1+t_x/β).
type paretoByRecency struct{ tx, logAlpha, logBeta float64 }

// byX returns the terms that derivatives up to the given order need.
func (m ParetoNBD) byX(x, order int) paretoByX {
	f := float64(x)
	k := paretoByX{x: f, rising: special.LogGammaDiff(m.R, f) - f*math.Log(m.Alpha)}
	if order >= 1 {
		k.dr = special.DigammaDiff(m.R, f)
	}
	if order >= 2 {
		k.drr = special.TrigammaDiff(m.R, f)
	}
	return k
}

func (m ParetoNBD) byRecency(tx float64) paretoByRecency {
	return paretoByRecency{tx, math.Log1p(tx / m.Alpha), math.Log1p(tx / m.Beta)}
}

// set evaluates the integral of one history: with p = r+x, A = α+t_x,
// B = β+t_x and w = T−t_x,
//
//	E = p ln(1+w/A) + s ln(1+w/B),  Q = s/B · ∫₀ʷ (1+v/A)^(−p) (1+v/B)^(−s−1) dv.
func (k *paretoKernel) set(x, tx, T float64) {
	k.x, k.tx, k.T = x, tx, T
	k.p, k.A, k.B = k.m.R+x, k.m.Alpha+tx, k.m.Beta+tx
	k.nodes.Set(special.ParetoIntegral{P: k.p, Q: k.m.S + 1, A: k.A, B: k.B, W: T - tx})
	k.e = k.p*k.nodes.EndA + k.m.S*k.nodes.EndB
	k.q = k.m.S / k.B * k.nodes.Value
}

// logLik returns ℓ of the history that is set.
func (k *paretoKernel) logLik(bx *paretoByX, br paretoByRecency) float64 {
	return bx.rising - k.p*br.logAlpha - k.m.S*br.logBeta + k.logSum()
}

// score stores ∂ℓ/∂r, ∂α, ∂s, ∂β of the history that is set. With
// l_α = ln(1+τ*/α), o_α = τ*/(α+τ*) and the same with β it is the mean of
//
//	ψ(r+x)−ψ(r) − l_α,  (r·o_α − x·(1−o_α))/α,  D/s − l_β,  (s·o_β − D·(1−o_β))/β,
//
// forms that do not cancel for τ* much smaller than α or β.
func (k *paretoKernel) score(grad *[4]float64, bx *paretoByX, br paretoByRecency) {
	n, m := &k.nodes, &k.m
	alive, dead := k.split()
	var logA, logB, invA, invB, vA, vB float64 // dead: E of logs, 1/(α+τ), v/(α+τ), and with β
	v, weight, nodeA, nodeB := n.V[:n.N], n.Weight[:n.N], n.LogA[:n.N], n.LogB[:n.N]
	for i, w := range weight {
		logA += w * nodeA[i]
		logB += w * nodeB[i]
		a, b := w/(k.A+v[i]), w/(k.B+v[i])
		invA += a
		invB += b
		vA += a * v[i]
		vB += b * v[i]
	}
	endA, endB := alive/(m.Alpha+k.T), alive/(m.Beta+k.T)
	oA := endA*k.T + dead*(k.tx*invA+vA)
	oB := endB*k.T + dead*(k.tx*invB+vB)
	cA := endA + dead*invA // E[1/(α+τ*)]
	k.dead, k.logA, k.logB = dead, alive*n.EndA+dead*logA, alive*n.EndB+dead*logB
	grad[0] = bx.dr - br.logAlpha - k.logA
	grad[1] = m.R*oA/m.Alpha - k.x*cA
	grad[2] = dead/m.S - br.logBeta - k.logB
	grad[3] = m.S*oB/m.Beta - dead*invB
}

// hessian stores the upper triangle of ∂²ℓ, row by row, of the history whose
// score was taken last: the covariance of the complete data's score plus the
// mean of its derivative.
//
// Source: Louis (1982), Finding the observed information matrix when using the
// EM algorithm.
func (k *paretoKernel) hessian(hess *[10]float64, grad *[4]float64, bx *paretoByX) {
	*hess = [10]float64{bx.drr}
	for end := range k.ends {
		k.addEnd(hess, grad, end)
	}
}

// A paretoEnd is one of the ways in which a history may have ended: its
// probability w, D, τ*, ln((α+τ*)/(α+t_x)) and ln((β+τ*)/(β+t_x)).
type paretoEnd struct{ w, d, tau, logA, logB float64 }

// ends yields the ways in which the history that is set may have ended: alive,
// and the nodes of the time of dropout.
func (k *paretoKernel) ends(yield func(paretoEnd) bool) {
	n := &k.nodes
	alive, dead := k.split()
	if !yield(paretoEnd{alive, 0, k.T, n.EndA, n.EndB}) {
		return
	}
	for i, w := range n.Weight[:n.N] {
		if !yield(paretoEnd{dead * w, 1, k.tx + n.V[i], n.LogA[i], n.LogB[i]}) {
			return
		}
	}
}

// addEnd adds what one ending contributes to the second derivatives. Deviations
// from the mean are squared, never means subtracted from mean squares.
func (k *paretoKernel) addEnd(hess *[10]float64, mean *[4]float64, end paretoEnd) {
	m, w, d := &k.m, end.w, end.d
	cA, cB := m.Alpha/(m.Alpha+end.tau), m.Beta/(m.Beta+end.tau)
	oA, oB := end.tau/(m.Alpha+end.tau), end.tau/(m.Beta+end.tau)
	dr := k.logA - end.logA
	da := (m.R*oA-k.x*cA)/m.Alpha - mean[1]
	ds := (d-k.dead)/m.S + (k.logB - end.logB)
	db := (m.S*oB-d*cB)/m.Beta - mean[3]
	hess[0] += w * dr * dr
	hess[1] += w * (dr*da + oA/m.Alpha)
	hess[2] += w * dr * ds
	hess[3] += w * dr * db
	hess[4] += w * (da*da + (k.x*cA*cA-m.R*oA*(1+cA))/(m.Alpha*m.Alpha))
	hess[5] += w * da * ds
	hess[6] += w * da * db
	hess[7] += w * (ds*ds - d/(m.S*m.S))
	hess[8] += w * (ds*db + oB/m.Beta)
	hess[9] += w * (db*db + (d*cB*cB-m.S*oB*(1+cB))/(m.Beta*m.Beta))
}
