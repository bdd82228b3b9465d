package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func close(got, want, tol float64) bool { return math.Abs(got-want) <= tol*max(1, math.Abs(want)) }

// All by hand from the definitions, for forecasts 4, 1, 1, 0 of 5, 0, 2, 1.
func TestMetricsByHand(t *testing.T) {
	f, a := []float64{4, 1, 1, 0}, []float64{5, 0, 2, 1}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"bias", bias(f, a), 6.0/8 - 1},
		{"MAE", meanAbsoluteError(f, a), 4.0 / 4},
		{"RMSE", rootMeanSquareError(f, a), 1},
		// Ranks 4, 2.5, 2.5, 1 and 4, 1, 3, 2: covariance 4 − 0.75·… = 3, variances 4.5 and 5.
		{"Spearman", spearman(order(f), order(a)), 3 / math.Sqrt(4.5*5)},
		// Shares 5, 5, 7, 8 of 8 in the order of the forecast, 5, 7, 8, 8 of the actual.
		{"Gini", gini(order(f), order(a)), (25.0/8 - 2.5) / (28.0/8 - 2.5)},
		// The tie broken both ways: (5, 5, 7, 8) and (5, 7, 7, 8) on average.
		{"tied Gini", tiedGini(order(f), order(a)), (26.0/8 - 2.5) / (28.0/8 - 2.5)},
		// Pairs of who did and who did not: 4 > 1, 1 = 1, 0 < 1.
		{"AUC", auc(order(f), []float64{1, 0, 1, 1}), 1.5 / 3},
		{"Brier", brier([]float64{0.9, 0.2}, []float64{1, 1}), (0.01 + 0.64) / 2},
		{"distance", distance([]float64{0.1, 0.6}), 0.4},
		// P(N ≤ n) = 0.5, 0.8, 1: at y = 1, 0.25 + 0.04.
		{"CRPS", rankedScore([]float64{0.5, 0.2, 0}, 1), 0.29},
		// Beyond the law: 0.25 + 0.64 + 1 + 1 + 1.
		{"CRPS far out", rankedScore([]float64{0.5, 0.2, 0}, 5), 3.89},
	} {
		if !close(c.got, c.want, 1e-14) {
			t.Errorf("%s = %.17g, want %.17g", c.name, c.got, c.want)
		}
	}
}

func TestRanks(t *testing.T) {
	if got, want := order([]float64{3, 1, 3, 2, 3}).rank, []float64{4, 1, 4, 2, 4}; !slices.Equal(got, want) {
		t.Errorf("ranks = %v, want %v", got, want)
	}
}

// The tenths of 12 ranks end at 1 + 11·d/10: ranks 1–2, 3, 4, 5, 6, 7, 8, 9, 10, 11–12.
func TestTenths(t *testing.T) {
	f := make([]float64, 12)
	for i := range f {
		f[i] = float64(i)
	}
	if got, want := tenths(order(f)), []int{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9}; !slices.Equal(got, want) {
		t.Errorf("tenths = %v, want %v", got, want)
	}
	if got := tenths(order([]float64{1})); got[0] != 0 {
		t.Errorf("the tenth of one customer is %d, want 0", got[0])
	}
}

// The first tenth of 20 is two customers: one for sure and a half of each of
// two who are tied.
func TestTopDecile(t *testing.T) {
	f, a := make([]float64, 20), make([]float64, 20)
	f[0], f[1], f[2] = 9, 5, 5
	a[0], a[1], a[3] = 6, 2, 2
	hit, captured, best := topDecile(order(f), order(a))
	// Best two: 6 and a 2 of 10; both with 2 count as hits.
	if !close(hit, 0.75, 1e-15) || !close(captured, 0.7, 1e-15) || !close(best, 0.8, 1e-15) {
		t.Errorf("hit %v, captured %v, best %v; want 0.75, 0.7, 0.8", hit, captured, best)
	}
	a = make([]float64, 20)
	a[0] = 3
	if hit, captured, best = topDecile(order(f), order(a)); hit != 1 || captured != 1 || best != 1 {
		t.Errorf("the only buyer first: hit %v, captured %v, best %v; want 1", hit, captured, best)
	}
}

