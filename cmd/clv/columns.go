package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/portfolio"
)

// A column is one quantity of a prediction. What depends on the state
// (x, t_x, T) alone is evaluated once for all customers who share it, and a
// quantity of those who are alive once for all who share x and T; money is that
// times the customer's expected spend.
type column struct {
	name    string
	help    string
	horizon bool // one column for each horizon, which ends the name
	future  bool // P(alive) times the same of a new customer, given x and T
	money   money
	state   func(m purchaseModel, c history.Customer, a ask) float64
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
		state: func(m purchaseModel, c history.Customer, _ ask) float64 { return m.ProbAlive(c) }},
	{name: "p_order", help: "probability of at least one purchase within the horizon", horizon: true, future: true,
		state: func(m purchaseModel, c history.Customer, a ask) float64 { return m.ProbOrder(c, a.t) }},
	{name: "orders", help: "expected purchases within the horizon", horizon: true, future: true,
		state: func(m purchaseModel, c history.Customer, a ask) float64 { return m.CondExpected(c, a.t) }},
	{name: "next_order_p50", help: "median time until the next purchase; empty if none is likelier",
		state: func(m purchaseModel, c history.Customer, _ ask) float64 { return m.NextPurchaseQuantile(c, 0.5) }},
	{name: "residual_lifetime", help: "expected time until dropout; empty if that is infinite", future: true,
		state: func(m purchaseModel, c history.Customer, _ ask) float64 { return m.ResidualLifetime(c) }},
	{name: "lambda", help: "posterior mean of the purchase rate, per unit of time",
		state: func(m purchaseModel, c history.Customer, _ ask) float64 { return m.Posterior(c).MeanRate }},
	{name: "dropout", help: "posterior mean of the dropout probability or rate",
		state: func(m purchaseModel, c history.Customer, _ ask) float64 { return m.Posterior(c).MeanDropout }},
	{name: "spend", help: "expected value of a purchase", money: perPurchase},
	{name: "clv", help: "value of the purchases within the horizon, discounted, times the margin", horizon: true, future: true, money: withMargin,
		state: func(m purchaseModel, c history.Customer, a ask) float64 { return m.DET(c, a.t, a.delta) }},
	{name: netColumn, help: "clv less the costs of orders and of being active; with --new also less that of acquisition, which is sunk otherwise", horizon: true},
}

const netColumn = "net"

const defaultColumns = "p_alive,p_order,orders,spend,clv"

// defaultColumnsOf adds the net value where it is another than the CLV.
func defaultColumnsOf(c *cli.Context, e *portfolio.Economics) string {
	acquired := c.Bool("new") && (e.CAC > 0 || len(e.CACBy) > 0)
	if e.HasCosts() || acquired {
		return defaultColumns + "," + netColumn
	}
	return defaultColumns
}

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

// plan lays out the columns of a forecast, in units u.
func plan(cols []column, f terms, u history.Unit) (cells []cellPlan) {
	for _, col := range cols {
		if !col.horizon {
			cells = append(cells, cellPlan{col, col.name, ask{margin: f.margin}})
			continue
		}
		for _, h := range f.horizons {
			cells = append(cells, cellPlan{col, col.name + "_" + h.String(), ask{h.In(u), f.rate.Per(u), f.margin}})
		}
	}
	return cells
}

// states evaluates the part of each cell that depends on the state alone, for
// every row of the table, and tells how many cells are done. After the context
// has ended it evaluates nothing.
func states(ctx context.Context, m *loaded, h *history.Table, cells []cellPlan, progress func(done int)) ([][]float64, error) {
	family, err := familyOf(m.purchase.Name())
	if err != nil {
		return nil, err
	}
	batch := models.NewBatch(h)
	batch.Exact = true // as a Scorer answers
	alive := batch.ProbAlive(m.purchase)
	values := make([][]float64, len(cells))
	for k, cell := range cells {
		values[k] = family.cell(ctx, m.purchase, batch, alive, cell)
		progress(k + 1)
	}
	return values, ctx.Err()
}

// cell evaluates one cell for every row of the batch, given P(alive) of each.
func (f family) cell(ctx context.Context, m purchaseModel, batch *models.Batch, alive []float64, cell cellPlan) []float64 {
	state := func(m purchaseModel, c history.Customer) float64 {
		if ctx.Err() != nil {
			return 0
		}
		return cell.state(m, c, cell.ask)
	}
	switch {
	case cell.state == nil:
		return make([]float64, len(alive))
	case cell.name == "p_alive":
		return alive
	case cell.future:
		return f.future(m, batch, alive, func(g purchaseModel) float64 { return state(g, history.Customer{}) })
	}
	return models.Predict(batch, func(c history.Customer) float64 { return state(m, c) })
}
