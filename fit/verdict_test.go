package fit

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// bump is a smooth hill of the given height at (x, y) in ln p.
func bump(p []float64, height, x, y float64) float64 {
	dx, dy := math.Log(p[0])-x, math.Log(p[1])-y
	return height * math.Exp(-(dx*dx+dy*dy)/2)
}

// Two hills, a start on the side of each: the higher one is reported, the other
// named.
func TestMultimodal(t *testing.T) {
	f := func(p []float64) float64 { return 300 * (bump(p, 1, 0, 0) + bump(p, 1.1, 4, 4)) }
	one, two := []float64{1.5, 1.5}, []float64{40, 60}
	for _, starts := range [][][]float64{{one, two}, {two, one}} {
		res := mustFit(t, surfaceOf(Log, f, starts...), sample(300), nil)
		near(t, "ℓ", res.LogLik, 330, 1e-4)
		if len(res.Modes) != 2 || !strings.Contains(res.String(), "multimodal") {
			t.Fatalf("modes %v, want two and a warning\n%s", res.Modes, res)
		}
		near(t, "ℓ of the other mode", res.Modes[1].LogLik, 300, 1e-4)
	}
	// From the lower one alone nothing looks wrong; Starts looks further.
	res := mustFit(t, surfaceOf(Log, f, one), sample(300), &Settings{Starts: 20})
	near(t, "ℓ with more starts", res.LogLik, 330, 1e-4)
}

// Of two optima that tie the first start's is kept.
func TestTies(t *testing.T) {
	f := func(p []float64) float64 { return 300 * (bump(p, 1, -2, -2) + bump(p, 1, 2, 2)) }
	for _, start := range []float64{-2, 2} {
		res := mustFit(t, surfaceOf(Log, f, []float64{math.Exp(start + 0.1), math.Exp(start - 0.1)}, []float64{math.Exp(-start), math.Exp(-start)}), sample(300), nil)
		near(t, "ln p1", math.Log(res.Params[0].Value), start, 0.01)
		if len(res.Modes) != 1 {
			t.Errorf("modes %v, want one: they are equally good", res.Modes)
		}
	}
}

// The likelihood has a flat hill where the start stands, and its maximum at a
// limit that the family names: a nested model fits better than what the search
// found from the start.
func TestNestedModelBetter(t *testing.T) {
	f := func(p []float64) float64 {
		away := 1 / (1 + math.Exp(3-math.Log(p[0]))) // rises to 1 as p1 → ∞
		return 100 * (bump(p, 1, 0, 0) + 2*away*math.Exp(-math.Pow(math.Log(p[1])-1, 2)))
	}
	s := surfaceOf(Log, f, []float64{1, 1})
	s.limits = []models.Limit{{Verdict: "p1 unbounded", Model: "the model without p1", Moves: [][]float64{{1, 0}}, Identified: "p2 is identified"}}
	res := mustFit(t, s, sample(10), nil)
	near(t, "ℓ", res.LogLik, 200, 1e-5)
	relative(t, "p2", res.Params[1].Value, math.E, 1e-6)
	if res.Verdict != "p1 unbounded" || res.Limit == nil || !math.IsNaN(res.Params[0].StdErr) || math.IsNaN(res.Params[1].StdErr) {
		t.Errorf("verdict %q, limit %v, want p1 unbounded and p2 alone identified\n%s", res.Verdict, res.Limit, res)
	}
	if res.Cov != nil {
		t.Errorf("Cov = %v at a limit, want nil", res.Cov)
	}
}

// A family that names no limits: the ridge is found, and the combination that
// does not change along it.
func TestRidge(t *testing.T) {
	for _, tt := range []struct {
		name  string
		power float64
		want  string
	}{{"ratio", -1, "p1/p2"}, {"product", 1, "p1·p2"}} {
		f := func(p []float64) float64 {
			held, flat := math.Log(p[0])+tt.power*math.Log(p[1]), math.Log(p[0])-tt.power*math.Log(p[1])
			return -100*math.Pow(held-0.7, 2) - 1e-3*flat*flat
		}
		res := mustFit(t, surfaceOf(Log, f, []float64{2, 1}), sample(100), nil)
		if res.Verdict != Ridge || len(res.Combinations) != 1 || res.Combinations[0].Name != tt.want {
			t.Fatalf("%s: verdict %q with %v, want %q with %s", tt.name, res.Verdict, res.Combinations, Ridge, tt.want)
		}
		e := res.Combinations[0]
		relative(t, tt.want, e.Value, math.Exp(0.7), 1e-6)
		relative(t, tt.want+"'s standard error", e.StdErr, math.Exp(0.7)/math.Sqrt(200), 1e-4)
		for _, p := range res.Params {
			if !math.IsNaN(p.StdErr) || p.Lower != 0 || !math.IsInf(p.Upper, 1) {
				t.Errorf("%s: %+v, want no standard error and an open interval", tt.name, p)
			}
		}
	}
}

