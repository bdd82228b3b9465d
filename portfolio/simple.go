package portfolio

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Lifespan is how long a customer is said to stay, and who says so.
type Lifespan struct {
	Years  float64 `json:"years"`
	Origin string  `json:"origin"`
}

// GivenLifespan is one that people decided on.
func GivenLifespan(h history.Horizon) Lifespan {
	return Lifespan{h.In(history.Year), "given"}
}

// SpanLifespan is the mean time from the first purchase to the last, of those who
// bought once too. It is no longer than the log, and shorter than the truth: the
// last purchase so far is seldom the last. It returns an error where nobody came
// back.
func SpanLifespan(h *history.Table) (Lifespan, error) {
	var sum float64
	for i, tx := range h.Recency {
		sum += h.Weight(i) * tx
	}
	if !(sum > 0) {
		return Lifespan{}, fmt.Errorf("nobody bought twice: there is no span from the first purchase to the last; give a lifespan")
	}
	years := sum / h.Customers() / h.Unit.PerYear()
	return Lifespan{years, "observed: mean time from the first purchase to the last so far"}, nil
}

// ChurnLifespan is 1/churn years: of the customers who bought in the year before
// the last one, churn is the share who did not buy in the last year. It returns an
// error where nobody bought then, or nobody stopped.
func ChurnLifespan(bought []history.Purchases, end history.Date) (Lifespan, error) {
	const year = 365
	before, kept := 0, 0
	for _, b := range bought {
		was, is := false, false
		for _, d := range b.Days {
			age := int(end - d)
			was = was || age >= year && age < 2*year
			is = is || age >= 0 && age < year
		}
		if was {
			before++
			if is {
				kept++
			}
		}
	}
	switch {
	case before == 0:
		return Lifespan{}, fmt.Errorf("nobody bought in the year before the last: the log is too short to see how many stay; give a lifespan")
	case kept == before:
		return Lifespan{}, fmt.Errorf("all %d customers of the year before the last bought in the last year: no lifespan follows from that; give one", before)
	}
	churn := float64(before-kept) / float64(before)
	return Lifespan{1 / churn, fmt.Sprintf("1/churn: of %d customers of the year before the last, %.1f %% did not buy in the last year", before, 100*churn)}, nil
}

// A Simple is the manager's formula for a group of customers, beside the model.
type Simple struct {
	Segment       string  `json:"segment"` // empty: all customers
	Customers     int     `json:"customers"`
	OrderValue    float64 `json:"order_value"`     // mean value of the repeat purchases
	OrdersPerYear float64 `json:"orders_per_year"` // repeat purchases a customer and year of observation
	CostPerOrder  float64 `json:"cost_per_order"`
	CostAlive     float64 `json:"cost_alive_per_year"`
	Margin        float64 `json:"margin"`
	CAC           float64 `json:"cac"`
	Formula       float64 `json:"formula_clv"`
	Model         float64 `json:"model_clv"`
}

// Difference is how much higher the formula is than the model, as a share of the
// model's value before the cost of acquisition.
func (s Simple) Difference() float64 { return (s.Formula - s.Model) / math.Abs(s.Model+s.CAC) }

