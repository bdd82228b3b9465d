package history

import (
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

	cells []SpendCell // if Compress made them
}

// Spending returns the repeat buyers' spending by mean value and frequency, with
// equal rows merged. Rows whose mean value is zero, negative or not known have no
// place in a spend model with a positive density; they are counted in SetAside.
// It is empty if the table has no spend column.
func (t *Table) Spending() *Spending {
	s := &Spending{}
	if t.Spend == nil {
		return s
	}
	buckets, others := t.spent()
	if others {
		for i, x := range t.Frequency {
			if x > 0 && !(t.Spend[i] > 0) {
				s.SetAside += t.Weight(i)
			}
		}
	}
	parallel(len(buckets), func(next func() (int, bool)) {
		var m merger
		for k, ok := next(); ok; k, ok = next() {
			buckets[k] = m.merge(buckets[k])
			m.sort(buckets[k])
		}
	})
	n := 0
	for _, rows := range buckets {
		n += len(rows)
	}
	s.Frequency, s.Mean, s.N = make([]int, 0, n), make([]float64, 0, n), make([]float64, 0, n)
	for _, rows := range buckets {
		for _, r := range rows {
			s.Frequency, s.Mean, s.N = append(s.Frequency, r.x), append(s.Mean, r.mean), append(s.N, r.n)
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
	if !slices.IsSorted(s.Mean) {
		s = (&Table{Frequency: s.Frequency, Spend: s.Mean, N: s.N}).Spending()
	}
	x, rankX := make([]float64, s.Len()), make([]float64, s.Len())
	byX := map[int]float64{}
	for i, f := range s.Frequency {
		x[i] = float64(f)
		byX[f] += s.N[i]
	}
	var below float64
	for _, f := range slices.Sorted(maps.Keys(byX)) {
		n := byX[f]
		byX[f] = below + n/2
		below += n
	}
	for i, f := range s.Frequency {
		rankX[i] = byX[f]
	}
	return correlation(x, s.Mean, s.N), correlation(rankX, ranks(s.Mean, s.N), s.N)
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

// ranks returns the mean rank of each of the sorted values, every row counting
// as often as its weight says.
func ranks(v, weight []float64) []float64 {
	out := make([]float64, len(v))
	var below float64
	for lo := 0; lo < len(v); {
		hi, tied := lo, 0.0
		for hi < len(v) && v[hi] == v[lo] {
			tied += weight[hi]
			hi++
		}
		for ; lo < hi; lo++ {
			out[lo] = below + tied/2
		}
		below += tied
	}
	return out
}
