package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// A Survivor is a model that says how likely customers are still to be active
// after a time.
type Survivor interface {
	ProbAliveAt(c history.Customer, t float64) float64
}

// DiscountedLife returns the time, discounted, for which a customer who is alive
// now stays so within t,
//
//	∫₀ᵗ e^(-δu) · P(alive at u) du
//
// by 8 nodes of Gauss and Legendre on each of the intervals that halve towards
// 0, where P(alive) bends. With δ > 0, t may be +Inf: what lies beyond
// e^(-δu) = 1e-13 does not count. Without, the life to infinity is +Inf.
func DiscountedLife[M Survivor](m M, t, delta float64) float64 {
	if math.IsInf(t, 1) {
		if !(delta > 0) {
			return math.Inf(1)
		}
		t = 30 / delta
	}
	if t <= 0 {
		return 0
	}
	var sum float64
	for range 15 {
		sum += DiscountedLifeBetween(m, t/2, t, delta)
		t /= 2
	}
	return sum + DiscountedLifeBetween(m, 0, t, delta)
}

// DiscountedLifeBetween is the part of [DiscountedLife] from lo to hi, by 8 nodes
// alone: P(alive) must hardly bend there.
func DiscountedLifeBetween[M Survivor](m M, lo, hi, delta float64) (sum float64) {
	mid, half := (lo+hi)/2, (hi-lo)/2
	for i, x := range legendreNodes {
		for _, u := range [2]float64{mid - half*x, mid + half*x} {
			sum += half * legendreWeights[i] * math.Exp(-delta*u) * m.ProbAliveAt(history.Customer{}, u)
		}
	}
	return sum
}

// The positive nodes of the Gauss–Legendre rule with 8 nodes and their weights.
// Source: Abramowitz and Stegun (1964), table 25.4.
var (
	legendreNodes   = [4]float64{0.183434642495650, 0.525532409916329, 0.796666477413627, 0.960289856497536}
	legendreWeights = [4]float64{0.362683783378362, 0.313706645877887, 0.222381034453374, 0.101228536290376}
)
