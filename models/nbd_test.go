package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Pareto/NBD with hardly any dropout, s/β = 1e-65, is NBD by another route.
func TestNBDIsParetoNBDWithoutDropout(t *testing.T) {
	for _, m := range []NBD{{0.4, 6}, {3, 20}, {50, 800}} {
		near := ParetoNBD{m.R, m.Alpha, 1e-60, 1e5}
		for _, c := range paretoCustomers {
			approx(t, "ℓ", m.LogLikOf(c)-1, near.LogLikOf(c)-1, 1e-10)
			approx(t, "E[Y(20)]", m.CondExpected(c, 20), near.CondExpected(c, 20), 1e-10)
			approx(t, "E of a window", m.CondExpectedBetween(c, 20, 21), near.CondExpectedBetween(c, 20, 21), 1e-10)
			approx(t, "DET", m.DET(c, 20, 0.05), near.DET(c, 20, 0.05), 1e-10)
			approx(t, "DERT", m.DERT(c, 0.05), near.DERT(c, 0.05), 1e-10)
			approx(t, "P(order)", m.ProbOrder(c, 20), near.ProbOrder(c, 20), 1e-10)
			approx(t, "quantile", m.NextPurchaseQuantile(c, 0.4), near.NextPurchaseQuantile(c, 0.4), 1e-9)
			approx(t, "E[λ]", m.Posterior(c).MeanRate, near.Posterior(c).MeanRate, 1e-10)
			approx(t, "Var[λ]", m.Posterior(c).VarRate, near.Posterior(c).VarRate, 1e-10)
			for _, n := range []int{0, 1, 3, 40} {
				approx(t, "P(Y = n)", m.CondProb(c, n, 20), near.CondProb(c, n, 20), 1e-10)
				approx(t, "ln P(Y = n)", m.LogCondProb(c, n, 20), near.LogCondProb(c, n, 20), 1e-10)
				approx(t, "P(X(5,20] = n)", m.ProbBetween(n, 5, 20), near.ProbBetween(n, 5, 20), 1e-10)
				approx(t, "ln P(X ≥ n)", m.LogTail(n, 20)-1, near.LogTail(n, 20)-1, 1e-10)
			}
		}
		approx(t, "density of λ", m.PriorRate(0.2), near.PriorRate(0.2), 1e-15)
	}
}

func TestNBDBatch(t *testing.T) {
	h := paretoTable(cdnowPareto, 3000)
	m := NBD{0.4, 13}
	var sum float64
	var grad, one [2]float64
	for i := range h.Len() {
		sum += m.ScoreOf(one[:], h.Customer(i))
		grad[0], grad[1] = grad[0]+one[0], grad[1]+one[1]
	}
	var g [2]float64
	for name, table := range map[string]*history.Table{"rows": h, "states": h.Compress()} {
		approx(t, name+": ℓ", m.LogLik(table), sum, 1e-13)
		approx(t, name+": ℓ of Score", m.Score(g[:], table), sum, 1e-13)
		approx(t, name+": ∂r", g[0], grad[0], 1e-11)
		approx(t, name+": ∂α", g[1], grad[1], 1e-11)
	}
	checkDerivatives(t, m, h)
	checkDerivatives(t, NBD{400, 9000}, h)
	var hess, batch [4]float64
	c := &history.Table{}
	c.Append(cdnowCustomer)
	m.HessianOf(hess[:], one[:], cdnowCustomer)
	if m.Hessian(batch[:], g[:], c); hess != batch || one != g {
		t.Errorf("one history: %v, %v, a table of it: %v, %v", hess, one, batch, g)
	}
}

// On customers without dropout, one age and the moments of the distribution,
// the likelihood equation for α says r/α = x̄/T.
func TestNBDScoreIsTheMeanRate(t *testing.T) {
	h := &history.Table{}
	for _, x := range []int{1, 1, 2, 3, 7} {
		h.Append(history.Customer{Frequency: x, Recency: 5, T: 10})
	}
	var grad [2]float64
	NBD{1.5, 1.5 * 10 / 2.8}.Score(grad[:], h) // x̄ = 14/5
	if math.Abs(grad[1]) > 1e-15 {
		t.Errorf("∂ℓ/∂α = %g where r/α is the mean rate", grad[1])
	}
	for i, s := range (NBD{}).Starts(h) {
		approx(t, "r/α of a start", s.R/s.Alpha, 0.28, 1e-15)
		if i == 0 { // x̄ = 2.8, Σx² = 64: variance 4.96
			approx(t, "r of the first start", s.R, 2.8*2.8/(4.96-2.8), 1e-14)
		}
	}
}

func TestNBDSimulation(t *testing.T) {
	truth, wrong := NBD{0.9, 6}, NBD{1.05, 6}
	for name, scores := range map[string]func(m, truth bgModel) zScores{"paths": simulationScores, "draws": drawScores} {
		if what, z := scores(truth, truth).worst(); math.Abs(z) > maxZ {
			t.Errorf("%s: %s: z = %.2f", name, what, z)
		}
		if what, z := scores(wrong, truth).worst(); math.Abs(z) <= maxZ {
			t.Errorf("%s: predictions of a wrong r pass: largest |z| is that of %s, %.2f", name, what, z)
		}
	}
	if p := truth.Simulate(rand.New(rand.NewPCG(1, 1)), 10); !p.Alive(10) || p.Dropout != 0 {
		t.Errorf("simulated a customer who drops out: %+v", p)
	}
}

func TestNBDNeverDies(t *testing.T) {
	m, c := NBD{0.4, 6}, cdnowCustomer
	for name, v := range map[string]float64{"log odds": m.LogOddsAlive(c), "lifetime": m.ResidualLifetime(c), "DERT at δ = 0": m.DERT(c, 0), "quantile 1": m.NextPurchaseQuantile(c, 1), "density at 0": m.PriorDropout(0)} {
		if !math.IsInf(v, 1) {
			t.Errorf("%s is %g, want +Inf", name, v)
		}
	}
	if m.ProbAlive(c) != 1 || m.ProbAliveAt(c, 1e9) != 1 || m.ProbNoOrder(c) != 0 || m.PriorDropout(0.1) != 0 {
		t.Error("somebody drops out")
	}
}
