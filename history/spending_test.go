package history

import (
	"math"
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
