package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/models"
)

// Where ℓ is nearly quadratic Toward gives the normal approximation: on 40,000
// customers within a few percent of a step.
func TestTowardQuadratic(t *testing.T) {
	res := mustFit(t, models.BGNBD{}, simulated(1, 40000, cdnowLike), nil)
	if !res.Quadratic() {
		t.Error("ℓ of 40,000 customers is not called quadratic")
	}
	z := []float64{0.5, -1, 1.5, 0.3}
	got := res.Toward()(z).Params()
	root := lowerRoot(res.LogScale)
	for i, p := range res.Model.Params() {
		var step float64
		for j, v := range z {
			step += root.At(i, j) * v
		}
		relative(t, "step of "+res.names[i], math.Log(got[i]/p), step, 0.05)
	}
}

// Otherwise it goes as far as the likelihood says, with and without a prior,
// and at a limit as well, from which both signs of the first number come back.
// What lies beyond all that is there is turned round.
func TestTowardDepth(t *testing.T) {
	for name, res := range map[string]*Result[models.ParetoNBD]{
		"inside": mustFit(t, models.ParetoNBD{}, simulated(6, 1000, models.ParetoNBD{R: 0.55, Alpha: 10.6, S: 0.6, Beta: 11.7}), nil),
		"prior":  mustFit(t, models.ParetoNBD{}, simulated(6, 1000, models.ParetoNBD{R: 0.55, Alpha: 10.6, S: 0.6, Beta: 11.7}), &Settings{Priors: []Prior{{Param: "s", Median: 0.6, Spread: 0.5}}}),
		"limit":  mustFit(t, models.ParetoNBD{}, simulated(8, 1000, models.ParetoNBD{R: 0.6, Alpha: 6, S: 2000, Beta: 60000}), nil),
	} {
		if (name == "limit") != (res.LogScale == nil) || res.Quadratic() {
			t.Fatalf("%s: covariance %v, quadratic %v, verdict %q", name, res.LogScale != nil, res.Quadratic(), res.Verdict)
		}
		toward := res.Toward()
		rng := rand.New(rand.NewPCG(1, 1))
		for range 20 {
			z := make([]float64, 4)
			for i := range z {
				z[i] = rng.NormFloat64()
			}
			want := floats.Norm(z, 2)
			o := res.o.clone()
			u := o.unconstrained(toward(z).Params())
			got := math.Sqrt(2 * o.n * (o.value(u) - o.value(res.u)))
			if far := floats.Distance(u, res.u, math.Inf(1)); name != "limit" && far > towardReach-1e-6 {
				continue // cut short
			}
			// ℓ falls by some 1e-3 on the last piece of the way to a limit, √(2Δℓ)
			// from interpolation on the path.
			if math.Abs(got-want) > 0.05 {
				t.Errorf("%s: √(2Δℓ) in the direction %.2f is %.4f, want %.4f", name, z, got, want)
			}
		}
	}
}

// What lies beyond all that is there is turned round: it is as deep as it was
// asked for, on the other side. A cohort in which the rates of dropout may well
// be all the same has such directions.
func TestTowardTurns(t *testing.T) {
	res := mustFit(t, models.ParetoNBD{}, simulated(7, 500, models.ParetoNBD{R: 0.55, Alpha: 10.6, S: 2, Beta: 40}), nil)
	toward := res.Toward()
	rng := rand.New(rand.NewPCG(2, 2))
	root := lowerRoot(res.LogScale)
	turned := 0
	for range 60 {
		z := make([]float64, 4)
		for i := range z {
			z[i] = 1.5 * rng.NormFloat64()
		}
		step := make([]float64, 4)
		mat.NewVecDense(4, step).MulVec(root, mat.NewVecDense(4, z))
		far, there := res.newWay(res.u, step).to(floats.Norm(z, 2))
		if there {
			continue
		}
		turned++
		opposite := floats.ScaleTo(make([]float64, 4), -1, z)
		if got, want := toward(z), toward(opposite); got != want || got == res.at(far) {
			t.Errorf("z = %.2f goes to %v, want %v as from the other side", z, got, want)
		}
	}
	if turned == 0 {
		t.Error("no direction was turned")
	}
}

// In one direction of one parameter, all others being known, what is left is
// the signed root of the likelihood ratio: the ends of a profile interval.
func TestTowardIsProfile(t *testing.T) {
	s := simulatedSpend(1, 300, models.GammaGamma{P: 6, Q: 4, V: 15})
	known := []Prior{{Param: "q", Median: 4, Spread: 1e-6}, {Param: "v", Median: 15, Spread: 1e-6}}
	res := mustFit(t, models.GammaGamma{}, s, &Settings{Priors: known})
	e, err := res.Profile(0, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	toward := res.Toward()
	relative(t, "upper end", toward([]float64{1.959963984540054, 0, 0}).P, e.Upper, 2e-3) // √(2Δℓ) is exact to 0.01
	relative(t, "lower end", toward([]float64{-1.959963984540054, 0, 0}).P, e.Lower, 2e-3)
}

// Where two directions are open there is no way to go.
func TestTowardOpen(t *testing.T) {
	if res := mustFit(t, models.BGNBD{}, simulated(3, 400, models.NBD{R: 1, Alpha: 5}), nil); res.Toward() != nil {
		t.Errorf("a fit with the verdict %q has directions", res.Verdict)
	}
}
