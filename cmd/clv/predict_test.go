package main

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestPredictionColumns(t *testing.T) {
	workspace(t)
	const basic = "predict --model-file model.json --in log.csv "
	for _, tt := range []struct{ args, want string }{
		{"--horizon 52w --discount 10%/y", "p_alive,p_order_52w,orders_52w,spend,clv_52w"},
		{"", "p_alive,p_order_12m,orders_12m,spend,clv_12m"},
		{"--horizon 30d --horizon 365d --columns orders,p_order", "p_order_30d,p_order_365d,orders_30d,orders_365d"},
		{"--horizon 1.5years --columns clv,p_alive", "p_alive,clv_1.5y"},
		{"--columns next_order_p50,residual_lifetime,lambda,dropout", "next_order_p50,residual_lifetime,lambda,dropout"},
	} {
		tab := parseTable(t, must(t, strings.Fields(basic+tt.args)...).out)
		if got, want := strings.Join(tab.header, ","), "customer_id,frequency,recency,T,monetary_value,"+tt.want; got != want {
			t.Errorf("clv predict %s: columns %s, want %s", tt.args, got, want)
		}
	}
}

// TestPredictionRows: the rows stand in the order of the input, with the
// histories of clv summarize, and money is what its parts say.
func TestPredictionRows(t *testing.T) {
	workspace(t)
	r := must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-03-31", "--horizon", "52w", "--discount", "0%/y", "--margin", "0.3")
	tab, sum := parseTable(t, r.out), parseTable(t, readFile(t, "summary.csv"))
	for _, name := range []string{"customer_id", "frequency", "recency", "T", "monetary_value"} {
		if !slices.Equal(tab.text(t, name), sum.text(t, name)) {
			t.Errorf("column %s differs from that of clv summarize", name)
		}
	}
	var first []string // customers in the order of the log
	for _, id := range parseTable(t, readFile(t, "log.csv")).text(t, "customer_id") {
		if !slices.Contains(first, id) {
			first = append(first, id)
		}
	}
	if !slices.Equal(tab.text(t, "customer_id"), first) {
		t.Error("the customers do not stand in the order of the log")
	}
	clv, spend := tab.floats(t, "clv_52w"), tab.floats(t, "spend")
	for i, orders := range tab.floats(t, "orders_52w") {
		near(t, "clv without discount", clv[i], 0.3*spend[i]*orders, 1e-9)
	}
	if !strings.Contains(r.err, "Forecasts of 300 customers from 2025-03-31 on") {
		t.Errorf("the words do not say when the forecast begins:\n%s", r.err)
	}
}

func TestForecastStartsAtTheEndOfTheLog(t *testing.T) {
	workspace(t)
	r := must(t, "predict", "--model-file", "model.json", "--in", "log.csv")
	for _, want := range []string{"from 2025-12-28 on", "The model was fitted up to 2025-03-31; --cut 2025-03-31 forecasts from there"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the words lack %q:\n%s", want, r.err)
		}
	}
}

// TestSameInputInOtherForms: how the rows come in does not change what comes
// out.
func TestSameInputInOtherForms(t *testing.T) {
	workspace(t)
	log := readFile(t, "log.csv")
	want := must(t, "predict", "--quiet", "--model-file", "model.json", "--in", "log.csv").out
	lines := strings.SplitAfter(log, "\n")
	writeFile(t, "log.csv.gz", zipped(t, log))
	writeFile(t, "first.csv", strings.Join(lines[:500], ""))
	writeFile(t, "second.csv.gz", zipped(t, lines[0]+strings.Join(lines[500:], "")))
	writeFile(t, "log.tsv", strings.ReplaceAll(log, ",", "\t"))
	for _, args := range []string{"--in log.csv.gz", "--in first.csv --in second.csv.gz", "--in log.tsv", "--in log.csv --out -"} {
		if got := must(t, append([]string{"predict", "--model-file", "model.json"}, strings.Fields(args)...)...).out; got != want {
			t.Errorf("clv predict %s gives something else", args)
		}
	}
	for name, in := range map[string]string{"plain": log, "packed": zipped(t, log)} {
		if got := clvFrom(strings.NewReader(in), "predict", "--model-file", "model.json", "--in", "-").out; got != want {
			t.Errorf("clv predict --in - (%s) gives something else", name)
		}
	}
	must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--out", "p.csv")
	must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--out", "p.csv.gz")
	if readFile(t, "p.csv") != want || unzipped(t, readFile(t, "p.csv.gz")) != want {
		t.Error("--out gives something else than standard output")
	}
}

