package fit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/fit"
)

// rosenbrock is no statistical model at all: the engine asks for no more than
// parameters and a function of them.
type rosenbrock struct{ x, y float64 }

func (rosenbrock) ParamNames() []string              { return []string{"x", "y"} }
func (m rosenbrock) Params() []float64               { return []float64{m.x, m.y} }
func (rosenbrock) WithParams(p []float64) rosenbrock { return rosenbrock{p[0], p[1]} }
func (rosenbrock) Links() []fit.Link                 { return []fit.Link{fit.Identity, fit.Identity} }

func (m rosenbrock) LogLik(nothing) float64 {
	a, b := 1-m.x, m.y-m.x*m.x
	return -(a*a + 100*b*b)
}

// scored is the same with its gradient.
type scored struct{ rosenbrock }

func (scored) WithParams(p []float64) scored { return scored{rosenbrock{p[0], p[1]}} }

func (m scored) Score(grad []float64, d nothing) float64 {
	a, b := 1-m.x, m.y-m.x*m.x
	grad[0], grad[1] = 2*a+400*b*m.x, -200*b
	return m.LogLik(d)
}

type nothing struct{}

func (nothing) Customers() float64 { return 1 }

func ExampleMLE_rosenbrock() {
	numeric, err := fit.MLE(rosenbrock{-1.2, 1}, nothing{}, nil)
	fmt.Printf("%.6f %.6f %s %v\n", numeric.Model.x, numeric.Model.y, numeric.Verdict, err)
	analytic, err := fit.MLE(scored{rosenbrock{-1.2, 1}}, nothing{}, nil)
	fmt.Printf("%.6f %.6f %s %v\n", analytic.Model.x, analytic.Model.y, analytic.Verdict, err)
	// Output:
	// 1.000000 1.000000 converged <nil>
	// 1.000000 1.000000 converged <nil>
}

// shifted is a family that this project has not got: the shifted
// beta-geometric model of the survival of contracts, without a score.
type shifted struct{ alpha, beta float64 }

func (shifted) ParamNames() []string           { return []string{"alpha", "beta"} }
func (m shifted) Params() []float64            { return []float64{m.alpha, m.beta} }
func (shifted) WithParams(p []float64) shifted { return shifted{p[0], p[1]} }
func (shifted) Starts(*survival) []shifted     { return []shifted{{1, 1}, {0.5, 2}} }

// LogLik adds up the customers lost in each year, with P(1) = α/(α+β) and
// P(t) = P(t−1)·(β+t−2)/(α+β+t−1), and those still there.
func (m shifted) LogLik(s *survival) float64 {
	p, left, l := m.alpha/(m.alpha+m.beta), 1.0, 0.0
	for year := 1; year < len(s.alive); year++ {
		if year > 1 {
			p *= (m.beta + float64(year) - 2) / (m.alpha + m.beta + float64(year) - 1)
		}
		l += (s.alive[year-1] - s.alive[year]) * math.Log(p)
		left -= p
	}
	return l + s.alive[len(s.alive)-1]*math.Log(left)
}

// survival is how many customers are left after 0, 1, 2, … years.
type survival struct{ alive []float64 }

func (s *survival) Customers() float64 { return s.alive[0] }

func (s *survival) Resample(rng *rand.Rand) *survival {
	draw := make([]float64, len(s.alive))
	for range int(s.alive[0]) {
		at := rng.Float64() * s.alive[0]
		for year := range draw {
			if s.alive[year] > at {
				draw[year]++
			}
		}
	}
	return &survival{draw}
}

// The regular customers of Fader and Hardie (2007), of whom 24.1 % were left
// after seven years; they find α = 0.704 and β = 1.182.
func ExampleMLE_stranger() {
	data := &survival{[]float64{1000, 631, 468, 382, 326, 289, 262, 241}}
	res, err := fit.MLE(shifted{}, data, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("alpha %.3f, beta %.3f: %s\n", res.Model.alpha, res.Model.beta, res.Verdict)
	lost := res.Delta("lost in the first year", func(m shifted) float64 { return m.alpha / (m.alpha + m.beta) }, fit.Logit)
	fmt.Printf("%s: %.3f (%.3f to %.3f)\n", lost.Name, lost.Value, lost.Lower, lost.Upper)
	alpha, _ := res.Profile(0, 0.95)
	fmt.Printf("profile interval of alpha: %.2f to %.2f\n", alpha.Lower, alpha.Upper)
	b, _ := res.Bootstrap(context.Background(), &fit.BootstrapOptions{Replicates: 200, Seed: 1})
	fmt.Printf("bootstrap interval of alpha: %.1f to %.1f\n", b.Params()[0].Lower, b.Params()[0].Upper)
	// Output:
	// alpha 0.704, beta 1.182: converged
	// lost in the first year: 0.373 (0.345 to 0.403)
	// profile interval of alpha: 0.59 to 0.85
	// bootstrap interval of alpha: 0.6 to 0.8
}
