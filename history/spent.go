package history

import (
	"math"
	"math/bits"
	"slices"
)

// A spent is the mean value of x purchases of n customers.
type spent struct {
	mean float64
	x    int
	n    float64
}

// spent returns the rows of the repeat buyers with a positive mean value, in
// buckets that ascend by its leading bits, and whether there are others.
func (t *Table) spent() (buckets [][]spent, others bool) {
	leading := 17 // the exponent and 6 bits
	if t.Len() < blockRows {
		leading = 0
	}
	shift, blocks := 63-leading, blocksOf(t.Len())
	next := make([][]int32, len(blocks)) // where the next row of a block goes
	aside := make([]bool, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) {
		count := make([]int32, 1<<leading)
		for i := lo; i < hi; i++ {
			if t.Frequency[i] > 0 {
				if t.Spend[i] > 0 {
					count[math.Float64bits(t.Spend[i])>>shift]++
				} else {
					aside[b] = true
				}
			}
		}
		next[b] = count
	})
	ends, n := placesOf(next)
	rows := make([]spent, n)
	eachBlock(blocks, func(b, lo, hi int) {
		next := next[b]
		for i := lo; i < hi; i++ {
			if t.Frequency[i] > 0 && t.Spend[i] > 0 {
				at := &next[math.Float64bits(t.Spend[i])>>shift]
				rows[*at] = spent{t.Spend[i], t.Frequency[i], t.Weight(i)}
				*at++
			}
		}
	})
	n = 0
	for _, end := range ends {
		buckets, n = append(buckets, rows[n:end]), end
	}
	return buckets, slices.Contains(aside, true)
}

// placesOf turns the counts of every block by bucket into the places of its first
// rows, and returns where the buckets that have any end.
func placesOf(counts [][]int32) (ends []int32, n int32) {
	for k := range counts[0] {
		begin := n
		for b := range counts {
			counts[b][k], n = n, n+counts[b][k]
		}
		if n > begin {
			ends = append(ends, n)
		}
	}
	return ends, n
}

// A merger holds memory for one bucket after the other.
type merger struct {
	slots []int32 // a hash table of places among the merged rows, from 1
	spare []spent
}

// merge makes one row of those with the same x and mean, in the order of the
// first of each.
func (m *merger) merge(rows []spent) []spent {
	shift := 63 - bits.Len(uint(len(rows))) // at most half of the slots are taken
	size := 1 << (64 - shift)
	m.slots = slices.Grow(m.slots[:0], size)[:size]
	clear(m.slots)
	merged := rows[:0]
	for _, r := range rows {
		h := (math.Float64bits(r.mean) + uint64(r.x)*0xD6E8FEB86659FD93) * 0x9E3779B97F4A7C15 >> shift
		for m.slots[h] > 0 && (merged[m.slots[h]-1].mean != r.mean || merged[m.slots[h]-1].x != r.x) {
			h = (h + 1) % uint64(size)
		}
		if p := m.slots[h]; p > 0 {
			merged[p-1].n += r.n
			continue
		}
		merged = append(merged, r)
		m.slots[h] = int32(len(merged))
	}
	return merged
}

// sort sorts rows by mean and x: by one byte after the other, from the lowest,
// passing over those that all rows share. The bits of positive numbers are in
// their order.
func (m *merger) sort(rows []spent) {
	m.spare = slices.Grow(m.spare[:0], len(rows))[:len(rows)]
	from, to := rows, m.spare
	for d := range 16 {
		var next [256]int32
		for i := range from {
			next[from[i].digit(d)]++
		}
		if next[from[0].digit(d)] == int32(len(from)) {
			continue
		}
		var sum int32
		for k, n := range next {
			next[k], sum = sum, sum+n
		}
		for i := range from {
			at := &next[from[i].digit(d)]
			to[*at] = from[i]
			*at++
		}
		from, to = to, from
	}
	if &from[0] != &rows[0] {
		copy(rows, from)
	}
}

// digit returns a byte of x, from 8 on one of the mean.
func (r *spent) digit(d int) byte {
	if d < 8 {
		return byte(r.x >> (8 * d))
	}
	return byte(math.Float64bits(r.mean) >> (8*d - 64))
}
