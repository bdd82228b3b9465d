package fit

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// maxStray keeps a search by gradients alone within a factor e^15 of its start:
// beyond, f is often flat, and flatness looks like an optimum.
const maxStray = 15

// minimize runs from u to a local minimum of the objective within u +
// span(basis), all of space if basis is nil, and returns it. Whether it is one
// is for the caller to judge from the derivatives there.
func minimize(o *objective, u []float64, basis *mat.Dense) []float64 {
	if k := begin(o, u, basis); k != nil {
		return k.descend(0)
	}
	return u
}

// begin returns a search from u, nil if the objective is not finite there. A
// model without a Hessian first gets the steps of BFGS, which cost no second
// derivatives.
func begin(o *objective, u []float64, basis *mat.Dense) *newton {
	s := newSubspace(o, u, basis)
	v := make([]float64, s.dim())
	if math.IsInf(s.value(v), 0) {
		return nil
	}
	if o.order < 2 {
		v = bfgs(s, v)
	}
	return newNewton(s, v)
}

// minimizeAcross minimises from u within the space orthogonal to the vectors.
func minimizeAcross(o *objective, u []float64, vs ...[]float64) []float64 {
	if len(vs) == len(u) {
		return u
	}
	return minimize(o, u, across(vs...))
}

// bfgs runs gonum's BFGS from v until the gradient is small or f no longer
// falls. gonum reports failure where rounding hides further progress, which at
// an optimum is the rule, so only the point counts.
func bfgs(s *subspace, v []float64) []float64 {
	start := s.value(v)
	bounded := func(v []float64) float64 {
		at := s.point(v)
		for i, link := range s.o.links {
			if link.relative() && math.Abs(at[i]-s.origin[i]) > maxStray {
				return math.Inf(1)
			}
		}
		return s.o.value(at)
	}
	res, err := optimize.Minimize(optimize.Problem{Func: bounded, Grad: s.gradient}, v,
		&optimize.Settings{GradientThreshold: flatGradient, Converger: optimize.NeverTerminate{},
			MajorIterations: maxIterations, FuncEvaluations: 20 * maxIterations},
		&optimize.BFGS{GradStopThreshold: math.NaN()})
	if res == nil || res.X == nil || err != nil && !(res.F <= start) {
		return v
	}
	return res.X
}