// SimpleCLV returns, for all customers and for each segment, the formula
//
//	CLV = [(mean order value × margin − cost per order) × orders per year − cost alive] × lifespan − CAC
//
// beside what the model says of the same customers over the same time: the orders
// that each has made up to the age of the lifespan, and those it expects of him
// until then,
//
//	CLV = mean of [x(L) + E(orders in T … L)] × (E(spend) × margin − cost per order)
//	      − cost alive × E(time alive up to L) − CAC,
//
// with the time alive in the past by [Model.AliveTime], neither discounted, the first purchase left out of both. The formula knows the
// average customer, who does not change: it ignores that customers differ, that
// they drop out, and that money later is worth less.
//
// Bought are the purchases of each row of the table. Without a spend model each
// order is worth 1. It returns an error without any repeat purchase.
func (m *Model) SimpleCLV(h *history.Table, bought []history.Purchases, segment []string, e *Economics, life Lifespan) ([]Simple, error) {
	if len(bought) != h.Len() || segment != nil && len(segment) != h.Len() {
		return nil, fmt.Errorf("there are %d customers, %d with purchases and %d segments", h.Len(), len(bought), len(segment))
	}
	h, err := m.in(h)
	if err != nil {
		return nil, err
	}
	span := history.Horizon{Value: life.Years, Unit: history.Year}.In(m.Unit)
	alive, err := m.aliveBy(h, span, e)
	if err != nil {
		return nil, err
	}
	all, groups := &simpleSums{}, map[string]*simpleSums{}
	for i := range h.Len() {
		c, name := h.Customer(i), segmentOf(segment, i)
		margin, cac := e.MarginIn(name, i), e.CACIn(name, i)
		value := m.byAge(c, bought[i], span)*(m.spendOf(c)*margin-e.CostPerOrder) - alive[i]*e.CostAlive.Per(m.Unit)
		if m.Spend == nil {
			c.Spend = 1
		}
		all.add(c, value, margin, cac)
		if groups[name] == nil {
			groups[name] = &simpleSums{}
		}
		groups[name].add(c, value, margin, cac)
	}
	out := []Simple{all.simple(m.Unit, life.Years, e)}
	if segment != nil {
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			s := groups[name].simple(m.Unit, life.Years, e)
			s.Segment = name
			out = append(out, s)
		}
	}
	if math.IsNaN(out[0].OrderValue) {
		return nil, fmt.Errorf("no customer has a repeat purchase with a value: there is no mean order")
	}
	return out, nil
}

// aliveBy returns the time for which each customer is expected to be alive up to
// an age; zeros if that costs nothing.
func (m *Model) aliveBy(h *history.Table, age float64, e *Economics) ([]float64, error) {
	if e.CostAlive.Amount == 0 {
		return make([]float64, h.Len()), nil
	}
	past, err := m.AliveTime(h, age)
	if err != nil {
		return nil, fmt.Errorf("the cost of being alive: %w", err)
	}
	ahead := models.Predict(models.NewBatch(h), func(c history.Customer) float64 {
		return models.DiscountedLife(since{m.Purchase, c}, age-c.T, 0)
	})
	for i, v := range ahead {
		past[i] += v
	}
	return past, nil
}

// since is a customer with a history as one without.
type since struct {
	m Newcomer
	c history.Customer
}

// ProbAliveAt returns P(alive) at t after the end of the history.
func (s since) ProbAliveAt(_ history.Customer, t float64) float64 { return s.m.ProbAliveAt(s.c, t) }

// byAge returns the repeat purchases that a customer has made by an age, and
// those expected until then.
func (m *Model) byAge(c history.Customer, bought history.Purchases, age float64) float64 {
	if c.T < age {
		return float64(c.Frequency) + m.Purchase.DET(c, age-c.T, 0)
	}
	n := 0
	for _, d := range bought.Days[1:] {
		if float64(d-bought.Days[0]) <= age*m.Unit.Days() && n < c.Frequency {
			n++
		}
	}
	return float64(n)
}

// simpleSums are what the formula needs of a group.
type simpleSums struct {
	customers                          int
	orders, money, time, value, margin float64
	cac                                float64
}

func (s *simpleSums) add(c history.Customer, value, margin, cac float64) {
	s.customers++
	s.time += c.T
	s.value += value
	s.margin += margin
	s.cac += cac
	if c.Frequency > 0 && !math.IsNaN(c.Spend) {
		s.money += float64(c.Frequency) * c.Spend
	}
	s.orders += float64(c.Frequency)
}

// simple applies the formula.
func (s *simpleSums) simple(u history.Unit, years float64, e *Economics) Simple {
	n := float64(s.customers)
	out := Simple{Customers: s.customers, OrderValue: s.money / s.orders, OrdersPerYear: s.orders / s.time * u.PerYear(), CostPerOrder: e.CostPerOrder, CostAlive: e.CostAlive.Per(history.Year), Margin: s.margin / n, CAC: s.cac / n}
	out.Formula = ((out.OrderValue*out.Margin-out.CostPerOrder)*out.OrdersPerYear-out.CostAlive)*years - out.CAC
	out.Model = s.value/n - out.CAC
	return out
}
