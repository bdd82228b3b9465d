package history

import (
	"errors"
	"fmt"
	"math"
)

// A Customer is one purchase history, in the unit of time its Table was built
// with. Everything a model says about a customer follows from it.
type Customer struct {
	Frequency int     // x: repeat purchases, the first one not counted
	Recency   float64 // t_x: time from the first purchase to the last; 0 if Frequency is 0
	T         float64 // T: time from the first purchase to the end of observation
	Spend     float64 // m̄: mean value of the repeat purchases; NaN if there are none
}

// Check returns an error naming the first thing that makes the history
// impossible, or nil. A history is possible if x ≥ 0, 0 ≤ t_x ≤ T < ∞, and
// t_x = 0 exactly when x = 0: a repeat purchase at age 0 makes the likelihood
// of every model here unbounded. Spend is NaN or finite; its sign is the
// business of the spend model.
func (c Customer) Check() error {
	switch {
	case c.Frequency < 0:
		return fmt.Errorf("frequency is %d: repeat purchases cannot be negative", c.Frequency)
	case math.IsNaN(c.Recency) || math.IsInf(c.Recency, 0) || math.IsNaN(c.T) || math.IsInf(c.T, 0):
		return fmt.Errorf("recency is %v and T is %v: both must be finite", c.Recency, c.T)
	case c.T < 0:
		//lint:ignore ST1005 T is the name of the quantity
		return fmt.Errorf("T is %v: an age cannot be negative", c.T)
	case c.Recency < 0:
		return fmt.Errorf("recency is %v: it is the age at the last purchase and cannot be negative", c.Recency)
	case c.Recency > c.T:
		return fmt.Errorf("recency %v is greater than T %v: the last purchase would lie after the end of observation", c.Recency, c.T)
	case c.Frequency == 0 && c.Recency > 0:
		return fmt.Errorf("recency is %v with frequency 0: without a repeat purchase it is 0", c.Recency)
	case c.Frequency > 0 && c.Recency == 0:
		return fmt.Errorf("recency is 0 with frequency %d: a repeat purchase at the moment of the first one makes the likelihood unbounded; merge the two", c.Frequency)
	case math.IsInf(c.Spend, 0):
		return errors.New("spend is infinite")
	}
	return nil
}
