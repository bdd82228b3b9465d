package fit

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// A path away from the optimum is followed this far on the log scale, or until
	// √(2Δℓ) is as large as draws ask for.
	pathReach = 40
	pathDepth = 4.5
	// A path on which √(2Δℓ) never gets this large does not end.
	pathClosed = 1.5
)

// A path is the profile of ℓ along a direction, in steps of 1.
type path []station

// A station is a point of a path with the root of the covariance across it.
type station struct {
	u     []float64
	depth float64 // √(2Δℓ)
	root  *mat.TriDense
}

// fromLimit is Toward of a fit whose information is singular along one
// direction.
func (r *Result[M]) fromLimit() func(z []float64) M {
	v := r.inf.values
	if len(v) < 2 || v[1] <= noInformation {
		return nil
	}
	flat := mat.Col(nil, 0, &r.inf.vectors)
	basis := across(flat)
	up, down := r.follow(flat, basis, 1), r.follow(flat, basis, -1)
	if !up.closed() {
		up, down = down, up
	}
	if !up.closed() {
		return nil
	}
	if !down.closed() {
		down = up
	}
	return func(z []float64) M {
		side := up
		if z[0] < 0 {
			side = down
		}
		s := side.at(math.Abs(z[0]))
		local := mat.NewVecDense(len(z)-1, nil)
		local.MulVec(s.root, mat.NewVecDense(len(z)-1, z[1:]))
		step := make([]float64, len(z))
		mat.NewVecDense(len(z), step).MulVec(basis, local)
		u, _ := r.newWay(s.u, step).to(math.Hypot(s.depth, floats.Norm(z[1:], 2)))
		return r.at(u)
	}
}

// follow returns the path from the estimates along a direction, or against it.
func (r *Result[M]) follow(flat []float64, basis *mat.Dense, sign float64) path {
	o := r.o.clone()
	best := o.value(r.u)
	p := path{{u: r.u, root: rootAcross(o, r.u, basis)}}
	for range pathReach {
		last := p[len(p)-1]
		at := floats.AddScaledTo(make([]float64, len(flat)), last.u, sign, flat)
		if math.IsInf(o.value(at), 0) {
			break
		}
		at = minimizeAcross(o, at, flat)
		s := station{u: at, depth: math.Sqrt(max(0, 2*o.n*(o.value(at)-best))), root: rootAcross(o, at, basis)}
		if s.root == nil {
			s.root = last.root
		}
		p = append(p, s)
		if s.depth >= pathDepth {
			break
		}
	}
	return p
}

// rootAcross returns the root of the covariance of the coordinates in the
// basis, nil if there is none.
func rootAcross(o *objective, u []float64, basis *mat.Dense) *mat.TriDense {
	_, dim := basis.Dims()
	s := newSubspace(o, u, basis)
	hess := mat.NewSymDense(dim, nil)
	s.hessian(hess, make([]float64, dim))
	hess.ScaleSym(o.n, hess)
	var chol mat.Cholesky
	cov := mat.NewSymDense(dim, nil)
	if !chol.Factorize(hess) || chol.InverseTo(cov) != nil {
		return nil
	}
	return lowerRoot(cov)
}

func (p path) closed() bool { return p[0].root != nil && p[len(p)-1].depth >= pathClosed }

// at returns the point of a depth, the last one if that is beyond the path.
func (p path) at(depth float64) station {
	for k := 1; k < len(p); k++ {
		if p[k].depth < depth {
			continue
		}
		lo, hi := p[k-1], p[k]
		part := 0.0
		if hi.depth > lo.depth {
			part = max(0, (depth-lo.depth)/(hi.depth-lo.depth))
		}
		u := floats.AddScaledTo(make([]float64, len(lo.u)), lo.u, part, floats.SubTo(make([]float64, len(lo.u)), hi.u, lo.u))
		return station{u, lo.depth + part*(hi.depth-lo.depth), hi.root}
	}
	return p[len(p)-1]
}
