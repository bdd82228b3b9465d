package modeltest

import (
	"fmt"
	"math"
)

// A report collects what is wrong with a model. A few failures say as much as a
// thousand, so it keeps the first ten of a check.
type report struct {
	failures []string
	lacking  string // a method that the model lacks and the check needs
	logf     func(format string, args ...any)
}

func (r *report) errorf(format string, args ...any) {
	if len(r.failures) < 10 {
		r.failures = append(r.failures, fmt.Sprintf(format, args...))
	}
}

// lacks reports whether the model lacks any of the methods, and remembers it.
func (r *report) lacks(methods ...need) bool {
	for _, m := range methods {
		if !m.there {
			r.lacking = m.name
			return true
		}
	}
	return false
}

// A need is a method that a check cannot do without.
type need struct {
	name  string
	there bool
}

// near compares got with want, relative to the larger of |want| and floor.
func (r *report) near(what string, got, want, tol, floor float64) {
	if got != want && !(math.Abs(got-want) <= tol*max(math.Abs(want), floor)) {
		r.errorf("%s is %.15g, want %.15g: a relative error of %.2g where %.2g is allowed", what, got, want, math.Abs(got-want)/max(math.Abs(want), floor), tol)
	}
}

// within reports a value that is not in [lo, hi], NaN among them.
func (r *report) within(what string, got, lo, hi float64) {
	if !(got >= lo && got <= hi) {
		r.errorf("%s is %.17g, which is not in [%g, %g]", what, got, lo, hi)
	}
}
