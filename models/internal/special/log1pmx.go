package special

import "math"

// Log1pmx returns ln(1+x) − x without cancellation near x = 0.
//
// With ϱ = x/(2+x) it is ϱ·(2ϱ²·(1/3 + ϱ²/5 + ϱ⁴/7 + …) − x) for
// −0.4 < x < 0.8, and the plain difference elsewhere.
func Log1pmx(x float64) float64 {
	if x <= -0.4 || x >= 0.8 {
		return math.Log1p(x) - x
	}
	rho := x / (2 + x)
	q := rho * rho
	sum, pow := 1.0/3, 1.0
	for k := 5.0; ; k += 2 {
		pow *= q
		term := pow / k
		if term < 1e-17 {
			return rho * (2*q*sum - x)
		}
		sum += term
	}
}
