package portfolio

import (
	"cmp"
	"slices"
)

// A Concentration is how unequally value is spread over customers.
type Concentration struct {
	Gini float64       `json:"gini"` // 0: all are worth the same, 1: one is worth everything
	Top  []LorenzPoint `json:"top"`
}

// A LorenzPoint is what the best customers make up.
type LorenzPoint struct {
	Customers float64 `json:"customers"` // share of them, the best first
	Value     float64 `json:"value"`     // share of the value
}

// ConcentrationOf returns the Gini coefficient of the values and the shares of the
// top 1, 5, 10, 20, 25 and 50 %. Negative values count as 0. With v₁ ≤ … ≤ vₙ,
//
//	Gini = Σ (2i − n − 1)·vᵢ / (n·Σ vᵢ)
//
// and 0 if nothing is worth anything.
func ConcentrationOf(values []float64) Concentration {
	v := make([]float64, len(values))
	var total float64
	for i, x := range values {
		v[i] = max(0, x)
		total += v[i]
	}
	slices.SortFunc(v, func(a, b float64) int { return cmp.Compare(b, a) })
	var c Concentration
	n := len(v)
	var sum float64
	cumulated := make([]float64, n+1)
	for k, x := range v {
		sum += float64(n-1-2*k) * x
		cumulated[k+1] = cumulated[k] + x
	}
	for _, share := range []float64{0.01, 0.05, 0.10, 0.20, 0.25, 0.50} {
		p := LorenzPoint{Customers: share}
		if total > 0 {
			p.Value = cumulated[firstRows(n, share)] / total
		}
		c.Top = append(c.Top, p)
	}
	if total > 0 {
		c.Gini = sum / (float64(n) * total)
	}
	return c
}
