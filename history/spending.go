package history

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Spending holds what a spend model needs: for customers with repeat
// purchases, how many and their mean value, with weights.
type Spending struct {
	Frequency []int     // x: purchases averaged, at least 1
	Mean      []float64 // m̄ > 0
	N         []float64 // customers sharing the row

	SetAside float64 // customers with repeat purchases whose mean value is not positive or not known
}

// Spending returns the repeat buyers' spending with equal rows merged. Rows
// whose mean value is zero, negative or not known have no place in a spend
// model with a positive density; they are counted in SetAside. It is empty if
// the table has no spend column.
func (t *Table) Spending() *Spending {
	s := &Spending{}
	if t.Spend == nil {
		return s
	}
	type row struct{ mean, n float64 }
	byX := map[int][]row{}
	for i, x := range t.Frequency {
		switch {
		case x == 0:
		case !(t.Spend[i] > 0):
			s.SetAside += t.Weight(i)
		default:
			byX[x] = append(byX[x], row{t.Spend[i], t.Weight(i)})
		}
	}
	for _, x := range slices.Sorted(maps.Keys(byX)) {
		rows := byX[x]
		slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.mean, b.mean) })
		for i, r := range rows {
			if i > 0 && r.mean == rows[i-1].mean {
				s.N[len(s.N)-1] += r.n
				continue
			}
			s.Frequency = append(s.Frequency, x)
			s.Mean = append(s.Mean, r.mean)
			s.N = append(s.N, r.n)
		}
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

// Correlation returns the correlation between the number of purchases and
// their mean value across customers, of the values themselves (Pearson) and of
// their ranks (Spearman). A spend model assumes that it is zero. Both are NaN
// if one of the two does not vary.
func (s *Spending) Correlation() (pearson, rank float64) {
	x := make([]float64, s.Len())
	for i, f := range s.Frequency {
		x[i] = float64(f)
	}
	return correlation(x, s.Mean, s.N), correlation(ranks(x, s.N), ranks(s.Mean, s.N), s.N)
}

func correlation(x, y, weight []float64) float64 {
	var n, mx, my, xx, yy, xy float64
	for i, w := range weight {
		n += w
		mx += w * x[i]
		my += w * y[i]
	}
	mx, my = mx/n, my/n
	for i, w := range weight {
		xx += w * (x[i] - mx) * (x[i] - mx)
		yy += w * (y[i] - my) * (y[i] - my)
		xy += w * (x[i] - mx) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return math.NaN()
	}
	return xy / math.Sqrt(xx*yy)
}

// ranks returns the mean rank of each value, every row counting as often as
// its weight says.
func ranks(v, weight []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	out := make([]float64, len(v))
	var below float64
	for lo := 0; lo < len(order); {
		hi, tied := lo, 0.0
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			tied += weight[order[hi]]
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = below + tied/2
		}
		below += tied
		lo = hi
	}
	return out
}
