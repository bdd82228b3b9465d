package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A doesNotHold is the answer of clv monitor that has an exit code of its own.
type doesNotHold struct{}

func (doesNotHold) Error() string { return "the model does not hold" }

func monitorCommand() *cli.Command {
	return &cli.Command{
		Name:  "monitor",
		Usage: "say whether a model still holds, by what happened since its calibration",
		Description: `Reads the log up to now and sets orders, customers with an order, and revenue
since the end of the model's calibration against what the model expected, in all
and by period, each with a band that holds the chance of the purchases and the
doubt about customers and parameters; then the calibration of P(order), the
orders by frequency and recency, customers acquired since, and the parameters of
a new fit. Reasons are given in words.

The exit code is 0 if the model holds and 3 if it does not. A model that is true
is said not to hold in 5 % of all cases, over all tests together; 1 less
--interval is that share. A season that the model does not know, or a campaign,
is a reason too.

  $ clv monitor --model-file model.json --in log.csv
  $ clv monitor --model-file model.json --in log.csv --period week \
      --interval 99% --csv --out monitor.csv`,
		Flags: append([]cli.Flag{
			modelFileFlag(), periodFlag("month"),
			&cli.StringFlag{Name: "interval", Value: "95%", Usage: "`LEVEL` probability that a band holds, and that a true model is said to"},
			&cli.IntFlag{Name: "futures", Usage: "`NUMBER` of simulated futures", DefaultText: "400; 2000 for 99%"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
			&cli.BoolFlag{Name: "csv", Usage: "write tests, periods and classes as CSV"},
			outFlag("the comparison"),
		}, inputFlags()...),
		Action: act(monitor),
	}
}

func monitor(c *cli.Context, w *words) error {
	o, err := monitorOptions(c)
	if err != nil {
		return err
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	cut, err := m.monitoredFrom(c)
	if err != nil {
		return err
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	p.data.Log.Table = p.data.Log.Table.In(m.file.Unit)
	r, err := m.monitor(c.Context, p, cut, o)
	if err != nil {
		return err
	}
	reportBands(r.Warnings, w)
	if err := writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return r.WriteCSV(out)
		case w.json:
			return writeJSON(out, r)
		}
		return r.WriteTable(out)
	}); err != nil {
		return err
	}
	w.say("verdict", map[string]any{"holds": r.Holds, "p_value": r.PValue, "reasons": r.Reasons}, "%s\n", r.Verdict())
	if !r.Holds {
		return doesNotHold{}
	}
	return nil
}

func monitorOptions(c *cli.Context) (o *forecast.MonitorOptions, err error) {
	o = &forecast.MonitorOptions{Futures: c.Int("futures"), Seed: c.Uint64("seed")}
	if o.Futures < 0 || o.Futures > 100000 {
		return nil, usagef("--futures is %d: it must lie between 1 and 100000", o.Futures)
	}
	if o.Period, err = periodOf(c); err != nil {
		return nil, err
	}
	o.Level, err = parseLevel("interval", c.String("interval"))
	return o, err
}

// monitoredFrom returns the last day before the time to watch.
func (m *loaded) monitoredFrom(c *cli.Context) (history.Date, error) {
	cut, err := dayFlag(c, "cut")
	if err == nil && cut.IsZero() {
		cut, err = m.calibrationEnd()
	}
	if err == nil && cut.IsZero() {
		err = usagef("the model file does not say when its calibration ended: give the day with --cut")
	}
	return history.DateOf(cut), err
}

// monitor judges the model by the log since the cut and fits it again to the
// whole log.
func (m *loaded) monitor(ctx context.Context, p *past, cut history.Date, o *forecast.MonitorOptions) (r *forecast.Monitoring, err error) {
	if cut >= p.end {
		return nil, fmt.Errorf("the calibration ended on %v and the log ends on %v: nothing has happened since", cut, p.end)
	}
	since := &forecast.Since{}
	if since.Log, err = p.at(cut, p.end); err != nil {
		return nil, err
	}
	for _, bought := range p.data.Log.Purchases {
		if bought.Days[0] > cut {
			since.Later = append(since.Later, bought)
		}
	}
	fm, err := m.forecaster(o.Seed)
	if err != nil {
		return nil, err
	}
	if err := unlessInterrupted(ctx, func() (err error) {
		r, err = fm.Monitor(since, o)
		return err
	}); err != nil {
		return nil, err
	}
	nested := m.fittedTo(since.Log.Table)
	if !nested {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the model was fitted to %d customers up to %s, and this log has %d up to %v: they are not the same",
			m.file.Customers, m.file.CalibrationEnd, since.Log.Table.Len(), cut))
	}
	return r, m.addChanges(ctx, r, p.data.Log.Table, nested)
}

// fittedTo reports whether the model was fitted to histories like these: as
// many customers and transactions, up to the same day.
func (m *loaded) fittedTo(h *history.Table) bool {
	transactions := h.Len()
	for _, x := range h.Frequency {
		transactions += x
	}
	end, err := m.calibrationEnd()
	return err == nil && end.Equal(h.Cut) && h.Len() == m.file.Customers && transactions == m.file.Transactions
}

// addChanges adds the changes of the parameters when both models are fitted
// again. A fit that fails is a warning.
func (m *loaded) addChanges(ctx context.Context, r *forecast.Monitoring, h *history.Table, nested bool) error {
	family, err := familyOf(m.purchase.Name())
	if err != nil {
		return err
	}
	add := func(old, new *models.Fitted, err error) error {
		var stuck *fit.ConvergenceError
		if err != nil && !errors.As(err, &stuck) || new == nil {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s could not be fitted again: %v", old.Model, err))
			return ctx.Err()
		}
		changes, err := forecast.NewChanges(old, new, nested)
		if err == nil {
			r.Changes = append(r.Changes, changes)
		}
		return err
	}
	again, _, err := family.fit(ctx, h, &estimation{priors: priorsOf(&m.file.Purchase)})
	if err := add(&m.file.Purchase, again, err); err != nil || m.file.Spend == nil || h.Spend == nil {
		return err
	}
	spend, err := fitSpend(ctx, h.Spending, "gamma-gamma", &estimation{priors: priorsOf(m.file.Spend)}, silent())
	return add(m.file.Spend, spend, err)
}

// priorsOf returns the priors of a fit as another fit takes them.
func priorsOf(f *models.Fitted) (priors []fit.Prior) {
	for _, p := range f.Priors {
		priors = append(priors, fit.Prior{Param: p.Param, Median: p.Median, Spread: p.Spread})
	}
	return priors
}
