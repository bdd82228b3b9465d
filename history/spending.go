package history

import (
	"cmp"
	"math"
	"slices"
)

// Spending holds what a spend model needs: for customers with repeat
// purchases, how many and their mean value, with weights.
type Spending struct {
	Frequency []int     // x: purchases averaged, at least 1
	Mean      []float64 // m̄ > 0
	N         []float64 // customers sharing the row

	SetAside float64 // customers with repeat purchases whose mean value is not positive
}

// Spending returns the repeat buyers' spending with equal rows merged. Rows
// whose mean value is zero or negative have no place in a spend model with a
// positive density; they are counted in SetAside. It is empty if the table has
// no spend column.
func (t *Table) Spending() *Spending {
	s := &Spending{}
	if t.Spend == nil {
		return s
	}
	var rows []int
	for i, x := range t.Frequency {
		switch {
		case x == 0 || math.IsNaN(t.Spend[i]):
		case t.Spend[i] <= 0:
			s.SetAside += t.Weight(i)
		default:
			rows = append(rows, i)
		}
	}
	slices.SortFunc(rows, func(i, j int) int {
		return cmp.Or(cmp.Compare(t.Frequency[i], t.Frequency[j]), cmp.Compare(t.Spend[i], t.Spend[j]))
	})
	for k, i := range rows {
		if k > 0 && t.Frequency[i] == t.Frequency[rows[k-1]] && t.Spend[i] == t.Spend[rows[k-1]] {
			s.N[len(s.N)-1] += t.Weight(i)
			continue
		}
		s.Frequency = append(s.Frequency, t.Frequency[i])
		s.Mean = append(s.Mean, t.Spend[i])
		s.N = append(s.N, t.Weight(i))
	}
	return s
}

// Len returns the number of rows.
func (s *Spending) Len() int { return len(s.Frequency) }

// Customers returns the number of customers, Σ N.
func (s *Spending) Customers() float64 {
	var n float64
	for _, w := range s.N {
		n += w
	}
	return n
}
