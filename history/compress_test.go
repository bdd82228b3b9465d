package history

import (
	"cmp"
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
			c.Frequency, c.Recency, c.T = 1+rng.IntN(20), float64(1+rng.IntN(20))/7, 30-float64(rng.IntN(70))/7
		}
		tab.Frequency, tab.Recency, tab.T = append(tab.Frequency, c.Frequency), append(tab.Recency, c.Recency), append(tab.T, c.T)
		tab.N = append(tab.N, 0.1+rng.Float64())
		want[c] += tab.N[i] // in the order of the rows, as Compress adds
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := tab.Compress()
	checkStates(t, one, want)
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
	checkStates(t, one, want)
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

// checkStates reports a table that does not have the wanted states in order, each
// with its customers.
func checkStates(t *testing.T, got *Table, want map[Customer]float64) {
	t.Helper()
	if got.Len() != len(want) {
		t.Errorf("%d states, want %d", got.Len(), len(want))
	}
	var last Customer
	for i, n := range got.N {
		c := Customer{Frequency: got.Frequency[i], Recency: got.Recency[i], T: got.T[i]}
		if i > 0 && cmp.Or(cmp.Compare(last.Frequency, c.Frequency), cmp.Compare(last.Recency, c.Recency), cmp.Compare(last.T, c.T)) >= 0 {
			t.Fatalf("%v comes after %v", c, last)
		}
		if want[c] != n {
			t.Errorf("%v has %v customers, want %v", c, n, want[c])
		}
		last = c
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
