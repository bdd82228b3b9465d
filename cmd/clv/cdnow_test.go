package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// realData returns the path of a file of real data, which are not part of the
// project: in the folder that CLV_DATA names, or beside the repository.
func realData(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CLV_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data are not here (%v); CLV_DATA names their folder", err)
	}
	return path
}

// cdnow fits CDNOW as published and leaves model.json in the current folder.
func cdnow(t *testing.T) (log string, f models.File) {
	t.Helper()
	log = realData(t, "cdnow_sample_2357.csv")
	t.Chdir(t.TempDir())
	must(t, "fit", "--in", log, "--cut", "1997-09-30", "--model", "bg-nbd", "--spend", "gamma-gamma", "--out", "model.json")
	return log, decodeJSON[models.File](t, readFile(t, "model.json"))
}

// TestCDNOWEstimates: the published fits, in weeks, calibration of 39 weeks.
// BG/NBD: Fader, Hardie and Lee (2005), .243, 4.414, .793, 2.426, −9582.4;
// Gamma-Gamma: Fader and Hardie (2013), 6.25, 3.74, 15.44. The further digits
// are those of an independent maximisation with scipy.
func TestCDNOWEstimates(t *testing.T) {
	_, f := cdnow(t)
	if f.Customers != 2357 || f.Transactions != 2357+2457 {
		t.Errorf("customers %d, transactions %d; want 2357 and 4814", f.Customers, f.Transactions)
	}
	for _, tt := range []struct {
		fit    *models.Fitted
		want   map[string]float64
		logLik float64
	}{
		{&f.Purchase, map[string]float64{"r": 0.2425945, "alpha": 4.4136017, "a": 0.7929223, "b": 2.4259084}, -9582.429207},
		{f.Spend, map[string]float64{"p": 6.2495703, "q": 3.7442252, "v": 15.4435287}, -4055.917695},
	} {
		for i, name := range tt.fit.Params.Names {
			near(t, name, tt.fit.Params.Values[i], tt.want[name], 1e-4)
		}
		if math.Abs(tt.fit.LogLikelihood-tt.logLik) > 1e-3 {
			t.Errorf("%s: log-likelihood %.6f, want %.6f within 1e-3", tt.fit.Model, tt.fit.LogLikelihood, tt.logLik)
		}
		if tt.fit.Verdict != "converged" {
			t.Errorf("%s: verdict %q", tt.fit.Model, tt.fit.Verdict)
		}
	}
}

// TestCDNOWOneCustomer: published numbers, which rest on ages rounded to two
// decimals; that moves them in the fifth digit.
func TestCDNOWOneCustomer(t *testing.T) {
	log, _ := cdnow(t)
	tab := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", log, "--cut", "1997-09-30", "--horizon", "52w").out)
	i := slices.Index(tab.text(t, "customer_id"), "1516")
	if x, tx, T := tab.floats(t, "frequency")[i], tab.floats(t, "recency")[i], tab.floats(t, "T")[i]; x != 26 || math.Abs(tx-30.86) > 0.005 || T != 31 {
		t.Errorf("customer 1516 has the history %v, %v, %v; want 26, 30.86, 31", x, tx, T)
	}
	near(t, "expected purchases of 1516", tab.floats(t, "orders_52w")[i], 25.75659, 5e-5)
	near(t, "P(alive) of 1516", tab.floats(t, "p_alive")[i], 0.9688523, 5e-5)
	fresh := parseTable(t, must(t, "predict", "--model-file", "model.json", "--new", "--horizon", "52w").out)
	near(t, "E[X(52)]", fresh.floats(t, "orders_52w")[0], 1.444004, 5e-5)
}

