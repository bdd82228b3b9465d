package fit

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// coverage counts in how many of the cohorts the 95 % intervals hold the truth,
// and in how many intervals half as wide do.
func coverage[M Model[M, D], D Data](t *testing.T, zero, truth M, cohorts int, data func(seed uint64) D) {
	t.Helper()
	want := truth.Params()
	held, halved := make([]int, len(want)), make([]int, len(want))
	for seed := range uint64(cohorts) {
		res := mustFit(t, zero, data(seed), nil)
		for i, e := range res.Params {
			if e.Lower <= want[i] && want[i] <= e.Upper {
				held[i]++
			}
			if z := math.Log(want[i]/e.Value) / math.Log(e.Upper/e.Value); math.Abs(z) <= 0.5 {
				halved[i]++
			}
		}
	}
	// Binomial(200, 0.95) lies within 0.90 and 0.99 in 999 of 1000 cases, and
	// intervals half as wide hold the truth in 67 %.
	for i, name := range zero.ParamNames() {
		c := float64(held[i]) / float64(cohorts)
		if c < 0.90 || c > 0.995 {
			t.Errorf("the intervals of %s hold the truth in %.3f of %d cohorts, want 0.95", name, c, cohorts)
		}
		if half := float64(halved[i]) / float64(cohorts); half > 0.8 {
			t.Errorf("intervals of %s half as wide hold the truth in %.3f: the test would not see them", name, half)
		}
	}
}

func TestRecovery(t *testing.T) {
	if testing.Short() {
		t.Skip("200 cohorts of each family")
	}
	t.Run("BG/NBD", func(t *testing.T) {
		coverage(t, models.BGNBD{}, cdnowLike, 200, func(seed uint64) *history.Table { return simulated(seed, 3000, cdnowLike) })
	})
	t.Run("MBG/NBD", func(t *testing.T) {
		truth := models.MBGNBD{R: 0.6, Alpha: 6, A: 0.9, B: 1.6}
		coverage(t, models.MBGNBD{}, truth, 200, func(seed uint64) *history.Table { return simulated(seed, 3000, truth) })
	})
	t.Run("NBD", func(t *testing.T) {
		truth := models.NBD{R: 0.8, Alpha: 6}
		coverage(t, models.NBD{}, truth, 200, func(seed uint64) *history.Table { return simulated(seed, 500, truth) })
	})
	t.Run("Gamma-Gamma", func(t *testing.T) {
		truth := models.GammaGamma{P: 6, Q: 4, V: 15}
		coverage(t, models.GammaGamma{}, truth, 200, func(seed uint64) *history.Spending { return simulatedSpend(seed, 1000, truth) })
	})
}
