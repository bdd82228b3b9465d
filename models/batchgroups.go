package models

import (
	"math"
	"math/bits"
	"runtime"
)

// batchGroups are rows that share a key, the groups in the order in which they
// first appear.
type batchGroups struct {
	keys []batchKey
	of   []int32 // the group of each row
}

// A batchKey is a state (x, t_x, T), or a pair (x, T) with no t_x.
type batchKey struct {
	x     int
	tx, t float64
}

// group finds the rows of the same key, each part of them on its own core. The
// order of the groups does not depend on the parts.
func group(n int, key func(row int) batchKey) *batchGroups {
	const fewest = 1 << 14 // rows worth a goroutine and a table to be merged
	parts := max(1, min(runtime.GOMAXPROCS(0), n/fewest))
	of, tables := make([]int32, n), make([]groupTable, parts)
	part := func(k int) (lo, hi int) { return n * k / parts, n * (k + 1) / parts }
	parallelEach(parts, func(k int) {
		t := newGroupTable()
		for i, hi := part(k); i < hi; i++ {
			of[i] = t.place(key(i))
		}
		tables[k] = t
	})
	all, places := &tables[0], make([][]int32, parts)
	for k := 1; k < parts; k++ {
		for _, key := range tables[k].keys {
			places[k] = append(places[k], all.place(key))
		}
	}
	parallelEach(parts-1, func(k int) {
		for i, hi := part(k + 1); i < hi; i++ {
			of[i] = places[k+1][of[i]]
		}
	})
	return &batchGroups{all.keys, of}
}

// pairs returns the rows of the states that share (x, T).
func (s *batchGroups) pairs() *batchGroups {
	p := group(len(s.keys), func(state int) batchKey { return batchKey{x: s.keys[state].x, t: s.keys[state].t} })
	of := make([]int32, len(s.of))
	eachChunk(len(of), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			of[i] = p.of[s.of[i]]
		}
	})
	return &batchGroups{p.keys, of}
}

// A groupTable numbers keys as they come: an open hash table of places, plus 1,
// of the keys, at most half full.
type groupTable struct {
	keys  []batchKey
	slots []int32
	shift int // 64 less the logarithm of the number of slots
}

func newGroupTable() groupTable { return groupTable{slots: make([]int32, 1024), shift: 54} }

func (g *groupTable) place(k batchKey) int32 {
	h := g.hash(k)
	for ; g.slots[h] != 0; h = (h + 1) & (len(g.slots) - 1) {
		if at := g.slots[h] - 1; g.keys[at] == k {
			return at
		}
	}
	g.keys = append(g.keys, k)
	g.slots[h] = int32(len(g.keys))
	if 2*len(g.keys) > len(g.slots) {
		g.grow()
	}
	return int32(len(g.keys) - 1)
}

// hash takes the high bits of products with odd numbers, that of the golden
// ratio last: whole days in weeks differ in their high bits, x in the low ones.
func (g *groupTable) hash(k batchKey) int {
	const odd = 0xd6e8feb86659fd93
	at := bits.RotateLeft64(math.Float64bits(k.tx)*odd, 32) ^ math.Float64bits(k.t)
	at = bits.RotateLeft64(at*odd, 32) ^ uint64(k.x)
	return int(at * 0x9e3779b97f4a7c15 >> g.shift)
}

func (g *groupTable) grow() {
	g.slots, g.shift = make([]int32, 2*len(g.slots)), g.shift-1
	for at, k := range g.keys {
		h := g.hash(k)
		for g.slots[h] != 0 {
			h = (h + 1) & (len(g.slots) - 1)
		}
		g.slots[h] = int32(at + 1)
	}
}
