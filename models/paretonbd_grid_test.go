package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// The shared grid is another way to the same sums: it must agree with the rows
// evaluated one by one, for every parameter a fit may visit.
func TestParetoGrid(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	h := &history.Table{Unit: history.Week}
	for range 30000 {
		day := 1 + rng.IntN(120)
		c := history.Customer{T: float64(day) / 7}
		if rng.IntN(3) > 0 {
			c.Frequency, c.Recency = 1+rng.IntN(6), float64(1+rng.IntN(day))/7
		}
		h.Append(c)
	}
	h = h.Compress()
	var worst float64
	for _, m := range []ParetoNBD{
		{0.55, 10.6, 0.6, 11.7}, {3, 0.05, 0.2, 40}, {0.01, 1e-3, 5, 1e-3}, {50, 300, 1, 1}, {0.4, 8, 1e4, 1e5},
		{1e4, 1e5, 0.5, 3}, {1e-4, 10, 1e-4, 10}, {1, 1e4, 1e4, 1},
	} {
		grad, hess := make([]float64, 4), make([]float64, 16)
		got := m.Hessian(hess, grad, h)
		var sums [15]float64
		for i := range h.Len() {
			k := paretoKernel{m: m}
			c := h.Customer(i)
			bx, br := m.byX(c.Frequency, 2), m.byRecency(c.Recency)
			k.set(bx.x, c.Recency, c.T)
			k.add(sums[:], &bx, br, h.Weight(i), 2)
		}
		want := make([]float64, 16)
		unpackSymmetric(want, sums[5:], 4)
		theta := m.Params()
		compare := func(name string, got, want, scale float64, tol float64) {
			t.Helper()
			e := math.Abs(got-want) / scale
			worst = max(worst, e/tol)
			if !(e <= tol) {
				t.Errorf("%+v: %s = %v one by one, %v by the grid (off by %.1e of %.3g)", m, name, want, got, e, scale)
			}
		}
		compare("ℓ", got, sums[0], math.Abs(sums[0]), 1e-13)
		n := h.Customers()
		for i := range 4 {
			compare("score", theta[i]*grad[i], theta[i]*sums[1+i], n*max(1, math.Abs(theta[i]*sums[1+i])/n), 1e-11)
			for j := range 4 {
				compare("Hessian", theta[i]*theta[j]*hess[4*i+j], theta[i]*theta[j]*want[4*i+j], n*max(1, math.Abs(theta[i]*theta[j]*want[4*i+j])/n), 1e-9)
			}
		}
	}
	t.Logf("worst difference: %.2g of what is allowed", worst)
	g := &paretoGrid{}
	g.set(ParetoNBD{0.55, 10.6, 0.6, 11.7}, h.Index())
	for i, place := range g.shared {
		if place < 0 {
			t.Errorf("the rows with x = %d, %d of them, do not share the grid: the test does not reach it", h.Index().X[i], h.Index().RowsX[i])
		}
	}
}

// The short series keep every digit, on both sides of where they end.
func TestShortSeries(t *testing.T) {
	for x := 1e-12; x < 0.2; x *= 1.01 {
		if got, want := expOf(-x), math.Exp(-x); math.Abs(got-want) > 3e-16*want {
			t.Errorf("e^%v = %v, want %v", -x, got, want)
		}
		if got, want := log1pOf(x), math.Log1p(x); math.Abs(got-want) > 5e-16*want {
			t.Errorf("ln(1+%v) = %v, want %v", x, got, want)
		}
	}
}
