package special

import "math"

// A HypSeries evaluates ₂F₁(R, a; a+b; −τ) at many τ from one power series.
//
// Let P be a and Q be R where a < R, unless R is so large beside c = a+b that
// terms would cancel; else P is R and Q is a. Pfaff's transformation in
// z = τ/(1+τ) is
//
//	(1+τ)^−P · Σ_{n≥0} (P)_n (c−Q)_n/((c)_n n!) · zⁿ.
//
// Few of its terms count if Q is much larger than P or τ is small. Else those
// in ζ = (√(1+τ)−1)/(√(1+τ)+1) fall faster, as ζ is nearer to 0 than z:
//
//	(1−ζ)^2P · Σ_{n≥0} g_n ζⁿ,  g_n = E[C_n^(P)(1−2q)],  q ~ Beta(Q, c−Q),
//	n(n+c−1) g_n = 2(c−2Q)(n−1+P) g_{n−1} + (n−2+2P)(n−1+2P−c) g_{n−2},
//
// from E[(1+qτ)^−P], τ = 4ζ/(1−ζ)², and the generating function of Gegenbauer's
// polynomials C_n^(P). These terms can cancel; Set looks whether they do.
type HypSeries struct {
	power      float64 // P
	gegenbauer bool

	term [256]float64 // terms at the greatest ζ or z
	n    int
	max  float64
}

// Set prepares for τ up to tau, R, a, b > 0. It returns false if the series is
// too long; use [LogHyp2F1] then.
func (s *HypSeries) Set(R, a, b, tau float64) bool {
	P, Q, c := R, a, a+b
	if a < R && c-R >= -c/(4*max(a, 1)) { // no term above 1/4 is negative
		P, Q = a, R
	}
	s.power = P
	if s.gegenbauer = tau > 0.5 && Q < c && Q-P < 12 && P < 30; s.gegenbauer {
		root := 1 + math.Sqrt(1+tau)
		if s.max = tau / (root * root); s.setGegenbauer(P, Q, c) {
			return true
		}
		s.gegenbauer = false
	}
	s.max = tau / (1 + tau)
	return shortSeries(P, tau) && s.setPfaff(P, Q, c)
}

func (s *HypSeries) setPfaff(P, Q, c float64) bool {
	z := s.max
	term, sum := 1.0, 0.0
	for i := range s.term {
		s.term[i] = term
		sum += term
		k := float64(i)
		term *= z * ((P + k) * (c - Q + k) / ((c + k) * (k + 1)))
		// From here on terms fall at least by the ratio of those without b and c.
		if g := z * (P + k + 1); math.Abs(term)*(k+2) < 1e-17*sum*(k+2-g) {
			s.n = i + 1
			return true
		}
	}
	return false
}

func (s *HypSeries) setGegenbauer(P, Q, c float64) bool {
	z := s.max
	last, term, sum, size := 0.0, 1.0, 0.0, 0.0
	for i := range s.term {
		s.term[i] = term
		sum += term
		size += math.Abs(term)
		n := float64(i + 1)
		last, term = term, (2*(c-2*Q)*(n-1+P)*z*term+(n-2+2*P)*(n-1+2*P-c)*z*z*last)/(n*(n+(c-1)))
		// From here on terms fall at least by the ratio of those at q = 0.
		if (math.Abs(last)+math.Abs(term))*(n+1) < 1e-17*sum*(n+1-z*(n+2*P)) {
			s.n = i + 1
			return size < 100*sum // two digits lost at most
		}
	}
	return false
}

// Sums stores Σ, without the factor before it, for each of the first n τ in
// dst. The slices must have room for the next multiple of four.
//
// Four sums at a time: in one, each step would wait for the one before.
func (s *HypSeries) Sums(dst, tau []float64, n int) {
	terms := s.term[:s.n]
	for k := 0; k < n; k += 4 {
		y0, y1, y2, y3 := s.share(tau[k]), s.share(tau[k+1]), s.share(tau[k+2]), s.share(tau[k+3])
		var v0, v1, v2, v3 float64
		for i := len(terms) - 1; i >= 0; i-- {
			t := terms[i]
			v0, v1, v2, v3 = v0*y0+t, v1*y1+t, v2*y2+t, v3*y3+t
		}
		dst[k], dst[k+1], dst[k+2], dst[k+3] = v0, v1, v2, v3
	}
}

// LogFactor returns the log of the power of 1−ζ or 1+τ before the sum, given τ
// and y = ln(1+τ).
func (s *HypSeries) LogFactor(tau, y float64) float64 {
	if s.gegenbauer {
		return -2 * s.power * math.Log(0.5+0.5*math.Sqrt(1+tau))
	}
	return -s.power * y
}

// share returns ζ or z as a share of the greatest.
func (s *HypSeries) share(tau float64) float64 {
	if s.gegenbauer {
		q := 1 + math.Sqrt(1+tau)
		return tau / (q * q * s.max)
	}
	return tau / (1 + tau) / s.max
}
