package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/portfolio"
)

// inputFlags say where the transactions are and how to read them.
func inputFlags() []cli.Flag {
	const category = "Input"
	return slices.Concat([]cli.Flag{
		&cli.StringSliceFlag{Name: "in", Usage: "`FILE` transaction log or summary: CSV or TSV, packed or not, JSON lines or Parquet, a pattern like 'logs/*.csv', - for standard input, or a database like postgres://host/base; may be repeated", Category: category},
		&cli.StringFlag{Name: "customer", Usage: "`COLUMN` column of the customer; found by its name if not given", Category: category},
		&cli.StringFlag{Name: "date", Usage: "`COLUMN` column of the date; found likewise", Category: category},
		&cli.StringFlag{Name: "amount", Usage: "`COLUMN` column of the amount, or a product like 'Quantity*UnitPrice', or none; found likewise", Category: category},
		&cli.StringFlag{Name: "date-format", Usage: "`FORMAT` format of the dates, like %d/%m/%Y; needed only if they can be read in two ways", Category: category},
		&cli.StringFlag{Name: "delimiter", Usage: "`CHAR` what separates the columns: , ; | or tab; found from the header if not given", Category: category},
		&cli.StringFlag{Name: "refunds", Value: "net", Usage: "`RULE` how negative amounts count: net (with the customer's other rows of the day) or drop (set them aside)", Category: category},
		&cli.StringFlag{Name: "unit", Usage: "`UNIT` unit of time: day, week, month or year", DefaultText: "week; with a model file, its unit", Category: category},
		&cli.StringFlag{Name: "cut", Usage: "`DATE` last day of the calibration, YYYY-MM-DD; what follows is the holdout", DefaultText: "the end", Category: category},
		&cli.StringFlag{Name: "end", Usage: "`DATE` last day that counts", DefaultText: "the last day of the log", Category: category},
	}, sourceFlags(), readingFlags())
}

// readInput reads what the input flags name, with the unit and the cut for
// where they do not say so, and reports the account of the rows.
func readInput(c *cli.Context, unit history.Unit, cut time.Time, w *words) (*ingest.Data, error) {
	o, err := inputOptions(c, unit, cut)
	if err != nil {
		return nil, err
	}
	return readLog(c, o, w)
}

// inputOptions reads the input flags; where they do not say so, times are in
// the given unit and the calibration ends on the given day.
func inputOptions(c *cli.Context, unit history.Unit, cut time.Time) (*ingest.Options, error) {
	o, err := ingestOptions(c)
	if err != nil {
		return nil, err
	}
	if o.Unit == 0 {
		o.Unit = unit
	}
	if o.Cut, err = dayFlag(c, "cut"); err == nil && o.Cut.IsZero() {
		o.Cut = cut
	}
	return o, err
}

// readLog reads the input and reports the account of the rows.
func readLog(c *cli.Context, o *ingest.Options, w *words) (*ingest.Data, error) {
	bar := newProgress(w, "reading")
	if bar.w != nil { // the engine's account of its progress has a cost
		o.Progress = bar.set
	}
	data, err := readFiles(c, o)
	bar.finish()
	if err != nil {
		return nil, err
	}
	for _, bad := range data.Skipped {
		w.say("skipped", errorTexts(data.Skipped), "set aside: %v\n", bad)
	}
	if o.Engine == ingest.Embedded && data.Engine == "streaming" {
		w.say("engine", data.Engine, "The embedded engine is not for this input, or not in this build: the streaming reader read it.\n")
	}
	r := &data.Log.Reconciliation
	w.say("input", map[string]any{"files": shown(o), "engine": data.Engine, "sha256": data.SHA256, "columns": data.Columns, "aliased": data.Aliased, "reconciliation": r},
		"%s: %v\n\n%v\n", strings.Join(shown(o), ", "), data.Columns, r)
	if data.Aliased > 0 {
		w.say("aliased", data.Aliased, "%s under another identifier of the customer.\n\n", counted(data.Aliased, "row"))
	}
	if !data.Summary {
		sayWarnings(w, ingest.Warnings(data.Log))
	}
	if data.Summary && c.String("unit") == "" {
		w.say("assumed_unit", o.Unit, "The summary does not tell its unit of time: it is taken for %ss (--unit).\n\n", o.Unit)
	}
	return data, nil
}

