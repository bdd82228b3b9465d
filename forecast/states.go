package forecast

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/predictive-clv/clv/history"
)

// A state is a distinct (x, t_x, T) with the rows of a table that share it.
type state struct {
	customer history.Customer // Spend is not meant to be read
	rows     []int32
}

// A states is the table's distinct states, sorted by x, then T, then t_x, so
// that those with equal (x, T) stand together.
type states struct {
	all   []state
	of    []int32 // the state of each row
	begin []int   // where in all each (x, T) begins, and the end
}

func statesOf(h *history.Table) *states {
	ix := h.Index()
	number := map[history.Place]int32{}
	s := &states{of: make([]int32, h.Len())}
	var places []history.Place
	for i, at := range ix.Row {
		k, ok := number[at]
		if !ok {
			k = int32(len(places))
			number[at] = k
			places = append(places, at)
		}
		s.of[i] = k
	}
	order := make([]int32, len(places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		p, q := places[a], places[b]
		return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.T, q.T), cmp.Compare(p.Recency, q.Recency))
	})
	rank := make([]int32, len(places))
	for r, k := range order {
		rank[k] = int32(r)
		if p := places[k]; r == 0 || p.X != places[order[r-1]].X || p.T != places[order[r-1]].T {
			s.begin = append(s.begin, r)
		}
	}
	s.begin = append(s.begin, len(places))
	s.fill(h, rank)
	return s
}

// fill gathers the rows of each state, given the rank of each state's number.
func (s *states) fill(h *history.Table, rank []int32) {
	s.all = make([]state, len(rank))
	size := make([]int32, len(rank))
	for i, k := range s.of {
		s.of[i] = rank[k]
		size[rank[k]]++
	}
	rows := make([]int32, len(s.of))
	for k, n := range size {
		s.all[k].rows, rows = rows[:0:n], rows[n:]
	}
	for i, k := range s.of {
		st := &s.all[k]
		if len(st.rows) == 0 {
			st.customer = h.Customer(i)
			st.customer.Spend = math.NaN()
		}
		st.rows = append(st.rows, int32(i))
	}
}

// parallel calls f for 0 … n−1 on up to GOMAXPROCS goroutines.
func parallel(n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
