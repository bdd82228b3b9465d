package history

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// A table long enough for several blocks, a third of it one state, has the same
// states, weights and index for any number of processors, to the last bit, and
// they account for every row.
func TestCompressBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	const n = 4*blockRows + 100
	tab := &Table{Unit: Week}
	want := map[Customer]float64{}
	for i := range n {
		c := Customer{T: 30}
		if i%3 > 0 {
			c.Frequency, c.Recency = 1+rng.IntN(20), float64(1+rng.IntN(150))/7
		}
		tab.Frequency, tab.Recency, tab.T = append(tab.Frequency, c.Frequency), append(tab.Recency, c.Recency), append(tab.T, c.T)
		tab.N = append(tab.N, 0.1+rng.Float64())
		want[c] += tab.N[i] // in the order of the rows, as Compress adds
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := tab.Compress()
	if one.Len() != len(want) {
		t.Errorf("%d states, want %d", one.Len(), len(want))
	}
	for i, weight := range one.N {
		if c := (Customer{Frequency: one.Frequency[i], Recency: one.Recency[i], T: one.T[i]}); want[c] != weight {
			t.Errorf("%v has the weight %v, want %v", c, weight, want[c])
		}
	}
	for _, processors := range []int{2, 3, 5} {
		runtime.GOMAXPROCS(processors)
		if several := tab.Compress(); !reflect.DeepEqual(several, one) {
			t.Errorf("%d processors give another table than one", processors)
		}
		if !reflect.DeepEqual(tab.Index(), newIndexOn(1, tab)) {
			t.Errorf("%d processors give another index than one", processors)
		}
	}
}

// Without weights, where every processor merges rows of its own, it is the same.
func TestCompressWithoutWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	tab, want := &Table{Unit: Week}, map[Customer]float64{}
	for range 4*blockRows + 100 {
		c := Customer{T: 30 + float64(rng.IntN(80))/7}
		if rng.IntN(2) > 0 {
			c.Frequency, c.Recency = 1+rng.IntN(4), float64(1+rng.IntN(200))/7
		}
		tab.Frequency, tab.Recency, tab.T = append(tab.Frequency, c.Frequency), append(tab.Recency, c.Recency), append(tab.T, c.T)
		want[c]++
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := tab.Compress()
	if one.Len() != len(want) {
		t.Errorf("%d states, want %d", one.Len(), len(want))
	}
	for i, n := range one.N {
		if c := (Customer{Frequency: one.Frequency[i], Recency: one.Recency[i], T: one.T[i]}); want[c] != n {
			t.Errorf("%v has %v customers, want %v", c, n, want[c])
		}
	}
	for _, processors := range []int{2, 3} {
		runtime.GOMAXPROCS(processors)
		if several := tab.Compress(); !reflect.DeepEqual(several, one) {
			t.Errorf("%d processors give another table than one", processors)
		}
		if steps := tab.compress(blockRows - 1); !reflect.DeepEqual(steps, one) {
			t.Errorf("steps on %d processors give another table than one step", processors)
		}
	}
}

func newIndexOn(processors int, tab *Table) *Index {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	return newIndex(tab)
}

// The first impossible row is named, whatever block it and others are in.
func TestCheckBlocks(t *testing.T) {
	tab := &Table{}
	for range 4 * blockRows {
		tab.Append(Customer{T: 1})
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, i := range []int{4*blockRows - 1, 3 * blockRows, 77} {
		tab.Recency[i] = -1
		if err := tab.Check(); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("row %d:", i+1)) {
			t.Errorf("%v, want an error about row %d", err, i+1)
		}
	}
}
