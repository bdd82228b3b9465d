package special

import "math"

// LogExpIntegral returns the log of the truncated exponential integral
//
//	∫₀ʷ e^(−z·u)·(1+u)^(−s) du    for s ≥ 0, z ≥ 0 and 0 ≤ w ≤ ∞,
//
// which is e^z·E_s(z) at w = ∞. It is −Inf at w = 0 and +Inf where the integral
// diverges: w = ∞, z = 0 and s ≤ 1. With u = e^y−1 the exponent
// (1−s)·y − z·(e^y−1) is concave; at z = 0 the integral is elementary. The
// relative error of the integral is a few 1e-15.
func LogExpIntegral(s, z, w float64) float64 {
	end := math.Log1p(w)
	if z == 0 {
		return math.Log(PowerIntegral(s-1, end))
	}
	if w == 0 {
		return math.Inf(-1)
	}
	h := func(y float64) (value, slope float64) {
		u := math.Expm1(y)
		return (1-s)*y - z*u, (1 - s) - z*(1+u)
	}
	mode := min(end, math.Log(max(1, (1-s)/z)))
	top, _ := h(mode)
	return top + math.Log(PeakIntegral(h, mode, 0, end))
}

// PowerIntegral returns ∫₀ᴸ e^(−k·y) dy = (1−e^(−kL))/k for L ≥ 0 and any k,
// without cancellation at k = 0: the time that a lifetime with survival
// (1+t)^(−k−1) spends below t, L = ln(1+t).
func PowerIntegral(k, L float64) float64 {
	if k*L == 0 || k == 0 {
		return L
	}
	return -math.Expm1(-k*L) / k
}
