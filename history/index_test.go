package history

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// checkIndex reports an index that does not give back the table's columns from
// ascending distinct values.
func checkIndex(t *rapid.T, tab *Table) {
	ix := tab.Index()
	if len(ix.Row) != tab.Len() {
		t.Fatalf("the index has %d rows, want %d", len(ix.Row), tab.Len())
	}
	for i, p := range ix.Row {
		if ix.X[p.X] != tab.Frequency[i] || ix.Recency[p.Recency] != tab.Recency[i] || ix.T[p.T] != tab.T[i] {
			t.Errorf("row %d is %v, want %v", i, p, tab.Customer(i))
		}
	}
	nx, nRecency, nT, xRecency := map[int32]float64{}, map[int32]float64{}, map[int32]float64{}, map[int32]float64{}
	for i, p := range ix.Row { // whole numbers: the sums are exact
		nx[p.X] += tab.Weight(i)
		nRecency[p.Recency] += tab.Weight(i)
		nT[p.T] += tab.Weight(i)
		xRecency[p.Recency] += tab.Weight(i) * float64(tab.Frequency[i])
	}
	if !counts(ix.NX, nx, len(ix.X)) || !counts(ix.NRecency, nRecency, len(ix.Recency)) || !counts(ix.NT, nT, len(ix.T)) || !counts(ix.XRecency, xRecency, len(ix.Recency)) {
		t.Errorf("counts %v %v %v %v, want %v %v %v %v", ix.NX, ix.NRecency, ix.NT, ix.XRecency, nx, nRecency, nT, xRecency)
	}
	if !ascending(ix.X) || !ascending(ix.Recency) || !ascending(ix.T) {
		t.Errorf("values are not distinct and ascending: %v, %v, %v", ix.X, ix.Recency, ix.T)
	}
}

func counts(got []float64, want map[int32]float64, n int) bool {
	for p, v := range got {
		if v != want[int32(p)] {
			return false
		}
	}
	return len(got) == n
}

func ascending[E int | float64](xs []E) bool {
	return slices.IsSorted(xs) && len(slices.Compact(slices.Clone(xs))) == len(xs)
}

// Every value of the index is some row's.
func TestIndexNothingMore(t *testing.T) {
	tab := &Table{Frequency: []int{3, 0, 3}, Recency: []float64{2, 0, 1}, T: []float64{5, 5, 4}}
	ix := tab.Index()
	same(t, "X", ix.X, 0, 3)
	same(t, "Recency", ix.Recency, 0, 1, 2)
	same(t, "T", ix.T, 4, 5)
	same(t, "Row", ix.Row, Place{1, 2, 1}, Place{0, 0, 1}, Place{1, 1, 0})
}
