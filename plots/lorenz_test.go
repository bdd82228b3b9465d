package plots

import (
	"math"
	"strings"
	"testing"
)

func TestLorenz(t *testing.T) {
	var upTo []float64 // 1000, 999, … 1: Gini (n-1)/(3n), and Σ of the last k in closed form
	for i := range 1000 {
		upTo = append(upTo, float64(1000-i))
	}
	one := make([]float64, 1000)
	one[17] = 5
	for _, c := range []struct {
		name              string
		value             []float64
		gini, top10, top1 float64
	}{
		{"equal", []float64{3, 3, 3}, 0, 0.1, 0.01},
		{"1 to 1000", upTo, 999. / 3000, (500500 - 900*901/2) / 500500., (500500 - 990*991/2) / 500500.},
		{"one has all", one, 0.999, 1, 1},
		{"one customer", []float64{8}, 0, 0.1, 0.01},
		{"losses", []float64{-1, 3}, 1, 0.3, 0.03}, // Σ(2i-n-1)v / (n Σv) = 4/4
	} {
		l, err := NewLorenz("value", c.value)
		if err != nil {
			t.Fatal(err)
		}
		if !near(l.Gini, c.gini, 1e-12) || !near(l.Top(0.1), c.top10, 1e-12) || !near(l.Top(0.01), c.top1, 1e-12) {
			t.Errorf("%s: Gini %v, top 10 %% hold %v, top 1 %% hold %v; want %v, %v, %v", c.name, l.Gini, l.Top(0.1), l.Top(0.01), c.gini, c.top10, c.top1)
		}
		last := len(l.Value) - 1
		if l.Customers[last] != 1 || !near(l.Value[last], 1, 1e-12) || l.Value[0] != 0 {
			t.Errorf("%s: the curve runs from %v to %v at %v", c.name, l.Value[0], l.Value[last], l.Customers[last])
		}
	}
}

func TestLorenzKeepsItsInput(t *testing.T) {
	v := []float64{3, 1, 2}
	if _, err := NewLorenz("value", v); err != nil || v[0] != 3 || v[1] != 1 {
		t.Errorf("values are %v afterwards, error %v", v, err)
	}
}

func TestLorenzRefuses(t *testing.T) {
	for name, v := range map[string][]float64{"nobody": nil, "NaN": {1, math.NaN()}, "infinite": {1, math.Inf(1)}, "no value": {0, 0}, "a loss": {1, -2}} {
		if _, err := NewLorenz("value", v); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	l, err := NewLorenz("value", []float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	l.Others = []*Lorenz{l, l, l, l}
	if _, err := l.Plot(); err == nil || !strings.Contains(err.Error(), "at most 4") {
		t.Errorf("error %v, want one about too many curves", err)
	}
}
