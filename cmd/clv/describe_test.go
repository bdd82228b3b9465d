package main

import (
	"strings"
	"testing"
)

func TestDescribeModel(t *testing.T) {
	workspace(t)
	r := must(t, "describe", "--model-file", "model.json", "--horizon", "52w", "--horizon", "5y")
	for _, want := range []string{
		"bg-nbd, fitted to 300 customers with 1237 transactions up to 2025-03-31; time in weeks\n  verdict: converged\n",
		"while active, customers buy 0.1048 times a week on average", // r/α = 0.83458/7.96191
		"a purchase is worth 32.25 on average",                       // pv/(q−1) = 8.54903·8.29382/2.19878
		"a customer acquired today, in 52w:\n", "a customer acquired today, in 5y:\n", "discounted at 10%/y, margin 1",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the description lacks %q:\n%s", want, r.out)
		}
	}
	if r.err != "" {
		t.Errorf("words on standard error: %q", r.err)
	}
}

func TestDescribeLog(t *testing.T) {
	workspace(t)
	r := must(t, "describe", "--in", "dirty.csv", "--cut", "2024-06-30", "--end", "2024-11-30")
	want := `5 customers, 3 (60.0 %) bought again
4 repeat purchases, 0.800 a customer, 1.33 a repeat buyer
repeat purchases a customer:
  least 0, 25 % 0, median 1, 75 % 1, 90 % 2, 99 % 2, most 2
`
	if !strings.HasPrefix(r.out, want) {
		t.Errorf("the description is\n%s\nwant\n%s", r.out, want)
	}
	doc := decodeJSON[map[string]any](t, must(t, "describe", "--json", "--in", "dirty.csv", "--cut", "2024-06-30", "--end", "2024-11-30").out)
	if doc["customers"] != 5.0 || doc["repeat_purchases"] != 4.0 {
		t.Errorf("the JSON description is %v", doc)
	}
}

// TestDescribeNobodyAgain: where a number does not exist, none is given.
func TestDescribeNobodyAgain(t *testing.T) {
	workspace(t)
	writeFile(t, "once.csv", "customer_id,date,amount\nA,2024-01-01,3\nB,2024-01-02,4\n")
	if r := must(t, "describe", "--in", "once.csv"); strings.Contains(r.out, "NaN") {
		t.Errorf("the description has NaN:\n%s", r.out)
	}
	doc := decodeJSON[map[string]any](t, must(t, "describe", "--json", "--in", "once.csv").out)
	if v, ok := doc["spend_correlation"]; !ok || v != nil {
		t.Errorf("spend_correlation is %v, want null", v)
	}
}
