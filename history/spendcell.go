package history

import (
	"math"
	"slices"
)

// A SpendCell is what a run of repeat buyers with the same number of purchases
// and nearly the same mean value amounts to in any smooth function of it: the
// moments of the relative differences δ = (m̄ − Mean)/Mean, which are below 1/64.
//
//	Σ N·f(m̄) = Σ_k Moments[k]/k! · Mean^k·f⁽ᵏ⁾(Mean)
//
// For a logarithm the terms after the last are below 10⁻¹⁷.
type SpendCell struct {
	X       int        // purchases averaged
	Mean    float64    // the mean value of the first
	Moments [9]float64 // Σ N·δᵏ
}

// Cells returns the rows in cells: at once if Compress made them, else newly
// made. Rows in the order of [Table.Spending] fall into the fewest.
func (s *Spending) Cells() []SpendCell {
	if s.cells != nil {
		return s.cells
	}
	var cells []SpendCell
	var c *SpendCell
	for i, x := range s.Frequency {
		n, mean := s.N[i], s.Mean[i]
		if c == nil || x != c.X || !(math.Abs(mean-c.Mean) < c.Mean/64) {
			cells = append(cells, SpendCell{X: x, Mean: mean})
			c = &cells[len(cells)-1]
		}
		delta := (mean - c.Mean) / c.Mean
		for k := range c.Moments {
			c.Moments[k] += n
			n *= delta
		}
	}
	return cells
}

// Compress returns the same rows with their cells at hand. It must not be changed.
func (s *Spending) Compress() *Spending {
	out := *s
	out.cells = slices.Clip(s.Cells())
	return &out
}
