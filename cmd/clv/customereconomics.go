package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

// customerEconomics sets what the economics say of single customers of the table:
// margin and CAC from columns of the file --segments, or the margin from the
// orders' own profits or margins, which it returns.
func customerEconomics(c *cli.Context, e *portfolio.Economics, h *history.Table, w *words) (m *portfolio.Margins, err error) {
	file := c.String("segments")
	if file == "" {
		if c.IsSet("cac-column") {
			return nil, usagef("--cac-column is a column of a file of customers: name the file with --segments")
		}
		if e.CACColumn != "" || len(e.MarginBy)+len(e.CACBy) > 0 && c.String("by") == "" {
			w.say("by_segment", "left out", "warning: margin_by, cac_by and cac_column play no part: name the file of the customers with --segments\n")
		}
		return takeProfit(c, e, h, w)
	}
	if e.CACColumn != "" {
		if e.CACOf, err = numbersIn(file, e.CACColumn, h, w); err != nil {
			return nil, err
		}
	}
	if e.MarginColumn == "" {
		m, err = takeProfit(c, e, h, w)
	} else if c.String("profit") != "" || c.IsSet("margin") {
		return nil, usagef("--margin-column says what the margin is: give neither --margin nor --profit beside it")
	} else {
		e.MarginOf, err = numbersIn(file, e.MarginColumn, h, w)
	}
	if err != nil {
		return nil, err
	}
	return m, e.Check()
}

// numbersIn returns the number of each row of the table in a column of a file
// with a row a customer, NaN where there is none, which it says.
func numbersIn(path, column string, h *history.Table, w *words) ([]float64, error) {
	labels, err := labelsIn(path, column, h)
	if err != nil {
		return nil, err
	}
	v, unknown := make([]float64, len(labels)), 0
	for i, text := range labels {
		if text == noSegment {
			v[i] = math.NaN()
			unknown++
			continue
		}
		if v[i], err = strconv.ParseFloat(text, 64); err != nil || finite(v[i]) == nil {
			return nil, fmt.Errorf("%s: customer %q: %s is %q: it must be a number", path, h.ID[i], column, text)
		}
	}
	if unknown > 0 {
		w.say("without_"+column, unknown, "warning: %s: %s without %s, who count as the economics say for all\n", path, counted(unknown, "customer"), column)
	}
	return v, nil
}
