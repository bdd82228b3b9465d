package history

import (
	"cmp"
	"math"
	"slices"
	"sync"
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

// Spending returns the repeat buyers' spending with equal rows merged. Rows
// whose mean value is zero, negative or not known have no place in a spend
// model with a positive density; they are counted in SetAside. It is empty if
// the table has no spend column.
func (t *Table) Spending() *Spending {
	s := &Spending{}
	if t.Spend == nil {
		return s
	}
	for i, x := range t.Frequency {
		if x > 0 && !(t.Spend[i] > 0) {
			s.SetAside += t.Weight(i)
		}
	}
	xs, groups := t.spentByFrequency()
	var wg sync.WaitGroup
	for _, rows := range groups {
		sortSpent(rows, &wg)
	}
	wg.Wait()
	parallel(len(groups), func(next func() (int, bool)) {
		for g, ok := next(); ok; g, ok = next() {
			groups[g] = mergeSpent(groups[g])
		}
	})
	n := 0
	for _, rows := range groups {
		n += len(rows)
	}
	s.Frequency, s.Mean, s.N = make([]int, 0, n), make([]float64, 0, n), make([]float64, 0, n)
	for g, rows := range groups {
		for _, r := range rows {
			s.Frequency, s.Mean, s.N = append(s.Frequency, int(xs[g])), append(s.Mean, r.mean), append(s.N, r.n)
		}
	}
	return s
}

// A spent is the mean value of n customers' repeat purchases.
type spent struct{ mean, n float64 }

// spentByFrequency returns the distinct frequencies, ascending, and the rows of
// the repeat buyers with a positive mean value under each.
func (t *Table) spentByFrequency() (xs []uint64, groups [][]spent) {
	blocks := blocksOf(t.Len())
	x := keyColumn{parts: make([][]uint64, len(blocks))}
	place := make([]int32, t.Len()) // of each x in its block
	eachBlock(blocks, func(b, lo, hi int) {
		x.parts[b] = distinct(hi-lo, func(i int) uint64 { return uint64(t.Frequency[lo+i]) }, func(i int, p int32) { place[lo+i] = p })
	})
	x.merge()
	usable := func(i int) bool { return t.Frequency[i] > 0 && t.Spend[i] > 0 }
	next := make([][]int, len(blocks)) // where the next row of a block goes
	eachBlock(blocks, func(b, lo, hi int) {
		next[b] = make([]int, len(x.keys))
		to := x.places(b)
		for i := lo; i < hi; i++ {
			place[i] = to[place[i]]
			if usable(i) {
				next[b][place[i]]++
			}
		}
	})
	groups = make([][]spent, len(x.keys))
	for g := range groups {
		n := 0
		for b := range blocks {
			next[b][g], n = n, n+next[b][g]
		}
		groups[g] = make([]spent, n)
	}
	eachBlock(blocks, func(b, lo, hi int) {
		for i := lo; i < hi; i++ {
			if usable(i) {
				g := place[i]
				groups[g][next[b][g]] = spent{t.Spend[i], t.Weight(i)}
				next[b][g]++
			}
		}
	})
	return x.keys, groups
}

// sortSpent sorts rows by their mean, parts of them on goroutines of wg.
func sortSpent(rows []spent, wg *sync.WaitGroup) {
	for len(rows) > blockRows {
		pivot := medianOf(rows[0].mean, rows[len(rows)/2].mean, rows[len(rows)-1].mean)
		k := 0
		for i, r := range rows {
			if r.mean < pivot {
				rows[i], rows[k] = rows[k], r
				k++
			}
		}
		if k == 0 {
			break
		}
		below := rows[:k]
		wg.Go(func() { sortSpent(below, wg) })
		rows = rows[k:]
	}
	wg.Go(func() { radixSort(rows) })
}

// radixSort sorts rows by their mean, which is positive: the bits of such numbers
// are in their order. It sorts by one byte after the other, from the lowest, and
// passes over those that all rows share.
func radixSort(rows []spent) {
	if len(rows) < 256 {
		slices.SortFunc(rows, func(a, b spent) int { return cmp.Compare(a.mean, b.mean) })
		return
	}
	var counts [8][256]int32
	for _, r := range rows {
		for d, bits := 0, math.Float64bits(r.mean); d < 8; d++ {
			counts[d][byte(bits>>(8*d))]++
		}
	}
	from, to := rows, make([]spent, len(rows))
	for d := range counts {
		count := &counts[d]
		if count[byte(math.Float64bits(rows[0].mean)>>(8*d))] == int32(len(rows)) {
			continue
		}
		var next int32
		for k, n := range count {
			count[k], next = next, next+n
		}
		for _, r := range from {
			k := byte(math.Float64bits(r.mean) >> (8 * d))
			to[count[k]] = r
			count[k]++
		}
		from, to = to, from
	}
	if &from[0] != &rows[0] {
		copy(rows, from)
	}
}

func medianOf(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }

// mergeSpent makes one row of sorted rows with the same mean.
func mergeSpent(rows []spent) []spent {
	merged := rows[:0]
	for _, r := range rows {
		if last := len(merged) - 1; last >= 0 && merged[last].mean == r.mean {
			merged[last].n += r.n
		} else {
			merged = append(merged, r)
		}
	}
	return merged
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
	order := make([]spent, len(v)) // with the rows in the place of the customers
	for i := range order {
		order[i] = spent{v[i], float64(i)}
	}
	var wg sync.WaitGroup
	sortSpent(order, &wg)
	wg.Wait()
	out := make([]float64, len(v))
	var below float64
	for lo := 0; lo < len(order); {
		hi, tied := lo, 0.0
		for hi < len(order) && order[hi].mean == order[lo].mean {
			tied += weight[int(order[hi].n)]
			hi++
		}
		for _, r := range order[lo:hi] {
			out[int(r.n)] = below + tied/2
		}
		below += tied
		lo = hi
	}
	return out
}
