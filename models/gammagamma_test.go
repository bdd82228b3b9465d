package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// CDNOW's repeat buyers, 39 weeks: the published estimates, recomputed to these
// digits.
var cdnowSpend = GammaGamma{6.2495703, 3.7442252, 15.4435287}

func (r bgRow) spendModel() GammaGamma { return GammaGamma{r["p"], r["q"], r["gamma"]} }

func (r bgRow) spender() history.Customer {
	return history.Customer{Frequency: int(r["x"]), Recency: min(r["x"], 1), T: 1, Spend: r["zbar"]}
}

// spending returns the row as three customers who share it.
func (r bgRow) spending() *history.Spending {
	return &history.Spending{Frequency: []int{int(r["x"])}, Mean: []float64{r["zbar"]}, N: []float64{3}}
}

// A ggCheck compares one quantity with a column of a golden table.
type ggCheck struct {
	file, column, tol string
	f                 func(m GammaGamma, r bgRow) float64
}

func ggScore(i int) func(GammaGamma, bgRow) float64 {
	return func(m GammaGamma, r bgRow) float64 {
		var grad [3]float64
		m.Score(grad[:], r.spending())
		return grad[i] / 3
	}
}

var ggChecks = []ggCheck{
	{"gg_ll", "ll", "tol_ll", func(m GammaGamma, r bgRow) float64 { return m.LogDensity(int(r["x"]), r["zbar"]) }},
	{"gg_ll", "ll", "tol_ll", func(m GammaGamma, r bgRow) float64 { return m.LogLik(r.spending()) / 3 }},
	{"gg_ll", "ll", "tol_ll", func(m GammaGamma, r bgRow) float64 {
		return m.Hessian(make([]float64, 9), make([]float64, 3), r.spending()) / 3
	}},
	{"gg_ll", "d_p", "tol_d_p", ggScore(0)},
	{"gg_ll", "d_q", "tol_d_q", ggScore(1)},
	{"gg_ll", "d_gamma", "tol_d_gamma", ggScore(2)},
	{"gg_cond", "e_m", "tol_e_m", func(m GammaGamma, r bgRow) float64 { return m.ExpectedSpend(r.spender()) }},
	{"gg_cond", "w", "tol_w", func(m GammaGamma, r bgRow) float64 { return m.Weight(r.spender()) }},
	{"gg_cond", "var_m", "tol_var_m", func(m GammaGamma, r bgRow) float64 { return m.Variance(r.spender()) }},
	{"gg_cond", "pop_mean", "tol_e_m", func(m GammaGamma, _ bgRow) float64 { return m.Mean() }},
	{"gg_cond", "cdf", "tol_cdf", func(m GammaGamma, r bgRow) float64 { return m.ProbTotal(r.spender(), int(r["y"]), r["s"]) }},
}

func TestGammaGammaGolden(t *testing.T) {
	for _, c := range ggChecks {
		t.Run(c.column, func(t *testing.T) {
			rows := bgGolden(t, c.file)
			var worst float64
			for _, r := range rows {
				got, want := c.f(r.spendModel(), r), r[c.column]
				ratio := math.Abs(got-want) / r[c.tol]
				if got == want || math.IsNaN(want) && (math.IsInf(got, 1) || math.IsNaN(got)) { // a mean that does not exist
					ratio = 0
				}
				if !(ratio <= 1) {
					t.Errorf("%s at %v = %.17g, want %.17g: error %.3g, tolerance %.3g", c.column, r, got, want, got-want, r[c.tol])
				}
				worst = max(worst, ratio)
			}
			t.Logf("%s, %s: %d rows, worst error %.3f of the tolerance", c.file, c.column, len(rows), worst)
		})
	}
}

// The batch kernel takes what depends on x from a table and must not lose
// digits by it, also where the shapes are so large that everything cancels.
func TestGammaGammaBatch(t *testing.T) {
	var worst float64
	shapes := []float64{1e-4, 0.3, 6, 900, 1e4}
	for _, p := range shapes {
		for _, q := range shapes {
			for _, x := range []int{1, 7, 100000} {
				for _, mean := range []float64{1e-3, 0.5, 1, 1.02, 40, 1e5} {
					m := GammaGamma{p, q, q / p}
					got, want := m.LogLik(&history.Spending{Frequency: []int{x}, Mean: []float64{mean}, N: []float64{1}}), m.LogDensity(x, mean)
					err := math.Abs(got-want) / max(1, math.Abs(want))
					if !(err <= 1e-13) { // 100 in units of a half in the last place, the size of the terms
						t.Errorf("ℓ of %v, x = %d, m̄ = %v is %.17g in a batch, alone %.17g", m, x, mean, got, want)
					}
					worst = max(worst, err)
				}
			}
		}
	}
	t.Logf("worst error %.2g", worst)
}

