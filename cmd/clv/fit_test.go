package main

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

func TestModelFile(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", "bg-nbd", "--spend", "gamma-gamma", "--out", "m.json")
	text := readFile(t, "m.json")
	if len(text) >= 20_000 {
		t.Errorf("the model file has %d bytes, want less than 20 kB", len(text))
	}
	if customer := regexp.MustCompile(`C\d{3}`).FindString(text); customer != "" {
		t.Errorf("the model file names customer %s", customer)
	}
	dec := json.NewDecoder(strings.NewReader(text))
	if got, want := keys(t, dec), []string{"format", "version", "unit", "calibration_end", "customers", "transactions", "purchase", "spend", "range", "checks", "input", "tool"}; !slices.Equal(got, want) {
		t.Errorf("the keys are %v, want %v", got, want)
	}
	f, err := models.ReadFile(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if f.Customers != 300 || f.Transactions != 1237 || f.CalibrationEnd != "2025-03-31" || f.Unit.String() != "week" { // 300 first and 937 repeat purchases
		t.Errorf("customers %d, transactions %d, calibration_end %s, unit %v", f.Customers, f.Transactions, f.CalibrationEnd, f.Unit)
	}
	for _, m := range []*models.Fitted{&f.Purchase, f.Spend} {
		if m.Verdict != "converged" || len(m.Warnings) > 0 {
			t.Errorf("%s: verdict %q, warnings %q", m.Model, m.Verdict, m.Warnings)
		}
		for i, name := range m.Params.Names {
			near(t, m.Model+" standard error of "+name, *m.StdErr[name], math.Sqrt(m.Covariance[i][i]), 1e-12)
			for j := range m.Params.Names {
				if m.Covariance[i][j] != m.Covariance[j][i] {
					t.Errorf("%s: the covariance is not symmetric", m.Model)
				}
			}
		}
		k := float64(len(m.Params.Names))
		near(t, m.Model+" AIC", m.AIC, 2*k-2*m.LogLikelihood, 1e-12)
	}
	if want := []string{"r", "alpha", "a", "b"}; !slices.Equal(f.Purchase.Params.Names, want) {
		t.Errorf("the parameters are %v, want %v", f.Purchase.Params.Names, want)
	}
}

// keys returns the keys of a JSON object in their order.
func keys(t *testing.T, dec *json.Decoder) (names []string) {
	t.Helper()
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		if err := dec.Decode(new(any)); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestSameInputGivesTheSameBytes(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--out", "a.json")
	must(t, "fit", "--in", "log.csv", "--out", "b.json")
	writeFile(t, "copy.csv", readFile(t, "log.csv"))
	must(t, "fit", "--in", "copy.csv", "--out", "c.json")
	onStdout := must(t, "fit", "--in", "log.csv").out
	fromStdin := clvFrom(strings.NewReader(readFile(t, "log.csv")), "fit", "--in", "-").out
	for name, got := range map[string]string{"a second fit": readFile(t, "b.json"), "a copy": readFile(t, "c.json"), "standard output": onStdout, "standard input": fromStdin} {
		if got != readFile(t, "a.json") {
			t.Errorf("%s gives other bytes", name)
		}
	}
}

// TestParametersReadBackExactly: the digits in the file are enough to get the
// same bits.
func TestParametersReadBackExactly(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--out", "a.json")
	f, err := models.ReadFile(strings.NewReader(readFile(t, "a.json")))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != readFile(t, "a.json") {
		t.Error("a model file changes when it is read and written")
	}
}

func TestModelFilePacked(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--out", "m.json")
	must(t, "fit", "--in", "log.csv", "--out", "m.json.gz")
	if unzipped(t, readFile(t, "m.json.gz")) != readFile(t, "m.json") {
		t.Error("the packed model file holds something else")
	}
	plain := must(t, "predict", "--model-file", "m.json", "--in", "log.csv")
	if packed := must(t, "predict", "--model-file", "m.json.gz", "--in", "log.csv"); packed != plain {
		t.Error("the packed model file predicts something else")
	}
}

func TestFitFromSummary(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--out", "log.json")
	r := must(t, "fit", "--in", "summary.csv", "--out", "summary.json")
	if !strings.Contains(r.err, "it is taken for weeks") {
		t.Errorf("the words do not say which unit was assumed:\n%s", r.err)
	}
	a, b := decodeJSON[models.File](t, readFile(t, "log.json")), decodeJSON[models.File](t, readFile(t, "summary.json"))
	for i, v := range a.Purchase.Params.Values {
		near(t, a.Purchase.Params.Names[i], b.Purchase.Params.Values[i], v, 1e-12)
	}
	for i, v := range a.Spend.Params.Values {
		near(t, a.Spend.Params.Names[i], b.Spend.Params.Values[i], v, 1e-12)
	}
	if r := must(t, "fit", "--in", "summary.csv", "--unit", "week"); strings.Contains(r.err, "taken for") {
		t.Error("the unit was given, and the words say that it was assumed")
	}
}

func TestSpendChoices(t *testing.T) {
	workspace(t)
	writeFile(t, "bare.csv", strings.ReplaceAll(stripColumn(readFile(t, "log.csv")), "\r", ""))
	for _, tt := range []struct {
		args string
		want bool
	}{
		{"fit --in log.csv", true},
		{"fit --in log.csv --spend none", false},
		{"fit --in log.csv --amount none", false},
		{"fit --in bare.csv", false},
		{"fit --in bare.csv --spend none", false},
	} {
		f := decodeJSON[models.File](t, must(t, strings.Fields(tt.args)...).out)
		if (f.Spend != nil) != tt.want {
			t.Errorf("clv %s: spend model %v, want one: %t", tt.args, f.Spend, tt.want)
		}
	}
}

// stripColumn takes the last column away.
func stripColumn(text string) string {
	return regexp.MustCompile(`(?m),[^,\n]*$`).ReplaceAllString(text, "")
}

// TestEveryModel fits, describes, predicts and draws with each family.
func TestEveryModel(t *testing.T) {
	workspace(t)
	for _, family := range families {
		must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", family.name, "--out", family.name+".json")
		tab := parseTable(t, must(t, "predict", "--model-file", family.name+".json", "--in", "log.csv", "--cut", "2025-03-31", "--horizon", "39w").out)
		var orders float64
		expected, again := tab.floats(t, "orders_39w"), tab.floats(t, "p_order_39w")
		for i, p := range tab.floats(t, "p_alive") {
			o, q := expected[i], again[i]
			if !(p >= 0 && p <= 1) || !(q >= 0 && q <= p) || !(o >= q) {
				t.Fatalf("%s, row %d: p_alive %v, p_order %v, orders %v", family.name, i, p, q, o)
			}
			orders += o
		}
		if !(orders > 250 && orders < 900) { // 431 were made; a forecast outside would be no forecast
			t.Errorf("%s expects %.0f purchases in the holdout, 431 were made", family.name, orders)
		}
		must(t, "describe", "--model-file", family.name+".json")
		must(t, "plot", "alive", "--model-file", family.name+".json", "--in", "log.csv", "--out", family.name+".svg")
		must(t, "simulate", "--model-file", family.name+".json", "--customers", "20", "--out", family.name+".csv")
	}
}

// TestFitWritesThePredictions: what fit writes beside the model is what predict
// makes of it.
func TestFitWritesThePredictions(t *testing.T) {
	workspace(t)
	for _, cut := range []string{"", " --cut 2025-03-31"} {
		must(t, strings.Fields("fit --in log.csv --out m.json --predictions beside.csv --horizon 6m --margin 0.3"+cut)...)
		must(t, strings.Fields("predict --model-file m.json --in log.csv --out after.csv --horizon 6m --margin 0.3"+cut)...)
		if beside := readFile(t, "beside.csv"); beside != readFile(t, "after.csv") || len(beside) < 1000 {
			t.Errorf("with%s fit and predict differ", cut)
		}
	}
	if r := clv(strings.Fields("fit --in log.csv --out m.json --horizon 6m")...); r.code != exitUsage || !strings.Contains(r.err, "--predictions") {
		t.Errorf("--horizon without --predictions: %d %s", r.code, r.err)
	}
}
