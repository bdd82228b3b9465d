package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/portfolio"
)

// takeProfit takes the margin of every customer of the table from the column of
// the log with the profit or, as a share, the margin of each order, by orders up
// to the table's cut; customers outside have the mean. The log is read once for
// the amounts and once for the profits.
func takeProfit(c *cli.Context, e *portfolio.Economics, h *history.Table, w *words) (*portfolio.Margins, error) {
	column, flag := c.String("profit"), "profit"
	switch {
	case column == "" && e.MarginColumn == "":
		return nil, nil
	case column == "":
		column, flag = e.MarginColumn, "margin-column"
	case e.MarginColumn != "":
		return nil, usagef("--profit and --margin-column both say what the margin is: give one")
	}
	switch {
	case c.IsSet("margin"):
		return nil, usagef("--margin and --%s both say what the margin is: give one", flag)
	case h.ID == nil || h.Cut.IsZero() || slices.Contains(c.StringSlice("in"), "-"):
		return nil, usagef("--%s reads the transaction log again: name its files with --in", flag)
	}
	o, err := ingestOptions(c)
	if err != nil {
		return nil, err
	}
	o.Purchases = true
	sales, amounts, err := keptPurchases(c, *o)
	if err != nil {
		return nil, err
	}
	if flag == "margin-column" {
		column = amounts + "*" + column
	}
	o.Amount, o.Refunds = column, history.Keep
	o.Sources = slices.Clone(o.Sources)
	for i := range o.Sources {
		o.Sources[i].Amount = column
	}
	profits, _, err := keptPurchases(c, *o)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	bought, left := make([]history.Purchases, h.Len()), make([]history.Purchases, h.Len())
	for i, id := range h.ID {
		bought[i], left[i] = sales[id], profits[id]
		if left[i].Values == nil {
			left[i].Values = []float64{} // no order of the customer has a profit
		}
	}
	m, err := portfolio.NewMargins(bought, left, history.DateOf(h.Cut))
	if err != nil {
		return nil, fmt.Errorf("--%s %s: %w", flag, column, err)
	}
	e.Margin, e.MarginOf = &m.Mean, m.Of
	w.say("profit", m, "%s", profitWords(m))
	return m, nil
}

// keptPurchases reads the log and returns the purchases of each customer, and the
// column of their amounts.
func keptPurchases(c *cli.Context, o ingest.Options) (of map[string]history.Purchases, amount string, err error) {
	data, err := ingest.Read(c.Context, &o)
	if err != nil {
		return nil, "", err
	}
	if data.Log.Purchases == nil || data.Log.Purchases[0].Values == nil {
		return nil, "", fmt.Errorf("profits need the transaction log with its amounts: files with a row for each order")
	}
	of = make(map[string]history.Purchases, len(data.Log.Purchases))
	for i, p := range data.Log.Purchases {
		of[data.Log.Table.ID[i]] = p
	}
	return of, data.Columns.Amount, nil
}

// profitWords tells what the orders leave and which leave less than nothing.
func profitWords(m *portfolio.Margins) string {
	text := fmt.Sprintf("Profit of %s: %.1f %% of the amount on average; a customer's own margin counts for more than that from purchases of %.0f on.",
		counted(m.Orders, "order"), 100*m.Mean, m.Half)
	if math.IsInf(m.Half, 1) {
		text = fmt.Sprintf("Profit of %s: %.1f %% of the amount on average; customers do not differ in it beyond chance, and all have that margin.",
			counted(m.Orders, "order"), 100*m.Mean)
	}
	if m.Losing > 0 {
		text += fmt.Sprintf(" %s lost money, %.2f in all; %s lost money altogether.", counted(m.Losing, "order"), -m.Losses, counted(m.Negative, "customer"))
	}
	if m.Unknown > 0 {
		text += fmt.Sprintf(" warning: %s had no profit.", counted(m.Unknown, "order"))
	}
	if m.Above > 0 {
		text += fmt.Sprintf(" warning: of %s the profit is above the amount.", counted(m.Above, "order"))
	}
	return wrap(text, 0, 0) + "\n"
}
