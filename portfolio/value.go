package portfolio

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// ValueOptions say which value is asked for.
type ValueOptions struct {
	Horizon history.Horizon // zero: to infinity, which needs a discount
	Periods int             // into how many equal parts the horizon is divided in Values.Periods; 0: none
	Segment []string        // of each row, for margins by segment; nil: none
}

// Values are what customers are expected to do and to be worth within a horizon,
// a row for each row of the table. Money is discounted, but for Revenue.
type Values struct {
	Horizon   history.Horizon // zero: to infinity
	Alive     []float64       // P(alive) now
	ProbOrder []float64       // P(at least one order); to infinity, that there is ever one
	Orders    []float64       // expected; +Inf where customers never drop out and the horizon is none
	Spend     []float64       // expected value of an order; NaN where the spend model has none
	Margin    []float64       // share of it that is profit
	Revenue   []float64       // Orders × Spend, not discounted
	Today     []float64       // the same, discounted
	Gross     []float64       // discounted orders × Spend × Margin: the CLV without costs
	Costs     []float64       // of orders and of being alive
	Net       []float64       // Gross − Costs; what acquisition has cost is sunk
	Periods   []PeriodValue   // sums over the customers, by their weights

	costPerOrder float64
}

// NetAt returns what Net of row i is if the discounted revenue is not Today but
// that of other orders of the same mean value. It carries the ends of an interval
// of discounted revenue over to one of the net value; the time alive, which costs
// too, stays what is expected.
func (v *Values) NetAt(i int, today float64) float64 {
	return v.Net[i] + (today-v.Today[i])*(v.Margin[i]-v.costPerOrder/v.Spend[i])
}

// A PeriodValue is the sum over customers in a part of the horizon, as it comes
// and as it is worth today.
type PeriodValue struct {
	From, To history.Horizon
	Orders   float64
	Revenue  float64
	Net      float64
	NetToday float64 // discounted
}

// Value returns what every row of the table is worth from the end of its
// observation on,
//
//	value = E(spend)·margin·D − cost per order·D − cost alive·L
//	D = Σ d(t)·E(orders at t)        discounted expected orders
//	L = ∫ d(t)·P(alive at t) dt      discounted time alive
//
// with d(t) = e^(-δt) for the annual rate of the Economics. Rows without a
// spend model's mean have NaN in money, so that a sum cannot leave them out
// unseen. It returns an error for an impossible history, and for an infinite
// horizon without discount.
//
// Source for D: Fader, Hardie and Lee (2005), "RFM and CLV", section 3.
func (m *Model) Value(h *history.Table, e *Economics, o *ValueOptions) (*Values, error) {
	t, delta, err := m.terms(e, o)
	if err != nil {
		return nil, err
	}
	if o.Segment != nil && len(o.Segment) != h.Len() || e.MarginOf != nil && len(e.MarginOf) != h.Len() {
		return nil, fmt.Errorf("there are %d customers, %d segments and %d margins", h.Len(), len(o.Segment), len(e.MarginOf))
	}
	if h, err = m.in(h); err != nil {
		return nil, err
	}
	b := models.NewBatch(h)
	v := &Values{Horizon: o.Horizon, Alive: b.ProbAlive(m.Purchase), Spend: m.spend(h)}
	f := &future{m, b, v.Alive, e.CostAlive.Per(m.Unit)}
	v.ProbOrder = f.each(func(g Newcomer) float64 { return g.ProbOrder(history.Customer{}, t) })
	v.Orders = f.each(func(g Newcomer) float64 { return g.DET(history.Customer{}, t, 0) })
	v.net(e, o.Segment, f, t, delta)
	if o.Periods > 0 {
		v.byPeriod(h, e, o, f)
	}
	return v, nil
}

// A future is what a model says of the rows of a table.
type future struct {
	m         *Model
	batch     *models.Batch
	alive     []float64 // P(alive)
	costAlive float64   // per unit of time
}

// each returns P(alive)·q of every row.
func (f *future) each(q func(g Newcomer) float64) []float64 {
	return f.m.Purchase.Future(f.batch, f.alive, q)
}

// flows returns the discounted orders up to t and the discounted time alive, nil
// where that costs nothing.
func (f *future) flows(t, delta float64) (orders, life []float64) {
	orders = f.each(func(g Newcomer) float64 { return g.DET(history.Customer{}, t, delta) })
	if f.costAlive > 0 {
		life = f.each(func(g Newcomer) float64 { return models.DiscountedLife(g, t, delta) })
	}
	return orders, life
}

