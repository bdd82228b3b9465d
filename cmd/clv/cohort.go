package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
	"github.com/predictive-clv/clv/portfolio"
)

func cohortCommand() *cli.Command {
	return &cli.Command{
		Name:  "cohort",
		Usage: "retention, orders and margin of customers acquired together",
		Description: `Follows customers by the month or quarter of their first purchase, or by any
column of --segments (channel, region, first touch), from month to month of
their own age: who bought again, how often, and the cumulative margin of an
acquired customer, less what the order and the acquisition cost. Below it stands
the funnel from the first order to the next ones. With --model-file the model
goes on from the end of the log, for each cohort, with a band; it assumes that
a cohort keeps its share of margin. It also says who was alive for how long, so
that the cost of being alive is off the margin. Nothing is discounted.

The table is text, CSV with --csv, or JSON with --json. --heatmap draws the
retention, --curves the margin by age.

  $ clv cohort --in log.csv --by quarter
  $ clv cohort --in log.csv --model-file model.json --horizon 12m \
      --margin 0.3 --cac 8 --csv --out cohorts.csv --curves curves.svg`,
		Flags: append(append(append([]cli.Flag{
			modelFileFlag(), spanFlag(),
			&cli.StringFlag{Name: "by", Value: "month", Usage: "`WHAT` month or quarter of the first purchase, or a column of --segments"},
			&cli.StringFlag{Name: "interval", Value: "95%", Usage: "`LEVEL` probability that a band holds, like 80%"},
			&cli.IntFlag{Name: "futures", Value: 400, Usage: "`NUMBER` of simulated futures behind the bands"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
			&cli.BoolFlag{Name: "csv", Usage: "write the table as CSV"},
			outFlag("the table"),
			&cli.StringFlag{Name: "heatmap", Usage: "`FILE` figure of the retention, ends in .svg, .png or .pdf"},
			&cli.StringFlag{Name: "curves", Usage: "`FILE` figure of the margin by age, likewise"},
		}, economicsFlags()...), segmentFlags()...), inputFlags()...),
		Action: act(cohort),
	}
}

func cohort(c *cli.Context, w *words) error {
	ahead, err := aheadOf(c)
	if err != nil {
		return err
	}
	for _, flag := range []string{"heatmap", "curves"} {
		if _, err := plots.FormatOf(c.String(flag)); c.String(flag) != "" && err != nil {
			return usagef("--%s: %w", flag, err)
		}
	}
	o := &portfolio.CohortOptions{By: c.String("by")}
	if o.Economics, err = economicsOf(c); err != nil {
		return err
	}
	var m *forecast.Model
	var keep *portfolio.Model // the same, as that of values
	if c.String("model-file") != "" {
		if m, keep, err = forecasterOf(c, w); err != nil {
			return err
		}
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	log := p.data.Log
	if err := cohortLabels(c, log, o); err != nil {
		return err
	}
	if _, err := customerEconomics(c, o.Economics, log.Table, w); err != nil {
		return err
	}
	if m == nil {
		sayNoCostAlive(o.Economics, w)
	}
	cs, err := portfolio.NewCohorts(log, o)
	if err != nil {
		return err
	}
	if m != nil {
		err := unlessInterrupted(c.Context, func() error {
			if err := cs.Continue(m, log, o, ahead); err != nil {
				return err
			}
			return cs.KeepAlive(keep, log, o)
		})
		if err != nil {
			return err
		}
		reportBands(cs.Warnings, w)
	}
	if err := drawCohorts(c, cs); err != nil {
		return err
	}
	return writeCohorts(c, cs, w)
}

func writeCohorts(c *cli.Context, cs *portfolio.Cohorts, w *words) error {
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return cs.WriteCSV(out)
		case w.json:
			return writeJSON(out, cs)
		}
		if err := cs.WriteTable(out); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "\n%s", wrap(cs.Not, 0, 0))
		return err
	})
}

// aheadOf reads how far the model goes on.
func aheadOf(c *cli.Context) (o *portfolio.AheadOptions, err error) {
	o = &portfolio.AheadOptions{Futures: c.Int("futures"), Seed: c.Uint64("seed")}
	if o.Futures < 40 || o.Futures > 100000 {
		return nil, usagef("--futures is %d: a band needs 40 at least, and 100000 are the most", o.Futures)
	}
	if o.Horizon, err = spanOf(c); err != nil {
		return nil, err
	}
	o.Level, err = parseLevel("interval", c.String("interval"))
	return o, err
}

