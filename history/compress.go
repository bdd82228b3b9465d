package history

import (
	"math/bits"
	"slices"
)

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
	ix, groups := t.group()
	keyBits := ageBits(ix) + bits.Len(uint(len(ix.Recency)))
	parallel(len(groups), func(next func() (int, bool)) {
		var spare stateGroup
		for g, ok := next(); ok; g, ok = next() {
			groups[g].sort(keyBits, &spare)
		}
	})
	begin := make([]int, len(groups)+1) // the first state of each group
	for g := range groups {
		begin[g+1] = begin[g] + groups[g].states
	}
	n := begin[len(groups)]
	out := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End, Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n), N: make([]float64, n), index: ix}
	ix.Row = make([]Place, n)
	parallel(len(groups), func(next func() (int, bool)) {
		for g, ok := next(); ok; g, ok = next() {
			groups[g].fill(out, begin[g])
		}
	})
	ix.count(out)
	return out
}

// A stateGroup holds the rows that share x: of each the places of t_x and T, the
// latter in the low bits, and the number of customers.
type stateGroup struct {
	x      int32
	keys   []uint64
	n      []float64 // nil means one each
	states int       // distinct keys, once they are sorted
}

// ageBits is the number of low bits of a key that hold the place of T.
func ageBits(ix *Index) int { return bits.Len(uint(len(ix.T))) }

// group returns the index of a table, but for its rows, and the rows grouped by
// x. Customers without repeat purchases come first: where rows have no weights
// they are counted at each T and not sorted.
func (t *Table) group() (*Index, []stateGroup) {
	blocks := blocksOf(t.Len())
	parts := make([]partIndex, len(blocks))
	eachBlock(blocks, func(b, lo, hi int) { parts[b] = t.partIndex(lo, hi, t.N == nil) })
	ix, to := mergeParts(parts)
	groups := make([]stateGroup, 1+len(ix.X))
	groups[0].countNew(parts, to, len(ix.T))
	begin := make([][]int, len(blocks)) // where the rows of each block with each x begin in their group
	rows := make([]int, len(ix.X))
	for b := range blocks {
		begin[b] = make([]int, len(ix.X))
		for p, n := range parts[b].rowsX {
			x := to[b].x[p]
			begin[b][x], rows[x] = rows[x], rows[x]+int(n)
		}
	}
	for x, n := range rows {
		groups[1+x] = stateGroup{x: int32(x), keys: make([]uint64, n)}
		if t.N != nil {
			groups[1+x].n = make([]float64, n)
		}
	}
	age := ageBits(ix)
	eachBlock(blocks, func(b, lo, hi int) {
		to, next := &to[b], begin[b]
		for i, p := range parts[b].rows {
			p = to.place(p)
			g, at := &groups[1+p.X], next[p.X]
			g.keys[at] = uint64(p.Recency)<<age | uint64(p.T)
			if g.n != nil {
				g.n[at] = t.N[lo+i]
			}
			next[p.X]++
		}
	})
	return ix, groups
}

// countNew makes the group of the customers without repeat purchases.
func (g *stateGroup) countNew(parts []partIndex, to []places, ages int) {
	counts, states := make([]int32, ages), 0
	for b := range parts {
		for p, n := range parts[b].newT {
			if n > 0 && counts[to[b].T[p]] == 0 {
				states++
			}
			counts[to[b].T[p]] += n
		}
	}
	g.keys, g.n = make([]uint64, 0, states), make([]float64, 0, states)
	for T, n := range counts {
		if n > 0 {
			g.keys, g.n = append(g.keys, uint64(T)), append(g.n, float64(n))
		}
	}
}

// digitBits is how many bits of a key are sorted by at a time, at most.
const digitBits = 11

// sort sorts the rows by keys of so many bits, stably, and counts the distinct
// ones. It takes one digit after the other, from the lowest.
func (g *stateGroup) sort(size int, spare *stateGroup) {
	passes := (size + digitBits - 1) / digitBits
	from, to := *g, spare.sized(g)
	for p := range passes {
		from.sortDigit(to, p*size/passes, (p+1)*size/passes)
		from, to = to, from
	}
	if passes%2 > 0 {
		copy(g.keys, from.keys)
		copy(g.n, from.n)
	}
	for i, k := range g.keys {
		if i == 0 || k != g.keys[i-1] {
			g.states++
		}
	}
}

// sized returns room for the rows of another group.
func (g *stateGroup) sized(other *stateGroup) stateGroup {
	g.keys = slices.Grow(g.keys[:0], len(other.keys))[:len(other.keys)]
	g.n = slices.Grow(g.n[:0], len(other.n))[:len(other.n)]
	return *g
}

// sortDigit sorts the rows into another group by the bits of their keys from lo
// to before hi.
func (g *stateGroup) sortDigit(to stateGroup, lo, hi int) {
	var counts [1 << digitBits]int32
	next, mask := counts[:1<<(hi-lo)], uint64(1)<<(hi-lo)-1
	for _, k := range g.keys {
		next[k>>lo&mask]++
	}
	var sum int32
	for d, n := range next {
		next[d], sum = sum, sum+n
	}
	for i, k := range g.keys {
		at := next[k>>lo&mask]
		next[k>>lo&mask]++
		to.keys[at] = k
		if len(g.n) > 0 {
			to.n[at] = g.n[i]
		}
	}
}

// fill writes the states of the group into the table from the given row on.
func (g *stateGroup) fill(out *Table, state int) {
	ix, age := out.index, ageBits(out.index)
	state--
	for i, k := range g.keys {
		if i == 0 || k != g.keys[i-1] {
			state++
			at := Place{g.x, int32(k >> age), int32(k & (1<<age - 1))}
			ix.Row[state] = at
			out.Frequency[state], out.Recency[state], out.T[state] = ix.X[at.X], ix.Recency[at.Recency], ix.T[at.T]
		}
		if g.n == nil {
			out.N[state]++
		} else {
			out.N[state] += g.n[i]
		}
	}
}