func TestPerfectForecast(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	a, bought := make([]float64, 333), make([]float64, 333)
	for i := range a {
		a[i] = float64(rng.IntN(5)) * float64(i%2)
		bought[i] = min(a[i], 1)
	}
	hit, captured, best := topDecile(order(a), order(a))
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"bias", bias(a, a), 0}, {"MAE", meanAbsoluteError(a, a), 0}, {"RMSE", rootMeanSquareError(a, a), 0},
		{"Spearman", spearman(order(a), order(a)), 1}, {"Gini", gini(order(a), order(a)), 1}, {"tied Gini", tiedGini(order(a), order(a)), 1}, {"hit", hit, 1}, {"captured", captured, best},
		{"AUC", auc(order(bought), bought), 1}, {"Brier", brier(bought, bought), 0}, {"ECE", calibrationError(order(bought), bought), 0},
		{"CRPS", rankedScore([]float64{1, 1, 0}, 2), 0},
	} {
		if !close(c.got, c.want, 1e-13) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
	reverse := make([]float64, len(a))
	for i := range a {
		reverse[i] = -a[i]
	}
	if got := tiedGini(order(reverse), order(a)); !close(got, -1, 1e-13) {
		t.Errorf("the wrong order has Gini %v, want -1", got)
	}
	if got := auc(order(reverse), bought); got != 0 {
		t.Errorf("the wrong order has AUC %v, want 0", got)
	}
}

// tiedGini must be the mean of gini over random orders of the ties, which
// gini takes from the table. 400 shuffles: within 4 standard errors.
func TestTiedGini(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	n := 60
	f, a := make([]float64, n), make([]float64, n)
	for i := range f {
		f[i], a[i] = float64(rng.IntN(3)), float64(rng.IntN(4))
	}
	want := tiedGini(order(f), order(a))
	var s, ss float64
	const shuffles = 400
	for range shuffles {
		rng.Shuffle(n, func(i, j int) { f[i], f[j] = f[j], f[i]; a[i], a[j] = a[j], a[i] })
		g := gini(order(f), order(a))
		s += g
		ss += g * g
		if got := tiedGini(order(f), order(a)); !close(got, want, 1e-12) {
			t.Fatalf("tiedGini depends on the order: %v and %v", got, want)
		}
	}
	m := s / shuffles
	if se := math.Sqrt((ss/shuffles - m*m) / shuffles); math.Abs(m-want) > 4*se {
		t.Errorf("the mean Gini over shuffled ties is %v ± %v, and tiedGini %v", m, se, want)
	}
}

func TestNoFigures(t *testing.T) {
	zero, one := make([]float64, 20), []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for name, v := range map[string]float64{
		"bias of nothing": bias(one, zero), "Spearman of a constant": spearman(order(zero), order(one)), "AUC of nobody": auc(order(one), zero), "Gini of nothing": gini(order(one), order(zero)),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s = %v, want NaN", name, v)
		}
	}
}

func TestQuantile(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for n := 1; n < 60; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(rng.IntN(30))
		}
		sorted := slices.Clone(v)
		slices.Sort(sorted)
		for k := range n {
			if got := selectRank(slices.Clone(v), k); got != sorted[k] {
				t.Fatalf("rank %d of %v is %v, want %v", k, v, got, sorted[k])
			}
			q := float64(k+1) / float64(n+1)
			if got := quantile(slices.Clone(v), q); !close(got, sorted[k], 1e-12) {
				t.Fatalf("quantile %v of %v is %v, want %v", q, v, got, sorted[k])
			}
		}
	}
	if got := quantile([]float64{4, 2}, 0.5); got != 3 {
		t.Errorf("the median of 2 and 4 is %v, want 3", got)
	}
	if lo, hi := quantile([]float64{4, 2}, 0.01), quantile([]float64{4, 2}, 0.99); lo != 2 || hi != 4 {
		t.Errorf("outer quantiles are %v and %v, want 2 and 4", lo, hi)
	}
}
