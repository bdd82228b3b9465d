package models

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Twice the rate with the same dropout is the same life at twice the speed, where
// dropout comes with purchases; with Pareto/NBD, if the dropout rate doubles too.
func TestAlteredIsAnotherClock(t *testing.T) {
	bg, pareto, nbd := BGNBD{0.2426, 4.4136, 0.7929, 2.4259}, ParetoNBD{0.5533, 10.578, 0.6062, 11.669}, NBD{0.4, 5}
	for _, u := range []float64{0.5, 13, 52, 400} {
		for name, c := range map[string][2]float64{
			"BG/NBD":            {bg.Altered(2, 1).Expected(u), bg.Expected(2 * u)},
			"Pareto/NBD":        {pareto.Altered(2, 2).Expected(u), pareto.Expected(2 * u)},
			"NBD":               {nbd.Altered(2, 7).Expected(u), nbd.Expected(2 * u)},
			"BG/NBD, unaltered": {bg.Altered(1, 1).Expected(u), bg.Expected(u)},
		} {
			if !(math.Abs(c[0]-c[1]) <= 1e-12*c[1]) {
				t.Errorf("%s: E[X(%v)] = %v altered, want %v", name, u, c[0], c[1])
			}
		}
		if !(bg.Altered(1, 0.9).Expected(u) > bg.Expected(u)) || !(pareto.Altered(1, 0.9).Expected(u) > pareto.Expected(u)) {
			t.Errorf("who drops out less does not buy more by %v", u)
		}
	}
	// E[p/(1−p)] = a/(b−1), E[μ] = s/β.
	if m := bg.Altered(1, 3); !(math.Abs(m.A/(m.B-1)-3*bg.A/(bg.B-1)) <= 1e-12) {
		t.Errorf("mean odds of dropout %v", m.A/(m.B-1))
	}
	if m := pareto.Altered(1, 3); !(math.Abs(m.Posterior(history.Customer{}).MeanDropout-3*pareto.S/pareto.Beta) <= 1e-12) {
		t.Errorf("mean dropout rate %v", m.S/m.Beta)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a rate of 0")
		}
	}()
	bg.Altered(0, 1)
}
