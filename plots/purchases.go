package plots

import (
	"errors"
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// Purchases are what one customer bought, day by day. A table of histories does
// not keep them: the figures that need every purchase are made from these.
type Purchases struct {
	ID     string
	Days   []history.Date // ascending, each once
	Values []float64      // money on each of the days; nil if the log has no amounts
}

// checkPurchases returns an error that names the first customer without
// purchases, or with purchases out of order, after the end, or of no value; and
// one if some customers have values and others have none.
func checkPurchases(ps []Purchases, end history.Date) error {
	if len(ps) == 0 {
		return errors.New("there are no customers")
	}
	for i := range ps {
		if err := ps[i].check(end); err != nil {
			return fmt.Errorf("customer %d (%q): %w", i+1, ps[i].ID, err)
		}
		if (ps[i].Values == nil) != (ps[0].Values == nil) {
			return fmt.Errorf("customer %d (%q): purchases have values for some customers and not for others", i+1, ps[i].ID)
		}
	}
	return nil
}

func (p *Purchases) check(end history.Date) error {
	if len(p.Days) == 0 || p.Days[0] < 1 {
		return errors.New("no purchase, or one without a date")
	}
	if p.Values != nil && len(p.Values) != len(p.Days) {
		return fmt.Errorf("%d values for %d purchases", len(p.Values), len(p.Days))
	}
	for k, d := range p.Days {
		if k > 0 && d <= p.Days[k-1] {
			return fmt.Errorf("a purchase on %v follows one on %v", d, p.Days[k-1])
		}
		if d > end {
			return fmt.Errorf("the purchase of %v is after the end, %v", d, end)
		}
		if p.Values != nil && (math.IsNaN(p.Values[k]) || math.IsInf(p.Values[k], 0)) {
			return fmt.Errorf("the purchase of %v has the value %v", d, p.Values[k])
		}
	}
	return nil
}
