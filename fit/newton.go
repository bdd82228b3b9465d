package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	maxIterations = 200
	maxRun        = 60.0  // a parameter that ran a factor e⁶⁰ will not come back
	maxRadius     = 3.0   // a step changes no parameter by more than a factor e³
	sharpGradient = 1e-13 // Newton steps go on to here where the optimum is sharp
	flatGradient  = 1e-7  // and stop here where the parameters run away with nothing left to gain
	worthwhile    = 1e-7  // gain in ℓ below which a long step is not taken
	settled       = 3e-10 // a last step below this is not worth an evaluation
	sameOptimum   = 1e-3  // a search this near a known optimum would end there
	foreseen      = 0.25  // and one whose next step would miss it by this part of the way
	// The mean of f over the customers is known to some 1e-15 of itself; what a
	// step changes below this fraction cannot be read from f.
	roundingOfF = 1e-12
)

// A newton is a minimisation by Newton steps within a trust region. Its step
// minimises the quadratic model of f among the steps no longer than the
// radius, which also descends from saddles and never leaps to where f is flat.
//
// Near the optimum f no longer changes in its last digits, but its gradient
// does, and predictions follow the parameters; there a step is good if it
// halves the gradient.
type newton struct {
	*subspace
	v, grad []float64 // the current point
	f       float64

	trial, trialGrad []float64
	step, along      []float64 // the step; the gradient in the basis of the eigenvectors
	curvature        *mat.SymDense
	eigen            mat.EigenSym
	values           []float64 // of the curvature, ascending
	vectors          mat.Dense
	radius           float64

	first       float64 // f at the beginning
	moved, done bool    // whether the last step moved the point; whether no step helps
}

func newNewton(s *subspace, v []float64) *newton {
	d := len(v)
	k := &newton{subspace: s, v: v, grad: make([]float64, d), trial: make([]float64, d), trialGrad: make([]float64, d),
		step: make([]float64, d), along: make([]float64, d), curvature: mat.NewSymDense(d, nil), values: make([]float64, d), radius: 1, moved: true}
	k.first = s.value(v)
	k.f = k.first
	s.gradient(k.grad, v)
	return k
}

// descend runs to a local minimum, or to a point from which no step helps, and
// returns it as a point of the whole space; or one of the known optima if it is
// bound for that. It stops before where the rest of the way is expected to be
// less than the given part of the descent so far.
func (k *newton) descend(rest float64, known ...optimum) []float64 {
	for range maxIterations {
		if k.done || !finite(k.grad...) || norm(k.grad) <= sharpGradient || k.lost() {
			break
		}
		if k.moved && !k.factorize() {
			break
		}
		if u := k.bound(known); u != nil {
			return slices.Clone(u)
		}
		if k.expects() < rest*(k.first-k.f) {
			break
		}
		k.moved, k.done = k.advance()
	}
	return slices.Clone(k.point(k.v))
}

// expects returns the decrease of f that the quadratic model expects of its
// full step, +Inf where that leads too far or nowhere.
func (k *newton) expects() (gain float64) {
	if !(k.values[0] > 0) || k.length(0) > k.radius {
		return math.Inf(1)
	}
	for j, c := range k.along {
		gain += c * c / k.values[j] / 2
	}
	return gain
}

// lost reports whether a parameter has changed by more than any likelihood with
// a maximum makes it change.
func (k *newton) lost() bool {
	at := k.point(k.v)
	for i, link := range k.o.links {
		if link.relative() && math.Abs(at[i]-k.origin[i]) > maxRun {
			return true
		}
	}
	return false
}

func norm(v []float64) float64 { return floats.Norm(v, math.Inf(1)) }

// bound returns the known optimum to which the search would go on, or nil: one
// that is near, or that the quadratic model foresees in place and in value.
func (k *newton) bound(known []optimum) []float64 {
	for _, p := range known {
		way := floats.SubTo(k.trial, p.u, k.point(k.v))
		if d := norm(way); d < sameOptimum || d < 1 && k.foresees(way, k.f-p.f) {
			return p.u
		}
	}
	return nil
}

