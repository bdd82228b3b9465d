package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The sum of n·ln v, one by one, is the reference; the bound is the rounding
// that either may have.
func TestLogProduct(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	for _, spread := range []float64{1e-9, 0.5, 5, 40, 600} {
		l := newLogProduct()
		var want, size float64
		for range 20000 {
			n, v := float64(1+rng.IntN(5)), math.Exp(spread*(2*rng.Float64()-1))
			if rng.IntN(8) == 0 {
				n += 0.5
			}
			l.add(n, v)
			want += n * math.Log(v)
			size += n * (1 + math.Abs(math.Log(v)))
		}
		if got := l.sum(); !(math.Abs(got-want) <= 1e-15*size) {
			t.Errorf("spread %v: sum %v, want %v", spread, got, want)
		}
	}
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		l := newLogProduct()
		l.add(1, v)
		if got, want := l.sum(), math.Log(v); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("ln %v = %v, want %v", v, got, want)
		}
	}
}
