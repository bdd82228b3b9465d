package models

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/predictive-clv/clv/history"
)

// Predict returns f of every row of the table, in its order. f is evaluated
// once for each distinct state (x, t_x, T), on all cores, with a customer whose
// Spend is not meant to be read; what depends on spend is cheap and belongs
// outside.
func Predict[T any](h *history.Table, f func(c history.Customer) T) []T {
	ix := h.Index()
	place := make(map[history.Place]int32)
	state := make([]int32, h.Len()) // of each row
	var rows []int                  // the first row of each state
	for i, at := range ix.Row {
		s, ok := place[at]
		if !ok {
			s = int32(len(rows))
			place[at] = s
			rows = append(rows, i)
		}
		state[i] = s
	}
	values := make([]T, len(rows))
	parallel(len(rows), func(s int) { values[s] = f(h.Customer(rows[s])) })
	out := make([]T, h.Len())
	for i, s := range state {
		out[i] = values[s]
	}
	return out
}

// parallel calls f for 0 … n−1 on up to GOMAXPROCS goroutines, some at a time.
func parallel(n int, f func(i int)) {
	const batch = 64
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+batch-1)/batch) {
		wg.Go(func() {
			for lo := int(next.Add(batch)) - batch; lo < n; lo = int(next.Add(batch)) - batch {
				for i := lo; i < min(lo+batch, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
}
