package special

import "math"

// LogRegIncBeta returns ln I_y(a, b), the log of the regularised incomplete
// beta function, and ln I_{1−y}(b, a), the log of its complement. The caller
// passes yc = 1−y as well. Both keep their digits in their own tail:
// P(N ≥ n) of a negative binomial count is I_y(n, r).
//
// It is the continued fraction of the smaller of the two, evaluated by the
// modified Lentz method, times e^BetaKernel.
func LogRegIncBeta(a, b, y, yc float64) (lnI, lnIc float64) {
	switch {
	case y <= 0:
		return math.Inf(-1), 0
	case yc <= 0:
		return 0, math.Inf(-1)
	case y*(a+b+2) < a+1:
		lnI = min(0, BetaKernel(a, b, y, yc)-math.Log(a)+math.Log(incBetaFraction(a, b, y, yc)))
		return lnI, log1mexp(lnI)
	}
	lnIc = min(0, BetaKernel(a, b, y, yc)-math.Log(b)+math.Log(incBetaFraction(b, a, yc, y)))
	return log1mexp(lnIc), lnIc
}

// incBetaFraction returns a·B(a,b)·I_y(a,b)/(yᵃ·(1−y)ᵇ).
func incBetaFraction(a, b, y, yc float64) float64 {
	const tiny = 1e-300
	// 1 − (a+b)·y/(a+1) cancels for y near 1; this does not.
	d := 1 / nonzero((a*yc+1-b*y)/(a+1), tiny)
	c, f := 1.0, d
	for m := 1.0; m < 1e6; m++ {
		k := m * (b - m) * y / ((a + (2*m - 1)) * (a + 2*m))
		d = 1 / nonzero(1+k*d, tiny)
		c = nonzero(1+k/c, tiny)
		f *= c * d
		k = -(a + m) * (a + b + m) * y / ((a + 2*m) * (a + (2*m + 1)))
		d = 1 / nonzero(1+k*d, tiny)
		c = nonzero(1+k/c, tiny)
		f *= c * d
		if math.Abs(c*d-1) < 1e-16 {
			break
		}
	}
	return f
}

func nonzero(x, tiny float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}
