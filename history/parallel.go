package history

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel runs work on every core, up to n of them. Each takes numbers below n
// from next until there are none.
func parallel(n int, work func(next func() (int, bool))) {
	var taken atomic.Int64
	next := func() (int, bool) {
		k := int(taken.Add(1)) - 1
		return k, k < n
	}
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) - 1 {
		workers.Go(func() { work(next) })
	}
	work(next)
	workers.Wait()
}
