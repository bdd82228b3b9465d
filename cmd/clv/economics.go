package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/portfolio"
)

// economicsFlags say what an order and a customer cost. A flag goes before the
// file.
func economicsFlags() []cli.Flag {
	const category = "Economics"
	return []cli.Flag{
		&cli.StringFlag{Name: "economics", Category: category, Usage: "`FILE` YAML or JSON with margin, margin_by, margin_column, cost_per_order, cost_alive, cac, cac_by, cac_column, discount"},
		&cli.Float64Flag{Name: "margin", Category: category, Value: 1, Usage: "`SHARE` share of the amount that is profit"},
		&cli.StringFlag{Name: "margin-column", Category: category, Usage: "`COLUMN` of the file --segments with each customer's margin, or without that file of the log with each order's"},
		&cli.StringFlag{Name: "profit", Category: category, Usage: "`COLUMN` column of an order's profit: every customer's margin by it, drawn toward the mean"},
		&cli.Float64Flag{Name: "cost-per-order", Category: category, Usage: "`AMOUNT` cost of serving an order, beside the margin"},
		&cli.StringFlag{Name: "cost-alive", Category: category, Usage: "`AMOUNT/TIME` cost of a customer as long as he is alive, like 12/y or 1/m"},
		&cli.Float64Flag{Name: "cac", Category: category, Usage: "`AMOUNT` cost of acquiring a customer; of those acquired it is sunk"},
		&cli.StringFlag{Name: "cac-column", Category: category, Usage: "`COLUMN` of the file --segments with what acquiring each customer has cost"},
		&cli.StringFlag{Name: "discount", Category: category, Value: "10%/y", Usage: "`RATE` annual effective rate of discount"},
	}
}

// economicsOf reads the file and the flags.
func economicsOf(c *cli.Context) (*portfolio.Economics, error) {
	e, err := readEconomics(c.String("economics"))
	if err != nil {
		return nil, err
	}
	if margin := c.Float64("margin"); c.IsSet("margin") || e.Margin == nil {
		if !(margin <= 1) || finite(margin) == nil {
			return nil, usagef("--margin is %v: it is the share of the amount that is profit, like 0.3", margin)
		}
		e.Margin = &margin
	}
	if c.IsSet("cost-per-order") {
		e.CostPerOrder = c.Float64("cost-per-order")
	}
	if c.IsSet("cac") {
		e.CAC = c.Float64("cac")
	}
	if c.IsSet("margin-column") {
		e.MarginColumn = c.String("margin-column")
	}
	if c.IsSet("cac-column") {
		e.CACColumn = c.String("cac-column")
	}
	if text := c.String("cost-alive"); text != "" {
		if e.CostAlive, err = portfolio.ParseCost(text); err != nil {
			return nil, usagef("--cost-alive: %w", err)
		}
	}
	if c.IsSet("discount") || e.Discount == nil {
		rate, err := history.ParseRate(c.String("discount"))
		if err != nil {
			return nil, usagef("--discount: %w", err)
		}
		e.Discount = &rate
	}
	if err := e.Check(); err != nil {
		return nil, usagef("%w", err)
	}
	return e, nil
}

// costWords tells the costs beside the margin, empty if there are none.
func costWords(e *portfolio.Economics) string {
	var parts []string
	if e.CostPerOrder > 0 {
		parts = append(parts, fmt.Sprintf("%g for each order", e.CostPerOrder))
	}
	if e.CostAlive.Amount > 0 {
		parts = append(parts, fmt.Sprintf("%g a %s while the customer is active", e.CostAlive.Amount, e.CostAlive.Unit))
	}
	return strings.Join(parts, " and ")
}

// sayNotCausal says what values of customers are not, where they are written as
// data without room for it.
func sayNotCausal(w *words) {
	w.say("not", portfolio.NotCausal, "%s", wrap(portfolio.NotCausal, 0, 0))
}

// sayNoSpend says what an order is worth where nobody knows.
func sayNoSpend(m *portfolio.Model, w *words) {
	if m.Spend == nil {
		w.say("spend", "none", "The model has no spend: an order counts as 1.\n")
	}
}

// sayNoCostAlive warns where the cost of a customer who is alive plays no part.
func sayNoCostAlive(e *portfolio.Economics, w *words) {
	if e.CostAlive.Amount > 0 {
		w.say("cost_alive", "left out", "warning: the cost of being alive is left out: who was alive only a model says (--model-file)\n")
	}
}

func readEconomics(path string) (*portfolio.Economics, error) {
	if path == "" {
		return &portfolio.Economics{}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	e, err := portfolio.ReadEconomics(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// fewCustomers is the number of customers below which a model's words about
// single ones come with a caution.
const fewCustomers = 100

// caution says what is to be known of the model before one acts on it.
func (m *loaded) caution() string {
	if n := m.file.Customers; n < fewCustomers {
		return fmt.Sprintf("The model rests on %s, fewer than %d: take the order for likely and every number for rough; clv predict --interval gives bands.", counted(n, "customer"), fewCustomers)
	}
	return ""
}

// deciding is portfolio for commands that people act on without intervals: it
// refuses a model that rests on too little.
func (m *loaded) deciding(w *words) (*portfolio.Model, error) {
	if v := m.file.Purchase.Verdict; v == models.TooFewRepeatBuyers {
		return nil, fmt.Errorf("the model has the verdict %q: no decision about customers follows from it; clv predict --interval shows how little is known; collect more, or roll fewer contacts up to one account", v)
	}
	return m.portfolio(w)
}

// portfolio returns the model as package portfolio takes it, and passes on that
// it rests on too little.
func (m *loaded) portfolio(w *words) (*portfolio.Model, error) {
	if v := m.file.Purchase.Verdict; v == models.TooFewRepeatBuyers {
		w.say("verdict", v, "warning: the model has the verdict %q: what follows from it may be far off; take none of it for a decision about single customers\n", v)
	}
	family, err := familyOf(m.file.Purchase.Model)
	if err != nil {
		return nil, err
	}
	params, err := m.file.Purchase.Params.In(family.params)
	if err != nil {
		return nil, err
	}
	return &portfolio.Model{Unit: m.file.Unit, Purchase: family.valuer(params), Spend: m.spend}, nil
}
