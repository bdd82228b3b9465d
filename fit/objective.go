package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
)

// An objective is the mean negative log-likelihood f(u) = −ℓ(θ(u))/n with its
// derivatives in the unconstrained parameters u. It keeps the last point, so
// that an optimiser which asks for value, gradient and Hessian one after the
// other pays for one evaluation.
type objective struct {
	n     float64
	links []Link
	// eval returns ℓ at θ and fills grad and hess, the latter only if it is
	// not nil.
	eval    func(grad, hess, theta []float64) float64
	hessian bool // eval fills hess

	evaluations int
	u           []float64 // the last point
	f           float64
	grad        []float64
	hess        *mat.SymDense
	theta, work []float64
}

func newObjective[M Model[M, D], D Data](m M, data D) *objective {
	dim := len(m.ParamNames())
	o := &objective{n: data.Customers(), links: linksOf(m, dim), u: make([]float64, dim), grad: make([]float64, dim),
		hess: mat.NewSymDense(dim, nil), theta: make([]float64, dim), work: make([]float64, dim*dim)}
	o.u[0] = math.NaN()
	o.eval = func(grad, hess, theta []float64) float64 {
		at := m.WithParams(theta)
		switch at := any(at).(type) {
		case Hessianer[D]:
			return at.Hessian(hess, grad, data)
		case Scorer[D]:
			return at.Score(grad, data)
		}
		numericalScore(grad, theta, func(x []float64) float64 { return m.WithParams(x).LogLik(data) })
		return at.LogLik(data)
	}
	_, o.hessian = any(m).(Hessianer[D])
	return o
}

// numericalScore differentiates f at x by central differences with steps
// relative to each coordinate.
func numericalScore(grad, x []float64, f func([]float64) float64) {
	y := slices.Clone(x)
	for i := range x {
		h := 1e-6 * max(math.Abs(x[i]), 1e-8)
		y[i] = x[i] + h
		up := f(y)
		y[i] = x[i] - h
		grad[i] = (up - f(y)) / (2 * h)
		y[i] = x[i]
	}
}

func linksOf(m any, dim int) []Link {
	if l, ok := m.(Linker); ok {
		return l.Links()
	}
	return make([]Link, dim)
}

// at evaluates the objective at u unless it was the last point.
func (o *objective) at(u []float64) {
	if slices.Equal(u, o.u) {
		return
	}
	copy(o.u, u)
	o.evaluations++
	o.natural(o.theta, u)
	for i := range o.work {
		o.work[i] = 0
	}
	ll := o.eval(o.grad, o.work, o.theta)
	if math.IsNaN(ll) {
		ll = math.Inf(-1)
	}
	o.f = -ll / o.n
	dim := len(u)
	for i, link := range o.links {
		if link == Log {
			o.grad[i] *= o.theta[i]
		}
		o.grad[i] /= -o.n
	}
	if !o.hessian {
		return
	}
	for i := range dim {
		for j := i; j < dim; j++ {
			h := o.work[i*dim+j] / -o.n
			if o.links[i] == Log {
				h *= o.theta[i]
			}
			if o.links[j] == Log {
				h *= o.theta[j]
			}
			if i == j && o.links[i] == Log {
				h += o.grad[i]
			}
			o.hess.SetSym(i, j, h)
		}
	}
}

// natural stores the parameters θ(u).
func (o *objective) natural(theta, u []float64) {
	for i, link := range o.links {
		theta[i] = u[i]
		if link == Log {
			theta[i] = math.Exp(u[i])
		}
	}
}

// unconstrained returns u(θ).
func (o *objective) unconstrained(theta []float64) []float64 {
	u := slices.Clone(theta)
	for i, link := range o.links {
		if link == Log {
			u[i] = math.Log(theta[i])
		}
	}
	return u
}

func (o *objective) value(u []float64) float64 {
	o.at(u)
	return o.f
}

func (o *objective) gradient(dst, u []float64) {
	o.at(u)
	copy(dst, o.grad)
}

// hessianAt stores the second derivatives at u: the model's own, or the
// Jacobian of the gradient, symmetrised.
func (o *objective) hessianAt(dst *mat.SymDense, u []float64) {
	if o.hessian {
		o.at(u)
		dst.CopySym(o.hess)
		return
	}
	dim := len(u)
	jac := mat.NewDense(dim, dim, nil)
	fd.Jacobian(jac, o.gradient, u, &fd.JacobianSettings{Formula: fd.Central, Step: 1e-4})
	for i := range dim {
		for j := i; j < dim; j++ {
			dst.SetSym(i, j, (jac.At(i, j)+jac.At(j, i))/2)
		}
	}
}
