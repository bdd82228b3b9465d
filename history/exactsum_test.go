package history

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Against rational arithmetic, in the order drawn and in another one.
func TestExactSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOf(rapid.OneOf(
			rapid.Float64Range(-MaxAmount, MaxAmount),
			rapid.Map(rapid.IntRange(-100000, 100000), func(cents int) float64 { return float64(cents) / 100 }),
			rapid.Float64Range(-1e-300, 1e-300),
			rapid.SampledFrom([]float64{0x1p31, -0x1p31, 0x1.fffffffffffffp30, 0x1p-12, -0x1p-12, 0x1.fffffffffffffp-12, 0x1.fffffffffffffp-13, 0x1p-64, -0x1p-64}),
		)).Draw(t, "xs")
		exact := new(big.Rat)
		var s exactSum
		for _, x := range xs {
			exact.Add(exact, new(big.Rat).SetFloat64(x))
			s.add(x)
		}
		want, _ := exact.Float64()
		if got := s.value(); got != want {
			t.Errorf("sum of %v = %v, want %v", xs, got, want)
		}
		var other exactSum
		for _, x := range rapid.Permutation(xs).Draw(t, "permuted") {
			other.add(x)
		}
		if got := other.value(); got != want {
			t.Errorf("permuted sum of %v = %v, want %v", xs, got, want)
		}
		var a, b exactSum // and in two parts
		k := rapid.IntRange(0, len(xs)).Draw(t, "k")
		for i, x := range xs {
			if i < k {
				a.add(x)
			} else {
				b.add(x)
			}
		}
		if a.addSum(&b); a.value() != want {
			t.Errorf("sum of %v in two parts = %v, want %v", xs, a.value(), want)
		}
	})
}

// A plain sum gives 0 here: 1 is lost beside 1e100.
func TestExactSumCancels(t *testing.T) {
	var s exactSum
	for _, x := range []float64{1e100, 1, -1e100} {
		s.add(x)
	}
	if got := s.value(); got != 1 {
		t.Errorf("1e100 + 1 - 1e100 = %v, want 1", got)
	}
}
