package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

func forecastCommand() *cli.Command {
	return &cli.Command{
		Name:  "forecast",
		Usage: "forecast transactions, active customers and revenue by period",
		Description: `Sums over all customers of the log by day, week or month, from the end of the
log, or --cut, on, each with a band that holds the chance of the purchases, the
doubt about customers and that about the parameters. Customers still to be
acquired are counted apart and need a plan: --recent says that they come as in
the last periods, --plan names a file with the columns from, to, customers (and
segment). A season moves purchases within the year or the week; it is estimated
from the log, which must cover two cycles, or read from a file with the columns
slot (January … or Monday …) and factor.

With a margin or costs the forecast goes on to what revenue leaves: gross (times
the margin), costs (of orders, of being active, of acquiring those to come), net
and net discounted, by period. Their bands are those of the revenue.

  $ clv forecast --model-file model.json --in log.csv --horizon 6m
  $ clv forecast --model-file model.json --in log.csv --horizon 13w \
      --period week --recent 8 --season week --interval 80% --csv \
      --out weeks.csv
  $ clv forecast --model-file model.json --in log.csv --horizon 6m \
      --margin 0.3 --cost-per-order 2 --cost-alive 6/y`,
		Flags: append(append([]cli.Flag{
			modelFileFlag(), spanFlag(), periodFlag("month"),
			&cli.StringFlag{Name: "interval", Value: "95%", Usage: "`LEVEL` probability that a band holds, like 80%"},
			&cli.IntFlag{Name: "recent", Usage: "`N` customers are acquired as in the last N periods"},
			&cli.StringFlag{Name: "plan", Usage: "`FILE` customers to be acquired, CSV"},
			&cli.StringFlag{Name: "season", Value: "none", Usage: "`WHAT` year, week or both (year,week), estimated from the log; a CSV file; or none"},
			&cli.IntFlag{Name: "futures", Value: 400, Usage: "`NUMBER` of simulated futures behind the bands"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
			&cli.BoolFlag{Name: "csv", Usage: "write the forecast as CSV"},
			outFlag("the forecast"),
		}, slices.Concat(economicsFlags(), segmentFlags())...), inputFlags()...),
		Action: act(forecastPeriods),
	}
}

func forecastPeriods(c *cli.Context, w *words) error {
	o, err := periodOptions(c)
	if err != nil {
		return err
	}
	e, err := economicsOf(c)
	if err != nil {
		return err
	}
	o.Rate = *e.Discount
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	data, err := modelInput(c, m, time.Time{}, w)
	if err != nil {
		return err
	}
	p, err := m.periods(c, data.Log, o)
	if err != nil {
		return err
	}
	if err := m.addNets(c, p, data.Log.Table, o.Labels, e, w); err != nil {
		return err
	}
	reportBands(p.Warnings, w)
	sayNotCausal(w)
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return p.WriteCSV(out)
		case w.json:
			return writeJSON(out, p)
		}
		return p.WriteTable(out)
	})
}

// addNets adds what the revenue leaves, where anything is said of that.
func (m *loaded) addNets(c *cli.Context, p *forecast.Periods, h *history.Table, segment []string, e *portfolio.Economics, w *words) error {
	margins, err := customerEconomics(c, e, h, w)
	if err != nil {
		return err
	}
	plain := *e.Margin == 1 && len(e.MarginBy) == 0 && e.MarginOf == nil && e.CAC == 0 && len(e.CACBy) == 0 && e.CACOf == nil
	if plain && !e.HasCosts() {
		return nil
	}
	if p.Totals[0].Revenue == nil {
		w.say("net", "none", "The model has no spend: there is no revenue, and nothing is net of costs.\n")
		return nil
	}
	pm, err := m.portfolio(w)
	if err != nil {
		return err
	}
	return pm.AddNets(p, h, segment, e, margins)
}

// periods makes the forecast that the flags ask for, which are read into o.
func (m *loaded) periods(c *cli.Context, log *history.Log, o *forecast.PeriodOptions) (p *forecast.Periods, err error) {
	if log.Days == nil {
		return nil, fmt.Errorf("a forecast by period needs the transaction log: a summary does not say when customers were acquired")
	}
	fm, err := m.forecaster(o.Seed)
	if err != nil {
		return nil, err
	}
	if o.Labels, err = segmentLabels(c, log.Table); err != nil {
		return nil, err
	}
	if o.Plan, err = planOf(c, log, o); err != nil {
		return nil, err
	}
	if o.Season, err = seasonOf(c, fm, log); err != nil {
		return nil, err
	}
	err = unlessInterrupted(c.Context, func() (err error) {
		p, err = fm.Periods(log.Table, o)
		return err
	})
	return p, err
}

// periodOptions reads the flags that need no log.
func periodOptions(c *cli.Context) (o *forecast.PeriodOptions, err error) {
	o = &forecast.PeriodOptions{Futures: c.Int("futures"), Seed: c.Uint64("seed")}
	if o.Futures < 40 || o.Futures > 100000 {
		return nil, usagef("--futures is %d: a band needs 40 at least, and 100000 are the most", o.Futures)
	}
	if o.Horizon, err = spanOf(c); err != nil {
		return nil, err
	}
	if o.Period, err = periodOf(c); err != nil {
		return nil, err
	}
	if o.Level, err = parseLevel("interval", c.String("interval")); err != nil {
		return nil, err
	}
	switch {
	case c.IsSet("recent") && c.String("plan") != "":
		return nil, usagef("--recent and --plan both say who will be acquired: give one")
	case c.IsSet("recent") && c.Int("recent") < 1:
		return nil, usagef("--recent is %d: at least one period is needed", c.Int("recent"))
	}
	return o, nil
}

// planOf returns the plan of acquisitions, nil if there is none.
func planOf(c *cli.Context, log *history.Log, o *forecast.PeriodOptions) (*forecast.Plan, error) {
	if c.IsSet("recent") {
		return forecast.RecentPlan(log.Table, o.Labels, log.Days, o.Period, c.Int("recent"))
	}
	path := c.String("plan")
	if path == "" {
		return nil, nil
	}
	return readCSVFile(path, forecast.ReadPlan)
}

// seasonOf returns the season that the flag asks for, nil if none.
func seasonOf(c *cli.Context, m *forecast.Model, log *history.Log) (*forecast.Season, error) {
	text := c.String("season")
	if text == "none" || text == "" {
		return nil, nil
	}
	season := &forecast.Season{}
	for _, cycle := range strings.Split(text, ",") {
		unit, err := history.ParseUnit(cycle)
		if err != nil || unit != history.Year && unit != history.Week {
			s, err := readCSVFile(text, forecast.ReadSeason)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("--season %q is neither year, week, year,week, none nor a file that exists", text)
			}
			return s, err
		}
		s, err := forecast.EstimateSeason(m.Purchase, log.Table, log.Days, unit)
		if err != nil {
			return nil, fmt.Errorf("--season %s: %w", cycle, err)
		}
		if unit == history.Year {
			season.Months = s.Months
		} else {
			season.Weekdays = s.Weekdays
		}
	}
	return season, nil
}

// readCSVFile reads a file and names it in errors.
func readCSVFile[T any](path string, read func(io.Reader) (*T, error)) (*T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}
