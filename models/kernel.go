package models

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// chunkRows is the number of rows summed together. It is fixed, so that a sum
// has the same bits for any number of workers.
const chunkRows = 1024

// cacheLine is the number of values that keep the sums of two chunks out of one
// line of a processor's cache, for which its cores would wait.
const cacheLine = 8

// sumRows adds up width sums over the rows [0, n) and leaves them at the
// beginning of the slice it returns, which is buf grown where needed. The body
// adds the rows [lo, hi) to acc; it is called once a chunk, on up to GOMAXPROCS
// goroutines, and the chunks are added in order.
func sumRows(buf []float64, n, width int, body func(lo, hi int, acc []float64)) []float64 {
	chunks := max(1, (n+chunkRows-1)/chunkRows)
	stride := width + cacheLine
	partial := slices.Grow(buf[:0], chunks*stride)[:chunks*stride]
	clear(partial)
	parallelEach(chunks, func(c int) {
		lo, at := c*chunkRows, c*stride
		body(lo, min(lo+chunkRows, n), partial[at:at+width:at+width])
	})
	for at := stride; at < len(partial); at += stride {
		for k, v := range partial[at : at+width] {
			partial[k] += v
		}
	}
	return partial
}

// parallelEach calls f for 0 … n−1 on up to GOMAXPROCS goroutines.
func parallelEach(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
