package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// TestCompareReference: ℓ of CDNOW and grocery as an independent program has
// them, and what the comparison says of the forecasts.
func TestCompareReference(t *testing.T) {
	for _, tt := range []struct {
		file, cut string
		logLik    map[string]string
	}{
		{"cdnow_sample_2357.csv", "1997-09-30", map[string]string{"bg-nbd": "-9582.43", "mbg-nbd": "-9582.14", "pareto-nbd": "-9594.98"}},
		{"grocery_elog.csv", "2006-12-31", map[string]string{"bg-nbd": "-15836.57", "mbg-nbd": "-15781.94", "pareto-nbd": "-15782.39"}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			log := realData(t, tt.file)
			tab := parseTable(t, must(t, "compare", "--in", log, "--cut", tt.cut, "--csv").out)
			scores := evaluation(t, "--in", log, "--cut", tt.cut)
			for i, model := range tab.text(t, "model") {
				if want, ok := tt.logLik[model]; ok {
					if got := fmt.Sprintf("%.2f", tab.floats(t, "log_likelihood")[i]); got != want {
						t.Errorf("%s: log-likelihood %s, want %s", model, got, want)
					}
				}
				for _, name := range []string{"rmse", "gini", "decile_error"} {
					if got, want := fmt.Sprintf("%.2f", tab.floats(t, name)[i]), scores.shown(t, "orders", model, name, "%.2f"); got != want {
						t.Errorf("%s: %s is %s, and by clv evaluate %s", model, name, got, want)
					}
				}
			}
			if first := tab.text(t, "model")[0]; first != "mbg-nbd" {
				t.Errorf("%s has the least AIC, want mbg-nbd", first)
			}
		})
	}
}

// TestCompareForms: without a cut the fits alone, from a log or a summary; AIC
// and BIC are those of the model file.
func TestCompareForms(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--spend", "none", "--out", "m.json")
	f := decodeJSON[models.File](t, readFile(t, "m.json")).Purchase
	tab := parseTable(t, must(t, "compare", "--in", "log.csv", "--csv").out)
	if names := strings.Join(tab.header, " "); strings.Contains(names, "bias") || strings.Contains(names, "grade") {
		t.Errorf("without a cut there is no forecast to judge: %s", names)
	}
	for i, name := range tab.text(t, "model") {
		if name == f.Model {
			near(t, "log-likelihood", tab.floats(t, "log_likelihood")[i], f.LogLikelihood, 1e-12)
			near(t, "AIC", tab.floats(t, "aic")[i], f.AIC, 1e-12)
			near(t, "BIC", tab.floats(t, "bic")[i], f.BIC, 1e-12)
		}
	}
	near(t, "sum of the weights", total(tab.floats(t, "weight")), 1, 1e-12)
	doc := decodeJSON[[]map[string]any](t, must(t, "compare", "--in", "log.csv", "--cut", "2025-03-31", "--horizon", "26w", "--json").out)
	if len(doc) != len(families) || doc[0]["grade"] == nil || doc[0]["bias"] == nil || doc[0]["verdict"] != "converged" {
		t.Errorf("the document is %v", doc)
	}
	if r := must(t, "compare", "--in", "summary.csv", "--model", "bg-nbd", "--model", "nbd"); strings.Count(r.out, "\n") != 3 {
		t.Errorf("a summary gives\n%s", r.out)
	}
	if r := clv("compare", "--in", "log.csv", "--horizon", "26w"); r.code != exitUsage || !strings.Contains(r.err, "give one") {
		t.Errorf("a horizon without a cut: exit code %d, %s", r.code, r.err)
	}
}

// TestFitAuto: the model is the one that forecast the end of the calibration
// best, fitted to the whole like any other; what follows has no say.
func TestFitAuto(t *testing.T) {
	workspace(t)
	r := must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", "auto", "--out", "auto.json")
	auto := decodeJSON[models.File](t, readFile(t, "auto.json"))
	if want := auto.Purchase.Model + " forecast best in "; !strings.Contains(r.err, want) {
		t.Errorf("the words do not say %q:\n%s", want, r.err)
	}
	must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", auto.Purchase.Model, "--out", "m.json")
	if readFile(t, "auto.json") != readFile(t, "m.json") {
		t.Error("the model file of --model auto is not that of the model by name")
	}
	// 2024-01-02 + ⌊2/3 · 454⌋ days.
	best := decodeJSON[map[string]any](t, must(t, "compare", "--in", "log.csv", "--end", "2025-03-31", "--cut", "2024-10-30", "--json").err)["best"].(map[string]any)
	if best["model"] != auto.Purchase.Model {
		t.Errorf("auto takes %s, and clv compare of the calibration finds %v best", auto.Purchase.Model, best["model"])
	}
	if r := clv("fit", "--in", "summary.csv", "--model", "auto", "--out", "x.json"); r.code != exitFailure || !strings.Contains(r.err, "needs the transaction log") {
		t.Errorf("auto from a summary: exit code %d, %s", r.code, r.err)
	}
}
