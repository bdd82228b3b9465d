package special

import "math"

// BetaKernel returns ln[yᵃ·(1−y)ᵇ / B(a, b)] for a, b > 0. The caller passes
// yc = 1−y as well, so that neither end of the interval loses digits. The
// probability of a negative binomial count n > 0 is e^BetaKernel(n, r, y, yc)/n.
//
// For large a+b the terms of order a·ln y cancel; Loader's saddle-point form
// leaves only the deviance: with n = a+b and d = n·y − a
//
//	½·ln(ab/(2πn)) − D(a, d) − D(b, −d) + c(n) − c(a) − c(b),
//	D(x, e) = x·[e/x − ln(1 + e/x)].
//
// Source: Loader (2000), Fast and accurate computation of binomial probabilities.
func BetaKernel(a, b, y, yc float64) float64 {
	n := a + b
	if a < 1 || b < 1 || n < 20 {
		return a*logOf(y, yc) + b*logOf(yc, y) - LogBeta(a, b)
	}
	d := n*y - a
	if y > 0.5 {
		d = b - n*yc
	}
	c := stirlingTail(n) - stirlingTail(a) - stirlingTail(b)
	return math.Log(a*(b/n))/2 - halfLog2Pi - deviance(a, d, n*y) - deviance(b, -d, n*yc) + c
}

// logOf returns ln y from y and its complement.
func logOf(y, yc float64) float64 {
	if y > 0.5 {
		return math.Log1p(-yc)
	}
	return math.Log(y)
}

// deviance returns D(x, e), given also xe = x+e.
func deviance(x, e, xe float64) float64 {
	if e/x < -0.9 {
		return x*math.Log(x/xe) + e
	}
	return -x * Log1pmx(e/x)
}
