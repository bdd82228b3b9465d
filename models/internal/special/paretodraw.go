package special

import (
	"math"
	"math/rand/v2"
)

// Draw returns a draw of v in [0, W] with density proportional to the
// integrand: in the Pareto/NBD model the time from the last purchase to
// dropout. It panics if W is 0.
//
// In y the density is log-concave, so with its maximum at m and the area c
// under e^(h(y)−h(m)) it lies below min(1, e^(1−|y−m|/c)), of area 4c or, if m is
// an end, 2c: proposals from there are accepted once in four, or two, times.
//
// Source: Devroye (1986), Non-uniform random variate generation, VII.2.
func (k ParetoIntegral) Draw(rng *rand.Rand) float64 {
	if !(k.W > 0) {
		panic("special: no time in which to draw")
	}
	e, m := k.exponent()
	end := math.Log1p(k.W / m)
	mode := e.mode(end)
	top, _ := e.at(mode)
	area := math.Exp(k.Log()-top) / m
	for {
		d := area * rng.Float64()
		bound := 0.0
		if rng.Float64() < 0.5 {
			x := rng.ExpFloat64()
			d, bound = area*(1+x), -x
		}
		y := mode + d
		if mode == end || mode > 0 && rng.Float64() < 0.5 {
			y = mode - d
		}
		if y < 0 || y > end {
			continue
		}
		if h, _ := e.at(y); -rng.ExpFloat64() < h-top-bound {
			return min(m*math.Expm1(y), k.W)
		}
	}
}
