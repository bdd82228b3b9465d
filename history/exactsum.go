package history

import (
	"math"
	"math/big"
)

// An exactSum adds numbers without any rounding, so that the sum does not
// depend on their order. It holds the sum as numbers that do not overlap, in
// ascending order of magnitude.
//
// Source: Shewchuk (1997), Adaptive precision floating-point arithmetic and
// fast robust geometric predicates, section 2.4 (grow-expansion).
type exactSum struct{ parts []float64 }

func (s *exactSum) add(x float64) {
	k := 0
	for _, p := range s.parts {
		if math.Abs(x) < math.Abs(p) {
			x, p = p, x
		}
		high := x + p
		if low := p - (high - x); low != 0 {
			s.parts[k] = low
			k++
		}
		x = high
	}
	s.parts = append(s.parts[:k], x)
}

// value returns the sum, rounded once.
func (s *exactSum) value() float64 {
	if len(s.parts) == 1 {
		return s.parts[0] + 0 // no negative zero
	}
	// Between 2^400 and the smallest float64 there are fewer than 1500 bits.
	f := new(big.Float).SetPrec(1500)
	for _, p := range s.parts {
		f.Add(f, big.NewFloat(p))
	}
	v, _ := f.Float64()
	return v
}
