package fit

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/predictive-clv/clv/models"
)

// The engine's verdicts. A fit ends in one of them, in the verdict of one of
// the family's limits ("dropout not identifiable": a simpler model describes
// the data as well), or in one that the family's review gives ("too few repeat
// buyers", "spend without a mean").
const (
	// Converged: an optimum with an information that is positive definite and
	// intervals that say something.
	Converged = "converged"
	// Ridge: an optimum, but some parameters can move by a factor of 20 together
	// without ℓ leaving its 95 % interval. The warning says which, and which
	// combination is determined.
	Ridge = "ridge"
	// NotConverged: the gradient is not zero, or the point is no maximum. A
	// ConvergenceError says what to try.
	NotConverged = "not converged"
)

// judge sets the verdict, the estimates and the warnings of the result. The
// optimiser's word counts for nothing: the gradient of the mean, the
// eigenvalues of the information, the limits of the family and the profile
// along the flattest direction decide.
//
// Where the data do not determine the parameters, because the optimum lies at
// a limit or on a ridge, the verdict names the simplest limit that the data do
// not reject, if there is one.
func judge[M any](res *Result[M], s *survey) *ConvergenceError {
	for _, m := range s.modes() {
		res.Modes = append(res.Modes, Mode{s.o.params(m.u), s.o.logLik(m.u)})
	}
	failure, reached := s.failure(), s.reached()
	free := make([]bool, len(res.u))
	switch {
	case failure != nil:
		res.Verdict = NotConverged
		for i := range free {
			free[i] = true
		}
	case reached != nil:
		res.inf = information(s.o, reached.u)
		res.inf.cov = nil
		res.refits = [][]float64{s.before(reached), s.found[0].start}
		res.name(s)
	case s.ridge():
		res.Verdict = Ridge
		free = s.onRidge()
		res.name(s)
	default:
		res.Verdict = Converged
	}
	res.estimate(free)
	if s.creeping() { // the information is still falling
		res.Cov, res.LogScale = nil, nil
	}
	if failure == nil {
		res.combine(s, reached)
	}
	warn(res, s, free)
	return failure
}

// name gives the fit the verdict of the simplest limit that the data do not
// reject.
func (r *Result[M]) name(s *survey) {
	if l := s.supported(); l != nil {
		r.Verdict = l.Verdict
		r.Limit = &LimitFit{l.Verdict, l.Model, l.Identified, s.o.logLik(l.u)}
	}
}

// estimate sets the estimates and, where the information is not singular, their
// covariance.
func (r *Result[M]) estimate(free []bool) {
	theta := r.o.params(r.u)
	for i, name := range r.names {
		link := r.o.links[i]
		se := r.inf.stdErr(unit(i, len(theta)))
		if free[i] || link.relative() && se > wideLogError {
			se = math.NaN()
		}
		r.Params = append(r.Params, interval(name, theta[i], se, link, r.level))
	}
	if r.Verdict != NotConverged && r.inf.cov != nil {
		r.LogScale, r.Cov = r.inf.cov, naturalCov(r.inf.cov, r.o.links, theta)
	}
}

// combine sets the combinations, under the same rule as parameters for what is
// determined: at a limit those that stay finite there, else all that the family
// names, and on the ridge of a family that names none the one that does not
// change along it.
func (r *Result[M]) combine(s *survey, reached *limitFit) {
	var cs []models.Combination
	switch {
	case reached != nil:
		cs = slices.Concat(reached.Holds, s.supported().Holds)
	case len(s.limits) > 0:
		for _, l := range s.limits {
			cs = append(cs, l.Holds...)
		}
	case s.ridge():
		cs = s.pair(r.names)
	}
	for i, c := range cs {
		if slices.ContainsFunc(cs[:i], func(d models.Combination) bool { return c.Name == d.Name }) {
			continue
		}
		link := Log
		if c.Probability {
			link = Logit
		}
		f := func(u []float64) float64 { return c.Value(r.o.params(u)) }
		e := deltaAt(r.o, r.inf, r.u, c.Name, f, link, r.level)
		if slope, _ := link.slopes(e.Value); e.StdErr > wideLogError*slope {
			e = interval(e.Name, e.Value, math.Inf(1), link, r.level)
		}
		r.Combinations = append(r.Combinations, e)
	}
}

// failure returns why the best point is no maximum, or nil.
func (s *survey) failure() *ConvergenceError {
	e := &ConvergenceError{Gradient: s.best.gradient,
		Advice: "try other starting values, and look for values of very different size in the data"}
	switch least := s.leastCurvature(); {
	case s.creeping():
		return nil
	case s.best.rough:
		e.Reason = "the log-likelihood is rounding noise at the point found"
	case !(s.best.gradient <= convergedByGradient):
		e.Reason = fmt.Sprintf("the gradient of the mean log-likelihood is %.2g where %.0g counts as zero", s.best.gradient, convergedByGradient)
		if s.far(s.best) {
			e.Reason += ", and the parameters have run far from the start: the likelihood may have no maximum"
		}
	case math.IsNaN(least):
		e.Reason = "the second derivatives of the log-likelihood are not finite"
	case least < -convergedByGradient:
		e.Reason = fmt.Sprintf("the point found is a saddle, with a second derivative of %.2g along one direction", -least)
		e.Advice = "try other starting values"
	default:
		return nil
	}
	return e
}

// leastCurvature returns the least second derivative of the mean at the best
// optimum, relative to the largest if that is above 1, and 0 where it is lost in
// the rounding of numerical derivatives.
func (s *survey) leastCurvature() float64 {
	v := s.inf.values
	if v == nil {
		return math.NaN()
	}
	least := v[0] / max(s.o.n, v[len(v)-1])
	if s.o.order == 0 && math.Abs(v[0]/s.o.n) < 1e-7*math.Abs(s.best.f) {
		return 0
	}
	return least
}

// warn adds the warnings of the engine.
func warn[M any](res *Result[M], s *survey, free []bool) {
	add := func(err error) {
		if err != nil {
			res.Warnings = append(res.Warnings, err)
		}
	}
	supported := s.supported()
	if res.Limit != nil {
		add(fmt.Errorf("%s: %s; in that model %s", res.Limit.Verdict, s.says(supported), res.Limit.Identified))
	}
	switch {
	case res.Verdict == NotConverged || s.reached() != nil:
	case s.creeping():
		add(fmt.Errorf("ridge: the likelihood has no maximum: it rises ever more slowly, by %.2g for a factor e, with %s running away; "+
			"forecasts from the model stand, these parameters do not", s.o.n*s.best.gradient, strings.Join(freeNames(res.names, free), ", ")))
	case s.ridge():
		add(s.ridgeWarning(res.names, free, res.Combinations))
	case supported != nil:
		add(errors.New(s.says(supported) + ": they hardly support the parameters it does without"))
	}
	if len(res.Modes) > 1 {
		var at []string
		for _, m := range res.Modes {
			at = append(at, fmt.Sprintf("%.4f at %.4g", m.LogLik, m.Params))
		}
		add(fmt.Errorf("multimodal: different starts lead to different optima of the likelihood, %s; the best is reported", strings.Join(at, ", ")))
	}
}

// review adds what the model itself finds in its fit. A verdict of the model
// goes before those of the engine: too few data explain a ridge.
func review[M any](res *Result[M], findings []models.Finding) {
	given := false
	for _, f := range findings {
		if f.Verdict != "" && !given {
			res.Verdict, given = f.Verdict, true
		}
		res.Warnings = append(res.Warnings, errors.New(f.Text))
	}
}
