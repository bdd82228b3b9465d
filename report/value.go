package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/predictive-clv/clv/forecast"
)

// Value is how what customers are worth, or without money the orders expected
// of them, is spread over them.
type Value struct {
	What      string         `json:"what"`  // "CLV in 12 months", "purchases in 12 months"
	Money     bool           `json:"money"` // whether that is money
	Total     *forecast.Band `json:"total"` // of all customers; null if it is not money
	Quantiles []Quantile     `json:"quantiles"`
	Tiers     []Tier         `json:"tiers"`
	Top       []Top          `json:"top"` // the customers of highest value
}

// A Quantile is the value below which a share of the customers lie.
type Quantile struct {
	Share float64 `json:"share"`
	Value float64 `json:"value"`
}

// A Tier holds the customers of highest value, up to a percentage of all.
type Tier struct {
	Percent      float64         `json:"percent"`
	Customers    int             `json:"customers"`
	From         float64         `json:"from"` // the lowest value in the tier
	Value        float64         `json:"value"`
	ShareValue   float64         `json:"share_of_value"`
	Revenue      forecast.Figure `json:"expected_revenue"` // null without money
	ShareRevenue forecast.Figure `json:"share_of_expected_revenue"`
}

// A Top is one customer as the report lists them. CLV is null without money.
type Top struct {
	Customer  string          `json:"customer"`
	Purchases int             `json:"purchases"` // the first one included
	ProbOrder float64         `json:"p_order"`
	Orders    float64         `json:"orders"`
	OrdersLo  int             `json:"orders_lo"`
	OrdersHi  int             `json:"orders_hi"`
	CLV       forecast.Figure `json:"clv"`
	CLVLo     forecast.Figure `json:"clv_lo"`
	CLVHi     forecast.Figure `json:"clv_hi"`
}

var (
	tierPercents   = []float64{1, 5, 10, 25, 50}
	quantileShares = []float64{0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1}
)

// NewValue spreads the values and the expected revenue of each customer;
// revenue is nil without money. A tier of p % holds the p·n/100 customers of
// highest value, rounded to the nearest number and at least one; equal ones
// stand in the order of the table. Shares are of the totals over all customers.
func NewValue(what string, value, revenue []float64) *Value {
	order := ByValue(value)
	n := len(order)
	v := &Value{What: what, Money: revenue != nil}
	for _, percent := range tierPercents {
		k := max(1, int(math.Round(percent*float64(n)/100)))
		t := Tier{Percent: percent, Customers: k, From: value[order[k-1]], Value: sum(value, order[:k]),
			Revenue: forecast.Figure(math.NaN()), ShareRevenue: forecast.Figure(math.NaN())}
		t.ShareValue = t.Value / sum(value, order)
		if v.Money {
			t.Revenue = forecast.Figure(sum(revenue, order[:k]))
			t.ShareRevenue = t.Revenue / forecast.Figure(sum(revenue, order))
		}
		v.Tiers = append(v.Tiers, t)
	}
	for _, share := range quantileShares {
		v.Quantiles = append(v.Quantiles, Quantile{share, value[order[n-1-int(math.Round(share*float64(n-1)))]]})
	}
	return v
}

// Most ends a phrase about the customers of highest value.
func (v *Value) Most() string {
	if v.Money {
		return "of highest " + v.What
	}
	return "with the most " + v.What
}

// ByValue returns the places of the values, the highest first.
func ByValue(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[j], values[i]) })
	return order
}

func sum(values []float64, at []int) (total float64) {
	for _, i := range at {
		total += values[i]
	}
	return total
}
