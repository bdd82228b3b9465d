package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
)

func predictCommand() *cli.Command {
	return &cli.Command{
		Name:  "predict",
		Usage: "forecast every customer of a log with a fitted model",
		Description: `Writes one row a customer, in the order of the input: the history
(customer_id, frequency, recency, T, monetary_value) and the columns asked for.
The forecast starts at --cut if it is given, else at the end of the log, not at
the end of the model's calibration. Times are in the model's unit.

Columns, with the horizon at the end of the name where there is one:
` + columnHelp() + `
  $ clv predict --model-file model.json --in log.csv --horizon 12m --discount 10%/y --out clv.csv
  $ clv predict --model-file model.json --in log.csv --horizon 30d --horizon 365d --columns p_order,orders --out orders.csv
  $ clv predict --model-file model.json --new --horizon 12m`,
		Flags: append(inputFlags(), modelFileFlag(), horizonFlag("12m"), discountFlag(),
			&cli.Float64Flag{Name: "margin", Value: 1, Usage: "share of the amount that is profit"},
			&cli.StringFlag{Name: "columns", Value: defaultColumns, Usage: "which forecasts to write"},
			&cli.BoolFlag{Name: "new", Usage: "forecast a customer acquired today instead of those of a log"},
			outFlag("the forecasts as CSV")),
		Action: predict,
	}
}

func columnHelp() string {
	var b strings.Builder
	for _, col := range columns {
		fmt.Fprintf(&b, "  %-18s %s\n", col.name, col.help)
	}
	return b.String()
}

func predict(c *cli.Context) error {
	w := wordsOf(c)
	hs, err := horizonsOf(c)
	if err != nil {
		return err
	}
	rate, err := discountOf(c)
	if err != nil {
		return err
	}
	cols, err := columnsOf(c.String("columns"))
	if err != nil {
		return usagef("--columns: %w", err)
	}
	margin := c.Float64("margin")
	if math.IsNaN(margin) || math.IsInf(margin, 0) {
		return usagef("--margin is %v: it is the share of the amount that is profit, like 0.3", margin)
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	h, err := predictInput(c, m, w)
	if err != nil {
		return err
	}
	cells := plan(cols, hs, m.file.Unit, rate, margin)
	if err := writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		return writePredictions(out, m, h, cells, w)
	}); err != nil {
		return err
	}
	return w.flush()
}

// predictInput returns the customers to forecast, in the model's unit.
func predictInput(c *cli.Context, m *loaded, w *words) (*history.Table, error) {
	if c.Bool("new") {
		if len(c.StringSlice("in")) > 0 {
			return nil, usagef("--new forecasts a customer without a history: leave --in out")
		}
		return &history.Table{Unit: m.file.Unit, ID: []string{"new"}, Frequency: []int{0}, Recency: []float64{0}, T: []float64{0},
			Spend: []float64{math.NaN()}}, nil
	}
	unit := m.file.Unit
	if c.IsSet("unit") { // of a summary that was made in another unit
		unit = 0
	}
	data, err := readInput(c, unit, time.Time{}, w)
	if err != nil {
		return nil, err
	}
	h := data.Log.Table.In(m.file.Unit)
	if !h.Cut.IsZero() {
		w.say("as_of", h.Cut.Format("2006-01-02"), "forecasts of %.0f customers from %s on\n", h.Customers(), h.Cut.Format("2006-01-02"))
	}
	return h, nil
}

// writePredictions writes the histories with the cells of each. A quantity
// that has no finite value is left empty.
func writePredictions(out io.Writer, m *loaded, h *history.Table, cells []cellPlan, w *words) error {
	file := csv.NewWriter(out)
	header := []string{"customer_id", "frequency", "recency", "T", "monetary_value"}
	for _, cell := range cells {
		header = append(header, cell.title)
	}
	if err := file.Write(header); err != nil {
		return err
	}
	values := states(m, h, cells)
	var noSpend int
	row := make([]string, 0, len(header))
	for i := range h.Len() {
		c := h.Customer(i)
		spend := math.NaN()
		if m.spend != nil {
			spend = m.spend.ExpectedSpend(c)
		}
		if math.IsInf(spend, 0) {
			noSpend++
		}
		row = append(row[:0], rowID(h, i), strconv.Itoa(c.Frequency), number(c.Recency), number(c.T), number(c.Spend))
		for k, cell := range cells {
			v := values[i][k]
			switch cell.money {
			case perPurchase:
				v *= spend
			case withMargin:
				v *= spend * cell.ask.margin
			}
			row = append(row, number(v))
		}
		if err := file.Write(row); err != nil {
			return err
		}
	}
	file.Flush()
	if noSpend > 0 {
		w.say("without_spend", noSpend, "warning: the spend model has no mean (q ≤ 1): spend and clv of %s without repeat purchases are left empty\n", counted(noSpend, "customer"))
	}
	return file.Error()
}

// rowID returns the customer's identifier, the row's number where the input
// has none.
func rowID(h *history.Table, i int) string {
	if h.ID == nil {
		return strconv.Itoa(i + 1)
	}
	return h.ID[i]
}

// number writes v with all its digits, and nothing if it is not finite.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
