package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"
)

// A scoreColumn is one number of a Score in a file and, if it has a short
// title, in a table for people.
type scoreColumn struct {
	name, short, format string // an error of money has two decimals
	value               func(s *Score) float64
}

var scoreColumns = []scoreColumn{
	{"forecast", "forecast", "%.0f", func(s *Score) float64 { return s.Forecast }},
	{"actual", "", "", func(s *Score) float64 { return s.Actual }},
	{"bias", "bias %", "%+.1f", func(s *Score) float64 { return float64(s.Bias) }},
	{"tracking_at_cut", "", "", func(s *Score) float64 { return float64(s.TrackingAtCut) }},
	{"tracking_at_end", "", "", func(s *Score) float64 { return float64(s.TrackingAtEnd) }},
	{"mae", "MAE", "%.4f", func(s *Score) float64 { return float64(s.MAE) }},
	{"rmse", "RMSE", "%.3f", func(s *Score) float64 { return float64(s.RMSE) }},
	{"spearman", "Spearman", "%.3f", func(s *Score) float64 { return float64(s.Spearman) }},
	{"gini", "Gini", "%.3f", func(s *Score) float64 { return float64(s.Gini) }},
	{"tied_gini", "tied", "%.3f", func(s *Score) float64 { return float64(s.TiedGini) }},
	{"top_decile_hit", "", "", func(s *Score) float64 { return float64(s.TopHit) }},
	{"top_decile_share", "top 10 %", "%.3f", func(s *Score) float64 { return float64(s.TopShare) }},
	{"top_decile_share_best", "", "", func(s *Score) float64 { return float64(s.TopShareBest) }},
	{"decile_error", "deciles", "%.3f", func(s *Score) float64 { return float64(s.DecileError) }},
	{"auc", "AUC", "%.3f", func(s *Score) float64 { return float64(s.AUC) }},
	{"brier", "Brier", "%.4f", func(s *Score) float64 { return float64(s.Brier) }},
	{"ece", "ECE", "%.4f", func(s *Score) float64 { return float64(s.ECE) }},
	{"crps", "CRPS", "%.4f", func(s *Score) float64 { return float64(s.CRPS) }},
	{"pit_distance", "", "", func(s *Score) float64 { return float64(s.PITDistance) }},
}

