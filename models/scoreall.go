package models

import (
	"math"
	"sync"

	"github.com/predictive-clv/clv/history"
)

// ScoreAll stores the score of each state in dst, with the bits of Score. What
// is expected of customers who are alive depends on x and T alone and is
// evaluated once for those who share them, so a large batch costs less a
// customer. It panics if dst and states differ in length or the terms are
// impossible.
//
// It runs on the caller's goroutine: split a batch to use more of them.
func (s *Scorer) ScoreAll(dst []Score, states []history.State, at history.Date, t Terms) {
	if len(dst) != len(states) {
		panic("models: scores and states differ in number")
	}
	a := s.ask(t)
	m := memos.Get().(*memo)
	defer memos.Put(m)
	clear(m.at[:])
	for i := range states {
		st := &states[i]
		if st.Check() != nil {
			dst[i] = Score{Flags: Impossible}
			continue
		}
		c := st.Customer(at, s.file.Unit)
		known := m.place(c.Frequency, c.T)
		if !known.set || known.x != c.Frequency || known.T != c.T {
			*known = memorised{true, c.Frequency, c.T, s.purchase.future(c, a)}
		}
		dst[i] = s.assemble(st, c, at, a, known.future)
	}
}

// A memo remembers the futures of the pairs (x, T) that came last.
type memo struct{ at [memoSize]memorised }

type memorised struct {
	set bool
	x   int
	T   float64
	future
}

const memoSize = 1 << 11

var memos = sync.Pool{New: func() any { return new(memo) }}

// place returns where a pair is if it is there.
func (m *memo) place(x int, T float64) *memorised {
	h := (math.Float64bits(T) + uint64(x)*0xbf58476d1ce4e5b9) * 0x9e3779b97f4a7c15
	return &m.at[h>>(64-11)]
}
