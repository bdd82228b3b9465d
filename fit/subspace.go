package fit

import (
	"gonum.org/v1/gonum/mat"
)

// A subspace is the objective seen from within origin + span(basis); all of
// space if basis is nil.
type subspace struct {
	o      *objective
	origin []float64
	basis  *mat.Dense // orthonormal columns
	at     []float64
	grad   []float64
	hess   *mat.SymDense
}

func newSubspace(o *objective, origin []float64, basis *mat.Dense) *subspace {
	dim := len(origin)
	return &subspace{o: o, origin: origin, basis: basis, at: make([]float64, dim), grad: make([]float64, dim),
		hess: mat.NewSymDense(dim, nil)}
}

func (s *subspace) dim() int {
	if s.basis == nil {
		return len(s.origin)
	}
	_, d := s.basis.Dims()
	return d
}

// point returns the point of the whole space with coordinates v. It is
// overwritten by the next call.
func (s *subspace) point(v []float64) []float64 {
	for i := range s.at {
		s.at[i] = s.origin[i]
		if s.basis == nil {
			s.at[i] += v[i]
			continue
		}
		for k, x := range v {
			s.at[i] += s.basis.At(i, k) * x
		}
	}
	return s.at
}

func (s *subspace) value(v []float64) float64 { return s.o.value(s.point(v)) }

func (s *subspace) gradient(dst, v []float64) {
	if s.basis == nil {
		s.o.gradient(dst, s.point(v))
		return
	}
	s.o.gradient(s.grad, s.point(v))
	for k := range dst {
		dst[k] = 0
		for i, g := range s.grad {
			dst[k] += s.basis.At(i, k) * g
		}
	}
}

func (s *subspace) hessian(dst *mat.SymDense, v []float64) {
	if s.basis == nil {
		s.o.hessian(dst, s.point(v))
		return
	}
	s.o.hessian(s.hess, s.point(v))
	var full mat.Dense
	full.Product(s.basis.T(), s.hess, s.basis)
	for i := range len(v) {
		for j := i; j < len(v); j++ {
			dst.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// across returns an orthonormal basis of the space orthogonal to the given
// vectors, fewer than it has dimensions and independent.
func across(vs ...[]float64) *mat.Dense {
	dim := len(vs[0])
	columns := mat.NewDense(dim, len(vs), nil)
	for k, v := range vs {
		columns.SetCol(k, v)
	}
	var qr mat.QR
	qr.Factorize(columns)
	var q mat.Dense
	qr.QTo(&q)
	return mat.DenseCopyOf(q.Slice(0, dim, len(vs), dim))
}
