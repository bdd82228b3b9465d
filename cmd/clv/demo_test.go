package main

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/predictive-clv/clv/models"
)

func TestDemo(t *testing.T) {
	front := readFile(t, filepath.Join("..", "..", "testdata", "tracking.svg"))
	t.Chdir(t.TempDir())
	begin := time.Now()
	r := must(t, "demo")
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("the demo took %v, want less than 30 s", took)
	}
	for _, want := range []string{"They are not real", "parameter      truth  estimate  std. error", "The customers worth most", "clv fit --in log.csv --out model.json"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the demo does not say %q:\n%s", want, r.err)
		}
	}
	t.Chdir("clv-demo")
	want := []string{"alive.png", "alive.svg", "clv.csv", "frequency.png", "frequency.svg", "incremental.png", "incremental.svg",
		"log.csv", "model.json", "tracking.png", "tracking.svg", "truth.csv"}
	if got := folder(t); !slices.Equal(got, want) {
		t.Errorf("the demo wrote %v, want %v", got, want)
	}
	sameText(t, "tracking.svg", readFile(t, "tracking.svg"), front, 0.02) // of a point
	f := decodeJSON[models.File](t, readFile(t, "model.json"))
	truth := append(demoPurchase.Params(), demoSpend.Params()...)
	for i, m := range []*models.Fitted{&f.Purchase, f.Spend} {
		for k, name := range m.Params.Names {
			// Whole days leave a bias of some percent, hence not the standard errors.
			near(t, name, m.Params.Values[k], truth[4*i+k], 0.15)
		}
	}
	if f.Purchase.Verdict != "converged" || f.Spend.Verdict != "converged" {
		t.Errorf("verdicts %q and %q", f.Purchase.Verdict, f.Spend.Verdict)
	}
}

// TestDemoForecasts: what the demo says about the holdout agrees with the log
// that it wrote, and comes near.
func TestDemoForecasts(t *testing.T) {
	t.Chdir(t.TempDir())
	doc := decodeJSON[struct {
		Holdout struct{ Expected, Actual float64 }
	}](t, must(t, "demo", "--json", "--dir", "d").err)
	made := 0.0
	seen := map[string]bool{}
	log := parseTable(t, readFile(t, "d/log.csv"))
	dates := log.text(t, "date")
	for i, id := range log.text(t, "customer_id") {
		if seen[id] && dates[i] > demoCut {
			made++
		}
		seen[id] = true
	}
	if doc.Holdout.Actual != made {
		t.Errorf("the demo counts %v purchases in the holdout, and the log has %v", doc.Holdout.Actual, made)
	}
	if off := math.Abs(doc.Holdout.Expected/made - 1); off > 0.1 {
		t.Errorf("%v purchases expected, %v made", doc.Holdout.Expected, made)
	}
	if other := must(t, "demo", "--dir", "e", "--seed", "7").err; strings.Contains(other, "20945 transactions") {
		t.Error("another seed simulates the same log")
	}
	if again := must(t, "demo", "--dir", "f"); again.code != exitOK || readFile(t, "f/clv.csv") != readFile(t, "d/clv.csv") {
		t.Error("the same seed gives other forecasts")
	}
}
