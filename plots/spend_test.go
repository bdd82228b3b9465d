package plots

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// The model's means are uniform in the logarithm from 1 to 100, so each class
// between has a share of its width over 2 of 60 customers.
func TestSpendDensity(t *testing.T) {
	s := &history.Spending{Frequency: []int{1, 4, 4}, Mean: []float64{1, 30, 99}, N: []float64{10, 20, 30}}
	f, err := NewSpendDensity(nbd{}, s)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.Actual); n != 40 || !near(f.Edges[0], 1, 1e-12) || !near(f.Edges[n], 100, 1e-12) {
		t.Fatalf("%d classes from %v to %v, want 40 from 1 to 100", n, f.Edges[0], f.Edges[n])
	}
	for k, got := range f.Expected {
		if !near(got, 60./40, 1e-12) {
			t.Errorf("class %d: expected %v customers, want 1.5", k, got)
		}
	}
	for k, n := range f.Actual {
		want := map[int]float64{0: 10, 29: 20, 39: 30}[k] // log10(30) = 1.477
		if n != want {
			t.Errorf("class %d has %v customers, want %v", k, n, want)
		}
	}
	if got, want := f.Misplaced(), (60-3*1.5)/60; !near(got, want, 1e-12) {
		t.Errorf("Misplaced() = %v, want %v", got, want)
	}
}

func TestSpendClasses(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		n         int
	}{{5, 5, 1}, {10, 10, 1}, {1, 100, 40}, {4, 290, 38}, {0.01, 1e9, 22}, {1e-300, 1e300, 60}} {
		width, first, n := spendClasses(math.Log10(c.low), math.Log10(c.high))
		if n != c.n {
			t.Errorf("%d classes from %v to %v, want %d", n, c.low, c.high, c.n)
		}
		if from, to := width*first, width*(first+float64(n)); from > math.Log10(c.low)+1e-9 || to < math.Log10(c.high)-1e-9 {
			t.Errorf("classes from 10^%v to 10^%v for values from %v to %v", from, to, c.low, c.high)
		}
	}
}

func TestSpendDensityRefuses(t *testing.T) {
	good := history.Spending{Frequency: []int{1}, Mean: []float64{5}, N: []float64{1}}
	zero, infinite := good, good
	zero.Mean, infinite.Mean = []float64{0}, []float64{math.Inf(1)}
	for name, s := range map[string]*history.Spending{"nobody": {}, "0": &zero, "infinite": &infinite} {
		if _, err := NewSpendDensity(nbd{}, s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewSpendDensity(broken{}, &good); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one that tells the NaN", err)
	}
}
