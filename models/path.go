package models

import (
	"math"
	"sort"

	"github.com/predictive-clv/clv/history"
)

// A Path is one simulated customer with the truth that no data shows.
type Path struct {
	Times    []float64 // ages at the repeat purchases, ascending, in (0, t]
	Lambda   float64   // λ: the customer's purchase rate
	Dropout  float64   // p of the BG models, the customer's dropout rate μ of Pareto/NBD
	Lifetime float64   // age at dropout; +Inf if not within the simulated span or never
}

// Customer returns the history that an observer sees at age T, with no spend.
// T beyond the simulated span gives the history of a customer who bought
// nothing after it. It panics if T is negative.
func (p Path) Customer(T float64) history.Customer {
	checkTime(T)
	c := history.Customer{T: T, Spend: math.NaN()}
	c.Frequency = sort.Search(len(p.Times), func(i int) bool { return p.Times[i] > T })
	if c.Frequency > 0 {
		c.Recency = p.Times[c.Frequency-1]
	}
	return c
}

// Alive reports whether the customer has not dropped out by age T, a moment
// within the simulated span.
func (p Path) Alive(T float64) bool { return p.Lifetime > T }
