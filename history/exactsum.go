package history

import (
	"math"
	"math/big"
	"math/bits"
)

// An exactSum adds numbers without any rounding, so that the sum depends
// neither on their order nor on how they are grouped. What amounts of money are
// made of, multiples of 2⁻⁶⁴ below 2³¹, is added in fixed point,
//
//	sum = whole + fraction · 2⁻⁶⁴
//
// which has room for 2³² of them; other numbers are added as an expansion.
type exactSum struct {
	whole    int64
	fraction uint64
	rest     *expansion // nil: there are no others
}

func (s *exactSum) add(x float64) {
	b := math.Float64bits(x)
	exponent := b >> 52 & 0x7ff
	shift := exponent - 1075 + 64 // of the mantissa; huge if it reaches below 2⁻⁶⁴
	if shift > 42 || exponent == 0 {
		s.addOther(x)
		return
	}
	mantissa := b&(1<<52-1) | 1<<52
	low, high := mantissa<<shift, mantissa>>(64-shift)
	var carry uint64
	if b>>63 == 0 {
		s.fraction, carry = bits.Add64(s.fraction, low, 0)
		s.whole += int64(high + carry)
	} else {
		s.fraction, carry = bits.Sub64(s.fraction, low, 0)
		s.whole -= int64(high + carry)
	}
}

func (s *exactSum) addOther(x float64) {
	if x == 0 {
		return
	}
	if s.rest == nil {
		s.rest = &expansion{}
	}
	s.rest.add(x)
}

// addSum adds the numbers of another sum.
func (s *exactSum) addSum(t *exactSum) {
	var carry uint64
	s.fraction, carry = bits.Add64(s.fraction, t.fraction, 0)
	s.whole += t.whole + int64(carry)
	if t.rest != nil {
		for _, p := range *t.rest {
			s.addOther(p)
		}
	}
}

// value returns the sum, rounded once.
func (s *exactSum) value() float64 {
	if s.fraction == 0 && s.rest == nil {
		return float64(s.whole)
	}
	// Between 2^400 and the smallest float64 there are fewer than 1500 bits.
	f := new(big.Float).SetPrec(1500).SetInt64(s.whole)
	fraction := new(big.Float).SetUint64(s.fraction)
	f.Add(f, fraction.SetMantExp(fraction, -64))
	if s.rest != nil {
		for _, p := range *s.rest {
			f.Add(f, big.NewFloat(p))
		}
	}
	v, _ := f.Float64()
	return v + 0 // no negative zero
}

// An expansion is a sum as numbers that do not overlap, in ascending order of
// magnitude.
//
// Source: Shewchuk (1997), Adaptive precision floating-point arithmetic and
// fast robust geometric predicates, section 2.4 (grow-expansion).
type expansion []float64

func (e *expansion) add(x float64) {
	parts := *e
	k := 0
	for _, p := range parts {
		if math.Abs(x) < math.Abs(p) {
			x, p = p, x
		}
		high := x + p
		if low := p - (high - x); low != 0 {
			parts[k] = low
			k++
		}
		x = high
	}
	*e = append(parts[:k], x)
}
