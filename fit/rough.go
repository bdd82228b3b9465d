package fit

import (
	"math"
	"slices"
)

// roughStep is far above rounding and far below the scale on which a
// log-likelihood bends.
const roughStep = 1e-3

// rough reports whether f around u is rounding noise. Far from all data some
// likelihoods are: their noise then beats the maximum, and its gradient may
// even be zero. The second difference of a smooth function grows fourfold when
// its step doubles; that of noise does not.
func (o *objective) rough(u []float64) bool {
	at, f := slices.Clone(u), o.value(u)
	for i := range u {
		second := func(h float64) float64 {
			at[i] = u[i] + h
			up := o.value(at)
			at[i] = u[i] - h
			down := o.value(at)
			at[i] = u[i]
			return up - 2*f + down
		}
		h := step(roughStep, u[i])
		one, two := second(h), second(2*h)
		if !(o.n*math.Abs(two-4*one) <= sameLogLik+o.n*math.Abs(two)/2) {
			return true
		}
	}
	return false
}
