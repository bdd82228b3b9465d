package portfolio

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// Drivers are what moves the value of a customer, the strongest first.
type Drivers struct {
	Of        string   `json:"of"`
	Customers float64  `json:"customers"`
	Horizon   string   `json:"horizon"` // empty: to infinity
	Change    float64  `json:"change"`  // of each driver, as a share of it
	Value     float64  `json:"clv"`     // mean of the customers; of new ones less the cost of acquisition
	Rows      []Driver `json:"drivers"`
	Not       string   `json:"not"`
}

// A Driver is the value with one quantity changed and all others as they are.
//
//   - frequency: purchases while alive; in the BG models dropout comes with
//     purchases, so that who buys more often also leaves earlier
//   - retention: dropout the other way, a rate, or in the BG models the odds of
//     it after a purchase
//   - order value, margin (where one is known, and never above the whole
//     amount), cost per order, cost of being alive, discount, CAC (of new
//     customers: of others it is sunk)
//
// Changes are from now on: what a history tells of a customer stays.
type Driver struct {
	Name string  `json:"driver"`
	Less float64 `json:"clv_less"`
	More float64 `json:"clv_more"`

	// Elasticity is the change of the value in percent for one percent of the
	// driver, (More − Less)/(2·change·value); NaN at a value of 0.
	Elasticity forecast.Figure `json:"elasticity"`
}

// Span is how far the value moves.
func (d Driver) Span() float64 { return math.Abs(d.More - d.Less) }

// DriverOptions say whose value is moved.
type DriverOptions struct {
	Horizon history.Horizon // zero: to infinity
	Change  float64         // 0: 0.1
	Segment []string        // of each row; nil: none
	New     bool            // the table is of customers acquired now, who have cost their CAC
}

// An altering Purchaser can have customers buy and drop out at other rates.
type altering interface {
	altered(rate, dropout float64) Purchaser
}

// An alterer is a family whose customers can.
type alterer[G any] interface {
	Altered(rate, dropout float64) G
}

// altered returns the purchaser with another future, nil if the family has none.
func (p purchaser[G]) altered(rate, dropout float64) Purchaser {
	if _, ok := any(*new(G)).(alterer[G]); !ok {
		return nil
	}
	return alteredPurchaser[G]{p, rate, dropout}
}

type alteredPurchaser[G Newcomer] struct {
	purchaser[G]
	rate, dropout float64
}

func (p alteredPurchaser[G]) Future(b *models.Batch, alive []float64, q func(g Newcomer) float64) []float64 {
	return p.purchaser.Future(b, alive, func(g Newcomer) float64 {
		return q(any(g).(alterer[G]).Altered(p.rate, p.dropout))
	})
}

// Drivers returns how the mean value of the customers of a table moves when each
// driver is changed alone.
func (m *Model) Drivers(h *history.Table, e *Economics, o *DriverOptions) (*Drivers, error) {
	d := driving{m: *m, h: h, e: e, o: *o}
	d.o.Change = cmp.Or(o.Change, 0.1)
	if !(d.o.Change > 0 && d.o.Change < 1) {
		return nil, fmt.Errorf("a change of %v: it is a share of the driver, above 0 and below 1", d.o.Change)
	}
	out := &Drivers{Of: "the customers of the log", Customers: h.Customers(), Change: d.o.Change, Not: NotCausal}
	if o.New {
		out.Of = "a customer acquired today"
	}
	if o.Horizon != (history.Horizon{}) {
		out.Horizon = o.Horizon.String()
	}
	var err error
	if out.Value, err = d.value(); err != nil {
		return nil, err
	}
	if math.IsNaN(out.Value) || math.IsInf(out.Value, 0) {
		return nil, fmt.Errorf("the value is %v: the spend model has no mean (q ≤ 1), or the horizon no end", out.Value)
	}
	for _, driver := range d.drivers() {
		row := Driver{Name: driver.name}
		for k, dst := range map[float64]*float64{1 - d.o.Change: &row.Less, 1 + d.o.Change: &row.More} {
			moved := d
			if err := driver.move(&moved, k); err != nil {
				return nil, err
			}
			if *dst, err = moved.value(); err != nil {
				return nil, err
			}
		}
		row.Elasticity = forecast.Figure((row.More - row.Less) / (2 * d.o.Change * out.Value))
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(a, b Driver) int { // what differs by rounding alone is equal
		return cmp.Compare(float32(b.Span()), float32(a.Span()))
	})
	return out, nil
}

