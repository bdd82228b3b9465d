package modeltest

import (
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// quantities are the methods of a purchase model; those it does not offer are
// nil.
type quantities struct {
	logLik   func(h *history.Table) float64
	logLikOf func(c history.Customer) float64
	scoreOf  func(grad []float64, c history.Customer) float64
	score    func(grad []float64, h *history.Table) float64
	hessian  func(hess, grad []float64, h *history.Table) float64

	probAlive, logOddsAlive       func(c history.Customer) float64
	probAliveAt, probOrder        func(c history.Customer, t float64) float64
	probNoOrder, residualLifetime func(c history.Customer) float64
	nextPurchaseQuantile          func(c history.Customer, p float64) float64
	expected                      func(t float64) float64
	condExpected                  func(c history.Customer, t float64) float64
	condExpectedBetween           func(c history.Customer, t1, t2 float64) float64
	prob, logProb                 func(n int, t float64) float64
	condProb, logCondProb         func(c history.Customer, n int, t float64) float64
	probBetween                   func(n int, t1, t2 float64) float64
	dert                          func(c history.Customer, delta float64) float64
	det                           func(c history.Customer, t, delta float64) float64
	posterior                     func(c history.Customer) models.Posterior
	drawPosterior                 func(rng *rand.Rand, c history.Customer) (lambda, dropout float64, alive bool)
	drawFuture                    func(rng *rand.Rand, c history.Customer, t float64) int
	simulate                      func(rng *rand.Rand, t float64) models.Path
	priorRate, priorDropout       func(v float64) float64
}

// quantitiesOf finds the methods, and those that have a name of the list and
// another signature.
func quantitiesOf(m any) (q quantities, wrong []string) {
	for name, f := range map[string]any{
		"LogLikOf": &q.logLikOf, "ScoreOf": &q.scoreOf, "Score": &q.score, "Hessian": &q.hessian,
		"ProbAlive": &q.probAlive, "LogOddsAlive": &q.logOddsAlive, "ProbAliveAt": &q.probAliveAt, "ProbOrder": &q.probOrder,
		"ProbNoOrder": &q.probNoOrder, "ResidualLifetime": &q.residualLifetime, "NextPurchaseQuantile": &q.nextPurchaseQuantile,
		"Expected": &q.expected, "CondExpected": &q.condExpected, "CondExpectedBetween": &q.condExpectedBetween,
		"Prob": &q.prob, "LogProb": &q.logProb, "CondProb": &q.condProb, "LogCondProb": &q.logCondProb, "ProbBetween": &q.probBetween,
		"DERT": &q.dert, "DET": &q.det, "Posterior": &q.posterior, "DrawPosterior": &q.drawPosterior, "DrawFuture": &q.drawFuture,
		"Simulate": &q.simulate, "PriorRate": &q.priorRate, "PriorDropout": &q.priorDropout,
	} {
		if err := bind(m, name, f); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	return q, wrong
}

// bind stores the method of m with the name in the function that f points to.
func bind(m any, name string, f any) error {
	method := reflect.ValueOf(m).MethodByName(name)
	field := reflect.ValueOf(f).Elem()
	switch {
	case !method.IsValid():
		return nil
	case !method.Type().AssignableTo(field.Type()):
		return fmt.Errorf("%s is a %v and would be tested as a %v", name, method.Type(), field.Type())
	}
	field.Set(method)
	return nil
}

// customers are histories of every kind, in units of the age T: new, silent,
// bought once, regular, bought at the last moment, bought often and long ago.
func (s *subject) customers() []history.Customer {
	T := s.T
	cs := []history.Customer{
		{}, {T: 1e-3 * T}, {T: T},
		{Frequency: 1, Recency: T / 50, T: T}, {Frequency: 1, Recency: 0.7 * T, T: 0.7 * T}, {Frequency: 2, Recency: 0.8 * T, T: T},
		{Frequency: 7, Recency: 0.3 * T, T: T}, {Frequency: 30, Recency: 0.9 * T, T: T}, {Frequency: 200, Recency: 0.97 * T, T: T},
	}
	return cs
}

// table returns these histories and 200 simulated ones with weights from 1 to
// 3.
func (s *subject) table() *history.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history.Table{}
	h.Append(s.customers()...)
	if s.simulate != nil {
		for range 200 {
			T := s.T * (0.7 + 0.3*rng.Float64())
			h.Append(s.simulate(rng, T).Customer(T))
		}
	}
	for range h.Len() {
		h.N = append(h.N, float64(1+rng.IntN(3)))
	}
	return h
}

// seed is that of every random number of the suite.
const seed = 20240607
