package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// sample is data of which only the number of observations matters.
type sample float64

func (s sample) Customers() float64 { return float64(s) }

// A surface is a log-likelihood given as a function of its parameters.
type surface struct {
	p []float64
	*terrain
}

type terrain struct {
	logLik func(p []float64) float64
	names  []string
	links  []Link
	starts [][]float64
	limits []models.Limit
}

func (s surface) ParamNames() []string { return s.names }
func (s surface) Params() []float64    { return s.p }
func (s surface) WithParams(p []float64) surface {
	return surface{append([]float64(nil), p...), s.terrain}
}
func (s surface) LogLik(sample) float64  { return s.logLik(s.p) }
func (s surface) Links() []Link          { return s.links }
func (s surface) Limits() []models.Limit { return s.limits }
func (s surface) Starts(sample) (starts []surface) {
	for _, p := range s.starts {
		starts = append(starts, s.WithParams(p))
	}
	return starts
}

// surfaceOf returns a surface in as many parameters as the start has, p1, p2,
// ….
func surfaceOf(link Link, logLik func(p []float64) float64, starts ...[]float64) surface {
	t := &terrain{logLik: logLik, starts: starts}
	for i := range starts[0] {
		t.names = append(t.names, "p"+string(rune('1'+i)))
		t.links = append(t.links, link)
	}
	return surface{make([]float64, len(starts[0])), t}
}

// A scored surface gives its gradient too.
type scored struct {
	surface
	score func(grad, p []float64)
}

func (s scored) WithParams(p []float64) scored { return scored{s.surface.WithParams(p), s.score} }
func (s scored) Score(grad []float64, _ sample) float64 {
	s.score(grad, s.p)
	return s.logLik(s.p)
}
func (s scored) Starts(d sample) (starts []scored) {
	for _, m := range s.surface.Starts(d) {
		starts = append(starts, scored{m, s.score})
	}
	return starts
}

// A simulator is a purchase model that makes customers.
type simulator interface {
	Simulate(rng *rand.Rand, t float64) models.Path
}

// simulated returns n customers of the model, aged 26 to 52 weeks in whole days.
func simulated(seed uint64, n int, m simulator) *history.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history.Table{Unit: history.Week}
	for range n {
		T := 26 + math.Floor(rng.Float64()*26*7)/7
		h.Append(m.Simulate(rng, T).Customer(T))
	}
	return h
}

// simulatedSpend returns the spending of n customers with 1 to 6 purchases.
func simulatedSpend(seed uint64, n int, m models.GammaGamma) *history.Spending {
	rng := rand.New(rand.NewPCG(seed, 2))
	s := &history.Spending{}
	for range n {
		x := 1 + rng.IntN(6)
		values, _ := m.Simulate(rng, x)
		var mean float64
		for _, v := range values {
			mean += v / float64(x)
		}
		s.Frequency, s.Mean, s.N = append(s.Frequency, x), append(s.Mean, mean), append(s.N, 1)
	}
	return s
}

// exponentials returns n draws from the exponential distribution of rate 1.
func exponentials(seed uint64, n int) []float64 {
	rng := rand.New(rand.NewPCG(seed, 3))
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = rng.ExpFloat64()
	}
	return xs
}

// cdnowLike is the BG/NBD model of the CDNOW cohort in round numbers.
var cdnowLike = models.BGNBD{R: 0.25, Alpha: 4.4, A: 0.8, B: 2.5}

func mustFit[M Model[M, D], D Data](t testing.TB, m M, data D, s *Settings) *Result[M] {
	t.Helper()
	res, err := MLE(m, data, s)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// near fails the test unless got is within tol of want, relative to want where
// that is above 1.
func near(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s = %.12g, want %.12g within %.0e", what, got, want, tol)
	}
}

// relative fails the test unless got is within tol of want, relative to want.
func relative(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Abs(want)) {
		t.Errorf("%s = %.12g, want %.12g within %.0e relative", what, got, want, tol)
	}
}
