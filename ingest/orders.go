package ingest

import (
	"hash/maphash"
	"sync"
)

// orders remembers in which file an order was first seen. Goroutines may use it
// side by side: as files are read one after the other, the answer does not
// depend on who comes first.
//
// An order is known by 128 bits of hash: that two of 10⁹ share them has a
// probability of 10⁻²¹. It takes some 40 bytes, however long its number.
type orders struct {
	seeds  [2]maphash.Seed
	shards [64]struct {
		sync.Mutex
		file map[[2]uint64]int32
	}
}

func newOrders() *orders {
	o := &orders{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	for i := range o.shards {
		o.shards[i].file = make(map[[2]uint64]int32)
	}
	return o
}

// first returns the file in which an order was first seen. If that is this one,
// the order is remembered, unless no file comes after it.
func (o *orders) first(order string, file int, last bool) int {
	key := [2]uint64{maphash.String(o.seeds[0], order), maphash.String(o.seeds[1], order)}
	shard := &o.shards[key[0]%uint64(len(o.shards))]
	shard.Lock()
	defer shard.Unlock()
	if earlier, ok := shard.file[key]; ok {
		return int(earlier)
	}
	if !last {
		shard.file[key] = int32(file)
	}
	return file
}