// A likelihood without a maximum, one that is noise far out, one that is a
// saddle wherever it is flat, and one that is never finite.
func TestNotConverged(t *testing.T) {
	t.Run("unbounded", func(t *testing.T) {
		s := surfaceOf(Log, func(p []float64) float64 { return -50 * math.Log(p[0]) }, []float64{1})
		res, err := MLE(s, sample(50), nil)
		var failed *ConvergenceError
		if !errors.As(err, &failed) || res == nil || res.Verdict != NotConverged {
			t.Fatalf("result %v and error %v, want %q and a *ConvergenceError", res, err, NotConverged)
		}
		if !strings.Contains(err.Error(), "the likelihood may have no maximum") {
			t.Errorf("error %q does not say that there may be no maximum", err)
		}
	})
	t.Run("noise", func(t *testing.T) {
		// A hill at 0, and from p = e²⁰ on rounding noise that is higher.
		f := func(p []float64) float64 {
			u := math.Log(p[0])
			if u < 20 {
				return -50 * u * u / (1 + u*u)
			}
			return 1e6 * math.Sin(1e9*u)
		}
		for _, start := range []float64{0.5, math.Exp(21)} {
			res, err := MLE(surfaceOf(Log, f, []float64{start}, []float64{2}), sample(50), nil)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "ln p1", math.Log(res.Params[0].Value), 0, 1e-5)
		}
	})
	t.Run("never finite", func(t *testing.T) {
		s := surfaceOf(Log, func([]float64) float64 { return math.NaN() }, []float64{1})
		if res, err := MLE(s, sample(50), nil); res != nil || err == nil || !strings.Contains(err.Error(), "not finite at the starting values") {
			t.Errorf("result %v and error %v, want none and one about the starting values", res, err)
		}
	})
	t.Run("no observations", func(t *testing.T) {
		s := surfaceOf(Log, func([]float64) float64 { return 0 }, []float64{1})
		if _, err := MLE(s, sample(0), nil); err == nil {
			t.Error("no error without observations")
		}
	})
}

// Beyond part of the space the likelihood is NaN, as strangers' often are; the
// search must back off from there.
func TestNaNRegion(t *testing.T) {
	f := func(p []float64) float64 {
		if p[0] > 3 || p[1] > 3 {
			return math.NaN()
		}
		return -40 * (math.Pow(math.Log(p[0])-1, 2) + math.Pow(math.Log(p[1]), 2))
	}
	res := mustFit(t, surfaceOf(Log, f, []float64{1e-4, 1e-4}), sample(40), nil)
	near(t, "ln p1", math.Log(res.Params[0].Value), 1, 1e-6)
	near(t, "ln p2", math.Log(res.Params[1].Value), 0, 1e-6)
}

// Neither start finds anything better in cohorts of all kinds than two dozen
// scattered ones do: the best ℓ is within 0.001 of what MLE reports.
func TestNothingBetterElsewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred cohorts, each fitted 25 times")
	}
	for k := range 100 {
		scale := evenly(k+1, 4)
		truth := make([]float64, 4)
		for i, span := range [][2]float64{{0.13, 6}, {2, 20}, {0.2, 5}, {0.3, 10}} {
			truth[i] = span[0] * math.Pow(span[1]/span[0], scale[i])
		}
		n := []int{100, 300, 1000}[k%3]
		if k%2 == 0 {
			nothingBetter(t, models.BGNBD{}, models.BGNBD{}.WithParams(truth), uint64(k), n)
		} else {
			nothingBetter(t, models.MBGNBD{}, models.MBGNBD{}.WithParams(truth), uint64(k), n)
		}
	}
}

func nothingBetter[M interface {
	Model[M, *history.Table]
	simulator
}](t *testing.T, zero, truth M, seed uint64, n int) {
	t.Helper()
	res, err := MLE(zero, simulated(seed, n, truth).Compress(), nil)
	if res == nil {
		t.Logf("%+v: %v", truth, err)
		return
	}
	o := res.o.clone()
	for k := range 24 {
		u := o.unconstrained(truth.Params())
		for i, w := range evenly(k+1, len(u)) {
			u[i] += 5 * (2*w - 1)
		}
		if math.IsInf(o.value(u), 0) {
			continue
		}
		if end := minimize(o, u, nil); o.logLik(end) > res.LogLik+1e-3 {
			t.Errorf("%+v: ℓ = %.4f at %.4g, and MLE ends at %.4f\n%s", truth, o.logLik(end), o.params(end), res.LogLik, res)
		}
	}
}
