package models

import (
	"math"

	"github.com/predictive-clv/clv/models/internal/special"
)

// discounted returns the purchases expected from t1 to t2 of a customer who is
// alive now, each weighted e^(−δs) with the time s until then,
//
//	∫ e^(−δs)·(r/α)·₂F₁(r+1, a; a+b; −s/α) ds,
//
// for finite t2 and t1 = 0 or δ = 0. Everything added is positive, so short
// windows far out keep their digits; the relative error is below 1e-13.
func (m BGNBD) discounted(delta, t1, t2 float64) float64 {
	if delta > 0 {
		t2 = min(t2, t1+40/delta) // e^−40 of the whole is left out
	}
	if v, ok := m.discountedShort(delta, t1, t2); ok {
		return v
	}
	return m.discountedPanels(delta, t1, t2)
}

// discountedPanels is discounted for any model: in v = ln(1+κs), κ = (r+1)/α + δ,
// the integrand varies on the scale 1 and is analytic in |Im v| < π/2: a
// Gauss–Legendre rule on each panel of width up to 2.2, with the points that
// this strip asks for.
func (m BGNBD) discountedPanels(delta, t1, t2 float64) float64 {
	kappa := (m.R+1)/m.Alpha + delta
	scale := (1 + kappa*t1) / kappa
	width := math.Log1p((t2 - t1) / scale)
	panels := math.Ceil(width / 2.2)
	half := width / panels / 2
	x, w := special.Legendre(int(math.Ceil(19/math.Asinh(math.Pi/2/half))) + 1)
	var sum float64
	for panel := range int(panels) {
		mid := half * float64(2*panel+1)
		for i := range x {
			v := mid + half*x[i]
			s := t1 + scale*math.Expm1(v)
			sum += w[i] * math.Exp(v-delta*s+special.LogHyp2F1(m.R+1, m.A, m.B, s/m.Alpha))
		}
	}
	return m.R / m.Alpha * scale * half * sum
}

// discountedShort is discounted where few nodes suffice and all their ₂F₁ come
// from one short series, as for most customers over a year.
//
// In y = ln(1+s/α) the integrand is analytic in |Im y| < π. A Gauss–Legendre
// rule with n nodes over a length of 2h errs by M·e^(−2nη) where M bounds the
// integrand on the ellipse that reaches h·sinh η = θ away from the real line.
// At its left end, y = −c, ₂F₁ is E[(1 − p + pe^(−c))^(−r−1)] ≤ e^(gc) with
// g = max(a, r+1−b), and nowhere more on an ellipse with θ ≤ 1, since |1 + p(w−1)|
// ≥ 1 + p(Re w − 1); on any ellipse p = 1 is the worst case, g = r+1.
func (m BGNBD) discountedShort(delta, t1, t2 float64) (sum float64, ok bool) {
	lo, h := math.Log1p(t1/m.Alpha), math.Log1p((t2-t1)/(m.Alpha+t1))/2
	nodes, growth := math.Inf(1), min(m.R+1, max(m.A, m.R+1-m.B))
	for _, e := range [...]struct{ theta, growth float64 }{{0.6, growth}, {1, growth}, {2.2, m.R + 1}} {
		bound := 38 + math.Log(m.R+1) + 2*delta*(m.Alpha+t2) + e.growth*(math.Hypot(h, e.theta)-h)
		nodes = min(nodes, math.Ceil(bound/(2*math.Asinh(e.theta/h))))
	}
	var series special.HypSeries
	if !(nodes <= maxShortNodes) || !series.Set(m.R+1, m.A, m.B, t2/m.Alpha) {
		return 0, false
	}
	x, w := special.Legendre(int(nodes) + 1)
	var tau, hyp [maxShortNodes + 4]float64
	for i := range x {
		tau[i] = math.Expm1(lo + h*(1+x[i]))
	}
	series.Sums(hyp[:], tau[:], len(x))
	for i := range x {
		y := lo + h*(1+x[i])
		sum += w[i] * hyp[i] * math.Exp(y+series.LogFactor(tau[i], y)-delta*m.Alpha*tau[i])
	}
	return m.R * h * sum, true
}

// maxShortNodes bounds the nodes of discountedShort.
const maxShortNodes = 40

// discountedForever returns the purchases expected of a customer who is alive
// now, each weighted e^(−δs), δ > 0. With g ~ Gamma(r+1) and p ~ Beta(a, b) it is
//
//	E[λ/(δ+λp)] = r·E[1/(δα + gp)].
//
// Both expectations are trapezoidal sums, over ln g and over logit p, which
// share the nodes of p: an integrand in |Im ln g| < π/2 and in |Im logit p| <
// π/2 is summed to the last digits.
func (m BGNBD) discountedForever(delta float64) float64 {
	d := delta * m.Alpha
	var gBuf, wBuf [256]float64
	g, w := gammaNodes(gBuf[:0], wBuf[:0], m.R+1, d)
	ratio := maxOf(g) / d
	var buf [512]special.Node
	f := func(p, _ float64) float64 { return 1 / (1 + p*ratio) }
	nodes := special.BetaNodes(buf[:0], m.A, m.B, f, special.Decay{At0: 1, Scale: ratio, Power: 1})
	var sumW, sumP, sum float64
	for _, n := range nodes {
		sumP += n.W
	}
	for i, gi := range g {
		sumW += w[i]
		sum += w[i] * sumResolvent(nodes, gi/d)
	}
	return m.R / d * (sum / sumW / sumP)
}

// sumResolvent returns Σ W/(1+ρP), with one division for two nodes: they take
// most of the time.
func sumResolvent(nodes []special.Node, rho float64) (sum float64) {
	for ; len(nodes) > 1; nodes = nodes[2:] {
		x, y := 1+rho*nodes[0].P, 1+rho*nodes[1].P
		sum += (nodes[0].W*y + nodes[1].W*x) / (x * y)
	}
	for _, n := range nodes {
		sum += n.W / (1 + rho*n.P)
	}
	return sum
}

// gammaNodes appends the nodes and weights of a trapezoidal rule in ln g for
// g ~ Gamma(shape), shape ≥ 1, and integrands between 1/(d+g) and 1/d.
func gammaNodes(g, w []float64, shape, d float64) (nodes, weights []float64) {
	step := 1 / (1/0.26 + math.Sqrt(shape)/0.62)
	side := func(v, step, least float64) {
		for ; ; v += step {
			u := math.Exp(shape * (v - math.Expm1(v)))
			g, w = append(g, shape*math.Exp(v)), append(w, u)
			if u < least {
				return
			}
		}
	}
	side(0, step, 1e-17)
	side(-step, -step, 1e-17*d/(d+shape))
	return g, w
}

func maxOf(xs []float64) float64 {
	largest := xs[0]
	for _, x := range xs {
		largest = max(largest, x)
	}
	return largest
}
