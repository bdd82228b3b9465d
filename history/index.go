package history

import (
	"math"
	"math/bits"
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
	ix := &Index{Row: make([]Place, t.Len())}
	var wg sync.WaitGroup
	wg.Go(func() {
		keys := distinct(t.Len(), func(i int) uint64 { return uint64(t.Frequency[i]) }, func(i int, p int32) { ix.Row[i].X = p })
		ix.X = make([]int, len(keys))
		for i, k := range keys {
			ix.X[i] = int(k)
		}
	})
	wg.Go(func() { ix.Recency = distinctTimes(t.Recency, func(i int, p int32) { ix.Row[i].Recency = p }) })
	wg.Go(func() { ix.T = distinctTimes(t.T, func(i int, p int32) { ix.Row[i].T = p }) })
	wg.Wait()
	ix.count(t)
	return ix
}

func distinctTimes(column []float64, set func(row int, place int32)) []float64 {
	keys := distinct(len(column), func(i int) uint64 { return math.Float64bits(column[i] + 0) }, set)
	values := make([]float64, len(keys))
	for i, k := range keys {
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

// distinct returns the distinct keys in ascending order and tells set the
// place of each row's key. The bits of numbers that are not negative order
// like the numbers.
func distinct(n int, key func(row int) uint64, set func(row int, place int32)) []uint64 {
	var (
		keys  []uint64
		slots = make([]int32, 1024) // places in keys, 1 more, by hash; 0 is free
		row   = make([]int32, n)    // place in keys, in order of appearance
	)
	for i := range n {
		k := key(i)
		h := hash(k, len(slots))
		for slots[h] != 0 && keys[slots[h]-1] != k {
			h = (h + 1) & (len(slots) - 1)
		}
		if slots[h] == 0 {
			keys = append(keys, k)
			slots[h] = int32(len(keys))
			if 2*len(keys) > len(slots) {
				slots = rehash(keys, 2*len(slots))
			}
			row[i] = int32(len(keys) - 1)
			continue
		}
		row[i] = slots[h] - 1
	}
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	place := make([]int32, len(keys))
	for p, k := range keys {
		at, _ := slices.BinarySearch(sorted, k)
		place[p] = int32(at)
	}
	for i, p := range row {
		set(i, place[p])
	}
	return sorted
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

// A placedRow is a row on its way through a sort, with its values' places.
type placedRow struct {
	at  Place
	row int32
}

// order returns the rows sorted by x, then t_x, then T: three passes of
// counting sort over the places, which move along so that reads stay in
// sequence.
func (ix *Index) order() []placedRow {
	rows, next := make([]placedRow, len(ix.Row)), make([]placedRow, len(ix.Row))
	for i, at := range ix.Row {
		rows[i] = placedRow{at, int32(i)}
	}
	rows, next = countingSort(rows, next, len(ix.T), func(p Place) int32 { return p.T })
	rows, next = countingSort(rows, next, len(ix.Recency), func(p Place) int32 { return p.Recency })
	rows, _ = countingSort(rows, next, len(ix.X), func(p Place) int32 { return p.X })
	return rows
}

func countingSort(rows, next []placedRow, values int, place func(p Place) int32) (sorted, spare []placedRow) {
	begin := make([]int32, values+1)
	for i := range rows {
		begin[place(rows[i].at)+1]++
	}
	for v := range values {
		begin[v+1] += begin[v]
	}
	for _, r := range rows {
		b := &begin[place(r.at)]
		next[*b] = r
		*b++
	}
	return next, rows
}
