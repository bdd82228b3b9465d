package fit

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/predictive-clv/clv/models"
)

const (
	// How far a limit is approached: the parameters that run away are taken a
	// factor e^25 beyond the start, where what is left of them is below 1e-10, and
	// e^5 beyond the optimum. Farther out many likelihoods lose their digits.
	limitDistance = 25
	limitBeyond   = 5
	// A search that starts from a limit starts this near: far out, the gradient
	// does not show the way back.
	limitReturn = 3
)

// A limitFit is the model at one of the family's limits, fitted.
type limitFit struct {
	models.Limit
	u []float64
	f float64 // +Inf, and u nil, if the likelihood cannot be computed there
}

// fitLimit maximises ℓ at a limit: far out along its moves, and free across
// them. If that is better than what was found, the search goes on from there.
func (s *survey) fitLimit(l models.Limit) limitFit {
	at := slices.Clone(s.best.u)
	for _, move := range l.Moves {
		floats.AddScaled(at, max(limitDistance-along(move, s.best.start, at), limitBeyond), move)
	}
	fit := limitFit{Limit: l, f: math.Inf(1)}
	if math.IsInf(s.o.value(at), 0) {
		return fit
	}
	u := minimizeAcross(s.o, at, l.Moves...)
	f := s.o.value(u)
	if nearer := s.o.value(moved(u, -1, l.Moves)); !(math.Abs(s.gain(nearer, f)) < sameLogLik) {
		return fit // the likelihood is not finite there, or noise
	}
	fit.u, fit.f = u, f
	if start := s.best.u; s.gain(s.best.f, f) > sameLogLik {
		s.from(moved(u, limitReturn-limitDistance, l.Moves))
		s.add(start, u)
	}
	return fit
}

// before returns the best optimum brought back from the limit to near the first start:
// at the limit itself no gradient shows whether other data have their optimum
// elsewhere.
func (s *survey) before(l *limitFit) []float64 {
	at := slices.Clone(s.best.u)
	for _, move := range l.Moves {
		floats.AddScaled(at, min(0, limitReturn-along(move, s.found[0].start, at)), move)
	}
	return at
}

// along returns how far it is from one point to the other along a move.
func along(move, from, to []float64) float64 {
	return floats.Dot(floats.SubTo(make([]float64, len(move)), to, from), move) / floats.Dot(move, move)
}

// moved returns u the given distance further along every one of the moves.
func moved(u []float64, distance float64, moves [][]float64) []float64 {
	at := slices.Clone(u)
	for _, m := range moves {
		floats.AddScaled(at, distance, m)
	}
	return at
}

// A LimitFit is the simpler model that the data cannot tell from the fitted
// one.
type LimitFit struct {
	Verdict    string  // the family's name for it: "dropout not identifiable"
	Model      string  // the simpler model, in words
	Identified string  // what can still be trusted, in words
	LogLik     float64 // ℓ of the simpler model
}

// halfChiSquared is the 95 % point of 2Δℓ under a limit, where half of all
// samples end exactly there: ½χ²₀ + ½χ²₁.
const halfChiSquared = 2.706

// reached returns the simplest limit at which the best optimum lies, or nil.
func (s *survey) reached() *limitFit { return s.within(sameLogLik) }

// supported returns the simplest limit that the data do not reject, or nil.
func (s *survey) supported() *limitFit { return s.within(halfChiSquared / 2) }

// settle takes the point at the limit for the optimum where a search has stopped
// just before it, as they do where next to nothing is left to gain.
func (s *survey) settle() {
	if l := s.reached(); l != nil && l.f < s.best.f {
		grad := make([]float64, len(l.u))
		s.o.gradient(grad, l.u)
		s.best.u, s.best.f, s.best.gradient = l.u, l.f, norm(grad)
	}
}

func (s *survey) within(gap float64) *limitFit {
	for i, l := range s.atLimit {
		if s.gain(l.f, s.best.f) < gap {
			return &s.atLimit[i]
		}
	}
	return nil
}

// says describes the limit beside the best optimum.
func (s *survey) says(l *limitFit) string {
	gap, words := s.gain(l.f, s.best.f), "as well"
	if gap >= sameLogLik {
		words = "as well as these data can tell"
	}
	return fmt.Sprintf("%s fits %s (log-likelihood %.4f against %.4f)", l.Model, words, s.o.logLik(l.u), s.o.logLik(s.best.u))
}
