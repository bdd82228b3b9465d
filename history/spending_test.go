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
	var aside float64
	var weights []float64
	for range 6 * blockRows {
		x, mean, n := []int{0, 1, 2, 70000}[rng.IntN(4)], float64(rng.IntN(30000))/100-1, float64(1+rng.IntN(3))
		tab.Append(Customer{Frequency: x, T: 1, Spend: mean})
		weights = append(weights, n)
		switch {
		case x > 0 && mean > 0:
			want[fmt.Sprint(x, mean)] += n
		case x > 0:
			aside += n
		}
	}
	tab.N = weights
	for _, cores := range []int{1, 2, 3} {
		before := runtime.GOMAXPROCS(cores)
		s := tab.Spending()
		runtime.GOMAXPROCS(before)
		if s.Len() != len(want) || s.SetAside != aside {
			t.Fatalf("%d rows on %d processors, %v customers set aside, want %d and %v", s.Len(), cores, s.SetAside, len(want), aside)
		}
		for i, n := range s.N {
			if at := fmt.Sprint(s.Frequency[i], s.Mean[i]); n != want[at] {
				t.Fatalf("%v customers of %s on %d processors, want %v", n, at, cores, want[at])
			}
			if i > 0 && (s.Mean[i] < s.Mean[i-1] || s.Mean[i] == s.Mean[i-1] && s.Frequency[i] <= s.Frequency[i-1]) {
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

// The correlations are those of the customers one by one, in whatever order the
// rows are.
func TestCorrelation(t *testing.T) {
	s := &Spending{Frequency: []int{3, 1, 2, 1, 3, 300}, Mean: []float64{5, 7, 7, 2, 9, 8}, N: []float64{2, 1, 3, 2, 1, 1}}
	var x, mean, one []float64
	for i, n := range s.N {
		for range int(n) {
			x, mean, one = append(x, float64(s.Frequency[i])), append(mean, s.Mean[i]), append(one, 1)
		}
	}
	pearson, rank := s.Correlation()
	wantPearson, wantRank := correlation(x, mean, one), correlation(plainRanks(x), plainRanks(mean), one)
	if !(math.Abs(pearson-wantPearson) <= 1e-14) || !(math.Abs(rank-wantRank) <= 1e-14) || math.Abs(wantRank-wantPearson) < 0.1 {
		t.Errorf("correlations %v and of ranks %v, want %v and %v, far apart", pearson, rank, wantPearson, wantRank)
	}
}

// plainRanks counts the values below each, and half of those equal to it.
func plainRanks(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, a := range v {
		for _, b := range v {
			switch {
			case b < a:
				out[i]++
			case b == a:
				out[i] += 0.5
			}
		}
	}
	return out
}
