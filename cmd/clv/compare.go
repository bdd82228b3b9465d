package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

func compareCommand() *cli.Command {
	return &cli.Command{
		Name:  "compare",
		Usage: "fit several models to one log and set them side by side",
		Description: `Log-likelihood, AIC, BIC and verdict of each model, that with the least AIC
first; the weight is its share of exp(-ΔAIC/2). With --cut the models are fitted
up to that day, and columns follow for the orders that each forecasts from there
to the end of the log, or over --horizon: bias, RMSE, normalised Gini, mean
error of the tenths, and the grade against simple rules. Likelihood does not
choose the better forecaster; clv evaluate tells more.

  $ clv compare --in log.csv
  $ clv compare --in log.csv --cut 2025-03-31 --model bg-nbd \
      --model pareto-nbd --csv --out models.csv`,
		Flags: append([]cli.Flag{
			modelsFlag(),
			&cli.StringFlag{Name: "horizon", Usage: "`TIME` how far to forecast from --cut, with its unit", DefaultText: "to the end of the log"},
			&cli.BoolFlag{Name: "csv", Usage: "write the table as CSV"},
			outFlag("the table"),
		}, inputFlags()...),
		Action: act(compare),
	}
}

// A compared is a model in the comparison.
type compared struct {
	fit.Candidate
	score *forecast.Score // of its orders; nil without a cut
}

func compare(c *cli.Context, w *words) error {
	fs, err := familiesOf(c)
	if err != nil {
		return err
	}
	rows, err := comparison(c, fs, w)
	if err != nil {
		return err
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return ingest.WriteCSV(c.Context, out, len(rows), comparedCells(rows))
		case w.json:
			return writeJSON(out, comparedDoc(rows))
		}
		return writeCompared(out, rows)
	})
}

// comparison fits the models and, with a cut, judges their forecasts.
func comparison(c *cli.Context, fs []family, w *words) ([]compared, error) {
	cut, err := dayFlag(c, "cut")
	if err != nil {
		return nil, err
	}
	if cut.IsZero() {
		if c.String("horizon") != "" {
			return nil, usagef("--horizon is how far to forecast from a --cut: give one")
		}
		return comparisonOfFits(c, fs, w)
	}
	o, err := comparisonOptions(c, history.DateOf(cut))
	if err != nil {
		return nil, err
	}
	p, err := readPast(c, w)
	if err != nil {
		return nil, err
	}
	if err := p.complete(o); err != nil {
		return nil, err
	}
	e, err := p.evaluateAll(c.Context, fs, o)
	if err != nil {
		return nil, err
	}
	reportFits(e, w)
	model, why := e.Best()
	w.say("best", map[string]string{"model": model, "why": why}, "%s\n\n", why)
	win := &e.Windows[0]
	scores := map[string]*forecast.Score{}
	for i := range win.Scores {
		if s := &win.Scores[i]; s.Quantity == "orders" {
			scores[s.Model] = s
		}
	}
	return ranked(win.Fits, float64(win.Customers), scores)
}

func comparisonOptions(c *cli.Context, cut history.Date) (*forecast.EvaluateOptions, error) {
	o := &forecast.EvaluateOptions{Cuts: []history.Date{cut}, Quick: true}
	if c.String("horizon") == "" {
		return o, nil
	}
	horizon, err := spanOf(c)
	o.Horizons = []history.Horizon{horizon}
	return o, err
}

