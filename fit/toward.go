package fit

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// No point of Toward is farther out than this: a factor e⁵ in a parameter.
	towardReach = 5.0
	// √(2Δℓ) of a point of Toward is exact to this.
	towardTolerance = 0.01
	// ℓ is called quadratic if two standard errors from the optimum, along every
	// principal axis of the covariance and both ways, √(2Δℓ) is within this
	// share of 2.
	quadraticWithin = 0.1
)

// Toward returns a function that gives the model in a direction z from the
// estimates û, one number for each parameter, as far out as the likelihood
// says:
//
//	u = û + ρ·L·z,  ρ > 0 where 2(ℓ(û) − ℓ(u)) = |z|²,  LL′ = LogScale
//
// For a quadratic ℓ, ρ is 1. With z standard normal the u are then normal
// around the estimates; otherwise they reach farther where ℓ is flatter, and a
// share of them equal to the level lies within 2(ℓ(û) − ℓ(u)) ≤ the χ² quantile
// of the level. In one dimension the signed root of the likelihood ratio is
// normal, which is what its intervals rest on. With priors, ℓ + ln prior takes
// the place of ℓ. No parameter goes farther than a factor e⁵.
//
// Where ℓ falls less than that all the way, as toward a limit of the family
// that the data do not rule out, there is no place to go, and z is turned
// round: so the draws are those of a distribution that ends there and does not
// heap up at the end.
//
// At a limit, where one direction is not determined, the size of the first
// number tells how far to come back from it, along the profile of ℓ. Toward
// returns nil where the data leave more than that open.
//
// The function may be called from several goroutines, and panics if z has
// another length.
//
// Source: Barndorff-Nielsen and Cox (1994), Inference and Asymptotics, section
// 3.4, for the root; the rays are ours.
func (r *Result[M]) Toward() func(z []float64) M {
	if r.LogScale == nil {
		return r.fromLimit()
	}
	root := lowerRoot(r.LogScale)
	return func(z []float64) M {
		step := make([]float64, len(r.u))
		mat.NewVecDense(len(step), step).MulVec(root, mat.NewVecDense(len(z), z))
		depth := floats.Norm(z, 2)
		u, there := r.newWay(r.u, step).to(depth)
		if !there {
			if back, ok := r.newWay(r.u, floats.ScaleTo(make([]float64, len(step)), -1, step)).to(depth); ok {
				u = back
			}
		}
		return r.at(u)
	}
}

// lowerRoot returns L with LL′ = c, which must be positive definite.
func lowerRoot(c mat.Symmetric) *mat.TriDense {
	var chol mat.Cholesky
	var lower mat.TriDense
	chol.Factorize(c)
	chol.LTo(&lower)
	return &lower
}

// Quadratic reports whether ℓ is nearly quadratic in the unconstrained
// parameters as far as two standard errors around the estimates, so that a
// normal distribution describes what the data leave open. It is not if the fit
// has no covariance.
func (r *Result[M]) Quadratic() bool {
	if r.LogScale == nil {
		return false
	}
	for k, value := range r.inf.values {
		axis := mat.Col(nil, k, &r.inf.vectors)
		floats.Scale(1/math.Sqrt(value), axis)
		w := r.newWay(r.u, axis)
		if math.Abs(w.depth(2)/2-1) > quadraticWithin || math.Abs(w.depth(-2)/2-1) > quadraticWithin {
			return false
		}
	}
	return true
}

// A way is a straight line from a point at or near the optimum.
type way struct {
	o          *objective // of values alone
	from, step []float64
	best       float64 // f at the optimum
}

func (r *Result[M]) newWay(from, step []float64) *way {
	w := &way{o: newObjective(r.plain, r.o.n, r.o.links, r.o.prior), from: from, step: step}
	w.best = w.o.value(r.u)
	return w
}

func (w *way) point(a float64) []float64 {
	return floats.AddScaledTo(make([]float64, len(w.from)), w.from, a, w.step)
}

// depth returns √(2Δℓ) a steps from the beginning.
func (w *way) depth(a float64) float64 {
	return math.Sqrt(max(0, 2*w.o.n*(w.o.value(w.point(a))-w.best)))
}

// to returns the point of the given depth, or the one at the reach and false if
// it lies beyond. The depth is nearly linear in the steps.
func (w *way) to(want float64) (u []float64, there bool) {
	reach := towardReach / floats.Norm(w.step, math.Inf(1))
	lo, hi := 0.0, math.Inf(1)
	depthLo, depthHi := w.depth(0), 0.0
	if !(depthLo < want-towardTolerance) {
		return w.from, true
	}
	a := min(1, reach)
	for range 50 {
		depth := w.depth(a)
		if math.Abs(depth-want) < towardTolerance {
			break
		}
		if depth < want && a == reach {
			return w.point(a), false
		}
		if depth < want {
			lo, depthLo = a, depth
		} else {
			hi, depthHi = a, depth
		}
		switch {
		case math.IsInf(hi, 1): // outward, twice as far at most
			a = min(reach, a*min(2, max(1.05, want/depth)))
		case math.IsInf(depthHi, 1):
			a = (lo + hi) / 2
		default:
			a = lo + (hi-lo)*min(max((want-depthLo)/(depthHi-depthLo), 0.05), 0.95)
		}
	}
	return w.point(a), true
}
