package history

import (
	"runtime"
	"sync"
)

// blockRows is the number of rows from which on a part of a table is worth a
// goroutine.
const blockRows = 1 << 15

// A block is a range of rows.
type block struct{ lo, hi int }

// blocksOf cuts n rows into a block for every processor, fewer if they would be
// short. No result may depend on their number.
func blocksOf(n int) []block {
	blocks := make([]block, min(runtime.GOMAXPROCS(0), n/blockRows+1))
	for b := range blocks {
		blocks[b] = block{b * n / len(blocks), (b + 1) * n / len(blocks)}
	}
	return blocks
}

// eachBlock calls f for every block, side by side.
func eachBlock(blocks []block, f func(b, lo, hi int)) {
	var wg sync.WaitGroup
	for b, r := range blocks[1:] {
		wg.Go(func() { f(b+1, r.lo, r.hi) })
	}
	f(0, blocks[0].lo, blocks[0].hi)
	wg.Wait()
}
