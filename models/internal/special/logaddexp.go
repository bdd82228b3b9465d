package special

import "math"

// LogAddExp returns ln(eˣ + eʸ). Either argument may be −Inf.
func LogAddExp(x, y float64) float64 {
	if x < y {
		x, y = y, x
	}
	if math.IsInf(x, 0) {
		return x
	}
	return x + math.Log1p(math.Exp(y-x))
}

// log1mexp returns ln(1 − eˣ) for x ≤ 0.
func log1mexp(x float64) float64 {
	if x > -math.Ln2 {
		return math.Log(-math.Expm1(x))
	}
	return math.Log1p(-math.Exp(x))
}
