package history

import (
	"math"
	"math/bits"
	"slices"
)

// An Index gives the distinct values of the three columns of a table, in
// ascending order, and for every row the places of its own values among them.
// Likelihoods use it to evaluate what depends on x, on t_x or on T alone once
// for each distinct value.
type Index struct {
	X       []int
	Recency []float64
	T       []float64
	Row     []Place

	// What terms that depend on one column alone need: the customers who share
	// each distinct value, and their repeat purchases.
	NX, NRecency, NT []float64
	XRecency         []float64 // Σ N·x over the rows with each t_x
	RowsX            []int     // rows with each x
}

// A Place tells where the values of one row stand in the columns of an Index.
type Place struct{ X, Recency, T int32 }

// Index returns the index of the table: at once if Compress made the table,
// else newly built.
func (t *Table) Index() *Index {
	if t.index != nil {
		return t.index
	}
	return newIndex(t)
}

func newIndex(t *Table) *Index {
	ix := locate(t)
	ix.count(t)
	return ix
}

// locate returns the index without its counts.
func locate(t *Table) *Index {
	ix := &Index{Row: make([]Place, t.Len())}
	blocks := blocksOf(t.Len())
	var x, recency, T keyColumn
	x.parts, recency.parts, T.parts = make([][]uint64, len(blocks)), make([][]uint64, len(blocks)), make([][]uint64, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) {
		rows := ix.Row[lo:hi]
		x.parts[b] = distinct(len(rows), func(i int) uint64 { return uint64(t.Frequency[lo+i]) }, func(i int, p int32) { rows[i].X = p })
		recency.parts[b] = distinct(len(rows), func(i int) uint64 { return timeKey(t.Recency[lo+i]) }, func(i int, p int32) { rows[i].Recency = p })
		T.parts[b] = distinct(len(rows), func(i int) uint64 { return timeKey(t.T[lo+i]) }, func(i int, p int32) { rows[i].T = p })
	})
	for _, c := range []*keyColumn{&x, &recency, &T} {
		c.merge()
	}
	eachBlock(blocks, func(b, lo, hi int) {
		toX, toRecency, toT := x.places(b), recency.places(b), T.places(b)
		for i := lo; i < hi; i++ {
			at := ix.Row[i]
			ix.Row[i] = Place{toX[at.X], toRecency[at.Recency], toT[at.T]}
		}
	})
	ix.X = make([]int, len(x.keys))
	for i, k := range x.keys {
		ix.X[i] = int(k)
	}
	ix.Recency, ix.T = recency.times(), T.times()
	return ix
}

// timeKey returns the bits of a time, +0 for −0. The bits of numbers that are
// not negative order like the numbers.
func timeKey(t float64) uint64 { return math.Float64bits(t + 0) }

// A keyColumn holds the distinct keys of a column: those of each block in the
// order of appearance, and all in ascending order.
type keyColumn struct {
	parts [][]uint64
	keys  []uint64
}

func (c *keyColumn) merge() {
	c.keys = slices.Concat(c.parts...)
	slices.Sort(c.keys)
	c.keys = slices.Compact(c.keys)
}

// places returns where the keys of a block stand among all.
func (c *keyColumn) places(b int) []int32 {
	place := make([]int32, len(c.parts[b]))
	for p, k := range c.parts[b] {
		at, _ := slices.BinarySearch(c.keys, k)
		place[p] = int32(at)
	}
	return place
}

func (c *keyColumn) times() []float64 {
	values := make([]float64, len(c.keys))
	for i, k := range c.keys {
		values[i] = math.Float64frombits(k)
	}
	return values
}

// count sums up the customers at each distinct value.
func (ix *Index) count(t *Table) {
	ix.NX, ix.NRecency, ix.NT = make([]float64, len(ix.X)), make([]float64, len(ix.Recency)), make([]float64, len(ix.T))
	ix.XRecency, ix.RowsX = make([]float64, len(ix.Recency)), make([]int, len(ix.X))
	for i, at := range ix.Row {
		n := t.Weight(i)
		ix.NX[at.X] += n
		ix.RowsX[at.X]++
		ix.NT[at.T] += n
		ix.NRecency[at.Recency] += n
		ix.XRecency[at.Recency] += n * float64(ix.X[at.X])
	}
}

// distinct returns the distinct keys in the order of appearance and tells set
// the place of each row's key.
func distinct(n int, key func(row int) uint64, set func(row int, place int32)) (keys []uint64) {
	slots := make([]int32, 1024) // places in keys, 1 more, by hash; 0 is free
	for i := range n {
		k := key(i)
		h := hash(k, len(slots))
		for slots[h] != 0 && keys[slots[h]-1] != k {
			h = (h + 1) & (len(slots) - 1)
		}
		if slots[h] != 0 {
			set(i, slots[h]-1)
			continue
		}
		keys = append(keys, k)
		slots[h] = int32(len(keys))
		set(i, int32(len(keys)-1))
		if 2*len(keys) > len(slots) {
			slots = rehash(keys, 2*len(slots))
		}
	}
	return keys
}

// hash spreads a key over a power of two of slots by the high bits of its
// product with the golden ratio.
func hash(k uint64, slots int) int {
	return int(k * 0x9e3779b97f4a7c15 >> (64 - bits.TrailingZeros(uint(slots))))
}

func rehash(keys []uint64, n int) []int32 {
	slots := make([]int32, n)
	for p, k := range keys {
		h := hash(k, n)
		for slots[h] != 0 {
			h = (h + 1) & (n - 1)
		}
		slots[h] = int32(p + 1)
	}
	return slots
}
