package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A likelihood is a model with its data: eval returns ℓ at θ and stores as many
// derivatives as order says, the Hessian row by row.
type likelihood struct {
	order int
	eval  func(grad, hess, theta []float64) float64
}

func newLikelihood[M Model[M, D], D Data](m M, data D) likelihood {
	switch any(m).(type) {
	case Hessianer[D]:
		return likelihood{2, func(grad, hess, theta []float64) float64 {
			return any(m.WithParams(theta)).(Hessianer[D]).Hessian(hess, grad, data)
		}}
	case Scorer[D]:
		return likelihood{1, func(grad, _, theta []float64) float64 {
			return any(m.WithParams(theta)).(Scorer[D]).Score(grad, data)
		}}
	}
	return likelihood{0, func(_, _, theta []float64) float64 { return m.WithParams(theta).LogLik(data) }}
}

// An objective is f(u) = −(ℓ(θ(u)) + ln prior(u))/n with its derivatives in the
// unconstrained parameters u. It remembers the last point and those that keep
// was told of, so that value, gradient and Hessian there cost one evaluation.
// It must not be shared by goroutines; clone it.
type objective struct {
	likelihood
	n     float64
	links []Link
	prior []penalty // one a parameter; nil without priors

	evaluations int
	point       // the last one
	kept        []point

	theta, work, first, second []float64
}

// A point is a u with what is known of the objective there.
type point struct {
	u     []float64
	known int // order of the derivatives, −1 for nothing
	f     float64
	grad  []float64
	hess  *mat.SymDense
}

func newPoint(dim int) point {
	return point{make([]float64, dim), -1, 0, make([]float64, dim), mat.NewSymDense(dim, nil)}
}

func (p *point) set(q *point) {
	copy(p.u, q.u)
	copy(p.grad, q.grad)
	p.hess.CopySym(q.hess)
	p.known, p.f = q.known, q.f
}

func newObjective(like likelihood, n float64, links []Link, prior []penalty) *objective {
	dim := len(links)
	return &objective{likelihood: like, n: n, links: links, prior: prior, point: newPoint(dim),
		theta: make([]float64, dim), work: make([]float64, dim*dim), first: make([]float64, dim), second: make([]float64, dim)}
}

// clone returns an objective of the same function that shares nothing that
// changes.
func (o *objective) clone() *objective { return newObjective(o.likelihood, o.n, o.links, o.prior) }

// take adds what another objective of the same function has evaluated.
func (o *objective) take(p *objective) {
	o.evaluations += p.evaluations
	o.set(&p.point)
}

// at brings the known derivatives at u up to the given order.
func (o *objective) at(u []float64, order int) {
	if !slices.Equal(u, o.u) {
		o.recall(u)
	}
	if o.known < 0 {
		o.f = o.compute(u, o.grad, o.hess)
		o.known = o.order
	}
	if order >= 1 && o.known < 1 {
		o.numericalGradient(o.grad, o.u)
		o.known = 1
	}
	if order >= 2 && o.known < 2 {
		o.numericalHessian(o.hess, o.u)
		o.known = 2
	}
}

// keep remembers the last point.
func (o *objective) keep() {
	p := newPoint(len(o.u))
	p.set(&o.point)
	o.kept = append(o.kept, p)
}

// recall makes u the last point, with what is remembered of it.
func (o *objective) recall(u []float64) {
	for i := range o.kept {
		if slices.Equal(u, o.kept[i].u) {
			o.point.set(&o.kept[i])
			return
		}
	}
	copy(o.u, u)
	o.known = -1
}

func (o *objective) value(u []float64) float64 {
	o.at(u, 0)
	return o.f
}

func (o *objective) gradient(dst, u []float64) {
	o.at(u, 1)
	copy(dst, o.grad)
}

func (o *objective) hessian(dst *mat.SymDense, u []float64) {
	o.at(u, 2)
	dst.CopySym(o.hess)
}

// compute returns f at u and stores the derivatives that the model has itself.
// A point where one of them is not finite has the value +Inf, also if ℓ is
// unbounded there: no search may end at it.
func (o *objective) compute(u, grad []float64, hess *mat.SymDense) float64 {
	o.evaluations++
	o.natural(o.theta, u)
	f := -o.eval(grad, o.work, o.theta) / o.n
	if !finite(f) || o.order >= 1 && !finite(grad...) || o.order >= 2 && !finite(o.work...) {
		return math.Inf(1)
	}
	if o.order >= 1 {
		o.chain(grad, hess)
	}
	for i, p := range o.prior {
		off := u[i] - p.mean
		f += p.precision * off * off / (2 * o.n)
		if o.order >= 1 {
			grad[i] += p.precision * off / o.n
		}
		if o.order >= 2 {
			hess.SetSym(i, i, hess.At(i, i)+p.precision/o.n)
		}
	}
	return f
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x - x) { // Inf − Inf is NaN too
			return false
		}
	}
	return true
}

// chain turns the derivatives of ℓ by θ, in grad and o.work, into those of −ℓ/n
// by u.
func (o *objective) chain(grad []float64, hess *mat.SymDense) {
	dim := len(grad)
	for i, link := range o.links {
		o.first[i], o.second[i] = link.slopes(o.theta[i])
	}
	if o.order >= 2 {
		for i := range dim {
			for j := i; j < dim; j++ {
				h := o.first[i] * o.first[j] * o.work[i*dim+j]
				if i == j {
					h += o.second[i] * grad[i]
				}
				hess.SetSym(i, j, h/-o.n)
			}
		}
	}
	for i := range grad {
		grad[i] *= o.first[i] / -o.n
	}
}

// natural stores the parameters θ(u).
func (o *objective) natural(theta, u []float64) {
	for i, link := range o.links {
		theta[i] = link.natural(u[i])
	}
}

// params returns θ(u).
func (o *objective) params(u []float64) []float64 {
	theta := make([]float64, len(u))
	o.natural(theta, u)
	return theta
}

// unconstrained returns u(θ).
func (o *objective) unconstrained(theta []float64) []float64 {
	u := make([]float64, len(theta))
	for i, link := range o.links {
		u[i] = link.unconstrained(theta[i])
	}
	return u
}

// logLik returns ℓ at u, without the prior.
func (o *objective) logLik(u []float64) float64 {
	l := -o.n * o.value(u)
	for i, p := range o.prior {
		l += p.precision * (u[i] - p.mean) * (u[i] - p.mean) / 2
	}
	return l
}
