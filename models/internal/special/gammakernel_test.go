package special

import (
	"math"
	"testing"
)

// The values are mpmath's with 50 digits. For large a the value itself loses
// |u−a| units in the last place to the rounding of u.
func TestGammaKernel(t *testing.T) {
	for _, c := range []struct{ a, u, want float64 }{
		{1e-8, 0.3, -18.720680750219937},
		{0.4, 1e-12, -11.849086264074204},
		{0.4, 700, -698.17624568368442},
		{9.99, 12.5, -0.047286057710720978},
		{10, 12.5, -0.044541036998915213},
		{10.5, 0.001, -86.473055648716202},
		{123.25, 130, 1.309138068133889},
		{1e6, 1e6, 5.988816662444131},
		{1e6, 1.001e6, 5.4891497459772978},
		{1e6, 25000, -2713873.4652972739},
		{1e8, 1.0002e8, 6.2916684646112423},
	} {
		got := GammaKernel(c.a, c.u)
		tol := 2e-15*max(1, math.Abs(c.want)) + 0x1p-52*math.Abs(c.u-c.a)
		if c.a < asymptotic {
			tol *= 10 // the plain difference of its terms
		}
		if !(math.Abs(got-c.want) <= tol) {
			t.Errorf("GammaKernel(%g, %g) = %.17g, want %.17g", c.a, c.u, got, c.want)
		}
	}
}
