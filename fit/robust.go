package fit

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Robust returns the estimates with standard errors that hold also if the model
// is not true, and their covariance: with the observed information A and the
// sum B of the outer products of the customers' scores, both in the
// unconstrained parameters,
//
//	A⁻¹ · B · A⁻¹.
//
// If the model is true, B is A in expectation. The estimates are those of the
// fit; under a wrong model they estimate the member of the family that is
// nearest to the truth.
//
// It returns an error if the model does not give the scores of rows, or if the
// data do not determine all parameters.
//
// Source: White (1982), Maximum likelihood estimation of misspecified models,
// theorem 3.2.
func (r *Result[M]) Robust() ([]Estimate, *mat.SymDense, error) {
	switch {
	case r.rowScores == nil:
		return nil, nil, errors.New("fit: robust standard errors need a model with a RowScores method")
	case r.Cov == nil:
		return nil, nil, errors.New("fit: there are no robust standard errors where the data do not determine the parameters: " + r.Verdict)
	}
	theta := r.o.params(r.u)
	dim := len(theta)
	outer := mat.NewSymDense(dim, nil)
	scores, weights := r.rowScores(theta)
	row := mat.NewVecDense(dim, nil)
	for i, w := range weights {
		for j, s := range scores[i*dim : (i+1)*dim] {
			slope, _ := r.o.links[j].slopes(theta[j])
			row.SetVec(j, s*slope)
		}
		outer.SymRankOne(outer, w, row)
	}
	var product mat.Dense
	product.Product(r.inf.cov, outer, r.inf.cov)
	u := mat.NewSymDense(dim, nil)
	for i := range dim {
		for j := i; j < dim; j++ {
			u.SetSym(i, j, (product.At(i, j)+product.At(j, i))/2)
		}
	}
	es := make([]Estimate, dim)
	for i, name := range r.names {
		es[i] = interval(name, theta[i], math.Sqrt(u.At(i, i)), r.o.links[i], r.level)
	}
	return es, naturalCov(u, r.o.links, theta), nil
}
