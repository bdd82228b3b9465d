package fit

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An observed is the observed information −∂²ℓ/∂u∂u′ at the optimum with its
// spectrum and, where it is positive definite, its inverse.
type observed struct {
	values    []float64 // eigenvalues, ascending
	vectors   mat.Dense // eigenvectors, in columns
	cov       *mat.SymDense
	condition float64
}

func information(o *objective, u []float64) *observed {
	dim := len(u)
	hess := mat.NewSymDense(dim, nil)
	o.hessianAt(hess, u)
	hess.ScaleSym(o.n, hess)
	inf := &observed{condition: math.Inf(1)}
	var eigen mat.EigenSym
	if !eigen.Factorize(hess, true) {
		return inf
	}
	inf.values = eigen.Values(nil)
	eigen.VectorsTo(&inf.vectors)
	if inf.values[0] <= 0 {
		return inf
	}
	inf.condition = inf.values[dim-1] / inf.values[0]
	var chol mat.Cholesky
	if inf.condition < 1e14 && chol.Factorize(hess) {
		inf.cov = mat.NewSymDense(dim, nil)
		if chol.InverseTo(inf.cov) != nil {
			inf.cov = nil
		}
	}
	return inf
}

// stdErr returns the standard error of parameter i on the scale of its link,
// +Inf without a covariance.
func (inf *observed) stdErr(i int) float64 {
	if inf.cov == nil {
		return math.Inf(1)
	}
	return math.Sqrt(inf.cov.At(i, i))
}

// estimates maps the optimum and its covariance to the parameters, Cov_θ =
// J·Cov_u·J with the diagonal Jacobian of the links.
func estimates(o *objective, inf *observed, names []string, u []float64, identified []bool, level float64) (es []Estimate, cov, covU *mat.SymDense) {
	dim := len(u)
	theta := make([]float64, dim)
	o.natural(theta, u)
	jac := make([]float64, dim)
	for i, link := range o.links {
		jac[i] = 1
		if link == Log {
			jac[i] = theta[i]
		}
	}
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	for i, name := range names {
		e := Estimate{Name: name, Value: theta[i], StdErr: math.NaN(), Lower: math.Inf(-1), Upper: math.Inf(1)}
		if o.links[i] == Log {
			e.Lower = 0
		}
		if se := inf.stdErr(i); identified[i] && !math.IsInf(se, 1) {
			e.StdErr = jac[i] * se
			ends := []float64{u[i] - z*se, u[i] + z*se}
			if o.links[i] == Log {
				ends[0], ends[1] = math.Exp(ends[0]), math.Exp(ends[1])
			}
			e.Lower, e.Upper = ends[0], ends[1]
		}
		es = append(es, e)
	}
	if inf.cov == nil {
		return es, nil, nil
	}
	cov = mat.NewSymDense(dim, nil)
	for i := range dim {
		for j := i; j < dim; j++ {
			cov.SetSym(i, j, jac[i]*inf.cov.At(i, j)*jac[j])
		}
	}
	return es, cov, inf.cov
}
