package history

import (
	"maps"
	"math"
	"slices"
)

// A SpendCell is what repeat buyers with the same number of purchases and nearly
// the same mean value amount to in any smooth function of it: the moments of the
// relative differences δ = (m̄ − Mean)/Mean, which are below 1/64.
//
//	Σ N·f(m̄) = Σ_k Moments[k]/k! · Mean^k·f⁽ᵏ⁾(Mean)
//
// For a logarithm the terms after the last are below 10⁻¹⁷.
type SpendCell struct {
	X       int        // purchases averaged
	Mean    float64    // the mean value of the first
	Moments [9]float64 // Σ N·δᵏ
}

// Cells returns the rows in cells, by x: at once if Compress made them, else newly
// made. Rows in the order of their mean values fall into the fewest.
func (s *Spending) Cells() []SpendCell {
	if s.cells != nil {
		return s.cells
	}
	byX := map[int][]SpendCell{}
	for i, x := range s.Frequency {
		n, mean, own := s.N[i], s.Mean[i], byX[x]
		last := len(own) - 1
		if last < 0 || !(math.Abs(mean-own[last].Mean) < own[last].Mean/64) {
			own = append(own, SpendCell{X: x, Mean: mean})
			byX[x] = own
			last++
		}
		c := &own[last]
		delta := (mean - c.Mean) / c.Mean
		for k := range c.Moments {
			c.Moments[k] += n
			n *= delta
		}
	}
	var cells []SpendCell
	for _, x := range slices.Sorted(maps.Keys(byX)) {
		cells = append(cells, byX[x]...)
	}
	return cells
}

// Compress returns the same rows with their cells at hand. It must not be changed.
func (s *Spending) Compress() *Spending {
	out := *s
	out.cells = slices.Clip(s.Cells())
	return &out
}
