package special

import "math"

// GammaKernel returns ln[u^a·e^(−u)/Γ(a)] for a, u > 0. The log-density of
// Gamma(a, rate) at x is GammaKernel(a, rate·x) − ln x.
//
// For large a the terms of order a·ln a cancel; the saddle-point form leaves
// only the deviance,
//
//	½·ln(a/2π) − D(a, u−a) − c(a),
//
// with D as in [BetaKernel].
func GammaKernel(a, u float64) float64 {
	if a < asymptotic {
		lg, _ := math.Lgamma(a)
		return a*math.Log(u) - u - lg
	}
	return math.Log(a)/2 - halfLog2Pi - deviance(a, u-a, u) - stirlingTail(a)
}