// comparisonOfFits compares the fits to the whole log or summary.
func comparisonOfFits(c *cli.Context, fs []family, w *words) ([]compared, error) {
	data, err := readInput(c, history.Week, time.Time{}, w)
	if err != nil {
		return nil, err
	}
	h := data.Log.Table
	var fits []forecast.Fit
	for _, candidate := range candidates(fs, 0) {
		if err := unlessInterrupted(c.Context, func() error {
			f, err := candidate.Fit(h)
			if err == nil {
				fits = append(fits, *f)
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	reportFits(&forecast.Evaluation{Windows: []forecast.Window{{Cut: history.DateOf(h.Cut), Fits: fits}}}, w)
	return ranked(fits, h.Customers(), nil)
}

// ranked returns the models by AIC with the scores of their forecasts.
func ranked(fits []forecast.Fit, customers float64, scores map[string]*forecast.Score) ([]compared, error) {
	var entries []fit.Candidate
	for _, f := range fits {
		entries = append(entries, fit.Candidate{Name: f.Name, Params: len(f.Params), Customers: customers,
			LogLik: float64(f.LogLikelihood), AIC: float64(f.AIC), BIC: float64(f.BIC), Verdict: f.Verdict})
	}
	list, err := fit.Compare(entries...)
	if err != nil {
		return nil, err
	}
	var rows []compared
	for _, entry := range list {
		rows = append(rows, compared{entry, scores[entry.Name]})
	}
	return rows, nil
}

// A comparedColumn is a number of a model in the comparison.
type comparedColumn struct {
	name, short, format string
	value               func(m compared) float64
}

var fitColumns = []comparedColumn{
	{"parameters", "parameters", "%.0f", func(m compared) float64 { return float64(m.Params) }},
	{"log_likelihood", "log-likelihood", "%.3f", func(m compared) float64 { return m.LogLik }},
	{"aic", "AIC", "%.2f", func(m compared) float64 { return m.AIC }},
	{"bic", "BIC", "%.2f", func(m compared) float64 { return m.BIC }},
	{"delta_aic", "ΔAIC", "%.2f", func(m compared) float64 { return m.DeltaAIC }},
	{"weight", "weight", "%.3f", func(m compared) float64 { return m.Weight }},
}

var scoreColumns = []comparedColumn{
	{"bias", "bias %", "%+.1f", func(m compared) float64 { return 100 * float64(m.score.Bias) }},
	{"rmse", "RMSE", "%.4g", func(m compared) float64 { return float64(m.score.RMSE) }},
	{"gini", "Gini", "%.3f", func(m compared) float64 { return float64(m.score.Gini) }},
	{"decile_error", "tenths", "%.3f", func(m compared) float64 { return float64(m.score.DecileError) }},
}

func comparedColumns(rows []compared) []comparedColumn {
	if rows[0].score == nil {
		return fitColumns
	}
	return append(fitColumns[:len(fitColumns):len(fitColumns)], scoreColumns...)
}

// grade is the word for the forecasts of a model, empty without a cut.
func (m compared) grade() string {
	if m.score == nil || m.score.Grade == nil {
		return ""
	}
	return m.score.Grade.Word
}

func writeCompared(out io.Writer, rows []compared) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	columns := comparedColumns(rows)
	fmt.Fprint(t, "model")
	for _, col := range columns {
		fmt.Fprint(t, "\t", col.short)
	}
	if rows[0].score != nil {
		fmt.Fprint(t, "\tgrade")
	}
	fmt.Fprintln(t, "\tverdict")
	for _, m := range rows {
		fmt.Fprint(t, m.Name)
		for _, col := range columns {
			fmt.Fprintf(t, "\t"+col.format, col.value(m))
		}
		if m.score != nil {
			fmt.Fprint(t, "\t", m.grade())
		}
		fmt.Fprintln(t, "\t"+m.Verdict)
	}
	return t.Flush()
}

func comparedCells(rows []compared) []ingest.OutColumn {
	cells := []ingest.OutColumn{{Name: "model", Text: func(i int) string { return rows[i].Name }}}
	for _, col := range comparedColumns(rows) {
		cells = append(cells, ingest.OutColumn{Name: col.name, Text: func(i int) string {
			if col.name == "parameters" {
				return strconv.Itoa(rows[i].Params)
			}
			return number(col.value(rows[i]))
		}})
	}
	if rows[0].score != nil {
		cells = append(cells, ingest.OutColumn{Name: "grade", Text: func(i int) string { return rows[i].grade() }})
	}
	return append(cells, ingest.OutColumn{Name: "verdict", Text: func(i int) string { return rows[i].Verdict }})
}

func comparedDoc(rows []compared) (doc []map[string]any) {
	columns := comparedColumns(rows)
	for _, m := range rows {
		entry := map[string]any{"model": m.Name, "verdict": m.Verdict}
		for _, col := range columns {
			entry[col.name] = finite(col.value(m))
		}
		if m.score != nil {
			entry["grade"] = m.score.Grade
		}
		doc = append(doc, entry)
	}
	return doc
}
