package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Steps of central differences in the unconstrained parameters, near the
// points where rounding and truncation err equally: ε^(1/3) for a first
// derivative, ε^(1/4) for a second one.
const (
	gradientStep = 6e-6
	hessianStep  = 1e-4 // of an exact gradient
	secondStep   = 4e-4 // of values alone
)

// step scales a step to the size of a coordinate.
func step(h, u float64) float64 { return h * max(1, math.Abs(u)) }

// numericalGradient differentiates the values.
func (o *objective) numericalGradient(dst, u []float64) {
	at := slices.Clone(u)
	for i := range u {
		h := step(gradientStep, u[i])
		at[i] = u[i] + h
		up := o.compute(at, nil, nil)
		at[i] = u[i] - h
		dst[i] = (up - o.compute(at, nil, nil)) / (2 * h)
		at[i] = u[i]
	}
}

// numericalHessian differentiates the gradient if the model gives one, else
// the values twice.
func (o *objective) numericalHessian(dst *mat.SymDense, u []float64) {
	if o.order == 0 {
		o.secondDifferences(dst, u)
		return
	}
	dim := len(u)
	at := slices.Clone(u)
	up, down := make([]float64, dim), make([]float64, dim)
	jac := make([]float64, dim*dim)
	for i := range u {
		h := step(hessianStep, u[i])
		at[i] = u[i] + h
		o.compute(at, up, nil)
		at[i] = u[i] - h
		o.compute(at, down, nil)
		at[i] = u[i]
		for j := range dim {
			jac[i*dim+j] = (up[j] - down[j]) / (2 * h)
		}
	}
	for i := range dim {
		for j := i; j < dim; j++ {
			dst.SetSym(i, j, (jac[i*dim+j]+jac[j*dim+i])/2)
		}
	}
}

func (o *objective) secondDifferences(dst *mat.SymDense, u []float64) {
	at := slices.Clone(u)
	f := func(i int, di float64, j int, dj float64) float64 {
		at[i] += di
		at[j] += dj
		v := o.compute(at, nil, nil)
		at[i], at[j] = u[i], u[j]
		return v
	}
	for i := range u {
		h := step(secondStep, u[i])
		dst.SetSym(i, i, (f(i, h, i, 0)-2*o.f+f(i, -h, i, 0))/(h*h))
		for j := i + 1; j < len(u); j++ {
			k := step(secondStep, u[j])
			dst.SetSym(i, j, (f(i, h, j, k)-f(i, h, j, -k)-f(i, -h, j, k)+f(i, -h, j, -k))/(4*h*k))
		}
	}
}