// A driving is a value with everything that it depends on.
type driving struct {
	m Model
	h *history.Table
	e *Economics
	o DriverOptions
}

// value is the mean over the customers.
func (d *driving) value() (float64, error) {
	v, err := d.m.Value(d.h, d.e, &ValueOptions{Horizon: d.o.Horizon, Segment: d.o.Segment})
	if err != nil {
		return 0, err
	}
	var sum float64
	for i, net := range v.Net {
		if d.o.New {
			net -= d.e.CACIn(segmentOf(d.o.Segment, i), i)
		}
		sum += d.h.Weight(i) * net
	}
	return sum / d.h.Customers(), nil
}

type driver struct {
	name string
	move func(d *driving, k float64) error
}

// drivers are those that the value depends on here.
func (d *driving) drivers() []driver {
	ds := []driver{
		{"frequency", func(d *driving, k float64) error { return d.alter(k, 1) }},
		{"retention", func(d *driving, k float64) error { return d.alter(1, 2-k) }},
	}
	if d.e.MarginIn("", -1) != 1 || len(d.e.MarginBy) > 0 || d.e.MarginOf != nil {
		ds = append(ds, driver{"margin", func(d *driving, k float64) error { d.e = d.e.withMargin(k); return nil }})
	}
	if d.m.Spend != nil {
		ds = append(ds, driver{"order value", (*driving).scaleSpend})
	}
	cost := func(name string, scale func(e *Economics, k float64)) {
		ds = append(ds, driver{name, func(d *driving, k float64) error {
			e := *d.e
			scale(&e, k)
			d.e = &e
			return nil
		}})
	}
	if d.e.CostPerOrder > 0 {
		cost("cost per order", func(e *Economics, k float64) { e.CostPerOrder *= k })
	}
	if d.e.CostAlive.Amount > 0 {
		cost("cost alive", func(e *Economics, k float64) { e.CostAlive.Amount *= k })
	}
	if d.e.rate() > 0 {
		cost("discount", func(e *Economics, k float64) { r := e.rate() * history.Rate(k); e.Discount = &r })
	}
	if d.o.New && (d.e.CAC > 0 || len(d.e.CACBy) > 0) {
		cost("CAC", func(e *Economics, k float64) { e.CAC, e.CACBy = e.CAC*k, scaled(e.CACBy, k) })
	}
	return ds
}

// alter lets customers buy and drop out at other rates from now on.
func (d *driving) alter(rate, dropout float64) error {
	a, ok := d.m.Purchase.(altering)
	if ok {
		d.m.Purchase = a.altered(rate, dropout)
	}
	if d.m.Purchase == nil || !ok {
		return fmt.Errorf("the purchase model does not say what customers do at other rates: it has no method Altered")
	}
	return nil
}

// scaleSpend has all orders, past and to come, worth k times as much.
func (d *driving) scaleSpend(k float64) error {
	spend, h := *d.m.Spend, *d.h
	spend.V *= k
	h.Spend = slices.Clone(d.h.Spend)
	for i := range h.Spend {
		h.Spend[i] *= k
	}
	d.m.Spend, d.h = &spend, &h
	return nil
}

// withMargin returns the economics with every margin times k, at most 1.
func (e *Economics) withMargin(k float64) *Economics {
	out := *e
	margin := min(k*e.MarginIn("", -1), 1)
	out.Margin, out.MarginBy, out.MarginOf = &margin, scaled(e.MarginBy, k), slices.Clone(e.MarginOf)
	for name, v := range out.MarginBy {
		out.MarginBy[name] = min(v, 1)
	}
	for i, v := range out.MarginOf {
		out.MarginOf[i] = min(v*k, 1)
	}
	return &out
}

func scaled(m map[string]float64, k float64) map[string]float64 {
	m = maps.Clone(m)
	for name := range m {
		m[name] *= k
	}
	return m
}
