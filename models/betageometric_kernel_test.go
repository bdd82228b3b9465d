package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// What rows share must not change their sums: a table with many rows of few
// ages agrees with its rows taken as tables of their own.
func TestBetaGeometricSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 6))
	h := &history.Table{Unit: history.Week}
	for range 3000 {
		age := 80 + 7*rng.IntN(6)
		c := history.Customer{T: float64(age) / 7}
		if rng.IntN(3) > 0 {
			c.Frequency, c.Recency = 1+rng.IntN(4), float64(1+rng.IntN(age))/7
		}
		h.Append(c)
	}
	h = h.Compress()
	for _, m := range []betaGeometric{
		{0.24, 4.4, 0.8, 2.4, 0}, {0.5, 6.2, 0.9, 1.6, 1}, {90, 0.3, 2, 0.1, 1}, {80, 2, 1e3, 1e-4, 0}, {1e5, 1e6, 1, 1, 1},
		{0.01, 1e-6, 0.3, 40, 0}, {3, 1e5, 1e6, 1e5, 1}, {200, 1e-3, 1, 1, 0},
	} {
		got := m.sums(h, 2)
		var want, size [bgSums]float64
		for i := range h.Len() {
			row := &history.Table{Frequency: h.Frequency[i : i+1], Recency: h.Recency[i : i+1], T: h.T[i : i+1], N: h.N[i : i+1]}
			for k, v := range m.sums(row, 2) {
				want[k] += v
				size[k] += math.Abs(v)
			}
		}
		for k := range got {
			if !(math.Abs(got[k]-want[k]) <= 1e-13*size[k]) { // the rounding of exponents up to 300
				t.Errorf("%+v: sum %d is %v, want %v", m, k, got[k], want[k])
			}
		}
	}
	shared := new(bgWorkspace)
	shared.tabulate(betaGeometric{0.24, 4.4, 0.8, 2.4, 0}, h.Index())
	for i, k := range shared.byX[1:] {
		if k.powers == nil {
			t.Errorf("the rows with x = %d share nothing: the test does not reach it", h.Index().X[1+i])
		}
	}
}

// The repeat purchases expected up to many ages, one by one.
func TestPurchasesUpTo(t *testing.T) {
	for _, first := range []int{0, 1, 200} {
		h := &history.Table{Unit: history.Week}
		for day := first; day < 500; day++ {
			h.Append(history.Customer{T: float64(day) / 7})
		}
		h = h.Compress()
		for _, m := range []purchaser{BGNBD{0.24, 4.4, 0.8, 2.4}, MBGNBD{0.5, 6, 0.9, 1.6}, ParetoNBD{0.55, 10.6, 0.6, 11.7}, NBD{0.4, 12},
			BGNBD{1, 1e-3, 0.5, 0.5}, MBGNBD{0.2, 1e4, 1e3, 2e3}} {
			var want float64
			for _, T := range h.T {
				want += m.Expected(T)
			}
			if got := purchasesUpTo(m, h.Index()); !(math.Abs(got-want) <= 1e-12*want) { // the bound of newChebyshev
				t.Errorf("%+v from day %d on: %v purchases, want %v", m, first, got, want)
			}
		}
	}
}
