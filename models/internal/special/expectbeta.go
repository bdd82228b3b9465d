package special

import "math"

// A Node is one node of a quadrature rule over a beta distribution: the value
// p, its complement, a weight (not normalised) and the function there.
type Node struct{ P, Pc, W, F float64 }

// A Decay describes the decreasing function of an expectation over p to the
// rule that places the nodes.
type Decay struct {
	At0   float64 // f(0+), or a bound on it
	Scale float64 // f is flat where p·Scale ≪ 1
	Power float64 // f falls no faster than p^−Power
}

// ExpectBeta returns E[f(p)] for p from a beta distribution with parameters
// a and b and a positive decreasing f, to about 1e-15 relative. The function is
// given p and 1−p.
//
// In y = logit p the integrand is analytic in a strip about the real line for
// every function of the models, so the trapezoidal rule converges
// geometrically, and uniformly in how fast f falls; the geometric tails beyond
// |y| ≈ 37 are summed in closed form. Factors p and 1−p of f belong into a and
// b. It takes 200 to 300 evaluations of f.
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
	step := 1 / (1/0.26 + math.Sqrt(a*((b+d.Power)/(a+b+d.Power)))/0.62)
	y0 := math.Log(a / b)
	peak := logitWeight(y0, a, b)
	right, left := -1/math.Expm1(-b*step), -1/math.Expm1(-a*step)
	var sumW, sumWF float64
	add := func(y, tail float64) float64 {
		p, pc := logistic(y)
		w := math.Exp(logitWeight(y, a, b)-peak) * tail
		v := f(p, pc)
		sumW, sumWF = sumW+w, sumWF+w*v
		dst = append(dst, Node{p, pc, w, v})
		return w
	}
	for i := 0.0; ; i++ {
		y := y0 + i*step
		if y > 37.5 {
			add(y, right)
			break
		}
		if add(y, 1)*right < 1e-17*sumW {
			break
		}
	}
	flat := -37.5 - math.Log1p(d.Scale+a+b)
	for i := 1.0; ; i++ {
		y := y0 - i*step
		if y < flat {
			add(y, left)
			break
		}
		if w := add(y, 1) * left; w < 1e-17*sumW && d.At0*w < 1e-17*sumWF {
			break
		}
	}
	return dst
}

// logistic returns p with logit p = y, and 1−p.
func logistic(y float64) (p, pc float64) {
	e := math.Exp(-math.Abs(y))
	if y < 0 {
		return e / (1 + e), 1 / (1 + e)
	}
	return 1 / (1 + e), e / (1 + e)
}

// logitWeight returns a·ln p + b·ln(1−p) at logit p = y.
func logitWeight(y, a, b float64) float64 {
	l := math.Log1p(math.Exp(-math.Abs(y)))
	if y < 0 {
		return a*(y-l) - b*l
	}
	return -a*l - b*(y+l)
}
