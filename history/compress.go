package history

import "slices"

// Compress returns the distinct states (x, t_x, T) with the number of
// customers in each. The likelihood of every purchase model depends on nothing
// else, so a fit on the result is exact. Identifiers, spend and holdout are
// left out; the result carries an [Index] and must not be changed.
func (t *Table) Compress() *Table {
	if t.index != nil && t.ID == nil {
		return t
	}
	return t.compress(mergedRows)
}

// mergedRows is the number of rows that are merged at a time, which bounds the
// memory for their sort.
const mergedRows = 1 << 24

// compress merges so many rows at a time, each time with the states of those
// before. The customers of a state are added in the order of their rows.
func (t *Table) compress(step int) *Table {
	out := t.rows(0, min(step, t.Len())).merge()
	for lo := step; lo < t.Len(); lo += step {
		next := t.rows(lo, min(lo+step, t.Len()))
		all := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End, Frequency: slices.Concat(out.Frequency, next.Frequency),
			Recency: slices.Concat(out.Recency, next.Recency), T: slices.Concat(out.T, next.T), N: slices.Grow(out.N, next.Len())}
		for i := range next.Len() {
			all.N = append(all.N, next.Weight(i))
		}
		out = all.merge()
	}
	return out
}

// rows returns what states need of the rows from lo to before hi.
func (t *Table) rows(lo, hi int) *Table {
	out := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End, Frequency: t.Frequency[lo:hi], Recency: t.Recency[lo:hi], T: t.T[lo:hi]}
	if t.N != nil {
		out.N = t.N[lo:hi]
	}
	return out
}

// merge returns the distinct states.
func (t *Table) merge() *Table {
	ix := locate(t)
	rows := ix.order()
	blocks := stateBlocks(rows)
	begin := make([]int, len(blocks)+1) // the first state of each block
	eachBlock(blocks, func(b, lo, hi int) {
		for i := lo; i < hi; i++ {
			if i == 0 || rows[i].at != rows[i-1].at {
				begin[b+1]++
			}
		}
	})
	for b := range blocks {
		begin[b+1] += begin[b]
	}
	n := begin[len(blocks)]
	out := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End, Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n), N: make([]float64, n)}
	out.index = &Index{X: ix.X, Recency: ix.Recency, T: ix.T, Row: make([]Place, n)}
	eachBlock(blocks, func(b, lo, hi int) {
		state := begin[b] - 1
		for i := lo; i < hi; i++ {
			at := rows[i].at
			if i == lo || at != rows[i-1].at {
				state++
				out.index.Row[state] = at
				out.Frequency[state], out.Recency[state], out.T[state] = ix.X[at.X], ix.Recency[at.Recency], ix.T[at.T]
			}
			out.N[state] += t.Weight(int(rows[i].row))
		}
	})
	out.index.count(out)
	return out
}

// stateBlocks cuts sorted rows into blocks that part no state.
func stateBlocks(rows []placedRow) []block {
	blocks := blocksOf(len(rows))
	for b := 1; b < len(blocks); b++ {
		at := max(blocks[b].lo, blocks[b-1].lo)
		for at < len(rows) && rows[at].at == rows[at-1].at {
			at++
		}
		blocks[b-1].hi, blocks[b].lo = at, at
	}
	return blocks
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
