package main

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
)

func predictBands(t *testing.T, args ...string) table {
	t.Helper()
	return parseTable(t, must(t, append([]string{"predict", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-03-31"}, args...)...).out)
}

// TestIntervalColumns: last in the file, for what is asked for alone, and they
// leave the other columns as they are.
func TestIntervalColumns(t *testing.T) {
	workspace(t)
	plain := predictBands(t, "--horizon", "26w", "--horizon", "1y")
	tab := predictBands(t, "--horizon", "26w", "--horizon", "1y", "--interval", "80%")
	want := append(slices.Clone(plain.header), "orders_26w_lo", "orders_26w_hi", "clv_26w_lo", "clv_26w_hi", "orders_1y_lo", "orders_1y_hi", "clv_1y_lo", "clv_1y_hi")
	if !slices.Equal(tab.header, want) {
		t.Fatalf("columns %v, want %v", tab.header, want)
	}
	for i, row := range plain.rows {
		if !slices.Equal(tab.rows[i][:len(row)], row) {
			t.Fatalf("row %d is %v with intervals and %v without", i, tab.rows[i], row)
		}
	}
	if got := strings.Join(predictBands(t, "--columns", "orders", "--interval", "0.8").header[5:], " "); got != "orders_12m orders_12m_lo orders_12m_hi" {
		t.Errorf("columns of orders alone: %s", got)
	}
}

// TestIntervalsFollowTheFlags: the seed alone decides, a higher level is wider,
// the margin is a factor.
func TestIntervalsFollowTheFlags(t *testing.T) {
	workspace(t)
	narrow := predictBands(t, "--interval", "80%")
	again, other := predictBands(t, "--interval", "80%", "--seed", "1"), predictBands(t, "--interval", "80%", "--seed", "2")
	hi := narrow.floats(t, "clv_12m_hi")
	if !slices.Equal(hi, again.floats(t, "clv_12m_hi")) {
		t.Error("the same seed gives other intervals")
	}
	if slices.Equal(hi, other.floats(t, "clv_12m_hi")) {
		t.Error("another seed gives the same intervals of money")
	}
	wide, half := predictBands(t, "--interval", "95%"), predictBands(t, "--interval", "80%", "--margin", "0.5")
	for i := range hi {
		for _, name := range []string{"orders_12m", "clv_12m"} {
			if wide.floats(t, name+"_lo")[i] > narrow.floats(t, name+"_lo")[i] || wide.floats(t, name+"_hi")[i] < narrow.floats(t, name+"_hi")[i] {
				t.Fatalf("row %d: the 95 %% interval of %s is not around that of 80 %%", i, name)
			}
		}
		if got, want := half.floats(t, "clv_12m_hi")[i], hi[i]/2; math.Abs(got-want) > 1e-12*want {
			t.Fatalf("row %d: with a margin of a half the upper end is %v, want %v", i, got, want)
		}
	}
}

// TestIntervalsHoldAsEvaluated: of the customers of log.csv as many lie in their
// intervals from the model file as clv evaluate counts from its own fit.
func TestIntervalsHoldAsEvaluated(t *testing.T) {
	workspace(t)
	tab := predictBands(t, "--horizon", "272d", "--interval", "80%", "--discount", "0%/y")
	summary := parseTable(t, readFile(t, "summary.csv"))
	e := decodeJSON[forecast.Evaluation](t, must(t, "evaluate", "--in", "log.csv", "--cut", "2025-03-31", "--model", "bg-nbd", "--json").out)
	for _, tt := range []struct{ quantity, band, actual string }{{"orders", "orders_272d", "holdout_frequency"}, {"money", "clv_272d", "holdout_spend"}} {
		lo, hi, actual := tab.floats(t, tt.band+"_lo"), tab.floats(t, tt.band+"_hi"), summary.floats(t, tt.actual)
		inside := 0.0
		for i := range lo {
			if lo[i] <= actual[i] && actual[i] <= hi[i] {
				inside++
			}
		}
		inside /= float64(len(lo))
		for _, s := range e.Windows[0].Scores {
			if s.Model != "bg-nbd" || s.Quantity != tt.quantity {
				continue
			}
			// Simulated ends may put a customer or two on the other side.
			if c := s.Coverage[0]; c.Level != 0.8 || math.Abs(inside-c.Customers) > 2.5/300 {
				t.Errorf("%s: %.4f of the customers lie in their intervals, and by clv evaluate %.4f (level %v)", tt.quantity, inside, c.Customers, c.Level)
			}
		}
	}
}

func TestIntervalFlags(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"--interval much":                  `--interval "much" is no probability`,
		"--interval 80":                    `--interval "80" is no probability`,
		"--interval 100%":                  `--interval "100%" is no probability`,
		"--interval 80% --columns p_alive": "--columns has neither",
		"--interval 80% --margin 0":        "needs a positive --margin",
	} {
		if r := clv(append([]string{"predict", "--model-file", "model.json", "--in", "log.csv"}, strings.Fields(args)...)...); r.code != exitUsage || !strings.Contains(r.err, want) {
			t.Errorf("clv predict %s: exit code %d, %s; want %q", args, r.code, r.err, want)
		}
	}
	r := must(t, "predict", "--model-file", "model.json", "--new", "--interval", "80%")
	if tab := parseTable(t, r.out); tab.floats(t, "orders_12m_hi")[0] < 1 {
		t.Errorf("a new customer will not buy, by %v", tab.rows)
	}
}
