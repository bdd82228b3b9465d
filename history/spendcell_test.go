package history

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The moments of the cells give the sum of a logarithm over the rows.
func TestSpendCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	tab := &Table{}
	for range 3000 {
		tab.Append(Customer{Frequency: 1 + rng.IntN(3), Recency: 1, T: 1, Spend: math.Exp(rng.NormFloat64() / 20)})
	}
	s := tab.Spending()
	cells := s.Compress().Cells()
	if n := len(cells); n < 30 || n > 100 { // 3 x and a range of 0.4 in 64ths
		t.Errorf("%d cells of %d rows", n, s.Len())
	}
	var rows, series, short float64
	for i, m := range s.Mean {
		rows += s.N[i] * math.Log(m)
	}
	for _, c := range cells {
		series += c.Moments[0] * math.Log(c.Mean)
		short += c.Moments[5] / 5
		for k, sign := 1, 1.0; k < len(c.Moments); k, sign = k+1, -sign {
			series += sign * c.Moments[k] / float64(k)
		}
	}
	const tolerance = 3000 * 0x1p-53 // a rounding of sums about 1 for every row
	if err := math.Abs(series - rows); !(err <= tolerance) || !(short > 10*tolerance) {
		t.Errorf("Σ ln m̄ by cells is %.17g, by rows %.17g; the fifth terms add %.2g", series, rows, short)
	}
	tiny := &Spending{Frequency: []int{2, 2, 3}, Mean: []float64{5e-324, 1e-323, 1e-323}, N: []float64{1, 1, 1}}
	if n := len(tiny.Cells()); n != 3 {
		t.Errorf("%d cells of means that are twice each other, and another x, want 3", n)
	}
}
