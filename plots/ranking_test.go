package plots

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Ten customers: two with the same forecast made 5 and 3, the next two 0 and 2,
// and the six with the least nothing.
func tenCustomers(t *testing.T) *Ranking {
	t.Helper()
	r, err := NewRanking("purchases", []float64{4, 2, 4, 1, 0, 0, 0, 0, 0, 0}, []float64{5, 0, 3, 2, 0, 0, 0, 0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// By hand. The areas under the curves, in tenths of customers and totals of 10:
// 4+8 (the tie), 8, 9 and 60 make 8.5 of 10, where the best order makes 2.5, 6.5,
// 9 and 70, 8.8, and the diagonal 5.
func TestRanking(t *testing.T) {
	r := tenCustomers(t)
	for k, want := range map[int]struct{ forecast, actual, best float64 }{
		0: {0, 0, 0}, 5: {2, 2, 2.5}, 10: {4, 4, 5}, 20: {8, 8, 8}, 30: {10, 8, 10}, 35: {10.5, 9, 10}, 40: {11, 10, 10}, 100: {11, 10, 10},
	} {
		if f, a, b := r.Forecast[k], r.Actual[k], r.Best[k]; !near(f, want.forecast, 1e-12) || !near(a, want.actual, 1e-12) || !near(b, want.best, 1e-12) {
			t.Errorf("the first %d %%: forecast %v, actual %v, best %v; want %v", k, f, a, b, want)
		}
	}
	const want = (0.2*4 + 0.1*8 + 0.1*9 + 0.6*10 - 5) / (0.1*2.5 + 0.1*6.5 + 0.1*9 + 0.7*10 - 5)
	if !near(r.Gini, want, 1e-12) {
		t.Errorf("Gini = %v, want %v", r.Gini, want)
	}
	for k, want := range map[int][2]float64{1: {4, 4}, 2: {4, 4}, 3: {2, 0}, 4: {1, 2}, 5: {0, 0}} {
		if f, a := r.Decile(k); !near(f, want[0], 1e-12) || !near(a, want[1], 1e-12) {
			t.Errorf("tenth %d: forecast %v, actual %v; want %v", k, f, a, want)
		}
	}
}

// Fractions of customers count where the number is no multiple of ten or of a
// hundred: three customers, the first 10 in 100 are 0.3 of the best.
func TestRankingOfFewCustomers(t *testing.T) {
	r, err := NewRanking("purchases", []float64{1, 2, 3}, []float64{2, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	if f, a := r.Decile(1); !near(f, 3, 1e-12) || !near(a, 5, 1e-12) || len(r.Actual) != 101 {
		t.Errorf("first tenth: forecast %v, actual %v, %d percentiles; want 3, 5, 101", f, a, len(r.Actual))
	}
	if !near(r.Gini, 1, 1e-12) || r.Actual[100] != 10 {
		t.Errorf("Gini of the right order = %v, total %v", r.Gini, r.Actual[100])
	}
}

func TestRankingHasNoOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var forecast, actual []float64
	for range 1001 {
		forecast, actual = append(forecast, float64(rng.IntN(7))), append(actual, rng.ExpFloat64())
	}
	first, err := NewRanking("revenue", forecast, actual)
	if err != nil {
		t.Fatal(err)
	}
	rng.Shuffle(len(actual), func(i, j int) {
		forecast[i], forecast[j] = forecast[j], forecast[i]
		actual[i], actual[j] = actual[j], actual[i]
	})
	second, err := NewRanking("revenue", forecast, actual)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Actual, second.Actual) || first.Gini != second.Gini {
		t.Error("the order of the input changes the ranking")
	}
}

func TestRankingFigures(t *testing.T) {
	r := tenCustomers(t)
	for _, c := range []struct {
		f    Figure
		want string
	}{
		{Gain{r}, "the top tenth by the model holds 40 % of 50 % possible (normalised Gini 0.92)."},
		{Lift{r}, "makes 4.0 times the average of all customers, of 5.0 possible."},
		{Calibration{r}, "the top tenth is forecast 4.00 a customer and made 4.00."},
	} {
		if got := c.f.Caption(); !strings.HasSuffix(got, c.want) {
			t.Errorf("caption %q does not end with %q", got, c.want)
		}
	}
	if e := (Calibration{r}).Error(); !math.IsNaN(e) {
		t.Errorf("error of tenths where some made nothing = %v, want NaN", e)
	}
	var b bytes.Buffer
	if err := (Calibration{r}).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if want := "tenth,mean_forecast,mean_actual\n1,4,4\n2,4,4\n3,2,0\n4,1,2\n5,0,0\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("table begins\n%.80s\nwant\n%s", b.String(), want)
	}
}

// Tenths forecast 2 and 1 that made 1 and 2 are off by 100 % and 50 %.
func TestCalibrationError(t *testing.T) {
	var forecast, actual []float64
	for i := range 20 {
		forecast, actual = append(forecast, 2-float64(i/10)), append(actual, 1+float64(i/10))
	}
	r, err := NewRanking("purchases", forecast, actual)
	if err != nil {
		t.Fatal(err)
	}
	if got := (Calibration{r}).Error(); !near(got, 0.75, 1e-12) {
		t.Errorf("Error() = %v, want 0.75", got)
	}
}

func TestRankingRefuses(t *testing.T) {
	for name, v := range map[string][2][]float64{
		"nobody":             {nil, nil},
		"NaN":                {{1, math.NaN()}, {1, 2}},
		"an infinite actual": {{1, 2}, {1, math.Inf(1)}},
		"nothing happened":   {{1, 2}, {0, 0}},
	} {
		if _, err := NewRanking("purchases", v[0], v[1]); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	r, other := tenCustomers(t), tenCustomers(t)
	other.Customers = 11
	r.Others = []*Ranking{other}
	if _, err := (Gain{r}).Plot(); err == nil || !strings.Contains(err.Error(), "different customers") {
		t.Errorf("error %v, want one about different customers", err)
	}
	same := tenCustomers(t)
	r.Others = []*Ranking{same, same, same, same}
	if err := r.WriteCSV(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "at most 4") {
		t.Errorf("error %v, want one about too many models", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for values of different customers")
		}
	}()
	NewRanking("purchases", []float64{1}, []float64{1, 2})
}
