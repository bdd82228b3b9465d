package fit

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

const (
	maxIterations   = 200
	searchGradient  = 1e-7  // gonum's line searches need visible changes of f, so they stop here
	polishGradient  = 1e-13 // and plain Newton steps, which need none, go on to here
	convergedByGrad = 1e-6  // what counts as an optimum, in the gradient of the mean
)

// minimize runs from u to a local minimum of the objective within u + span(B)
// (all of space if basis is nil) and returns it. Whether it is one is for the
// caller to judge from the gradient there; the optimiser's own status is
// rounding noise near the optimum.
func minimize(o *objective, u []float64, basis *mat.Dense) []float64 {
	s := &subspace{o: o, origin: u, basis: basis, at: make([]float64, len(u)), grad: make([]float64, len(u)),
		hess: mat.NewSymDense(len(u), nil)}
	dim := len(u)
	if basis != nil {
		_, dim = basis.Dims()
	}
	v := make([]float64, dim)
	if f := s.value(v); math.IsInf(f, 0) {
		return u
	}
	problem := optimize.Problem{Func: s.value, Grad: s.gradient}
	var method optimize.Method = &optimize.BFGS{GradStopThreshold: math.NaN()}
	if o.hessian {
		problem.Hess = s.hessian
		method = &optimize.Newton{Linesearcher: &optimize.Backtracking{}, GradStopThreshold: math.NaN()}
	}
	res, err := optimize.Minimize(problem, v, &optimize.Settings{GradientThreshold: searchGradient,
		Converger: optimize.NeverTerminate{}, MajorIterations: maxIterations, FuncEvaluations: 20 * maxIterations}, method)
	if res != nil && res.X != nil && (err == nil || res.F <= s.value(v)) {
		v = res.X
	}
	s.polish(v)
	return append([]float64(nil), s.point(v)...)
}

// A subspace is the objective seen from within origin + span(basis).
type subspace struct {
	o      *objective
	origin []float64
	basis  *mat.Dense
	at     []float64
	grad   []float64
	hess   *mat.SymDense
}

func (s *subspace) point(v []float64) []float64 {
	copy(s.at, s.origin)
	if s.basis == nil {
		floats.Add(s.at, v)
		return s.at
	}
	mat.NewVecDense(len(s.at), s.at).AddVec(mat.NewVecDense(len(s.at), s.at), product(s.basis, v))
	return s.at
}

func product(b mat.Matrix, v []float64) *mat.VecDense {
	var out mat.VecDense
	out.MulVec(b, mat.NewVecDense(len(v), v))
	return &out
}

func (s *subspace) value(v []float64) float64 { return s.o.value(s.point(v)) }

func (s *subspace) gradient(dst, v []float64) {
	s.o.gradient(s.grad, s.point(v))
	if s.basis == nil {
		copy(dst, s.grad)
		return
	}
	copy(dst, product(s.basis.T(), s.grad).RawVector().Data)
}

func (s *subspace) hessian(dst *mat.SymDense, v []float64) {
	s.o.hessianAt(s.hess, s.point(v))
	if s.basis == nil {
		dst.CopySym(s.hess)
		return
	}
	var full mat.Dense
	full.Product(s.basis.T(), s.hess, s.basis)
	for i := range len(v) {
		for j := i; j < len(v); j++ {
			dst.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// polish takes full Newton steps from v as long as each at least halves the
// gradient. Near the optimum f no longer changes in its last digits, but its
// gradient does, and predictions follow the parameters.
func (s *subspace) polish(v []float64) {
	dim := len(v)
	hess := mat.NewSymDense(dim, nil)
	grad, step, next := make([]float64, dim), make([]float64, dim), make([]float64, dim)
	s.gradient(grad, v)
	norm := floats.Norm(grad, math.Inf(1))
	for range 10 {
		if !(norm > polishGradient) {
			return
		}
		s.hessian(hess, v)
		var chol mat.Cholesky
		if !chol.Factorize(hess) || chol.Cond() > 1e14 {
			return
		}
		if chol.SolveVecTo(mat.NewVecDense(dim, step), mat.NewVecDense(dim, grad)) != nil || floats.Norm(step, math.Inf(1)) > 1 {
			return
		}
		floats.SubTo(next, v, step)
		s.gradient(grad, next)
		g := floats.Norm(grad, math.Inf(1))
		if !(g < norm/2) {
			return
		}
		copy(v, next)
		norm = g
	}
}
