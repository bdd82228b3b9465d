package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Settings steer a fit. The zero value, and a nil pointer, fit as documented
// on each field.
type Settings struct {
	Level float64 // coverage of the intervals; 0 means 0.95
}

func (s *Settings) level() float64 {
	if s == nil || s.Level == 0 {
		return 0.95
	}
	return s.Level
}

// The engine's verdicts; a model's limits and findings add theirs.
const (
	Converged    = "converged"
	Ridge        = "ridge"
	NotConverged = "not converged"
)

// A Result is a fitted model with what is known about its precision.
type Result[M any] struct {
	Model      M
	LogLik     float64 // ℓ at the estimates, summed over the customers
	AIC, BIC   float64 // 2k − 2ℓ and k·ln n − 2ℓ for k parameters and n customers
	Customers  float64 // n
	Params     []Estimate
	Cov        *mat.SymDense // of the parameters; nil where the information is singular
	Verdict    string
	Warnings   []error
	Evals      int     // evaluations of the likelihood with its derivatives
	Gradient   float64 // largest entry of the mean gradient in the unconstrained parameters
	Condition  float64 // condition number of the information there
	LogScale   *mat.SymDense
	optimum    []float64
	identified []bool
}

// An Estimate is one parameter. StdErr is NaN and the interval is open where
// the parameter is not identified. The interval is made on the scale of the
// link, so that a positive parameter has a positive lower limit.
type Estimate struct {
	Name         string
	Value        float64
	StdErr       float64
	Lower, Upper float64
}

// A ConvergenceError says that no optimum was reached. The result beside it
// holds the best point found.
type ConvergenceError struct {
	Gradient float64 // of the mean, where 1e-6 counts as an optimum
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("fit: no optimum reached: the gradient of the mean log-likelihood is %.2g where %.0g counts as zero; "+
		"try other starting values, or look for values of very different size in the data", e.Gradient, convergedByGrad)
}

// MLE fits the family of m to the data by maximum likelihood.
//
// If the parameters of m are all zero, the search starts from the values that
// the family makes from the data; otherwise it starts from m alone. Equal
// observations are merged first where the data can do that. The best of
// several starts is kept, ties going to the first.
//
// An error is returned for data on which the likelihood has no maximum, and a
// *[ConvergenceError] together with the best point found if no optimum was
// reached. Everything else that is wrong with a fit stands in Verdict and
// Warnings of the result, and the answer still stands.
func MLE[M Model[M, D], D Data](m M, data D, s *Settings) (*Result[M], error) {
	if c, ok := any(m).(Checker[D]); ok {
		if err := c.Check(data); err != nil {
			return nil, err
		}
	}
	if c, ok := any(data).(Compressor[D]); ok {
		data = c.Compress()
	}
	o := newObjective(m, data)
	best, first, err := search(o, startsOf(m, data))
	if err != nil {
		return nil, err
	}
	theta := make([]float64, len(best))
	o.natural(theta, best)
	res := &Result[M]{Model: m.WithParams(theta), LogLik: -o.value(best) * o.n, Customers: o.n, optimum: best}
	k := float64(len(best))
	res.AIC, res.BIC = 2*k-2*res.LogLik, k*math.Log(o.n)-2*res.LogLik
	grad := make([]float64, len(best))
	o.gradient(grad, best)
	res.Gradient = floats.Norm(grad, math.Inf(1))
	inf := information(o, best)
	res.Condition = inf.condition
	judge(res, o, inf, first, any(m))
	res.Params, res.Cov, res.LogScale = estimates(o, inf, m.ParamNames(), best, res.identified, s.level())
	if r, ok := any(res.Model).(Reviewer[D]); ok {
		review(res, r.Review(data))
	}
	res.Evals = o.evaluations
	if res.Verdict == NotConverged {
		return res, &ConvergenceError{res.Gradient}
	}
	return res, nil
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

// search minimises from every start and returns the best point and the start
// it came from.
func search(o *objective, starts [][]float64) (best, first []float64, err error) {
	low := math.Inf(1)
	for _, start := range starts {
		u := o.unconstrained(start)
		if f := o.value(u); math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		at := minimize(o, u, nil)
		if f := o.value(at); f < low-1e-10*max(1, math.Abs(low)) || math.IsInf(low, 1) {
			low, best, first = f, at, u
		}
	}
	if best == nil {
		return nil, nil, fmt.Errorf("fit: the log-likelihood is not finite at the starting values %v: check the data and give other starts", starts)
	}
	return best, first, nil
}
