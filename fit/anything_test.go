package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// Histories that no process made, over twelve orders of magnitude: whatever
// the verdict, nothing panics, numbers are numbers, no fit is worse than NBD,
// which all the families contain, and an error comes with a verdict.
func TestAnyTable(t *testing.T) {
	tables := 150
	if testing.Short() {
		tables = 30
	}
	for seed := range uint64(tables) {
		rng := rand.New(rand.NewPCG(seed, 9))
		unit := math.Exp(14 * (rng.Float64() - 0.5))
		h := &history.Table{Unit: history.Week}
		for range 3 + rng.IntN(60) {
			c := history.Customer{T: unit * math.Exp(3*rng.NormFloat64()), Spend: math.NaN()}
			if rng.Float64() < 0.7 {
				c.Frequency = 1 + int(math.Exp(5*rng.Float64()*rng.Float64()*2))
				c.Recency = c.T * (1 - rng.Float64()*rng.Float64())
			}
			h.Append(c)
		}
		nbd := fitNBD(h)
		for name, fit := range map[string]func(*history.Table) fitting{"BG/NBD": fitBG, "MBG/NBD": fitMBG, "Pareto/NBD": fitPareto} {
			got := fit(h)
			if got.params == nil { // refused
				continue
			}
			if math.IsNaN(got.logLik) || math.IsInf(got.logLik, 0) || !got.finite || (got.err != nil) != (got.verdict == NotConverged) {
				t.Errorf("seed %d, %s: error %v\n%s", seed, name, got.err, got.warnings)
			}
			if got.logLik < nbd.logLik-1e-3 {
				t.Errorf("seed %d, %s: ℓ = %.4f is below the %.4f of NBD\n%s", seed, name, got.logLik, nbd.logLik, got.warnings)
			}
			if got.err != nil {
				t.Errorf("seed %d, %s: %v", seed, name, got.err)
			}
		}
	}
}

// The same for spending.
func TestAnySpending(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 9))
		s := &history.Spending{}
		for range 3 + rng.IntN(60) {
			s.Frequency = append(s.Frequency, 1+int(math.Exp(8*rng.Float64()*rng.Float64())))
			s.Mean = append(s.Mean, math.Exp(2*rng.NormFloat64()+8*rng.Float64()))
			s.N = append(s.N, 1)
		}
		if res, err := MLE(models.GammaGamma{}, s, nil); err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, res)
		}
	}
}