// foresees reports whether the full Newton step leads to the end of the given
// way, both as the crow flies and in the metric of the Hessian, and f falls on
// it by what the model expects.
func (k *newton) foresees(way []float64, fall float64) bool {
	if !(k.values[0] > 0) {
		return false
	}
	var length, missed, rise, missedRise float64
	for j, value := range k.values {
		var d float64
		for i, x := range way {
			d += k.vectors.At(i, j) * x
		}
		miss := d + k.along[j]/value
		length, missed = length+d*d, missed+miss*miss
		rise, missedRise = rise+value*d*d/2, missedRise+value*miss*miss/2
	}
	return missed < foreseen*foreseen*length && missedRise < foreseen*foreseen*rise && math.Abs(fall-rise) < foreseen*rise
}

// factorize brings the eigenvalues of the Hessian at the current point up to
// date. It reports whether there are any.
func (k *newton) factorize() bool {
	k.hessian(k.curvature, k.v)
	for i := range k.v {
		for j := i; j < len(k.v); j++ {
			if !finite(k.curvature.At(i, j)) {
				return false
			}
		}
	}
	if !k.eigen.Factorize(k.curvature, true) {
		return false
	}
	k.eigen.Values(k.values)
	k.eigen.VectorsTo(&k.vectors)
	for j := range k.along {
		k.along[j] = 0
		for i, g := range k.grad {
			k.along[j] += k.vectors.At(i, j) * g
		}
	}
	return true
}

// advance tries one step. It reports whether the point moved, and whether no
// further step helps.
func (k *newton) advance() (moved, done bool) {
	gain := k.solve()
	length := floats.Norm(k.step, 2)
	if k.o.n*gain < worthwhile && norm(k.grad) <= flatGradient && length > 0.1 {
		return false, true
	}
	negligible := gain < roundingOfF*(1+math.Abs(k.f))
	if negligible && length < settled {
		return false, true
	}
	floats.AddTo(k.trial, k.v, k.step)
	f := k.value(k.trial)
	if negligible {
		k.gradient(k.trialGrad, k.trial)
		better := norm(k.trialGrad) < norm(k.grad)/2 // false for NaN
		if better {
			k.move(f)
		}
		return better, !better
	}
	kept := (k.f - f) / gain
	switch {
	case !(kept > 0.25):
		k.radius = length / 4
	case kept > 0.75 && length > 0.9*k.radius:
		k.radius = min(2*k.radius, maxRadius)
	}
	if !(kept > 1e-3) {
		return false, length < 1e-9
	}
	k.gradient(k.trialGrad, k.trial)
	k.move(f)
	return true, false
}

// move makes the trial the current point.
func (k *newton) move(f float64) {
	k.v, k.trial = k.trial, k.v
	k.grad, k.trialGrad = k.trialGrad, k.grad
	k.f = f
}

// solve sets the step and returns the decrease of f that the quadratic model
// expects of it.
func (k *newton) solve() (gain float64) {
	lowest := k.values[0]
	shift := 0.0
	if !(lowest > 0) || k.length(0) > k.radius {
		shift = k.shift()
	}
	for i := range k.step {
		k.step[i] = 0
	}
	rest := max(0, k.radius*k.radius-math.Pow(k.length(shift), 2))
	for j, c := range k.along {
		p := -c / (k.values[j] + shift)
		if j == 0 && lowest < 0 { // the gradient may have nothing along the way down from a saddle
			p += math.Copysign(math.Sqrt(p*p+rest)-math.Abs(p), p)
		}
		gain -= p * (c + k.values[j]*p/2)
		for i := range k.step {
			k.step[i] += p * k.vectors.At(i, j)
		}
	}
	return gain
}

// length returns the length of the step −(H + shift)⁻¹ g.
func (k *newton) length(shift float64) float64 {
	var sum float64
	for j, c := range k.along {
		p := c / (k.values[j] + shift)
		sum += p * p
	}
	return math.Sqrt(sum)
}

// shift returns the least shift of the eigenvalues with which they are
// positive and the step is no longer than the radius.
func (k *newton) shift() float64 {
	last := len(k.values) - 1
	tiny := 1e-14*max(math.Abs(k.values[0]), math.Abs(k.values[last])) + 1e-300
	lo := max(0, -k.values[0]) + tiny
	if k.length(lo) <= k.radius {
		return lo
	}
	hi := lo + floats.Norm(k.along, 2)/k.radius
	for range 60 {
		mid := lo + (hi-lo)/2
		if k.length(mid) > k.radius {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
