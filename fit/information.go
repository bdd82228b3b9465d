package fit

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// Beyond this condition number nothing is left of an inverse.
	singular = 1e14
	// A direction of a singular information with less information than this,
	// a standard error of more than 4.5 on the log scale, is not determined.
	noInformation = 0.05
	// A function whose gradient has at most this part in such directions does
	// not depend on them.
	noPart = 1e-5
)

// An observed is the observed information, −∂²(ℓ + ln prior)/∂u∂u′, with its
// spectrum and, where it is positive definite, its inverse.
type observed struct {
	values    []float64     // eigenvalues, ascending; nil if there are none
	vectors   mat.Dense     // eigenvectors, in columns
	cov       *mat.SymDense // nil if singular
	condition float64
}

func information(o *objective, u []float64) *observed {
	dim := len(u)
	hess := mat.NewSymDense(dim, nil)
	o.hessian(hess, u)
	hess.ScaleSym(o.n, hess)
	inf := &observed{condition: math.Inf(1)}
	var eigen mat.EigenSym
	if !finite(hess.RawSymmetric().Data...) || !eigen.Factorize(hess, true) {
		return inf
	}
	inf.values = eigen.Values(nil)
	eigen.VectorsTo(&inf.vectors)
	if inf.values[0] <= 0 {
		return inf
	}
	inf.condition = inf.values[dim-1] / inf.values[0]
	var chol mat.Cholesky
	if inf.condition < singular && chol.Factorize(hess) {
		inf.cov = mat.NewSymDense(dim, nil)
		if chol.InverseTo(inf.cov) != nil {
			inf.cov = nil
		}
	}
	return inf
}

// stdErr returns the standard error of a function of u with the given gradient,
// +Inf if it depends on a direction that is not determined.
func (inf *observed) stdErr(gradient []float64) float64 {
	if inf.values == nil {
		return math.Inf(1)
	}
	var variance, size float64
	for _, g := range gradient {
		size += g * g
	}
	for k, value := range inf.values {
		var part float64
		for i, g := range gradient {
			part += g * inf.vectors.At(i, k)
		}
		switch {
		case inf.cov != nil || value > noInformation:
			variance += part * part / value
		case part*part > noPart*noPart*size:
			return math.Inf(1)
		}
	}
	return math.Sqrt(variance)
}

// naturalCov returns J·C·J for the covariance C of u, with the diagonal
// Jacobian of the links.
func naturalCov(c *mat.SymDense, links []Link, theta []float64) *mat.SymDense {
	cov := mat.NewSymDense(len(theta), nil)
	for i := range theta {
		for j := i; j < len(theta); j++ {
			a, _ := links[i].slopes(theta[i])
			b, _ := links[j].slopes(theta[j])
			cov.SetSym(i, j, a*c.At(i, j)*b)
		}
	}
	return cov
}

// interval returns the estimate of a value whose standard error is known on the
// scale of its link.
func interval(name string, value, se float64, link Link, level float64) Estimate {
	e := Estimate{Name: name, Value: value, StdErr: math.NaN()}
	e.Lower, e.Upper = link.open()
	if !finite(se) {
		return e
	}
	slope, _ := link.slopes(value)
	e.StdErr = slope * se
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	u := link.unconstrained(value)
	e.Lower, e.Upper = link.natural(u-z*se), link.natural(u+z*se)
	return e
}
