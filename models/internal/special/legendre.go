package special

import (
	"math"
	"sync"
)

const maxLegendre = 80

var legendre [maxLegendre + 1]struct {
	once sync.Once
	x, w []float64
}

// Legendre returns the nodes and weights of the Gauss–Legendre rule with n
// points on [−1, 1], nodes ascending: Σ w·f(x) is exact for polynomials of
// degree up to 2n−1. The slices are shared and must not be changed. It panics
// unless 1 ≤ n ≤ 80.
func Legendre(n int) (x, w []float64) {
	if n < 1 || n > maxLegendre {
		panic("special: Legendre needs 1 to 80 points")
	}
	rule := &legendre[n]
	rule.once.Do(func() { rule.x, rule.w = newLegendre(n) })
	return rule.x, rule.w
}

// newLegendre finds the roots of P_n by Newton's method from Tricomi's
// approximation.
func newLegendre(n int) (x, w []float64) {
	x, w = make([]float64, n), make([]float64, n)
	for i := range (n + 1) / 2 {
		t := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		if 2*i+1 == n {
			t = 0
		}
		var deriv float64
		for range 10 {
			var value float64
			value, deriv = legendreP(n, t)
			if math.Abs(value) < 1e-16*math.Abs(deriv) {
				break
			}
			t -= value / deriv
		}
		x[i], x[n-1-i] = -t, t
		w[i] = 2 / ((1 - t) * (1 + t) * deriv * deriv)
		w[n-1-i] = w[i]
	}
	return x, w
}

// legendreP returns P_n(t) and P_n′(t).
func legendreP(n int, t float64) (value, deriv float64) {
	prev, p := 1.0, t
	for k := 2.0; k <= float64(n); k++ {
		prev, p = p, ((2*k-1)*t*p-(k-1)*prev)/k
	}
	return p, float64(n) * (prev - t*p) / ((1 - t) * (1 + t))
}
