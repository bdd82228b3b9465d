package special

import "math"

// H returns the core function of the beta-geometric models: the purchases
// expected in time τ (in units of the gamma distribution's rate A, τ = t/A)
// from a customer who is alive, with λ ~ Gamma(R, A) and p ~ Beta(a, b),
//
//	H = E[(1 − (1+pτ)^−R)/p] = Σ_{i≥1} P(N=i)·W_i,
//
// N negative binomial with z = τ/(1+τ) and W_i = Σ_{l<i} (b)_l/(a+b)_l. Both
// forms have positive terms only and no singularity at a = 1 or a+b = 1, where
//
//	(a+b−1)/(a−1) · [1 − (1−z)^R · ₂F₁(R, b; a+b−1; z)]
//
// has removable ones. The series is used where it is short, the quadrature of
// [ExpectBeta] elsewhere. H(R, +Inf, a, b) = (a+b−1)/(a−1) for a > 1, else +Inf.
func H(R, tau, a, b float64) float64 {
	switch {
	case tau == 0:
		return 0
	case math.IsInf(tau, 1) && a > 1:
		return (a + (b - 1)) / (a - 1)
	case math.IsInf(tau, 1):
		return tau
	case shortSeries(R, tau):
		return hSeries(R, tau, a, b)
	}
	f := func(p, _ float64) float64 { return -math.Expm1(-R*math.Log1p(p*tau)) / p }
	return ExpectBeta(a, b, f, Decay{At0: R * tau, Scale: (R + 1) * tau, Power: R})
}

// shortSeries reports whether the series over a negative binomial count with
// parameters R and z = τ/(1+τ) is shorter than a quadrature.
func shortSeries(R, tau float64) bool { return tau < 13 && R*tau < 300 }

func hSeries(R, tau, a, b float64) float64 {
	z := tau / (1 + tau)
	prob := math.Exp(-R * math.Log1p(tau)) // P(N=i)
	surv, w := 1.0, 0.0                    // (b)_i/(a+b)_i, W_i
	total, sum := prob, 0.0
	for i := 0.0; ; i++ {
		prob *= z * (R + i) / (i + 1)
		w += surv
		surv *= (b + i) / (a + b + i)
		total += prob
		term := prob * w
		sum += term
		// W is concave, so terms fall at least by z(R+i)/i from here on.
		if g := z * (R + i + 1); term*g < 1e-17*sum*(i+1-g) {
			// P(N=0) has lost R·ln(1+τ) units in its last place; the total knows.
			return sum / total
		}
	}
}