// NetBand carries a band of the discounted revenue of all rows over to one of
// their net value, as [Values.NetAt] does for a row. The rows must stand for a
// customer each.
func (v *Values) NetBand(today forecast.Band) forecast.Band {
	var net, revenue, left float64
	for i := range v.Net {
		net += v.Net[i]
		revenue += v.Today[i]
		left += v.Gross[i] - v.Today[i]/v.Spend[i]*v.costPerOrder
	}
	if !(revenue > 0) {
		return forecast.Band{Expected: net, Lo: net, Hi: net}
	}
	lo, hi := net+(today.Lo-revenue)*left/revenue, net+(today.Hi-revenue)*left/revenue
	return forecast.Band{Expected: net, Lo: min(lo, hi), Hi: max(lo, hi)}
}

// MeanMargin is the mean of Margin, weighted by Today.
func (v *Values) MeanMargin() float64 {
	var gross, revenue float64
	for i := range v.Gross {
		gross += v.Gross[i]
		revenue += v.Today[i]
	}
	return gross / revenue
}

// terms returns the horizon in the model's unit and the continuous rate.
func (m *Model) terms(e *Economics, o *ValueOptions) (t, delta float64, err error) {
	if err := e.Check(); err != nil {
		return 0, 0, err
	}
	delta = e.rate().Per(m.Unit)
	if o.Horizon != (history.Horizon{}) {
		return o.Horizon.In(m.Unit), delta, nil
	}
	if delta == 0 {
		return 0, 0, fmt.Errorf("a value without a horizon needs a discount rate: without one it may be infinite")
	}
	if o.Periods > 0 {
		return 0, 0, fmt.Errorf("an infinite horizon has no equal parts: give a horizon")
	}
	return math.Inf(1), delta, nil
}

// net fills the columns of money.
func (v *Values) net(e *Economics, segment []string, f *future, t, delta float64) {
	orders, life := f.flows(t, delta)
	n := len(orders)
	v.Margin, v.Revenue, v.Today = make([]float64, n), make([]float64, n), make([]float64, n)
	v.Gross, v.Costs, v.Net = make([]float64, n), make([]float64, n), make([]float64, n)
	v.costPerOrder = e.CostPerOrder
	for i := range n {
		v.Margin[i] = e.MarginIn(segmentOf(segment, i), i)
		v.Revenue[i] = v.Orders[i] * v.Spend[i]
		v.Today[i] = orders[i] * v.Spend[i]
		v.Gross[i] = v.Today[i] * v.Margin[i]
		v.Costs[i] = orders[i] * e.CostPerOrder
		if life != nil {
			v.Costs[i] += life[i] * f.costAlive
		}
		v.Net[i] = v.Gross[i] - v.Costs[i]
	}
}

// byPeriod adds up what comes in each part of the horizon.
func (v *Values) byPeriod(h *history.Table, e *Economics, o *ValueOptions, f *future) {
	before := PeriodValue{To: history.Horizon{Unit: o.Horizon.Unit}}
	for k := range o.Periods {
		to := history.Horizon{Value: o.Horizon.Value * float64(k+1) / float64(o.Periods), Unit: o.Horizon.Unit}
		sum := func(delta float64) (orders, revenue, net float64) {
			d, life := f.flows(to.In(f.m.Unit), delta)
			for i := range d {
				n := h.Weight(i)
				orders += n * d[i]
				revenue += n * d[i] * v.Spend[i]
				net += n * d[i] * (v.Spend[i]*v.Margin[i] - e.CostPerOrder)
				if life != nil {
					net -= n * life[i] * f.costAlive
				}
			}
			return orders, revenue, net
		}
		total := PeriodValue{To: to}
		total.Orders, total.Revenue, total.Net = sum(0)
		_, _, total.NetToday = sum(e.rate().Per(f.m.Unit))
		v.Periods = append(v.Periods, PeriodValue{From: before.To, To: to, Orders: total.Orders - before.Orders,
			Revenue: total.Revenue - before.Revenue, Net: total.Net - before.Net, NetToday: total.NetToday - before.NetToday})
		before = total
	}
}

func segmentOf(segments []string, row int) string {
	if segments == nil {
		return ""
	}
	return segments[row]
}

// NewCustomer returns the value of a customer at the moment of the first
// purchase, that purchase not included: as [Model.Value] of a history of nothing,
// less the cost of acquisition in the segment.
func (m *Model) NewCustomer(e *Economics, horizon history.Horizon, segment string) (float64, error) {
	one := &history.Table{Unit: m.Unit, Frequency: []int{0}, Recency: []float64{0}, T: []float64{0}, Spend: []float64{math.NaN()}}
	global := *e
	global.MarginOf, global.CACOf = nil, nil
	v, err := m.Value(one, &global, &ValueOptions{Horizon: horizon, Segment: []string{segment}})
	if err != nil {
		return 0, err
	}
	return v.Net[0] - e.CACIn(segment, -1), nil
}
