package main

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
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

` + reportHelp + `
  $ clv summarize --in log.csv --out summary.csv --report report.json
  $ clv summarize --in log.csv --unit day --cut 2024-12-31 --out summary.csv`,
		Flags: slices.Concat(rowsFlags("the summary"), []cli.Flag{
			&cli.StringFlag{Name: "report", Usage: "`FILE` account of the rows as JSON"},
		}, inputFlags()),
		Action: act(func(c *cli.Context, w *words) error {
			o, err := inputOptions(c, history.Week, time.Time{})
			if err != nil {
				return err
			}
			data, err := readLog(c, o, w)
			if err != nil {
				return err
			}
			if path := c.String("report"); path != "" {
				if err := newDataReport(o, data).write(c.Context, path, c.App.Writer); err != nil {
					return err
				}
			}
			h := data.Log.Table
			return writeRows(c.Context, c, "out", h.Len(), summaryColumns(h))
		}),
	}
}

// summaryColumns are the columns of a table in the form that every command
// reads back.
func summaryColumns(h *history.Table) []ingest.OutColumn {
	columns := historyColumns(h)
	if h.Spend == nil {
		columns = columns[:spendColumn]
	}
	if h.N != nil {
		columns = append(columns, weightColumn(h))
	}
	if h.HoldoutFrequency != nil && h.End.After(h.Cut) {
		columns = append(columns, ingest.OutColumn{Name: "holdout_frequency", Wholes: stored(h.HoldoutFrequency)})
		if h.HoldoutSpend != nil {
			columns = append(columns, ingest.OutColumn{Name: "holdout_spend", Numbers: stored(h.HoldoutSpend)})
		}
	}
	return columns
}

// spendColumn is the place of monetary_value among the columns of a history.
const spendColumn = 4

// historyColumns are the columns of a customer's history.
func historyColumns(h *history.Table) []ingest.OutColumn {
	id := ingest.OutColumn{Name: "customer_id", Text: func(i int) string { return strconv.Itoa(i + 1) }}
	if h.ID != nil {
		id = ingest.OutColumn{Name: id.Name, Texts: stored(h.ID)}
	}
	spend := ingest.OutColumn{Name: "monetary_value", Number: func(int) float64 { return math.NaN() }}
	if h.Spend != nil {
		spend = ingest.OutColumn{Name: spend.Name, Numbers: stored(h.Spend)}
	}
	return []ingest.OutColumn{id, {Name: "frequency", Wholes: stored(h.Frequency)}, {Name: "recency", Numbers: stored(h.Recency)}, {Name: "T", Numbers: stored(h.T)}, spend}
}

// stored gives out a column that is there.
func stored[T any](column []T) func(lo, hi int) []T {
	return func(lo, hi int) []T { return column[lo:hi] }
}

// weightColumn is the number of customers who share the row.
func weightColumn(h *history.Table) ingest.OutColumn {
	return ingest.OutColumn{Name: "weight", Number: h.Weight}
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