// TestCDNOWUnits: the unit of time is a matter of taste. Fits in days, weeks,
// months and years predict the same to 1e-9.
func TestCDNOWUnits(t *testing.T) {
	log, _ := cdnow(t)
	predict := func(model string) table {
		return parseTable(t, must(t, "predict", "--model-file", model, "--in", log, "--cut", "1997-09-30", "--horizon", "52w", "--horizon", "12m").out)
	}
	week := predict("model.json")
	for _, unit := range []string{"day", "month", "year"} {
		must(t, "fit", "--in", log, "--cut", "1997-09-30", "--unit", unit, "--out", unit+".json")
		other := predict(unit + ".json")
		worst := 0.0
		for _, name := range []string{"p_alive", "p_order_52w", "p_order_12m", "orders_52w", "orders_12m", "spend", "clv_52w", "clv_12m"} {
			got := other.floats(t, name)
			for i, want := range week.floats(t, name) {
				worst = max(worst, math.Abs(got[i]/want-1))
			}
		}
		if !(worst <= 1e-9) {
			t.Errorf("fitted in %ss, a prediction differs by %.2g relative from the fit in weeks, want 1e-9", unit, worst)
		}
		t.Logf("%s: largest relative difference %.2g", unit, worst)
	}
}

// TestCDNOWHoldout computes the figures of the holdout from the prediction file
// and the holdout columns of the summary. The reference is an independent
// program's: scipy fits, the definitions on the functions below.
func TestCDNOWHoldout(t *testing.T) {
	log, _ := cdnow(t)
	must(t, "predict", "--model-file", "model.json", "--in", log, "--cut", "1997-09-30", "--horizon", "39w", "--discount", "0%/y", "--out", "clv.csv")
	must(t, "summarize", "--in", log, "--cut", "1997-09-30", "--out", "summary.csv")
	forecast, actual := parseTable(t, readFile(t, "clv.csv")), parseTable(t, readFile(t, "summary.csv"))
	if !slices.Equal(forecast.text(t, "customer_id"), actual.text(t, "customer_id")) {
		t.Fatal("the customers of the two files differ")
	}
	orders, p, money := forecast.floats(t, "orders_39w"), forecast.floats(t, "p_order_39w"), forecast.floats(t, "clv_39w")
	made, spent := actual.floats(t, "holdout_frequency"), actual.floats(t, "holdout_spend")
	if total(made) != 1882 {
		t.Errorf("%v purchases in the holdout, want 1882", total(made))
	}
	again := make([]float64, len(made))
	for i, n := range made {
		again[i] = min(n, 1)
	}
	for _, tt := range []struct{ name, got, want string }{
		{"MAE", fmt.Sprintf("%.4f", mae(orders, made)), "0.7855"},
		{"RMSE", fmt.Sprintf("%.3f", rmse(orders, made)), "1.608"},
		{"bias", fmt.Sprintf("%+.1f", 100*(total(orders)/total(made)-1)), "-12.1"},
		{"Spearman", fmt.Sprintf("%.3f", spearman(orders, made)), "0.449"},
		{"normalised Gini", fmt.Sprintf("%.3f", gini(orders, made)/gini(made, made)), "0.662"},
		{"decile error", fmt.Sprintf("%.3f", decileError(orders, made)), "0.188"},
		{"AUC", fmt.Sprintf("%.3f", auc(p, again)), "0.757"},
		{"Brier", fmt.Sprintf("%.4f", rmse(p, again)*rmse(p, again)), "0.1612"},
		{"ECE", fmt.Sprintf("%.4f", calibrationError(p, again)), "0.0525"},
		{"sum of P(alive)", fmt.Sprintf("%.0f", total(forecast.floats(t, "p_alive"))), "1917"},
		{"sum of P(order)", fmt.Sprintf("%.0f", total(p)), "617"},

		{"MAE of money", fmt.Sprintf("%.2f", mae(money, spent)), "30.41"},
		{"RMSE of money", fmt.Sprintf("%.2f", rmse(money, spent)), "72.30"},
		{"bias of money", fmt.Sprintf("%+.1f", 100*(total(money)/total(spent)-1)), "-15.6"},
		{"Spearman of money", fmt.Sprintf("%.3f", spearman(money, spent)), "0.426"},
		{"normalised Gini of money", fmt.Sprintf("%.3f", gini(money, spent)/gini(spent, spent)), "0.638"},
		{"decile error of money", fmt.Sprintf("%.3f", decileError(money, spent)), "0.255"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	must(t, "plot", "tracking", "--model-file", "model.json", "--in", log, "--out", "t.svg", "--data", "t.csv")
	tracking := parseTable(t, readFile(t, "t.csv"))
	last := len(tracking.rows) - 1
	made78, expected78 := tracking.floats(t, "cumulative_actual_repeat_purchases")[last], tracking.floats(t, "cumulative_expected_repeat_purchases")[last]
	if got := fmt.Sprintf("%+.2f", 100*(expected78/made78-1)); got != "-4.11" {
		t.Errorf("cumulative repeat purchases at week 78 are %s %% off, want -4.11", got)
	}
}

func total(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

func mae(f, a []float64) (sum float64) {
	for i := range f {
		sum += math.Abs(f[i] - a[i])
	}
	return sum / float64(len(f))
}

func rmse(f, a []float64) float64 {
	var sum float64
	for i := range f {
		sum += (f[i] - a[i]) * (f[i] - a[i])
	}
	return math.Sqrt(sum / float64(len(f)))
}

// ascending returns the rows by value, equal ones as they stand in the file.
func ascending(v []float64) []int {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	return order
}

// meanRanks returns the ranks from 1 on, equal values sharing their mean rank.
func meanRanks(v []float64) []float64 {
	order, ranks := ascending(v), make([]float64, len(v))
	for lo := 0; lo < len(v); {
		hi := lo
		for hi < len(v) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			ranks[i] = float64(lo+1+hi) / 2
		}
		lo = hi
	}
	return ranks
}

func spearman(f, a []float64) float64 {
	x, y, n := meanRanks(f), meanRanks(a), float64(len(f))
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-(n+1)/2, y[i]-(n+1)/2
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	return xy / math.Sqrt(xx*yy)
}

// gini is proportional to the area between the diagonal and the share of the
// actual held by the customers of lowest forecast.
func gini(f, a []float64) (area float64) {
	n := float64(len(f))
	for i, r := range meanRanks(f) {
		area += (r - (n+1)/2) * a[i]
	}
	return area
}

// deciles returns ten groups of rows by rank of the forecast: group d ends with
// the rank 1 + (n-1)·d/10, equal forecasts rank as they stand in the file.
func deciles(f []float64) (groups [10][]int) {
	d := 0
	for k, i := range ascending(f) {
		if k*10 > (len(f)-1)*(d+1) {
			d++
		}
		groups[d] = append(groups[d], i)
	}
	return groups
}

func sumOf(rows []int, v []float64) (sum float64) {
	for _, i := range rows {
		sum += v[i]
	}
	return sum
}

// decileError is the mean of |mean forecast / mean actual − 1| over the deciles.
func decileError(f, a []float64) (mean float64) {
	for _, rows := range deciles(f) {
		mean += math.Abs(sumOf(rows, f)/sumOf(rows, a)-1) / 10
	}
	return mean
}

// calibrationError is the expected calibration error over ten equally filled
// bins, the mean of |mean probability − share of ones|.
func calibrationError(p, y []float64) (e float64) {
	for _, rows := range deciles(p) {
		e += math.Abs(sumOf(rows, p)-sumOf(rows, y)) / float64(len(p))
	}
	return e
}

func auc(p, y []float64) float64 {
	ones, ranks := total(y), 0.0
	for i, r := range meanRanks(p) {
		ranks += r * y[i]
	}
	return (ranks - ones*(ones+1)/2) / (ones * (float64(len(p)) - ones))
}
