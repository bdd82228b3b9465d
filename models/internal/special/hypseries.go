package special

import "math"

// A HypSeries evaluates ₂F₁(R, a; a+b; −τ) at many τ from one power series in
// z = τ/(1+τ), by either of Pfaff's transformations:
//
//	(1+τ)^−R · Σ_{i≥0} (R)_i (b)_i/((a+b)_i i!) · zⁱ
//	(1+τ)^−a · Σ_{i≥0} (a)_i (a+b−R)_i/((a+b)_i i!) · zⁱ
//
// The second is used where a < R unless R is so large beside a+b that its terms
// cancel: for a history with many purchases a+b−R does not depend on how many,
// and a dozen terms suffice. All other terms are positive.
type HypSeries struct {
	Power float64 // R or a: of 1/(1+τ) before the sum

	term [256]float64 // terms at the greatest z
	n    int
	zMax float64
}

// Set prepares for τ up to tau, R, a, b > 0. It returns false if the series is
// too long; use [LogHyp2F1] then.
func (s *HypSeries) Set(R, a, b, tau float64) bool {
	s.Power = R
	c := a + b
	if rest := c - R; a < R && rest >= -c/(4*max(a, 1)) { // no term above 1/4 is negative
		s.Power, b = a, rest
	}
	if !shortSeries(s.Power, tau) {
		return false
	}
	z := tau / (1 + tau)
	s.zMax = z
	term, sum := 1.0, 0.0
	for i := range s.term {
		s.term[i] = term
		sum += term
		k := float64(i)
		term *= z * ((s.Power + k) * (b + k) / ((c + k) * (k + 1)))
		// From here on terms fall at least by the ratio of those without b and c.
		if g := z * (s.Power + k + 1); math.Abs(term)*(k+2) < 1e-17*sum*(k+2-g) {
			s.n = i + 1
			return true
		}
	}
	return false
}

// Sums stores Σ … zⁱ, without the factor (1+τ)^−Power, for each of the first n
// τ in dst. The slices must have room for the next multiple of four.
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

// share returns z as a share of the greatest.
func (s *HypSeries) share(tau float64) float64 { return tau / (1 + tau) / s.zMax }
