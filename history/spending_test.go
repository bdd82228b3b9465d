package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

func TestSpending(t *testing.T) {
	nan := math.NaN()
	tab := &Table{
		Frequency: []int{2, 0, 1, 2, 3, 1, 2, 4, 0},
		Recency:   []float64{1, 0, 1, 1, 1, 1, 1, 1, 0},
		T:         []float64{2, 2, 2, 2, 2, 2, 2, 2, 2},
		Spend:     []float64{10, nan, 5, 10, -1, 0, 7, nan, nan},
		N:         []float64{1, 100, 2, 3, 4, 5, 6, 7, 100},
	}
	s := tab.Spending()
	same(t, "Frequency", s.Frequency, 1, 2, 2)
	same(t, "Mean", s.Mean, 5, 7, 10)
	same(t, "N", s.N, 2, 6, 4) // the two rows with 2 purchases of 10 are one
	if s.SetAside != 4+5+7 {
		t.Errorf("SetAside = %v, want 16: the means -1, 0 and not known", s.SetAside)
	}
	if s.Len() != 3 || s.Customers() != 12 {
		t.Errorf("%d rows of %v customers, want 3 of 12", s.Len(), s.Customers())
	}
	tab.N = nil
	if s = tab.Spending(); s.Customers() != 4 || s.SetAside != 3 {
		t.Errorf("without weights %v customers and %v set aside, want 4 and 3", s.Customers(), s.SetAside)
	}
	tab.Spend = nil
	if s = tab.Spending(); s.Len() != 0 || s.SetAside != 0 {
		t.Errorf("without spend: %+v, want nothing", s)
	}
}

// Of many rows, on any number of processors, the merged ones are those that a
// map gives.
func TestSpendingOfMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	tab := &Table{}
	want := map[string]float64{}
	for range 6 * blockRows {
		x, mean := min(rng.IntN(4)*rng.IntN(3), 3), float64(rng.IntN(30000))/100
		tab.Append(Customer{Frequency: x, T: 1, Spend: mean})
		if x > 0 && mean > 0 {
			want[fmt.Sprint(x, mean)]++
		}
	}
	for _, cores := range []int{1, 2, 3} {
		before := runtime.GOMAXPROCS(cores)
		s := tab.Spending()
		runtime.GOMAXPROCS(before)
		if s.Len() != len(want) {
			t.Fatalf("%d rows on %d processors, want %d", s.Len(), cores, len(want))
		}
		for i, n := range s.N {
			if at := fmt.Sprint(s.Frequency[i], s.Mean[i]); n != want[at] {
				t.Fatalf("%v customers of %s on %d processors, want %v", n, at, cores, want[at])
			}
			if i > 0 && s.Frequency[i] == s.Frequency[i-1] && !(s.Mean[i] > s.Mean[i-1]) || i > 0 && s.Frequency[i] < s.Frequency[i-1] {
				t.Fatalf("row %d on %d processors is out of order", i, cores)
			}
		}
	}
}

// Rows in order, in the opposite order and all alike are sorted too.
func TestSpendingSorted(t *testing.T) {
	n := 3 * blockRows
	for name, mean := range map[string]func(i int) float64{
		"ascending":  func(i int) float64 { return float64(i + 1) },
		"descending": func(i int) float64 { return float64(n - i) },
		"alike":      func(int) float64 { return 7 },
	} {
		tab := &Table{}
		for i := range n {
			tab.Append(Customer{Frequency: 1, T: 1, Spend: mean(i)})
		}
		if s := tab.Spending(); !slices.IsSorted(s.Mean) || s.Customers() != float64(n) {
			t.Errorf("%s: not sorted, or %v customers of %d", name, s.Customers(), n)
		}
	}
}
