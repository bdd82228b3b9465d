package fit

import "math"

// A Link maps a parameter to the real line.
type Link uint8

// The links.
const (
	Log      Link = iota // θ = exp(u): positive parameters
	Identity             // θ = u: any real number
	Logit                // θ = 1/(1+exp(−u)): between 0 and 1
)

// natural returns θ(u).
func (l Link) natural(u float64) float64 {
	switch l {
	case Log:
		return math.Exp(u)
	case Logit:
		return 1 / (1 + math.Exp(-u))
	}
	return u
}

// unconstrained returns u(θ).
func (l Link) unconstrained(theta float64) float64 {
	switch l {
	case Log:
		return math.Log(theta)
	case Logit:
		return math.Log(theta) - math.Log1p(-theta)
	}
	return theta
}

// slopes returns dθ/du and d²θ/du² at θ.
func (l Link) slopes(theta float64) (first, second float64) {
	switch l {
	case Log:
		return theta, theta
	case Logit:
		s := theta * (1 - theta)
		return s, s * (1 - 2*theta)
	}
	return 1, 0
}

// relative reports whether a step of one on the real line is a change by a
// factor, whatever the unit of the parameter.
func (l Link) relative() bool { return l != Identity }

// open returns the interval that every value lies in.
func (l Link) open() (lower, upper float64) {
	switch l {
	case Log:
		return 0, math.Inf(1)
	case Logit:
		return 0, 1
	}
	return math.Inf(-1), math.Inf(1)
}
