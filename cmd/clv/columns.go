package main

import (
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A column is one quantity of a prediction. What depends on the state
// (x, t_x, T) alone is evaluated once for all customers who share it; money is
// that times the customer's expected spend.
type column struct {
	name    string
	help    string
	horizon bool // one column for each horizon, which ends the name
	money   money
	state   func(m *loaded, c history.Customer, a ask) float64
}

// An ask is what a quantity may depend on beside model and customer.
type ask struct {
	t      float64 // horizon in the model's unit
	delta  float64 // continuous discount rate per unit
	margin float64
}

type money uint8

const (
	noMoney money = iota
	perPurchase
	withMargin
)

// columns are all that clv predict can write, in the order of the file.
var columns = []column{
	{name: "p_alive", help: "probability that the customer has not dropped out",
		state: func(m *loaded, c history.Customer, _ ask) float64 { return m.purchase.ProbAlive(c) }},
	{name: "p_order", help: "probability of at least one purchase within the horizon", horizon: true,
		state: func(m *loaded, c history.Customer, a ask) float64 { return m.purchase.ProbOrder(c, a.t) }},
	{name: "orders", help: "expected purchases within the horizon", horizon: true,
		state: func(m *loaded, c history.Customer, a ask) float64 { return m.purchase.CondExpected(c, a.t) }},
	{name: "next_order_p50", help: "time until the next purchase, median; empty if no purchase is likelier",
		state: func(m *loaded, c history.Customer, _ ask) float64 { return m.purchase.NextPurchaseQuantile(c, 0.5) }},
	{name: "residual_lifetime", help: "expected time until dropout; empty if it has no finite mean",
		state: func(m *loaded, c history.Customer, _ ask) float64 { return m.purchase.ResidualLifetime(c) }},
	{name: "lambda", help: "posterior mean of the purchase rate, per unit of time",
		state: func(m *loaded, c history.Customer, _ ask) float64 { return m.purchase.Posterior(c).MeanRate }},
	{name: "dropout", help: "posterior mean of the dropout probability or rate",
		state: func(m *loaded, c history.Customer, _ ask) float64 { return m.purchase.Posterior(c).MeanDropout }},
	{name: "spend", help: "expected value of a purchase", money: perPurchase},
	{name: "clv", help: "discounted value of the purchases within the horizon, times the margin", horizon: true, money: withMargin,
		state: func(m *loaded, c history.Customer, a ask) float64 { return m.purchase.DET(c, a.t, a.delta) }},
}

const defaultColumns = "p_alive,p_order,orders,spend,clv"

// columnsOf finds the columns by their names, in the order of the list above.
func columnsOf(names string) ([]column, error) {
	wanted := map[string]bool{}
	for _, name := range strings.Split(names, ",") {
		wanted[strings.TrimSpace(name)] = true
	}
	var out []column
	for _, col := range columns {
		if wanted[col.name] {
			out = append(out, col)
			delete(wanted, col.name)
		}
	}
	for name := range wanted {
		return nil, fmt.Errorf("there is no column %q; there is %s", name, columnNames())
	}
	return out, nil
}

func columnNames() string {
	names := make([]string, len(columns))
	for i, col := range columns {
		names[i] = col.name
	}
	return strings.Join(names, ", ")
}

// A cellPlan is one column of the file: a quantity for one horizon.
type cellPlan struct {
	column
	title string
	ask   ask
}

// plan lays out the columns for the horizons.
func plan(cols []column, hs []history.Horizon, u history.Unit, rate history.Rate, margin float64) (cells []cellPlan) {
	for _, col := range cols {
		if !col.horizon {
			cells = append(cells, cellPlan{col, col.name, ask{margin: margin}})
			continue
		}
		for _, h := range hs {
			cells = append(cells, cellPlan{col, col.name + "_" + h.String(), ask{h.In(u), rate.Per(u), margin}})
		}
	}
	return cells
}

// states evaluates the part of every cell that depends on the state alone, for
// every row of the table.
func states(m *loaded, h *history.Table, cells []cellPlan) [][]float64 {
	return models.Predict(h, func(c history.Customer) []float64 {
		values := make([]float64, len(cells))
		for i, cell := range cells {
			values[i] = 1
			if cell.state != nil {
				values[i] = cell.state(m, c, cell.ask)
			}
		}
		return values
	})
}
