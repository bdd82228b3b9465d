package models

import (
	"math"
	"testing"
)

func TestPathCustomer(t *testing.T) {
	p := Path{Times: []float64{1, 2.5, 7}, Lambda: 0.4, Dropout: 0.2, Lifetime: 7}
	for _, c := range []struct {
		T       float64
		x       int
		recency float64
		alive   bool
	}{{0, 0, 0, true}, {0.9, 0, 0, true}, {1, 1, 1, true}, {6, 2, 2.5, true}, {7, 3, 7, false}, {50, 3, 7, false}} {
		got := p.Customer(c.T)
		if got.Frequency != c.x || got.Recency != c.recency || got.T != c.T || !math.IsNaN(got.Spend) || got.Check() != nil {
			t.Errorf("Customer(%v) = %v, want x = %d, t_x = %v", c.T, got, c.x, c.recency)
		}
		if p.Alive(c.T) != c.alive {
			t.Errorf("Alive(%v) = %v", c.T, !c.alive)
		}
	}
}
