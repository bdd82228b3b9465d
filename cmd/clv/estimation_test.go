package main

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

func fittedTo(t *testing.T, args ...string) (*models.File, string) {
	t.Helper()
	r := must(t, append([]string{"fit", "--in", "log.csv", "--out", "m.json"}, args...)...)
	f, err := models.ReadFile(strings.NewReader(readFile(t, "m.json")))
	if err != nil {
		t.Fatal(err)
	}
	return f, r.err
}

// A prior draws its parameter toward its median, all the way if it is narrow,
// and stands in the model file; without one the file has no word of priors.
func TestPriors(t *testing.T) {
	workspace(t)
	free, _ := fittedTo(t)
	if free.Purchase.Priors != nil || strings.Contains(readFile(t, "m.json"), "priors") {
		t.Error("a fit without priors speaks of priors in its file")
	}
	wide, _ := fittedTo(t, "--prior", "a=3:1000", "--prior", "q=9:1.01")
	narrow, words := fittedTo(t, "--prior", "a=3:1.01")
	at := func(f *models.File) float64 { return f.Purchase.Params.Values[2] }
	if d := math.Abs(at(wide)/at(free) - 1); d > 0.05 {
		t.Errorf("a prior that says nothing moved a from %v to %v", at(free), at(wide))
	}
	if math.Abs(at(narrow)/3-1) > 0.02 {
		t.Errorf("a prior within 1 %% of 3 left a at %v", at(narrow))
	}
	if math.Abs(wide.Spend.Params.Values[1]/9-1) > 0.02 {
		t.Errorf("a prior within 1 %% of 9 left q at %v", wide.Spend.Params.Values[1])
	}
	if p := narrow.Purchase.Priors; len(p) != 1 || p[0].Param != "a" || p[0].Median != 3 {
		t.Errorf("the model file has the priors %+v", p)
	}
	if !strings.Contains(words, "prior on a: log-normal, median 3, 95 % within a factor of 1.01") {
		t.Errorf("the prior is not reported:\n%s", words)
	}
}

// The intervals that are asked for are printed, and the same seed gives the
// same refits.
func TestProfileAndBootstrap(t *testing.T) {
	workspace(t)
	byLikelihood, plain := fittedTo(t)
	byBootstrap, first := fittedTo(t, "--profile", "--bootstrap", "20")
	_, again := fittedTo(t, "--profile", "--bootstrap", "20")
	_, other := fittedTo(t, "--profile", "--bootstrap", "20", "--seed", "2")
	if !strings.Contains(first, "95 % profile interval") || !strings.Contains(first, "refits of 20 samples") || strings.Contains(plain, "refits") {
		t.Errorf("what was asked for is not printed:\n%s", first)
	}
	if first != again {
		t.Error("the same seed gives other refits")
	}
	if first == other {
		t.Error("another seed gives the same refits")
	}
	// On the whole log the likelihood of bg-nbd is near quadratic, that of
	// gamma-gamma is not.
	for _, tt := range []struct {
		part   *models.Fitted
		method string
		n      int
	}{{byLikelihood.Spend, models.ByLikelihood, 200}, {byBootstrap.Spend, models.ByBootstrap, 20}, {&byBootstrap.Purchase, models.ByBootstrap, 20}} {
		if r := tt.part.Replicates; r == nil || r.Method != tt.method || len(r.Params) != tt.n {
			t.Errorf("%s: the replicates are %+v, want %d by %s", tt.part.Model, r, tt.n, tt.method)
		}
	}
	if r := byLikelihood.Purchase.Replicates; r != nil {
		t.Errorf("bg-nbd has replicates by %s where its covariance tells all", r.Method)
	}
	if r := must(t, "forecast", "--model-file", "m.json", "--in", "log.csv", "--horizon", "4w"); strings.Contains(r.err, "normal distribution") {
		t.Errorf("replicates of a bootstrap do not stop the warning:\n%s", r.err)
	}
}

func TestEstimationUsage(t *testing.T) {
	workspace(t)
	for want, args := range map[string][]string{
		"no parameter \"mu\"": {"--prior", "mu=1:2"},
		"is no prior":         {"--prior", "a=1"},
		"not above 1":         {"--prior", "a=1:0.5"},
		"not positive":        {"--prior", "a=-1:2"},
		"two priors":          {"--prior", "a=1:2", "--prior", "a=2:2"},
		"give --model":        {"--model", "auto", "--prior", "a=1:2"},
		"at least 2 samples":  {"--bootstrap", "1"},
	} {
		r := clv(append([]string{"fit", "--in", "log.csv", "--out", "none.json"}, args...)...)
		if r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("%v: exit code %d, %q; want %q", args, r.code, r.err, want)
		}
	}
}
