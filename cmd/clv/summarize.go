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
		Usage: "turn a transaction log into one row a customer",
		Description: `frequency counts the repeat purchases (distinct days after the first), recency
is the age at the last purchase, T the age at the cut, both in --unit;
monetary_value is the mean value of the repeat purchases. If the cut lies
before the end, the purchases and the money after it are added as
holdout_frequency and holdout_spend. Every command reads the file back.

  $ clv summarize --in log.csv --out summary.csv
  $ clv summarize --in log.csv --unit day --cut 2024-12-31 --out summary.csv`,
		Flags: append([]cli.Flag{outFlag("the summary as CSV")}, inputFlags()...),
		Action: act(func(c *cli.Context, w *words) error {
			data, err := readInput(c, history.Week, time.Time{}, w)
			if err != nil {
				return err
			}
			return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
				return writeSummary(out, data.Log.Table)
			})
		}),
	}
}

// writeSummary writes the table in the form that every command reads back.
func writeSummary(out io.Writer, h *history.Table) error {
	cells := historyCells(h)
	if h.Spend == nil {
		cells = cells[:spendCell]
	}
	if h.N != nil {
		cells = append(cells, weightCell(h))
	}
	if h.HoldoutFrequency != nil && h.End.After(h.Cut) {
		cells = append(cells, textCell{"holdout_frequency", func(i int) string { return strconv.Itoa(h.HoldoutFrequency[i]) }})
		if h.HoldoutSpend != nil {
			cells = append(cells, textCell{"holdout_spend", func(i int) string { return number(h.HoldoutSpend[i]) }})
		}
	}
	return writeCSV(out, h.Len(), cells)
}

// A textCell is a column of a file: its name and the text of row i.
type textCell struct {
	name string
	text func(i int) string
}

// spendCell is the place of monetary_value among the cells of a history.
const spendCell = 4

// historyCells are the columns of a customer's history.
func historyCells(h *history.Table) []textCell {
	return []textCell{
		{"customer_id", func(i int) string {
			if h.ID == nil {
				return strconv.Itoa(i + 1)
			}
			return h.ID[i]
		}},
		{"frequency", func(i int) string { return strconv.Itoa(h.Frequency[i]) }},
		{"recency", func(i int) string { return number(h.Recency[i]) }},
		{"T", func(i int) string { return number(h.T[i]) }},
		{"monetary_value", func(i int) string { return number(h.Customer(i).Spend) }},
	}
}

// weightCell is the number of customers who share the row.
func weightCell(h *history.Table) textCell {
	return textCell{"weight", func(i int) string { return number(h.Weight(i)) }}
}

// writeCSV writes a header and n rows.
func writeCSV(out io.Writer, n int, cells []textCell) error {
	file := csv.NewWriter(out)
	row := make([]string, len(cells))
	for k, cell := range cells {
		row[k] = cell.name
	}
	if err := file.Write(row); err != nil {
		return err
	}
	for i := range n {
		for k, cell := range cells {
			row[k] = cell.text(i)
		}
		if err := file.Write(row); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}

// number writes v with all its digits, and nothing if it is not finite.
func number(v float64) string {
	if finite(v) == nil {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
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
