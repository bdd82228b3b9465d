package models

import (
	"bytes"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// A bgModel is either BG model, for tests that both must pass.
type bgModel interface {
	LogLikOf(c history.Customer) float64
	ScoreOf(grad []float64, c history.Customer) float64
	ProbAlive(c history.Customer) float64
	LogOddsAlive(c history.Customer) float64
	ProbAliveAt(c history.Customer, t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	ProbNoOrder(c history.Customer) float64
	NextPurchaseQuantile(c history.Customer, p float64) float64
	Expected(t float64) float64
	CondExpected(c history.Customer, t float64) float64
	CondExpectedBetween(c history.Customer, t1, t2 float64) float64
	Prob(n int, t float64) float64
	LogProb(n int, t float64) float64
	CondProb(c history.Customer, n int, t float64) float64
	LogCondProb(c history.Customer, n int, t float64) float64
	ProbBetween(n int, t1, t2 float64) float64
	DERT(c history.Customer, delta float64) float64
	DET(c history.Customer, t, delta float64) float64
	ResidualLifetime(c history.Customer) float64
	Posterior(c history.Customer) Posterior
	DrawPosterior(rng *rand.Rand, c history.Customer) (lambda, p float64, alive bool)
	DrawFuture(rng *rand.Rand, c history.Customer, t float64) int
	Simulate(rng *rand.Rand, t float64) Path
	PriorRate(lambda float64) float64
	PriorDropout(p float64) float64
}

var bgModels = []struct {
	name string
	make func(r, alpha, a, b float64) bgModel
}{
	{"bgnbd", func(r, alpha, a, b float64) bgModel { return BGNBD{r, alpha, a, b} }},
	{"mbgnbd", func(r, alpha, a, b float64) bgModel { return MBGNBD{r, alpha, a, b} }},
}

// A bgRow is a row of a golden table. The tables hold values computed by mpmath
// with 50 digits or more; a column tol_v is 32·2⁻⁵²·S, S the sum of the
// absolute terms of the formula for v.
type bgRow map[string]float64

func (r bgRow) customer() history.Customer {
	return history.Customer{Frequency: int(r["x"]), Recency: r["t_x"], T: r["T"], Spend: math.NaN()}
}

func bgGolden(t *testing.T, name string) []bgRow {
	t.Helper()
	data, err := os.ReadFile("testdata/bg/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comment = '#'
	lines, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []bgRow
	for _, line := range lines[1:] {
		row := bgRow{}
		for i, s := range line {
			if row[lines[0][i]], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	if len(rows) < 45 {
		t.Fatalf("%s has %d rows", name, len(rows))
	}
	return rows
}

// A bgCheck compares one quantity with a column of a golden table.
type bgCheck struct {
	file, column, tol string
	f                 func(m bgModel, r bgRow) float64
}

func score(i int) func(bgModel, bgRow) float64 {
	return func(m bgModel, r bgRow) float64 {
		grad := make([]float64, 4)
		m.ScoreOf(grad, r.customer())
		return grad[i]
	}
}

var bgChecks = []bgCheck{
	{"ll", "ll", "tol_ll", func(m bgModel, r bgRow) float64 { return m.LogLikOf(r.customer()) }},
	{"ll", "ll", "tol_ll", func(m bgModel, r bgRow) float64 { return m.ScoreOf(make([]float64, 4), r.customer()) }},
	{"ll", "d_r", "tol_d_r", score(0)},
	{"ll", "d_alpha", "tol_d_alpha", score(1)},
	{"ll", "d_a", "tol_d_a", score(2)},
	{"ll", "d_b", "tol_d_b", score(3)},
	{"ll", "logit_alive", "tol_logit", func(m bgModel, r bgRow) float64 { return m.LogOddsAlive(r.customer()) }},
	{"ll", "p_alive", "tol_p_alive", func(m bgModel, r bgRow) float64 { return m.ProbAlive(r.customer()) }},
	{"cond", "ey", "tol_ey", func(m bgModel, r bgRow) float64 { return m.CondExpected(r.customer(), r["t"]) }},
	{"cond", "ey", "tol_ey", func(m bgModel, r bgRow) float64 { return m.DET(r.customer(), r["t"], 0) }},
	{"condpmf", "ln_pmf", "tol_ln_pmf", func(m bgModel, r bgRow) float64 { return m.LogCondProb(r.customer(), int(r["y"]), r["t"]) }},
	{"dert", "dert", "tol_dert", func(m bgModel, r bgRow) float64 { return m.DET(r.customer(), r["h"], r["delta"]) }},
	{"expect", "ex", "tol_ex", func(m bgModel, r bgRow) float64 { return m.Expected(r["t"]) }},
	{"future", "p_alive_future", "tol_p", func(m bgModel, r bgRow) float64 { return m.ProbAliveAt(r.customer(), r["s"]) }},
	{"pmf", "ln_pmf", "tol_ln_pmf", func(m bgModel, r bgRow) float64 { return m.LogProb(int(r["n"]), r["t"]) }},
	{"posterior", "e_lambda", "tol_e_lambda", func(m bgModel, r bgRow) float64 { return m.Posterior(r.customer()).MeanRate }},
	{"posterior", "var_lambda", "tol_var_lambda", func(m bgModel, r bgRow) float64 { return m.Posterior(r.customer()).VarRate }},
	{"posterior", "e_p", "tol_e_p", func(m bgModel, r bgRow) float64 { return m.Posterior(r.customer()).MeanDropout }},
	{"posterior", "var_p", "tol_var_p", func(m bgModel, r bgRow) float64 { return m.Posterior(r.customer()).VarDropout }},
	{"posterior", "cov", "tol_cov", func(m bgModel, r bgRow) float64 { return m.Posterior(r.customer()).Cov }},
}

func TestBetaGeometricGolden(t *testing.T) {
	for _, family := range bgModels {
		for _, c := range bgChecks {
			t.Run(family.name+"/"+c.column, func(t *testing.T) {
				rows := bgGolden(t, family.name+"_"+c.file)
				var worst float64
				for _, r := range rows {
					got, want := c.f(family.make(r["r"], r["alpha"], r["a"], r["b"]), r), r[c.column]
					ratio := math.Abs(got-want) / r[c.tol]
					if got == want {
						ratio = 0
					}
					if !(ratio <= 1) {
						t.Errorf("%s at %v = %.17g, want %.17g: error %.3g, tolerance %.3g", c.column, r, got, want, got-want, r[c.tol])
					}
					worst = max(worst, ratio)
				}
				t.Logf("%s_%s, %s: %d rows, worst error %.3f of the tolerance", family.name, c.file, c.column, len(rows), worst)
			})
		}
	}
}
