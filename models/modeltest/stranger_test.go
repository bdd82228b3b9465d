package modeltest_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/models/modeltest"
)

// Regulars is a family as a module of its own would have it, with the least
// that is needed for a fit and some predictions: customers who never drop out
// and buy at rates that are exponential with mean m. Counts are geometric.
type Regulars struct {
	M float64 `json:"m"`
}

func (Regulars) ParamNames() []string               { return []string{"m"} }
func (r Regulars) Params() []float64                { return []float64{r.M} }
func (Regulars) WithParams(p []float64) Regulars    { return Regulars{p[0]} }
func (Regulars) Starts(*history.Table) []Regulars   { return []Regulars{{1}} }
func (r Regulars) Expected(t float64) float64       { return r.M * t }
func (r Regulars) Prob(n int, t float64) float64    { return r.CondProb(history.Customer{}, n, t) }
func (Regulars) ProbAlive(history.Customer) float64 { return 1 }

func (r Regulars) LogLikOf(c history.Customer) float64 {
	x := float64(c.Frequency)
	logFactorial, _ := math.Lgamma(x + 1)
	return logFactorial + x*math.Log(r.M) - (x+1)*math.Log1p(r.M*c.T)
}

func (r Regulars) LogLik(h *history.Table) (sum float64) {
	for i := range h.Len() {
		sum += h.Weight(i) * r.LogLikOf(h.Customer(i))
	}
	return sum
}

// after returns shape and rate of the gamma distribution of a customer's rate.
func (r Regulars) after(c history.Customer) (shape, rate float64) {
	return 1 + float64(c.Frequency), 1/r.M + c.T
}

func (r Regulars) CondExpected(c history.Customer, t float64) float64 {
	shape, rate := r.after(c)
	return shape / rate * t
}

func (r Regulars) CondProb(c history.Customer, n int, t float64) float64 {
	shape, rate := r.after(c)
	a, _ := math.Lgamma(shape + float64(n))
	b, _ := math.Lgamma(shape)
	f, _ := math.Lgamma(float64(n) + 1)
	log := a - b - f - shape*math.Log1p(t/rate)
	if n > 0 {
		log -= float64(n) * math.Log1p(rate/t)
	}
	return math.Exp(min(0, log))
}

func (r Regulars) ProbOrder(c history.Customer, t float64) float64 {
	shape, rate := r.after(c)
	return -math.Expm1(-shape * math.Log1p(t/rate))
}

func (r Regulars) Simulate(rng *rand.Rand, t float64) models.Path {
	path := models.Path{Lambda: distuv.Exponential{Rate: 1 / r.M, Src: rng}.Rand(), Lifetime: math.Inf(1)}
	for s := rng.ExpFloat64() / path.Lambda; s <= t; s += rng.ExpFloat64() / path.Lambda {
		path.Times = append(path.Times, s)
	}
	return path
}

// The suite for a family from elsewhere.
func TestRegulars(t *testing.T)         { modeltest.Run(t, Regulars{0.2}, nil) }
func TestRegularsRecovery(t *testing.T) { modeltest.Recovery(t, Regulars{0.2}, nil) }
