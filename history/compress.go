package history

import (
	"math"
	"math/bits"
)

// Compress returns the distinct states (x, t_x, T) with the number of
// customers in each. The likelihood of every purchase model depends on nothing
// else, so a fit on the result is exact. Identifiers, spend and holdout are
// left out; the result carries an [Index] and must not be changed.
func (t *Table) Compress() *Table {
	if t.index != nil && t.ID == nil {
		return t
	}
	states := t.states()
	ix := locate(states)
	rows := ix.order()
	n := len(rows)
	out := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End, Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n), N: make([]float64, n)}
	out.index = &Index{X: ix.X, Recency: ix.Recency, T: ix.T, Row: make([]Place, n)}
	eachBlock(blocksOf(n), func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			at := rows[i].at
			out.index.Row[i] = at
			out.Frequency[i], out.Recency[i], out.T[i] = ix.X[at.X], ix.Recency[at.Recency], ix.T[at.T]
			out.N[i] = states.N[rows[i].row]
		}
	})
	out.index.count(out)
	return out
}

// states returns the distinct states in the order of their first rows. It takes
// memory for them, not for the rows.
func (t *Table) states() *Table {
	blocks := blocksOf(t.Len())
	if t.N != nil {
		blocks = []block{{0, t.Len()}} // weights are added in the order of the rows
	}
	tables := make([]stateTable, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) {
		tables[b] = newStateTable()
		for i := lo; i < hi; i++ {
			tables[b].add(stateKey{t.Frequency[i], timeKey(t.Recency[i]), timeKey(t.T[i])}, t.Weight(i))
		}
	})
	all := &tables[0]
	for _, other := range tables[1:] {
		for i, k := range other.keys {
			all.add(k, other.n[i])
		}
	}
	n := len(all.keys)
	out := &Table{Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n), N: all.n}
	for i, k := range all.keys {
		out.Frequency[i], out.Recency[i], out.T[i] = k.x, math.Float64frombits(k.recency), math.Float64frombits(k.T)
	}
	return out
}

// A stateKey is a state with its times as keys.
type stateKey struct {
	x          int
	recency, T uint64
}

// A stateTable counts the customers of states: an open hash table of places,
// plus 1, of the states, at most half full.
type stateTable struct {
	keys  []stateKey
	n     []float64
	slots []int32
}

func newStateTable() stateTable { return stateTable{slots: make([]int32, 1024)} }

// add adds n customers to a state.
func (s *stateTable) add(k stateKey, n float64) {
	h := k.slot(len(s.slots))
	for ; s.slots[h] != 0; h = (h + 1) & (len(s.slots) - 1) {
		if at := s.slots[h] - 1; s.keys[at] == k {
			s.n[at] += n
			return
		}
	}
	s.keys, s.n = append(s.keys, k), append(s.n, n)
	s.slots[h] = int32(len(s.keys))
	if 2*len(s.keys) > len(s.slots) {
		s.grow()
	}
}

func (s *stateTable) grow() {
	s.slots = make([]int32, 2*len(s.slots))
	for at, k := range s.keys {
		h := k.slot(len(s.slots))
		for s.slots[h] != 0 {
			h = (h + 1) & (len(s.slots) - 1)
		}
		s.slots[h] = int32(at + 1)
	}
}

// slot mixes the key by products with odd numbers, whose high bits are turned
// down: whole days in weeks differ in their high bits, x in the low ones.
func (k stateKey) slot(slots int) int {
	mixed := bits.RotateLeft64(k.recency*0xd6e8feb86659fd93+k.T, 32)*0xd6e8feb86659fd93 ^ uint64(k.x)
	return hash(bits.RotateLeft64(mixed, 32)*0xd6e8feb86659fd93, slots)
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
	eachBlock(blocksOf(len(rows)), func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			rows[i] = placedRow{ix.Row[i], int32(i)}
		}
	})
	rows, next = countingSort(rows, next, len(ix.T), func(p Place) int32 { return p.T })
	rows, next = countingSort(rows, next, len(ix.Recency), func(p Place) int32 { return p.Recency })
	rows, _ = countingSort(rows, next, len(ix.X), func(p Place) int32 { return p.X })
	return rows
}

// countingSort sorts rows by a place, stably. Each block of rows knows from the
// counts of all where its rows with a value begin.
func countingSort(rows, next []placedRow, values int, place func(p Place) int32) (sorted, spare []placedRow) {
	blocks := blocksOf(len(rows))
	begin := make([][]int32, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) {
		begin[b] = make([]int32, values)
		for i := range rows[lo:hi] {
			begin[b][place(rows[lo+i].at)]++
		}
	})
	var sum int32
	for v := range values {
		for b := range begin {
			begin[b][v], sum = sum, sum+begin[b][v]
		}
	}
	eachBlock(blocks, func(b, lo, hi int) {
		begin := begin[b]
		for _, r := range rows[lo:hi] {
			at := &begin[place(r.at)]
			next[*at] = r
			*at++
		}
	})
	return next, rows
}
