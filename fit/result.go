package fit

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// A Result is a fitted model with what is known about its precision. It keeps
// the data it was fitted to for the methods that need them.
type Result[M any] struct {
	Model        M
	LogLik       float64 // ℓ at the estimates, summed over the customers, without the prior
	LogPrior     float64 // logarithm of the prior density of the unconstrained parameters; 0 without priors
	AIC, BIC     float64 // 2k − 2ℓ and k·ln n − 2ℓ for k parameters and n customers
	Customers    float64 // n
	Params       []Estimate
	Combinations []Estimate    // functions of the parameters that the family names, such as r/alpha
	Cov          *mat.SymDense // of the parameters; nil where the information is singular, as at a limit
	LogScale     *mat.SymDense // of the unconstrained parameters; nil where Cov is
	Verdict      string        // one of the words of the package and of the family's limits
	Limit        *LimitFit     // the simpler model that the data cannot tell from this one, else nil
	Modes        []Mode        // distinct local optima, the best first
	Warnings     []error
	Evals        int     // evaluations of the likelihood, with its derivatives where the model has them
	Gradient     float64 // largest entry of the mean gradient in the unconstrained parameters
	Condition    float64 // condition number of the information there

	o         *objective
	plain     likelihood // without derivatives
	u         []float64
	refits    [][]float64 // where fits to other samples begin
	inf       *observed   // at the limit if one was reached
	level     float64
	names     []string
	with      func(p []float64) M
	rowScores func(theta []float64) (scores, weights []float64) // nil if the model has none
	resample  func(rng *rand.Rand) (likelihood, float64)        // nil if the data cannot be resampled
}

// An Estimate is a parameter, or a function of the parameters. StdErr is NaN
// and the interval is open where the data do not determine it. The interval is
// made on the scale of the link, so that a positive parameter has a positive
// lower limit.
type Estimate struct {
	Name         string
	Value        float64
	StdErr       float64
	Lower, Upper float64
}

// A Mode is a local optimum of the likelihood.
type Mode struct {
	Params []float64
	LogLik float64
}

// at returns the model at u.
func (r *Result[M]) at(u []float64) M { return r.with(r.o.params(u)) }

// Delta returns the estimate of a function of the parameters by the delta
// method: the gradient of g, the function on the scale of the link, and the
// covariance C of the unconstrained parameters give the standard error
// √(∇g′·C·∇g), and the interval is made on that scale. Use [Log] for functions
// that are positive, [Logit] for probabilities and shares.
//
// StdErr is NaN and the interval open if the function depends on what the data
// do not determine.
func (r *Result[M]) Delta(name string, f func(m M) float64, link Link) Estimate {
	return deltaAt(r.o, r.inf, r.u, name, func(u []float64) float64 { return f(r.at(u)) }, link, r.level)
}

func deltaAt(o *objective, inf *observed, u []float64, name string, f func(u []float64) float64, link Link, level float64) Estimate {
	at := append([]float64(nil), u...)
	grad := make([]float64, len(u))
	for i := range u {
		h := step(gradientStep, u[i])
		at[i] = u[i] + h
		up := link.unconstrained(f(at))
		at[i] = u[i] - h
		grad[i] = (up - link.unconstrained(f(at))) / (2 * h)
		at[i] = u[i]
	}
	return interval(name, f(u), inf.stdErr(grad), link, level)
}

// Draw returns the model at a point drawn from the normal approximation to the
// distribution of the unconstrained estimates: the uncertainty about the
// parameters in a form that every prediction can use. Directions that the data
// do not determine keep their estimates.
func (r *Result[M]) Draw(rng *rand.Rand) M {
	u := append([]float64(nil), r.u...)
	for k, value := range r.inf.values {
		if r.inf.cov == nil && value <= noInformation {
			continue
		}
		z := rng.NormFloat64() / math.Sqrt(value)
		for i := range u {
			u[i] += z * r.inf.vectors.At(i, k)
		}
	}
	return r.at(u)
}