// sayWarnings says what about the log should make its reader think.
func sayWarnings(w *words, found []ingest.Warning) {
	if len(found) == 0 {
		return
	}
	var text strings.Builder
	for _, f := range found {
		fmt.Fprintf(&text, "warning: %v\n", f)
	}
	w.say("warnings", found, "%s\n", text.String())
}

func errorTexts(errs []error) []string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return texts
}

// ingestOptions reads the input flags but the cut.
func ingestOptions(c *cli.Context) (o *ingest.Options, err error) {
	o = &ingest.Options{In: c.StringSlice("in"), Stdin: c.App.Reader, Customer: c.String("customer"), Date: c.String("date"),
		Amount: c.String("amount"), DateFormat: c.String("date-format")}
	if err = readSourceFlags(c, o); err != nil {
		return nil, err
	}
	if err = readReadingFlags(c, o); err != nil {
		return nil, err
	}
	if len(o.In) == 0 && len(o.Sources) == 0 {
		return nil, usagef("--in is needed: the transaction log to read")
	}
	if o.Delimiter, err = delimiterFlag(c); err != nil {
		return nil, err
	}
	if o.Refunds, err = history.ParseRefunds(c.String("refunds")); err != nil {
		return nil, usageError{err}
	}
	if text := c.String("unit"); text != "" {
		if o.Unit, err = history.ParseUnit(text); err != nil {
			return nil, usagef("--unit: %w", err)
		}
	}
	o.End, err = dayFlag(c, "end")
	return o, err
}

// delimiterFlag reads the separator of columns, zero if it was not given.
func delimiterFlag(c *cli.Context) (rune, error) {
	switch text := c.String("delimiter"); text {
	case "":
		return 0, nil
	case "tab", `\t`, "\t":
		return '\t', nil
	case ",", ";", "|":
		return rune(text[0]), nil
	default:
		return 0, usagef("--delimiter %q is not known: use , ; | or tab", text)
	}
}

// dayFlag reads an ISO date, zero if the flag was not given.
func dayFlag(c *cli.Context, name string) (time.Time, error) {
	text := c.String(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, usagef("--%s %q is not a date: write YYYY-MM-DD", name, text)
	}
	return t, nil
}

// forecastFlags say what a forecast is about.
func forecastFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringSliceFlag{Name: "horizon", Value: cli.NewStringSlice("12m"), Usage: "`TIME` how far to forecast, with its unit: 52w, 12m, 365d; may be repeated", Category: "Forecast"},
	}, economicsFlags()...)
}

// oneForecastFlags are the same where there can be one horizon; a second one is
// refused, not taken for the first.
func oneForecastFlags() []cli.Flag {
	horizon := forecastFlags()[0].(*cli.StringSliceFlag)
	horizon.Usage = "`TIME` how far to forecast, with its unit: 52w, 12m, 365d"
	return append([]cli.Flag{horizon}, without(forecastFlags(), "horizon")...)
}

// Terms are what the forecast flags say.
type terms struct {
	horizons []history.Horizon
	rate     history.Rate
	margin   float64
	e        *portfolio.Economics // with these two
}

// horizonsOf reads the repeatable flag of horizons.
func horizonsOf(c *cli.Context) (hs []history.Horizon, err error) {
	for _, text := range c.StringSlice("horizon") {
		h, err := history.ParseHorizon(text)
		if err != nil {
			return nil, usagef("--horizon: %w", err)
		}
		if slices.Contains(hs, h) {
			return nil, usagef("--horizon %v is given twice", h)
		}
		hs = append(hs, h)
	}
	return hs, nil
}

func termsOf(c *cli.Context) (f terms, err error) {
	if f.horizons, err = horizonsOf(c); err != nil {
		return f, err
	}
	if f.e, err = economicsOf(c); err != nil {
		return f, err
	}
	f.rate, f.margin = *f.e.Discount, *f.e.Margin
	return f, nil
}

// required returns the value of a flag that the command cannot do without.
func required(c *cli.Context, name, what string) (string, error) {
	if v := c.String(name); v != "" {
		return v, nil
	}
	return "", usagef("--%s is needed: %s", name, what)
}

// counted writes n with its noun in the right number.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