// TestPredictFromSummary: a summary made in any unit, named, gives the
// forecasts of the log itself.
func TestPredictFromSummary(t *testing.T) {
	workspace(t)
	want := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-03-31").out)
	for _, unit := range []string{"day", "week", "month", "year"} {
		must(t, "summarize", "--in", "log.csv", "--cut", "2025-03-31", "--unit", unit, "--out", unit+".csv")
		got := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", unit+".csv", "--unit", unit).out)
		for _, name := range []string{"T", "p_alive", "orders_12m", "clv_12m"} {
			column := got.floats(t, name)
			for i, v := range want.floats(t, name) {
				near(t, unit+" "+name, column[i], v, 1e-12)
			}
		}
	}
	for _, figure := range []string{"frequency", "alive"} {
		must(t, "plot", figure, "--model-file", "model.json", "--in", "week.csv", "--out", "week.svg")
		must(t, "plot", figure, "--model-file", "model.json", "--in", "day.csv", "--unit", "day", "--out", "day.svg", "--data", figure+".csv")
	}
}

func TestWeightsAreKept(t *testing.T) {
	workspace(t)
	writeFile(t, "states.csv", "frequency,recency,T,weight\n2,30,38,5\n0,0,20,41\n")
	tab := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "states.csv", "--unit", "week", "--columns", "p_alive").out)
	if got := tab.text(t, "weight"); !slices.Equal(got, []string{"5", "41"}) {
		t.Errorf("weights %v", got)
	}
	if got := tab.text(t, "customer_id"); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("rows without identifiers are numbered %v, want 1, 2", got)
	}
}

func TestNewCustomer(t *testing.T) {
	workspace(t)
	tab := parseTable(t, must(t, "predict", "--model-file", "model.json", "--new", "--horizon", "52w").out)
	if len(tab.rows) != 1 || tab.text(t, "customer_id")[0] != "new" || tab.text(t, "p_alive")[0] != "1" || tab.text(t, "monetary_value")[0] != "" {
		t.Errorf("the forecast of a new customer is %v", tab.rows)
	}
	said := decodeJSON[map[string]any](t, must(t, "describe", "--json", "--model-file", "model.json", "--horizon", "52w").out)
	for column, key := range map[string]string{"orders_52w": "orders_52w", "p_order_52w": "p_order_52w", "spend": "mean_spend", "clv_52w": "clv_52w"} {
		near(t, "describe "+key, said[key].(float64), tab.floats(t, column)[0], 1e-12)
	}
}

// TestSpendWithoutMean: a population without a mean value has no forecast for
// customers without repeat purchases, and that is said, not invented.
func TestSpendWithoutMean(t *testing.T) {
	workspace(t)
	writeFile(t, "m.json", setParam(t, readFile(t, "model.json"), "q", "0.5"))
	r := must(t, "predict", "--model-file", "m.json", "--in", "log.csv")
	if !strings.Contains(r.err, "the spend model has no mean (q ≤ 1)") {
		t.Errorf("the words do not warn:\n%s", r.err)
	}
	tab := parseTable(t, r.out)
	spend := tab.floats(t, "spend")
	for i, x := range tab.floats(t, "frequency") {
		if math.IsNaN(spend[i]) != (x == 0) {
			t.Fatalf("frequency %v, spend %v", x, spend[i])
		}
	}
	must(t, "describe", "--model-file", "m.json")
	if r := must(t, "describe", "--json", "--model-file", "m.json"); strings.Contains(r.out, "clv_12m") {
		t.Errorf("describe gives a value that does not exist:\n%s", r.out)
	}
}

// setParam changes a number of a model file and leaves its checks out.
func setParam(t *testing.T, text, name, value string) string {
	t.Helper()
	before, after, ok := strings.Cut(text, `"`+name+`": `)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	text = before + `"` + name + `": ` + value + after[strings.IndexAny(after, ",\n"):]
	before, after, ok = strings.Cut(text, `  "checks": [`)
	if !ok {
		t.Fatal("there are no checks")
	}
	return before + after[strings.Index(after, "\n  ],\n")+len("\n  ],\n"):]
}
