package fit

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// On a quadratic log-likelihood the profile is the Wald interval, correlation
// and all.
func TestProfileOfQuadratic(t *testing.T) {
	f := func(p []float64) float64 {
		x, y := p[0]-3, p[1]+1
		return -(4*x*x + 2*3*x*y + 9*y*y) / 2
	}
	for _, level := range []float64{0.5, 0.95, 0.999} {
		res := mustFit(t, surfaceOf(Identity, f, []float64{1, 1}), sample(1), &Settings{Level: level})
		for i, wald := range res.Params {
			got, err := res.Profile(i, level)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "lower limit", got.Lower, wald.Lower, 1e-5)
			near(t, "upper limit", got.Upper, wald.Upper, 1e-5)
		}
	}
}

// For exponential waiting times 2Δℓ = 2n(λ/λ̂ − 1 − ln(λ/λ̂)), which is 3.841458821
// (the 95 % point of χ²₁) at both ends.
func TestProfileOfExponential(t *testing.T) {
	const n, sum = 12, 30.0
	res := mustFit(t, surfaceOf(Log, func(p []float64) float64 { return n*math.Log(p[0]) - p[0]*sum }, []float64{1}), sample(n), nil)
	got, err := res.Profile(0, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []float64{got.Lower, got.Upper} {
		q := end / (n / sum)
		near(t, "2Δℓ at the end", 2*n*(q-1-math.Log(q)), 3.841458820694124, 1e-5)
	}
	if !(got.Lower < n/sum && n/sum < got.Upper) {
		t.Errorf("interval %v to %v does not hold the estimate %v", got.Lower, got.Upper, n/sum)
	}
	logLik, _ := res.ProfileLogLik(0, got.Upper)
	near(t, "drop of the profile likelihood", 2*(res.LogLik-logLik), 3.841458820694124, 1e-5)
}

// The profile of the BG/NBD parameters: ℓ at the ends, with the others fitted
// anew, lies where the level says; and at a limit the interval is open.
func TestProfileOfFamily(t *testing.T) {
	res := mustFit(t, models.BGNBD{}, simulated(1, 2000, cdnowLike), nil)
	for i := range res.Params {
		got, err := res.Profile(i, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []float64{got.Lower, got.Upper} {
			logLik, m := res.ProfileLogLik(i, end)
			near(t, got.Name+": 2Δℓ at the end", 2*(res.LogLik-logLik), 2.705543454095404, 1e-4) // χ²₁ at 0.9
			relative(t, got.Name+" of the model there", m.Params()[i], end, 1e-9)
		}
	}
	limit := mustFit(t, models.BGNBD{}, simulated(2, 500, models.BGNBD{R: 0.5, Alpha: 4, A: 2e6, B: 8e6}), nil)
	a, err := limit.Profile(2, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if !(a.Lower > 0.1) || !math.IsInf(a.Upper, 1) {
		t.Errorf("a lies between %v and %v, want a positive lower limit and no upper one", a.Lower, a.Upper)
	}
}

// A profile that climbs above the fit says so instead of giving an interval:
// here the fit is made to stand beside the optimum.
func TestProfileFindsBetter(t *testing.T) {
	res := mustFit(t, models.BGNBD{}, simulated(1, 2000, cdnowLike), nil)
	res.u = append([]float64(nil), res.u...)
	res.u[0] += 0.2
	if _, err := res.Profile(1, 0.95); err == nil || !strings.Contains(err.Error(), "better optimum") {
		t.Errorf("error %v, want one about a better optimum", err)
	}
}

func TestProfilePanics(t *testing.T) {
	res := mustFit(t, surfaceOf(Identity, func(p []float64) float64 { return -p[0] * p[0] }, []float64{1}), sample(1), nil)
	for _, level := range []float64{0, 1, math.NaN()} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic at level %v", level)
				}
			}()
			res.Profile(0, level)
		}()
	}
}
