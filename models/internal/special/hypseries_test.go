package special

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestHypSeries: both series agree with LogHyp2F1, to three digits less than a
// double has: what cancels in the one, and what rounds in the many factors of
// the other.
func TestHypSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	exp := func(lo, hi float64) float64 { return math.Exp(lo + (hi-lo)*rng.Float64()) }
	var used [2]int
	for range 4000 {
		R, a, b, most := exp(-1, 4), exp(-4, 4), exp(-4, 5), exp(-3, 5)
		if rng.IntN(4) == 0 { // as after many purchases
			b += R
		}
		var s HypSeries
		if !s.Set(R, a, b, most) {
			continue
		}
		if s.gegenbauer {
			used[1]++
		} else {
			used[0]++
		}
		var sums [4]float64
		taus := []float64{most, most / 2, most * rng.Float64(), most * exp(-5, 0)}
		s.Sums(sums[:], taus, len(taus))
		for i, tau := range taus {
			got, want := math.Log(sums[i])+s.LogFactor(tau, math.Log1p(tau)), LogHyp2F1(R, a, b, tau)
			if !(math.Abs(got-want) <= 5e-14) {
				t.Errorf("R=%v a=%v b=%v τ=%v of %v: ln ₂F₁ = %v, want %v", R, a, b, tau, most, got, want)
			}
		}
	}
	if used[0] < 1000 || used[1] < 1000 {
		t.Errorf("used %v times: the test sees little", used)
	}
}