// WriteCSV writes a row for each window, quantity and model with all numbers
// but the classes.
func (e *Evaluation) WriteCSV(w io.Writer) error {
	header := []string{"cut", "end", "horizon", "customers", "distributions_judged", "quantity", "model", "baseline"}
	for _, c := range scoreColumns {
		header = append(header, c.name)
	}
	levels := e.levels()
	for _, l := range levels {
		p := strconv.FormatFloat(100*l, 'g', 4, 64)
		header = append(header, "coverage_"+p, "width_"+p, "total_lo_"+p, "total_hi_"+p)
	}
	var rows [][]string
	for _, win := range e.Windows {
		for i := range win.Scores {
			s := &win.Scores[i]
			cells := []string{win.Cut.String(), win.End.String(), win.Horizon, strconv.Itoa(win.Customers), strconv.Itoa(win.Judged), s.Quantity, s.Model, yes(s.Baseline)}
			for _, c := range scoreColumns {
				cells = append(cells, number(c.value(s)))
			}
			for k := range levels {
				if k < len(s.Coverage) {
					c := s.Coverage[k]
					cells = append(cells, number(c.Customers), number(c.Width), number(c.Total.Lo), number(c.Total.Hi))
				} else {
					cells = append(cells, "", "", "", "")
				}
			}
			rows = append(rows, cells)
		}
	}
	return writeCSV(w, header, len(rows), func(i int) []string { return rows[i] })
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// levels returns the levels of the intervals, nil if there are none.
func (e *Evaluation) levels() (levels []float64) {
	for _, w := range e.Windows {
		for _, s := range w.Scores {
			if len(s.Coverage) > 0 {
				for _, c := range s.Coverage {
					levels = append(levels, c.Level)
				}
				return levels
			}
		}
	}
	return nil
}

// WriteClassesCSV writes the calibration: for each score the classes by decile
// of the forecast, frequency and recency.
func (e *Evaluation) WriteClassesCSV(w io.Writer) error {
	header := []string{"cut", "end", "quantity", "model", "by", "class", "customers", "mean_forecast", "mean_actual"}
	var rows [][]string
	for _, win := range e.Windows {
		for _, s := range win.Scores {
			for _, by := range []struct {
				name    string
				classes []Class
			}{{"decile", s.Deciles}, {"frequency", s.ByFrequency}, {"recency", s.ByRecency}} {
				for _, c := range by.classes {
					rows = append(rows, []string{win.Cut.String(), win.End.String(), s.Quantity, s.Model, by.name, c.Name,
						strconv.Itoa(c.Customers), number(float64(c.Forecast)), number(float64(c.Actual))})
				}
			}
		}
	}
	return writeCSV(w, header, len(rows), func(i int) []string { return rows[i] })
}

// WriteTable writes the scores for people: for each window a block for orders
// and one for money, the coverage of the intervals, the customers that no
// forecast knew, and the grades.
func (e *Evaluation) WriteTable(w io.Writer) error {
	var rows [][]string
	for i := range e.Windows {
		rows = append(rows, e.Windows[i].rows()...)
	}
	return writeText(w, rows)
}

func (win *Window) rows() (rows [][]string) {
	say := func(format string, args ...any) { rows = append(rows, []string{fmt.Sprintf(format, args...)}) }
	say("cut %v, %s to %v: %d customers", win.Cut, win.Horizon, win.End, win.Customers)
	for _, quantity := range []string{"orders", "money"} {
		header := []string{quantity}
		var shown []scoreColumn
		for _, c := range scoreColumns {
			if c.short != "" && (quantity == "orders" || !ordersOnly(c)) {
				header, shown = append(header, c.short), append(shown, c)
			}
		}
		first := true
		for i := range win.Scores {
			s := &win.Scores[i]
			if s.Quantity != quantity {
				continue
			}
			if first {
				say("")
				rows = append(rows, header)
				rows = append(rows, []string{"actual", fmt.Sprintf("%.0f", s.Actual)})
				first = false
			}
			rows = append(rows, s.cells(shown))
		}
	}
	say("")
	win.coverage(say)
	say("first seen after the cut, in no forecast: %d customers with %d purchases%s", win.Later.Customers, win.Later.Purchases, win.laterMoney())
	for _, s := range win.Scores {
		if s.Grade != nil {
			say("%s, %s: %s", s.Model, s.Quantity, s.Grade.Text)
		}
	}
	say("")
	return rows
}

func ordersOnly(c scoreColumn) bool {
	return c.name == "auc" || c.name == "brier" || c.name == "ece" || c.name == "crps"
}

func (win *Window) laterMoney() string {
	if win.Money == nil {
		return ""
	}
	return fmt.Sprintf(" of %.0f in money", win.Later.Money)
}

// cells returns the numbers as people read them, a share as a percentage in
// the column of the bias.
func (s *Score) cells(columns []scoreColumn) []string {
	cells := []string{s.Model}
	for _, c := range columns {
		v := c.value(s)
		if c.name == "bias" {
			v *= 100
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			cells = append(cells, "")
			continue
		}
		format := c.format
		if s.Quantity == "money" && (c.name == "mae" || c.name == "rmse") {
			format = "%.2f"
		}
		cells = append(cells, fmt.Sprintf(format, v))
	}
	return cells
}

func (win *Window) coverage(say func(format string, args ...any)) {
	if 0 < win.Judged && win.Judged < win.Customers {
		say("CRPS of the models and the intervals of customers are judged by %d of these, evenly spread over the table", win.Judged)
	}
	for _, s := range win.Scores {
		for _, c := range s.Coverage {
			verdict := "outside"
			if c.Held {
				verdict = "inside"
			}
			say("%s, %s, %s intervals: %.1f %% of the customers inside; the total of %.0f is %s %.0f–%.0f",
				s.Model, s.Quantity, percent(c.Level), 100*c.Customers, s.Actual, verdict, c.Total.Lo, c.Total.Hi)
		}
	}
}

// WriteFits writes, for each cut, the models side by side: parameters,
// log-likelihood, AIC, BIC and verdict.
func (e *Evaluation) WriteFits(w io.Writer) error {
	var rows [][]string
	for i, win := range e.Windows {
		if i > 0 && win.Cut == e.Windows[i-1].Cut {
			continue
		}
		rows = append(rows, []string{fmt.Sprintf("calibration to %v", win.Cut)}, []string{"model", "parameters", "log-likelihood", "AIC", "BIC", "verdict"})
		for _, f := range win.Fits {
			rows = append(rows, []string{f.Name, strconv.Itoa(len(f.Params)), fmt.Sprintf("%.2f", f.LogLikelihood), fmt.Sprintf("%.2f", f.AIC), fmt.Sprintf("%.2f", f.BIC), f.Verdict})
		}
		rows = append(rows, []string{""})
	}
	return writeText(w, rows)
}
