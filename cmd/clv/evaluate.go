package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

func evaluateCommand() *cli.Command {
	return &cli.Command{
		Name:  "evaluate",
		Usage: "repeat forecasts at past dates and score the models beside simple rules",
		Description: `At every --cut each model is fitted to what was known on that day, and its
forecast of the --horizon that followed is compared with what happened: totals
and tracking, errors, ranking, calibration, P(order), the distribution of orders
and the coverage of the 80 and 95 % intervals. Beside the models stand rules
that need none: the average rate so far of each customer (status quo), the last
period once more, the same for all and, for money, in proportion to the first
order. The grade says in words how a model compares with the best of these. The
unit of shares is 1, that of bias is %. Of more than 20,000 customers the
distributions and the intervals of that many, evenly spread, are judged.

With --csv or --json the same with all digits; --classes adds the calibration by
tenths of the forecast, frequency and recency.

  $ clv evaluate --in log.csv --cut 2025-03-31
  $ clv evaluate --in log.csv --cut 2024-12-31 --cut 2025-03-31 --horizon 26w \
      --model bg-nbd --model nbd --quick --csv --out scores.csv`,
		Flags: append([]cli.Flag{
			cutsFlag("`DATE` last day known to the models, YYYY-MM-DD; may be repeated", "after two thirds of the log"),
			&cli.StringSliceFlag{Name: "horizon", Usage: "`TIME` how far to forecast, with its unit: 52w, 12m, 365d; may be repeated", DefaultText: "from the last cut to the end of the log"},
			modelsFlag(),
			&cli.BoolFlag{Name: "quick", Usage: "leave out what needs whole distributions: CRPS, PIT and intervals"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
			&cli.BoolFlag{Name: "csv", Usage: "write the scores as CSV"},
			outFlag("the scores"),
			&cli.StringFlag{Name: "classes", Usage: "`FILE` the calibration by classes, as CSV"},
		}, without(inputFlags(), "cut")...),
		Action: act(evaluate),
	}
}

func evaluate(c *cli.Context, w *words) error {
	fs, err := familiesOf(c)
	if err != nil {
		return err
	}
	o, err := evaluateOptions(c)
	if err != nil {
		return err
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	if err := p.complete(o); err != nil {
		return err
	}
	e, err := p.evaluateAll(c.Context, fs, o)
	if err != nil {
		return err
	}
	reportFits(e, w)
	if path := c.String("classes"); path != "" {
		if err := writeOut(c.Context, path, c.App.Writer, e.WriteClassesCSV); err != nil {
			return err
		}
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return e.WriteCSV(out)
		case w.json:
			return writeJSON(out, e)
		}
		return e.WriteTable(out)
	})
}

func evaluateOptions(c *cli.Context) (o *forecast.EvaluateOptions, err error) {
	o = &forecast.EvaluateOptions{Quick: c.Bool("quick"), Seed: c.Uint64("seed")}
	if o.Cuts, err = cutsOf(c); err != nil {
		return nil, err
	}
	o.Horizons, err = horizonsOf(c)
	return o, err
}

// complete sets the cut and the horizon if the flags do not.
func (p *past) complete(o *forecast.EvaluateOptions) error {
	if len(o.Cuts) == 0 {
		o.Cuts = []history.Date{p.split()}
	}
	if len(o.Horizons) > 0 {
		return nil
	}
	h, err := p.rest(o.Cuts[len(o.Cuts)-1])
	o.Horizons = []history.Horizon{h}
	return err
}

// reportFits says what went wrong in the fits of an evaluation.
func reportFits(e *forecast.Evaluation, w *words) {
	said := map[history.Date]bool{}
	var all []map[string]any
	for _, win := range e.Windows {
		if said[win.Cut] {
			continue
		}
		said[win.Cut] = true
		for _, f := range win.Fits {
			for _, warning := range f.Warnings {
				all = append(all, map[string]any{"cut": win.Cut, "model": f.Name, "warning": warning})
				w.say("warnings", all, "warning: cut %v, %s: %s\n", win.Cut, f.Name, warning)
			}
		}
	}
}
