package main

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
)

func summarizeCommand() *cli.Command {
	return &cli.Command{
		Name:  "summarize",
		Usage: "turn a transaction log into one row a customer: frequency, recency, T, monetary value",
		Description: `frequency counts the repeat purchases (distinct days after the first), recency
is the age at the last purchase, T the age at the cut, both in --unit;
monetary_value is the mean value of the repeat purchases. If the cut lies before
the end, the purchases and the money after it are added as holdout columns.

  $ clv summarize --in log.csv --out summary.csv
  $ clv summarize --in log.csv --unit day --cut 2024-12-31 --out summary.csv`,
		Flags: append(inputFlags(), outFlag("the summary as CSV")),
		Action: func(c *cli.Context) error {
			w := wordsOf(c)
			data, err := readInput(c, 0, time.Time{}, w)
			if err != nil {
				return err
			}
			h := data.Log.Table
			if err := writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error { return writeSummary(out, h) }); err != nil {
				return err
			}
			return w.flush()
		},
	}
}

// writeSummary writes the table in the form that every command reads back.
func writeSummary(out io.Writer, h *history.Table) error {
	file := csv.NewWriter(out)
	header := []string{"customer_id", "frequency", "recency", "T"}
	if h.Spend != nil {
		header = append(header, "monetary_value")
	}
	if h.N != nil {
		header = append(header, "weight")
	}
	holdout := h.HoldoutFrequency != nil && h.End.After(h.Cut)
	if holdout {
		header = append(header, "holdout_frequency")
		if h.HoldoutSpend != nil {
			header = append(header, "holdout_spend")
		}
	}
	if err := file.Write(header); err != nil {
		return err
	}
	for i := range h.Len() {
		c := h.Customer(i)
		row := []string{rowID(h, i), strconv.Itoa(c.Frequency), number(c.Recency), number(c.T)}
		if h.Spend != nil {
			row = append(row, number(c.Spend))
		}
		if h.N != nil {
			row = append(row, number(h.Weight(i)))
		}
		if holdout {
			row = append(row, strconv.Itoa(h.HoldoutFrequency[i]))
			if h.HoldoutSpend != nil {
				row = append(row, number(h.HoldoutSpend[i]))
			}
		}
		if err := file.Write(row); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}

// sum adds up a column by weight.
func sum(h *history.Table, value func(i int) float64) (total float64) {
	for i := range h.Len() {
		if v := value(i); !math.IsNaN(v) {
			total += h.Weight(i) * v
		}
	}
	return total
}
