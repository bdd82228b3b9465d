package special

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawScore draws from the integrand of truth and returns the standardised
// error of the means of ln(1+v/A) and ln(1+v/B) that k has, the worse one.
func drawScore(k, truth ParetoIntegral) float64 {
	const draws = 20000
	rng := rand.New(rand.NewPCG(20240607, 4))
	var n ParetoNodes
	n.Set(k)
	var meanA, meanB float64
	for i, w := range n.Weight[:n.N] {
		meanA += w * n.LogA[i]
		meanB += w * n.LogB[i]
	}
	var a, aa, b, bb float64
	for range draws {
		v := truth.Draw(rng)
		da, db := math.Log1p(v/k.A)-meanA, math.Log1p(v/k.B)-meanB
		a, aa, b, bb = a+da, aa+da*da, b+db, bb+db*db
	}
	return max(math.Abs(a)/math.Sqrt(aa), math.Abs(b)/math.Sqrt(bb))
}

// With |z| ≤ 4 the 12 scores fail by chance for one seed in 1,300.
func TestParetoDraw(t *testing.T) {
	for name, k := range map[string]ParetoIntegral{
		"decreasing":    {2.5, 1.6, 13, 14, 36},
		"mode within":   {0.05, 1.2, 1e-3, 50, 1e5},
		"mode at end":   {0.3, 1.2, 0.1, 50, 5},
		"long tail":     {0.1, 1.01, 2, 2, 1e8},
		"concentrated":  {5000, 1.5, 20, 8, 30},
		"nearly linear": {0.5, 1.5, 20, 8, 1e-6},
	} {
		if z := drawScore(k, k); z > 4 {
			t.Errorf("%s: |z| = %.2f", name, z)
		}
		if name == "nearly linear" {
			continue // uniform whatever the exponents
		}
		wrong := k
		wrong.P *= 1.2
		wrong.Q *= 1.2
		if z := drawScore(wrong, k); z <= 4 {
			t.Errorf("%s: exponents 20 %% too large pass with |z| = %.2f", name, z)
		}
	}
}
