package fit

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/models"
)

// Settings steer a fit. The zero value, and a nil pointer, fit as documented
// on each field.
type Settings struct {
	Level  float64 // coverage of the intervals; 0 means 0.95
	Starts int     // least number of starting points; 0 means the family's own, and more where they leave doubts
	Priors []Prior // log-normal priors on parameters; none by default
}

func (s *Settings) level() float64 {
	if s == nil || s.Level == 0 {
		return 0.95
	}
	if !(s.Level > 0 && s.Level < 1) {
		panic("fit: the level of an interval must lie between 0 and 1")
	}
	return s.Level
}

func (s *Settings) starts() int {
	if s == nil {
		return 0
	}
	return s.Starts
}

func (s *Settings) priors() []Prior {
	if s == nil {
		return nil
	}
	return s.Priors
}

// A ConvergenceError says that no optimum was reached. The result beside it
// holds the best point found.
type ConvergenceError struct {
	Gradient float64 // of the mean, where 1e-6 counts as an optimum
	Reason   string  // what was seen there
	Advice   string  // what to try
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("fit: no optimum reached: %s; %s", e.Reason, e.Advice)
}

// MLE fits the family of m to the data by maximum likelihood, or with priors
// by maximising ℓ + ln prior.
//
// If the parameters of m are all zero, the search starts from the values that
// the family makes from the data; otherwise it starts from m. Equal
// observations are merged first where the data can do that. The best of the
// starts is kept, ties going to the first; of very many observations an even
// sample is searched first, and the whole from where that leads. Where the best optimum leaves
// doubts, because starts disagree, because the information is close to
// singular or because a parameter went far, more starts are tried, the limits
// of the family are fitted, and the likelihood is profiled along its flattest
// direction.
//
// An error is returned for data on which the likelihood has no maximum, and a
// *[ConvergenceError] together with the best point found if no optimum was
// reached. Everything else that is wrong with a fit stands in Verdict and
// Warnings of the result, and the answer still stands.
//
// MLE panics if Level is not between 0 and 1.
func MLE[M Model[M, D], D Data](m M, data D, s *Settings) (*Result[M], error) {
	level := s.level()
	if c, ok := any(m).(Checker[D]); ok {
		if err := c.Check(data); err != nil {
			return nil, err
		}
	}
	data = compressed(data)
	n, names := data.Customers(), m.ParamNames()
	if !(n > 0) {
		return nil, fmt.Errorf("fit: there are no observations")
	}
	links := linksOf(m, len(names))
	prior, err := penaltiesOf(s.priors(), names, links)
	if err != nil {
		return nil, err
	}
	o := newObjective(newLikelihood(m, data), n, links, prior)
	starts, confirmed := pilot(m, data, s, prior)
	if !confirmed {
		starts = startsOf(m, data)
	}
	survey := &survey{o: o, limits: limitsOf(m)}
	found, err := survey.explore(starts, s.starts(), confirmed)
	if err != nil {
		return nil, err
	}
	res := newResult(m, found, level)
	res.plain = likelihood{eval: func(_, _, theta []float64) float64 { return m.WithParams(theta).LogLik(data) }}
	res.rowScores = rowScoresOf(m, data)
	res.resample = resampleOf(m, data)
	failure := judge(res, found)
	if r, ok := any(res.Model).(Reviewer[D]); ok && failure == nil {
		review(res, r.Review(data))
	}
	res.Evals = o.evaluations
	if failure != nil {
		return res, failure
	}
	return res, nil
}

func compressed[D Data](data D) D {
	if c, ok := any(data).(Compressor[D]); ok {
		return c.Compress()
	}
	return data
}

func linksOf(m any, dim int) []Link {
	if l, ok := m.(Linker); ok {
		return l.Links()
	}
	return make([]Link, dim)
}

func limitsOf(m any) []models.Limit {
	if l, ok := m.(Limiter); ok {
		return l.Limits()
	}
	return nil
}

// startsOf returns m if it has parameters, else the family's starts.
func startsOf[M Model[M, D], D Data](m M, data D) (starts [][]float64) {
	for _, p := range m.Params() {
		if p != 0 {
			return [][]float64{m.Params()}
		}
	}
	if st, ok := any(m).(Starter[M, D]); ok {
		for _, start := range st.Starts(data) {
			starts = append(starts, start.Params())
		}
		return starts
	}
	return [][]float64{m.Params()}
}

// rowScoresOf returns the scores of the rows at θ, nil if the model has none.
func rowScoresOf[M Model[M, D], D Data](m M, data D) func(theta []float64) (scores, weights []float64) {
	if _, ok := any(m).(RowScorer[D]); !ok {
		return nil
	}
	return func(theta []float64) ([]float64, []float64) {
		return any(m.WithParams(theta)).(RowScorer[D]).RowScores(data)
	}
}

// resampleOf returns the likelihood, and the number, of observations drawn from
// the data with replacement, as many as there are; nil if the data cannot be
// resampled.
func resampleOf[M Model[M, D], D Data](m M, data D) func(rng *rand.Rand) (likelihood, float64) {
	draw := resamplerOf(data)
	if draw == nil {
		return nil
	}
	return func(rng *rand.Rand) (likelihood, float64) {
		sample := draw(rng)
		return newLikelihood(m, sample), sample.Customers()
	}
}

// newResult returns the result at the best optimum, not yet judged.
func newResult[M interface {
	ParamNames() []string
	WithParams(p []float64) M
}](m M, s *survey, level float64) *Result[M] {
	o, u := s.o, s.best.u
	res := &Result[M]{LogLik: o.logLik(u), LogPrior: o.logPrior(u), Customers: o.n, Gradient: s.best.gradient,
		Condition: s.inf.condition, o: o, u: u, refits: [][]float64{u}, inf: s.inf, level: level, names: m.ParamNames(), with: m.WithParams}
	res.Model = res.at(u)
	k := float64(len(u))
	res.AIC, res.BIC = 2*k-2*res.LogLik, k*math.Log(o.n)-2*res.LogLik
	return res
}
