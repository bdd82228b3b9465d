package history

import (
	"math"
	"slices"
	"sync"
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
	blocks := blocksOf(t.Len())
	parts := make([]partIndex, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) { parts[b] = t.partIndex(lo, hi, false) })
	ix, to := mergeParts(parts)
	ix.Row = make([]Place, t.Len())
	eachBlock(blocks, func(b, lo, hi int) {
		for i, p := range parts[b].rows {
			ix.Row[lo+i] = to[b].place(p)
		}
	})
	ix.count(t)
	return ix
}

// A partIndex is the index of a block of rows, values in the order of their
// appearance.
type partIndex struct {
	x, recency, T keyTable
	rows          []Place
	rowsX         []int32 // rows with each x
	newT          []int32 // customers at each T who have no row, being new
}

// partIndex returns the index of the rows from lo to before hi. New customers,
// without repeat purchases, can be counted and have no rows.
func (t *Table) partIndex(lo, hi int, countNew bool) (p partIndex) {
	p.x, p.recency, p.T = newKeyTable(), newKeyTable(), newKeyTable()
	frequency, recency, end := t.Frequency[lo:hi], t.Recency[lo:hi], t.T[lo:hi]
	n := hi - lo
	if countNew {
		n = 0
		for _, x := range frequency {
			if x != 0 {
				n++
			}
		}
	}
	p.rows = make([]Place, 0, n)
	for i, x := range frequency {
		T := p.T.place(timeKey(end[i]))
		if countNew && x == 0 && recency[i] == 0 {
			p.newT = counted(p.newT, T)
			continue
		}
		at := Place{p.x.place(uint64(x)), p.recency.place(timeKey(recency[i])), T}
		p.rows, p.rowsX = append(p.rows, at), counted(p.rowsX, at.X)
	}
	if p.newT != nil { // they too have an x and t_x
		p.x.place(0)
		p.recency.place(0)
	}
	return p
}

// counted adds one at a place, where there may be no count yet.
func counted(counts []int32, place int32) []int32 {
	for int(place) >= len(counts) {
		counts = append(counts, 0)
	}
	counts[place]++
	return counts
}

// mergeParts returns the index of all blocks, without rows and counts, and for
// each block where its values stand there.
func mergeParts(parts []partIndex) (*Index, []places) {
	var x, recency, T keyColumn
	for b := range parts {
		p := &parts[b]
		x.parts, recency.parts, T.parts = append(x.parts, p.x.keys), append(recency.parts, p.recency.keys), append(T.parts, p.T.keys)
	}
	to := make([]places, len(parts))
	var columns sync.WaitGroup
	columns.Go(func() {
		T.merge()
		for b := range to {
			to[b].T = T.places(b)
		}
	})
	x.merge()
	recency.merge()
	for b := range to {
		to[b].x, to[b].recency = x.places(b), recency.places(b)
	}
	columns.Wait()
	ix := &Index{X: make([]int, len(x.keys)), Recency: recency.times(), T: T.times()}
	for i, k := range x.keys {
		ix.X[i] = int(k)
	}
	return ix, to
}

// Places tell where the values of a block stand in the columns of an Index.
type places struct{ x, recency, T []int32 }

func (to *places) place(p Place) Place { return Place{to.x[p.X], to.recency[p.Recency], to.T[p.T]} }

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

// A keyTable numbers keys in the order of their appearance: an open hash table
// of their numbers, plus 1, at most half full.
type keyTable struct {
	keys  []uint64
	slots []int32
	shift int // 64 less the logarithm of the number of slots
}

func newKeyTable() keyTable { return keyTable{slots: make([]int32, 4096), shift: 52} }

func (t *keyTable) place(k uint64) int32 {
	h := t.hash(k)
	for ; t.slots[h] != 0; h = (h + 1) & (len(t.slots) - 1) {
		if at := t.slots[h] - 1; t.keys[at] == k {
			return at
		}
	}
	t.keys = append(t.keys, k)
	t.slots[h] = int32(len(t.keys))
	if 2*len(t.keys) > len(t.slots) {
		t.grow()
	}
	return int32(len(t.keys) - 1)
}

// hash takes the high bits of the product with the golden ratio.
func (t *keyTable) hash(k uint64) int { return int(k * 0x9e3779b97f4a7c15 >> t.shift) }

func (t *keyTable) grow() {
	t.slots, t.shift = make([]int32, 2*len(t.slots)), t.shift-1
	for at, k := range t.keys {
		h := t.hash(k)
		for t.slots[h] != 0 {
			h = (h + 1) & (len(t.slots) - 1)
		}
		t.slots[h] = int32(at + 1)
	}
}
