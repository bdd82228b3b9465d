package special

import "math"

// A Node is one node of a quadrature rule over a beta distribution: the value
// p, its complement, a weight (not normalised) and the function there.
type Node struct{ P, Pc, W, F float64 }

// A Decay describes the decreasing function of an expectation over p to the
// rule that places the nodes.
type Decay struct {
	At0   float64 // f(0+), or a bound on it
	Scale float64 // f is linear where p·Scale ≪ 1
	Power float64 // f falls no faster than p^−Power
}

// ExpectBeta returns E[f(p)] for p from a beta distribution with parameters
// a and b and a positive decreasing f, to about 1e-15 relative. The function is
// given p and 1−p.
//
// In y = logit p the integrand is analytic in a strip about the real line for
// every function of the models, so the trapezoidal rule converges
// geometrically, and uniformly in how fast f falls. Where p or 1−p is so small
// that f and the weight are linear in it, the rest of the sum is geometric and
// becomes one node. Factors p and 1−p of f belong into a and b. It takes 100
// to 200 evaluations of f.
func ExpectBeta(a, b float64, f func(p, pc float64) float64, d Decay) float64 {
	var buf [512]Node
	var num, den float64
	for _, n := range BetaNodes(buf[:0], a, b, f, d) {
		num += n.W * n.F
		den += n.W
	}
	return num / den
}

// BetaNodes appends to dst the nodes with which ExpectBeta finds E[f(p)] as
// Σ W·F / Σ W. They serve every other function that falls no faster than f.
func BetaNodes(dst []Node, a, b float64, f func(p, pc float64) float64, d Decay) []Node {
	const linear = 18.5 // e^−18.5 squared is less than half a unit in the last place
	step := 1 / (1/0.26 + math.Sqrt(a*((b+d.Power)/(a+b+d.Power)))/0.62)
	y0 := math.Log(a / b)
	_, _, peak := logitWeight(y0, a, b)
	var sumW, sumWF float64
	add := func(p, pc, w float64) float64 {
		v := f(p, pc)
		sumW, sumWF = sumW+w, sumWF+w*v
		dst = append(dst, Node{p, pc, w, v})
		return w
	}
	last, rest := linear+math.Log1p(a+b+d.Power)-y0, -1/math.Expm1(-b*step)
	for i := 0.0; ; i++ {
		p, pc, log := logitWeight(y0+i*step, a, b)
		w := math.Exp(log - peak)
		if w == 0 {
			break
		}
		if i*step > last {
			pc, w = geometricTail(pc, w, b, a, step)
			add(1-pc, pc, w)
			break
		}
		if add(p, pc, w)*rest < 1e-17*sumW {
			break
		}
	}
	last, rest = linear+math.Log1p(a+b+d.Scale)+y0, -1/math.Expm1(-a*step)
	for i := 1.0; ; i++ {
		p, pc, log := logitWeight(y0-i*step, a, b)
		w := math.Exp(log - peak)
		if w == 0 {
			break
		}
		if i*step > last {
			p, w = geometricTail(p, w, a, b, step)
			add(p, 1-p, w)
			break
		}
		if w = add(p, pc, w) * rest; w < 1e-17*sumW && d.At0*w < 1e-17*sumWF {
			break
		}
	}
	return dst
}

// geometricTail returns the node that stands for all from p on towards 0, to
// first order in p. The weight is w at p, and p^a·(1 − (a+b)p) in p/(1−p).
func geometricTail(p, w, a, b, step float64) (mean, weight float64) {
	s0, s1 := -1/math.Expm1(-a*step), -1/math.Expm1(-(a+1)*step)
	weight = w * (s0 + (a+b)*p*(s0-s1))
	return p * w * s1 / weight, weight
}

// logitWeight returns p with logit p = y, 1−p, and a·ln p + b·ln(1−p).
func logitWeight(y, a, b float64) (p, pc, log float64) {
	e := math.Exp(-math.Abs(y))
	l := math.Log1p(e)
	near, far := 1/(1+e), e/(1+e)
	if y < 0 {
		return far, near, a*(y-l) - b*l
	}
	return near, far, -a*l - b*(y+l)
}
