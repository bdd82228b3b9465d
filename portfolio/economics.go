package portfolio

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/predictive-clv/clv/history"
)

// Economics are what turns orders into money for the business. The zero value
// counts the whole amount as profit, and costs and discount as nothing.
//
// As a file they are YAML or JSON:
//
//	margin: 0.35              # share of the amount that is profit
//	margin_by: {outlet: 0.2}  # of a segment, in the place of margin
//	cost_per_order: 4.50
//	cost_alive: 12/y          # of a customer as long as he is alive: per d, w, m or y
//	cac: 20                   # cost of acquiring a customer
//	cac_by: {search: 35}
//	discount: 10%/y           # annual and effective
type Economics struct {
	Margin       *float64           // nil: 1
	MarginBy     map[string]float64 // by segment
	MarginOf     []float64          // of each row of the table, before the two above; NaN: not known; nil: none
	CostPerOrder float64
	CostAlive    Cost
	CAC          float64
	CACBy        map[string]float64 // by segment
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

// economicsFile is the form of the file.
type economicsFile struct {
	Margin       *float64           `yaml:"margin"`
	MarginBy     map[string]float64 `yaml:"margin_by"`
	CostPerOrder float64            `yaml:"cost_per_order"`
	CostAlive    string             `yaml:"cost_alive"`
	CAC          float64            `yaml:"cac"`
	CACBy        map[string]float64 `yaml:"cac_by"`
	Discount     string             `yaml:"discount"`
}

// ReadEconomics reads them from YAML or JSON. A field that it does not know is
// an error, which names its line.
func ReadEconomics(r io.Reader) (*Economics, error) {
	var f economicsFile
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	switch err := d.Decode(&f); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("economics: the file is empty: write margin: 0.3 or the like")
	case err != nil:
		return nil, fmt.Errorf("economics: %w", err)
	}
	if d.Decode(&economicsFile{}) != io.EOF {
		return nil, errors.New("economics: something follows the first document (a line ---, or the end of the JSON object): only one is read")
	}
	e := &Economics{Margin: f.Margin, MarginBy: f.MarginBy, CostPerOrder: f.CostPerOrder, CAC: f.CAC, CACBy: f.CACBy}
	var err error
	if f.CostAlive != "" {
		if e.CostAlive, err = ParseCost(f.CostAlive); err != nil {
			return nil, fmt.Errorf("economics: cost_alive: %w", err)
		}
	}
	if f.Discount != "" {
		rate, err := history.ParseRate(f.Discount)
		if err != nil {
			return nil, fmt.Errorf("economics: discount: %w", err)
		}
		e.Discount = &rate
	}
	return e, e.Check()
}

// Check returns an error that names the first number that makes no sense. A
// margin may be negative: such customers are counted, not hidden.
func (e *Economics) Check() error {
	margin := func(name string, v float64) error {
		if !(v <= 1) || math.IsInf(v, 0) {
			return fmt.Errorf("economics: %s is %v: it is the share of the amount that is profit, like 0.3", name, v)
		}
		return nil
	}
	cost := func(name string, v float64) error {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("economics: %s is %v: it is an amount of money, 0 or more", name, v)
		}
		return nil
	}
	errs := []error{cost("cost_per_order", e.CostPerOrder), cost("cost_alive", e.CostAlive.Amount), cost("cac", e.CAC), cost("discount", float64(e.rate()))}
	if e.Margin != nil {
		errs = append(errs, margin("margin", *e.Margin))
	}
	for _, s := range slices.Sorted(maps.Keys(e.MarginBy)) {
		errs = append(errs, margin("margin_by "+s, e.MarginBy[s]))
	}
	for _, s := range slices.Sorted(maps.Keys(e.CACBy)) {
		errs = append(errs, cost("cac_by "+s, e.CACBy[s]))
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

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

// CACIn returns the cost of acquiring a customer of a segment.
func (e *Economics) CACIn(segment string) float64 {
	if c, ok := e.CACBy[segment]; ok {
		return c
	}
	return e.CAC
}