// forecasterOf loads the model, with replicates of its parameters and as that
// of values.
func forecasterOf(c *cli.Context, w *words) (*forecast.Model, *portfolio.Model, error) {
	m, err := loadModel(c)
	if err != nil {
		return nil, nil, err
	}
	values, err := m.portfolio(w)
	if err != nil {
		return nil, nil, err
	}
	f, err := m.forecaster(c.Uint64("seed"))
	return f, values, err
}

// cohortLabels sets the cohort of every customer and, where another column of
// the file names them, the segment.
func cohortLabels(c *cli.Context, log *history.Log, o *portfolio.CohortOptions) (err error) {
	switch o.By {
	case "month", "quarter":
		o.Label = portfolio.AcquiredIn(log.Purchases, o.By == "quarter")
	default:
		path := c.String("segments")
		if path == "" {
			return usagef("--by %s is neither month nor quarter: to name a column, give its file with --segments", o.By)
		}
		if o.Label, err = labelsIn(path, o.By, log.Table); err != nil {
			return err
		}
		if !c.IsSet("segment") {
			return nil
		}
	}
	o.Segment, err = segmentLabels(c, log.Table)
	return err
}

// drawCohorts draws the figures that the flags ask for.
func drawCohorts(c *cli.Context, cs *portfolio.Cohorts) error {
	for flag, figure := range map[string]plots.Figure{"heatmap": plots.Retention{Cohorts: retentionOf(cs)}, "curves": curvesOf(cs)} {
		path := c.String(flag)
		if path == "" {
			continue
		}
		if flag == "heatmap" && cs.All.At(1) == nil {
			return fmt.Errorf("no cohort has been watched for a month: there is no retention to draw")
		}
		format, err := plots.FormatOf(path)
		if err != nil {
			return err
		}
		if err := writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error {
			return plots.Render(figure, out, format, 800, 500)
		}); err != nil {
			return err
		}
	}
	return nil
}

// retentionOf is the share of active customers of those watched.
func retentionOf(cs *portfolio.Cohorts) *plots.Cohorts {
	f := &plots.Cohorts{End: cs.End, By: cs.By}
	if f.By == "month" || f.By == "quarter" {
		f.By += " of acquisition"
	}
	for _, r := range cs.Rows {
		row := plots.Cohort{Name: r.Name, Customers: float64(r.Customers)}
		for _, a := range r.Ages {
			row.Active = append(row.Active, float64(a.Active)/float64(a.Watched)*row.Customers)
			row.Purchases = append(row.Purchases, float64(a.Orders)/float64(a.Watched)*row.Customers)
		}
		if len(r.Ages) > 0 {
			f.Rows = append(f.Rows, row)
		}
	}
	return f
}

// curvesOf are the margins by age.
func curvesOf(cs *portfolio.Cohorts) *plots.CohortValue {
	f := &plots.CohortValue{What: "margin per acquired customer", All: curveOf(cs, cs.All)}
	if !cs.Money {
		f.What = "orders per acquired customer"
	}
	f.All.Name = "all"
	for _, r := range cs.Rows {
		f.Rows = append(f.Rows, curveOf(cs, r))
	}
	return f
}

func curveOf(cs *portfolio.Cohorts, r portfolio.Cohort) plots.CohortCurve {
	out := plots.CohortCurve{Name: r.Name, Age: []float64{0}, Value: []float64{r.AtFirst}}
	for _, a := range r.Ages {
		out.Age, out.Value = append(out.Age, float64(a.Month)), append(out.Value, a.Margin)
	}
	if len(r.Ahead) == 0 {
		return out
	}
	now := forecast.Band{Expected: r.SoFar, Lo: r.SoFar, Hi: r.SoFar}
	out.Band.Name = fmt.Sprintf("%g %% interval", 100*cs.Level)
	for k := range len(r.Ahead) + 1 {
		b := now
		if k > 0 {
			b = r.Ahead[k-1].Margin
		}
		out.AheadAge, out.Ahead = append(out.AheadAge, r.MeanAge+float64(k)), append(out.Ahead, b.Expected)
		out.Band.Lo, out.Band.Hi = append(out.Band.Lo, b.Lo), append(out.Band.Hi, b.Hi)
	}
	return out
}
