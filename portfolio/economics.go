package portfolio

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// Economics are what turns orders into money for the business. The zero value
// counts the whole amount as profit, and costs and discount as nothing.
//
// As a file they are YAML or JSON:
//
//	margin: 0.35              # share of the amount that is profit
//	margin_by: {outlet: 0.2}  # of a segment, in the place of margin
//	margin_column: margin     # column of the customers' file, before both
//	cost_per_order: 4.50
//	cost_alive: 12/y          # of a customer as long as he is alive: per d, w, m or y
//	cac: 20                   # cost of acquiring a customer
//	cac_by: {search: 35}
//	cac_column: paid          # column of the customers' file, before both
//	discount: 10%/y           # annual and effective
type Economics struct {
	Margin       *float64           // nil: 1
	MarginBy     map[string]float64 // by segment
	MarginOf     []float64          // of each row of the table, before the two above; NaN: not known; nil: none
	CostPerOrder float64
	CostAlive    Cost
	CAC          float64
	CACBy        map[string]float64 // by segment
	CACOf        []float64          // as MarginOf
	MarginColumn string             // of a file of customers, which the caller reads into MarginOf
	CACColumn    string             // likewise
	Discount     *history.Rate      // nil: 0
}

// A Cost is an amount of money per unit of time.
type Cost struct {
	Amount float64
	Unit   history.Unit // zero: there is no cost
}

// Per returns the cost per unit u.
func (c Cost) Per(u history.Unit) float64 {
	if c.Unit == 0 {
		return 0
	}
	return c.Amount * c.Unit.PerYear() / u.PerYear()
}

// ParseCost reads "12/y" or "1.50/m".
func ParseCost(s string) (Cost, error) {
	number, unit, _ := strings.Cut(strings.ReplaceAll(s, " ", ""), "/")
	var amount float64
	_, err := fmt.Sscanf(number+"\n", "%g\n", &amount)
	u, unknown := history.ParseUnit(unit)
	if err != nil || unknown != nil || !(amount >= 0) || math.IsInf(amount, 0) {
		return Cost{}, fmt.Errorf("%q is no cost per time: write 12/y or 1.50/m", s)
	}
	return Cost{amount, u}, nil
}

// Check returns an error that names the first number that makes no sense. A
// margin may be negative: such customers are counted, not hidden.
func (e *Economics) Check() error {
	errs := []error{checkCost("cost_per_order", e.CostPerOrder), checkCost("cost_alive", e.CostAlive.Amount), checkCost("cac", e.CAC), checkCost("discount", float64(e.rate()))}
	if e.Margin != nil {
		errs = append(errs, checkMargin("margin", *e.Margin))
	}
	for _, s := range slices.Sorted(maps.Keys(e.MarginBy)) {
		errs = append(errs, checkMargin("margin_by "+s, e.MarginBy[s]))
	}
	for _, s := range slices.Sorted(maps.Keys(e.CACBy)) {
		errs = append(errs, checkCost("cac_by "+s, e.CACBy[s]))
	}
	for i, v := range e.MarginOf {
		if !math.IsNaN(v) {
			errs = append(errs, checkMargin(fmt.Sprintf("margin of customer %d", i+1), v))
		}
	}
	for i, v := range e.CACOf {
		if !math.IsNaN(v) {
			errs = append(errs, checkCost(fmt.Sprintf("cac of customer %d", i+1), v))
		}
	}
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("economics: %w", err)
		}
	}
	return nil
}

func checkMargin(name string, v float64) error {
	if !(v <= 1) || math.IsInf(v, 0) {
		return fmt.Errorf("%s is %v: it is the share of the amount that is profit, like 0.3", name, v)
	}
	return nil
}

func checkCost(name string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%s is %v: it is an amount of money, 0 or more", name, v)
	}
	return nil
}

// HasCosts reports whether an order or a customer who is alive costs anything
// beside the margin.
func (e *Economics) HasCosts() bool { return e.CostPerOrder > 0 || e.CostAlive.Amount > 0 }

// MarginIn returns the margin of a row in a segment: MarginOf, MarginBy, Margin,
// the first that is known. A row of -1 stands for a customer outside the table.
func (e *Economics) MarginIn(segment string, row int) float64 {
	if row >= 0 && e.MarginOf != nil && !math.IsNaN(e.MarginOf[row]) {
		return e.MarginOf[row]
	}
	if m, ok := e.MarginBy[segment]; ok {
		return m
	}
	if e.Margin == nil {
		return 1
	}
	return *e.Margin
}

// rate returns the discount.
func (e *Economics) rate() history.Rate {
	if e.Discount == nil {
		return 0
	}
	return *e.Discount
}

// CACIn returns the cost of acquiring a row in a segment: CACOf, CACBy, CAC, the
// first that is known. A row of -1 stands for a customer outside the table.
func (e *Economics) CACIn(segment string, row int) float64 {
	if row >= 0 && e.CACOf != nil && !math.IsNaN(e.CACOf[row]) {
		return e.CACOf[row]
	}
	if c, ok := e.CACBy[segment]; ok {
		return c
	}
	return e.CAC
}