// Sums over cells are sums over rows, also where the large terms cancel. A cell
// with a moment missing gives others.
func TestGammaGammaCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	shapes := []float64{1e-2, 0.3, 6, 900, 1e4}
	var worst float64
	least := math.Inf(1)
	for _, p := range shapes {
		for _, q := range shapes {
			s := &history.Spending{}
			for _, x := range []int{1, 7, 100000} {
				for _, near := range []float64{1e-3, 1, 1e5} {
					for range 200 {
						s.Frequency, s.Mean, s.N = append(s.Frequency, x), append(s.Mean, near*(1+rng.Float64()/30)), append(s.N, float64(1+rng.IntN(3)))
					}
					slices.Sort(s.Mean[len(s.Mean)-200:])
				}
			}
			m := GammaGamma{p, q, q / p}
			worst = max(worst, m.cellError(s))
			s = s.Compress()
			for i := range s.Cells() {
				s.Cells()[i].Moments[5] = 0
			}
			least = min(least, m.cellError(s))
		}
	}
	if !(worst <= 1e-13) { // as in TestGammaGammaBatch
		t.Errorf("sums over cells are off by %.2g", worst)
	}
	if !(least > 1e-13) {
		t.Errorf("without a moment the error is %.2g: the test sees nothing", least)
	}
	t.Logf("worst error %.2g, without a moment at least %.2g", worst, least)
}

// cellError returns the greatest difference between the sums over s and those
// of its rows one by one, relative to the sizes of these.
func (m GammaGamma) cellError(s *history.Spending) (worst float64) {
	var sums, sizes [ggSums]float64
	for i, x := range s.Frequency {
		for k, v := range m.sums(&history.Spending{Frequency: []int{x}, Mean: s.Mean[i : i+1], N: s.N[i : i+1]}, 2)[:ggSums] {
			sums[k], sizes[k] = sums[k]+v, sizes[k]+math.Abs(v)
		}
	}
	for k, v := range m.sums(s, 2)[:ggSums] {
		worst = max(worst, math.Abs(v-sums[k])/sizes[k])
	}
	return worst
}

// Without a mean the model says so and gives no number.
func TestGammaGammaWithoutMean(t *testing.T) {
	for _, q := range []float64{1e-3, 0.5, 1} {
		m := GammaGamma{2, q, 10}
		if v := m.Mean(); !math.IsInf(v, 1) {
			t.Errorf("q = %v: population mean %v, want +Inf", q, v)
		}
		one := history.Customer{Frequency: 1, Recency: 1, T: 2, Spend: 30}
		approx(t, "E[M] of one purchase", m.ExpectedSpend(one), 2*(10+30)/(1+q), 1e-15)
		for _, c := range []history.Customer{{}, {T: 3, Spend: math.NaN()}, {Frequency: 2, Recency: 1, T: 3, Spend: math.NaN()}} {
			if v := m.ExpectedSpend(c); !math.IsInf(v, 1) {
				t.Errorf("q = %v, no spend known: E[M] = %v, want +Inf", q, v)
			}
			if w := m.Weight(c); !math.IsNaN(w) {
				t.Errorf("q = %v, no spend known: ω = %v, want NaN", q, w)
			}
			if v := m.Variance(c); !math.IsInf(v, 1) {
				t.Errorf("q = %v, no spend known: Var[M] = %v, want +Inf", q, v)
			}
		}
		if fs := m.Review(bgRow{"x": 3, "zbar": 20}.spending()); len(fs) == 0 || fs[len(fs)-1].Verdict != SpendWithoutMean {
			t.Errorf("q = %v: the review does not say that there is no mean: %v", q, fs)
		}
	}
}

func TestGammaGammaPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"no purchase":      func() { cdnowSpend.LogDensity(0, 20) },
		"no value":         func() { cdnowSpend.LogDensity(2, 0) },
		"negative value":   func() { cdnowSpend.LogDensity(2, -3) },
		"total of nothing": func() { cdnowSpend.ProbTotal(history.Customer{}, 0, 20) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
