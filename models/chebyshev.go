package models

import (
	"math"
	"slices"
)

// A chebyshev is a function of age, interpolated in y = ln(c+T) between
// Chebyshev points.
//
// What the models expect of a customer who is alive is analytic in T but for
// singularities at negative ages from −c on, c being α or the smaller one of α
// and β, and so in y within π of the real line. On an interval of length 2h the
// error of n points is then of the order ρ^−n, ρ = z + √(1+z²), z = π/h.
//
// Source: Trefethen (2013), Approximation theory and approximation practice,
// theorem 8.2; Berrut and Trefethen (2004), Barycentric Lagrange
// interpolation, equation (5.4).
type chebyshev struct {
	scale            float64   // c
	y, value, weight []float64 // points, descending, with values and barycentric weights
}

// newChebyshev interpolates f over the ages, which ascend.
// It returns nil where that does not pay or the scale is NaN, and where f varies
// too much for the smallest values to keep their digits, or turns out not to be
// so smooth.
func newChebyshev(f func(T float64) float64, scale float64, ages []float64) *chebyshev {
	first, last := ages[0], ages[len(ages)-1]
	lo, hi := math.Log(scale+first), math.Log(scale+last)
	z := 0.85 * math.Pi / ((hi - lo) / 2)
	points := max(3, math.Ceil(37/math.Asinh(z))) // ln ρ = asinh z, and e^−37 is half a unit in the last place
	if !(2*points < float64(len(ages))) {
		return nil
	}
	n := int(points)
	c := &chebyshev{scale, make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)}
	for i := range c.y {
		c.y[i] = lo + (hi-lo)*(1+math.Cos(math.Pi*float64(i)/points))/2
		T := min(max(math.Exp(c.y[i])-scale, first), last)
		c.y[i], c.value[i] = math.Log(scale+T), f(T)
		c.weight[i] = float64(1 - 2*(i%2))
	}
	c.weight[0] /= 2
	c.weight[n] /= 2
	// The error is relative to the largest value.
	if !(slices.Max(c.value) <= 100*slices.Min(c.value)) {
		return nil
	}
	for _, part := range []int{1, 3, 5} {
		T := ages[part*len(ages)/6]
		if want := f(T); !(math.Abs(c.at(T)-want) <= 1e-12*math.Abs(want)) {
			return nil
		}
	}
	return c
}

// at returns the interpolated value.
func (c *chebyshev) at(T float64) float64 {
	y := math.Log(c.scale + T)
	var sum, value float64
	for i, yi := range c.y {
		d := y - yi
		if d == 0 {
			return c.value[i]
		}
		w := c.weight[i] / d
		sum += w
		value += w * c.value[i]
	}
	return value / sum
}
