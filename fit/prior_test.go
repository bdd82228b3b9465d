package fit

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// A normal mean of known variance with a normal prior: the posterior mode is
// the precision-weighted mean, and the information the sum of the precisions.
func TestPriorOfNormalMean(t *testing.T) {
	const n, mean, priorMean, spread = 25, 3.0, 1.0, 0.3
	s := surfaceOf(Identity, func(p []float64) float64 { return -n * (mean - p[0]) * (mean - p[0]) / 2 }, []float64{7})
	res := mustFit(t, s, sample(n), &Settings{Priors: []Prior{{"p1", priorMean, spread}}})
	precision := n + 1/(spread*spread)
	mode := (n*mean + priorMean/(spread*spread)) / precision
	near(t, "mode", res.Params[0].Value, mode, 1e-9)
	near(t, "standard error", res.Params[0].StdErr, 1/math.Sqrt(precision), 1e-7)
	near(t, "ℓ, without the prior", res.LogLik, -n*(mean-mode)*(mean-mode)/2, 1e-9)
	d := (mode - priorMean) / spread
	near(t, "log prior", res.LogPrior, -d*d/2-math.Log(spread*math.Sqrt(2*math.Pi)), 1e-9)
	if !strings.Contains(res.String(), "log prior") {
		t.Errorf("the table does not mention the prior:\n%s", res)
	}
}

// A log-normal prior on a positive parameter, and its profile under the prior,
// against the solution of (n + y − λ·Σt)·… by bisection in ln λ.
func TestPriorOfRate(t *testing.T) {
	const n, sum, median, spread = 5, 20.0, 2.0, 0.5
	s := surfaceOf(Log, func(p []float64) float64 { return n*math.Log(p[0]) - p[0]*sum }, []float64{1})
	res := mustFit(t, s, sample(n), &Settings{Priors: []Prior{{"p1", median, spread}}})
	lo, hi := -5.0, 5.0
	for range 100 { // the derivative of n·u − e^u·Σt − (u − ln 2)²/(2·0.25) falls
		u := (lo + hi) / 2
		if n-math.Exp(u)*sum-(u-math.Log(median))/(spread*spread) > 0 {
			lo = u
		} else {
			hi = u
		}
	}
	relative(t, "mode", res.Params[0].Value, math.Exp(lo), 1e-8)
	got, err := res.Profile(0, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	at := func(lambda float64) float64 {
		u := math.Log(lambda)
		return n*u - lambda*sum - (u-math.Log(median))*(u-math.Log(median))/(2*spread*spread)
	}
	for _, end := range []float64{got.Lower, got.Upper} {
		near(t, "2Δ(ℓ + ln prior) at the end", 2*(at(res.Params[0].Value)-at(end)), 3.841458820694124, 1e-5)
	}
}

// A prior turns a limit into an ordinary optimum, and says how strong it was.
func TestPriorLiftsLimit(t *testing.T) {
	h := simulated(2, 500, models.BGNBD{R: 0.5, Alpha: 4, A: 2e6, B: 8e6})
	if free := mustFit(t, models.BGNBD{}, h, nil); free.Verdict != models.SameDropout {
		t.Fatalf("verdict %q without a prior, want %q", free.Verdict, models.SameDropout)
	}
	res := mustFit(t, models.BGNBD{}, h, &Settings{Priors: []Prior{{"a", 2, 0.5}, {"b", 6, 0.5}}})
	if res.Verdict != Converged || res.Cov == nil {
		t.Errorf("verdict %q with priors on a and b, want %q\n%s", res.Verdict, Converged, res)
	}
}

func TestPriorRefuses(t *testing.T) {
	h := simulated(1, 200, cdnowLike)
	for _, tt := range []struct {
		priors []Prior
		want   string
	}{
		{[]Prior{{"q", 1, 1}}, `prior for "q"`},
		{[]Prior{{"a", 1, 1}, {"a", 2, 1}}, "two priors for a"},
		{[]Prior{{"a", 1, 0}}, "spread"},
		{[]Prior{{"a", -1, 1}}, "median"},
	} {
		if _, err := MLE(models.BGNBD{}, h, &Settings{Priors: tt.priors}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want one with %q", tt.priors, err, tt.want)
		}
	}
}
