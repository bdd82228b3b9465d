package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func tableOf(seed uint64, n int, simulate func(rng *rand.Rand, t float64) Path) *history.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history.Table{Unit: history.Week}
	for range n {
		T := 26 + 26*rng.Float64()
		h.Append(simulate(rng, T).Customer(T))
	}
	return h
}

// far returns the parameters a factor e²⁵ out along every move.
func (l Limit) far(p []float64) []float64 {
	out := append([]float64(nil), p...)
	for _, move := range l.Moves {
		for i, m := range move {
			out[i] *= math.Exp(25 * m)
		}
	}
	return out
}

// At its limits a family is the simpler model: NBD, one Poisson process, or
// what is left if the purchase rate or the dropout no longer varies. The first
// two are computed without the family.
func TestLimitsAreSimplerModels(t *testing.T) {
	h := tableOf(1, 200, BGNBD{0.8, 5, 0.8, 2.5}.Simulate)
	r, alpha := 0.7, 4.0
	nbd := NBD{r, alpha}.LogLik(h)
	var poisson float64
	for i, x := range h.Frequency {
		poisson += float64(x)*math.Log(r/alpha) - r/alpha*h.T[i]
	}
	type family interface{ Limits() []Limit }
	for _, tt := range []struct {
		name   string
		family family
		logLik func(p []float64) float64
		last   []float64
	}{
		{"bg-nbd", BGNBD{}, func(p []float64) float64 { return BGNBD{}.WithParams(p).LogLik(h) }, []float64{0.6, 2}},
		{"mbg-nbd", MBGNBD{}, func(p []float64) float64 { return MBGNBD{}.WithParams(p).LogLik(h) }, []float64{0.6, 2}},
		{"pareto-nbd", ParetoNBD{}, func(p []float64) float64 { return ParetoNBD{}.WithParams(p).LogLik(h) }, []float64{0.6, 9}},
	} {
		p := append([]float64{r, alpha}, tt.last...)
		limits := tt.family.Limits()
		for _, c := range []struct {
			limit Limit
			want  float64
		}{{limits[0], poisson}, {limits[1], nbd}} {
			// What is left at e⁻²⁵ = 1.4e-11 of each customer's dropout, times 200 customers.
			if got := tt.logLik(c.limit.far(p)); math.Abs(got-c.want) > 1e-7 {
				t.Errorf("%s: ℓ at the limit %q = %.10f, want %.10f", tt.name, c.limit.Model, got, c.want)
			}
		}
		for _, l := range limits {
			at := l.far(p)
			near, far := tt.logLik(at), tt.logLik(l.far(at))
			if math.Abs(near-far) > 1e-6 && l.Verdict != DropoutAfterFirst { // impossible here: some bought twice
				t.Errorf("%s: ℓ moves from %.10f to %.10f far out toward %q", tt.name, near, far, l.Model)
			}
			for _, c := range l.Holds {
				if a, b := c.Value(p), c.Value(at); math.Abs(a/b-1) > 1e-12 {
					t.Errorf("%s: %s moves from %v to %v toward %q", tt.name, c.Name, a, b, l.Model)
				}
			}
		}
	}
	if got := (NBD{}).WithParams(NBD{}.Limits()[0].far([]float64{r, alpha})).LogLik(h); math.Abs(got-poisson) > 1e-7 {
		t.Errorf("ℓ of NBD at its limit = %.10f, want %.10f", got, poisson)
	}
}

// Gamma-Gamma at its limits: z̄ ~ Gamma(px, x/g) with g = v/q, and z̄ ~ inverse
// gamma(q, pv).
func TestGammaGammaLimits(t *testing.T) {
	s := &history.Spending{Frequency: []int{1, 2, 3, 7}, Mean: []float64{3, 9.5, 20, 4}, N: []float64{1, 2, 1, 3}}
	p := []float64{5, 3, 12}
	var gamma, inverse float64
	for i, f := range s.Frequency {
		x, z, n := float64(f), s.Mean[i], s.N[i]
		l, _ := math.Lgamma(p[0] * x)
		gamma += n * (p[0]*x*math.Log(x*p[1]/p[2]) - l + (p[0]*x-1)*math.Log(z) - x*p[1]/p[2]*z)
		l, _ = math.Lgamma(p[1])
		inverse += n * (p[1]*math.Log(p[0]*p[2]) - l - (p[1]+1)*math.Log(z) - p[0]*p[2]/z)
	}
	for i, want := range []float64{gamma, inverse} {
		l := GammaGamma{}.Limits()[i]
		at := l.far(p)
		if got := (GammaGamma{}).WithParams(at).LogLik(s); math.Abs(got-want) > 1e-7 {
			t.Errorf("ℓ at the limit %q = %.10f, want %.10f", l.Model, got, want)
		}
		for _, c := range l.Holds {
			if a, b := c.Value(p), c.Value(at); math.Abs(a/b-1) > 1e-12 {
				t.Errorf("%s moves from %v to %v toward %q", c.Name, a, b, l.Model)
			}
		}
	}
}
