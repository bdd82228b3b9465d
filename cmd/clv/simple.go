package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

func simpleCommand() *cli.Command {
	return &cli.Command{
		Name:  "simple",
		Usage: "the manager's formula for CLV, beside the model",
		Description: `CLV = mean order value × orders per year × lifespan × margin − CAC, overall and
by segment, beside what the model says of the same customers over the same
time: the orders they have made up to that age and those it still expects. From
each order goes --cost-per-order, and --cost-alive for as long as the customer
stays: the lifespan, or by the model the time for which he is and was likely to
be active. Neither is discounted, and the first purchase
is left out of both.

The --lifespan is what people use for it: churn, 1/churn by the log (the share
of the customers of the year before the last who did not buy in the last year);
span, the mean time from the first purchase to the last so far; or a time. With
--json the table is JSON.

  $ clv simple --model-file model.json --in log.csv --lifespan 3y --margin 0.3
  $ clv simple --model-file model.json --in log.csv --lifespan span \
      --cac 12 --json --out simple.json`,
		Flags: append(append(append([]cli.Flag{
			modelFileFlag(),
			&cli.StringFlag{Name: "lifespan", Value: "churn", Usage: "`HOW` long a customer stays: churn, span, or a time with its unit, like 3y"},
			outFlag("the table"),
		}, economicsFlags()...), segmentFlags()...), inputFlags()...),
		Action: act(simple),
	}
}

// simpleDocument is the JSON form.
type simpleDocument struct {
	Lifespan portfolio.Lifespan `json:"lifespan"`
	Rows     []portfolio.Simple `json:"rows"`
	Text     string             `json:"text"`
	Not      string             `json:"not"`
}

func simple(c *cli.Context, w *words) error {
	e, err := economicsOf(c)
	if err != nil {
		return err
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	segments, err := segmentLabels(c, p.data.Log.Table)
	if err != nil {
		return err
	}
	if _, err := customerEconomics(c, e, p.data.Log.Table, w); err != nil {
		return err
	}
	d := simpleDocument{Not: portfolio.NotCausal}
	if d.Lifespan, err = lifespanOf(c, p); err != nil {
		return err
	}
	pm, err := m.deciding(w)
	if err != nil {
		return err
	}
	sayNoSpend(pm, w)
	if d.Rows, err = pm.SimpleCLV(p.data.Log.Table, p.data.Log.Purchases, segments, e, d.Lifespan); err != nil {
		return err
	}
	d.Text = differenceOf(d.Rows[0], d.Lifespan)
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		if w.json {
			return writeJSON(out, d)
		}
		return d.write(out)
	})
}

func lifespanOf(c *cli.Context, p *past) (portfolio.Lifespan, error) {
	switch text := c.String("lifespan"); text {
	case "churn":
		life, err := portfolio.ChurnLifespan(p.data.Log.Purchases, p.end)
		if err != nil {
			err = fmt.Errorf("%w with --lifespan, like 3y", err)
		}
		return life, err
	case "span":
		return portfolio.SpanLifespan(p.data.Log.Table)
	default:
		horizon, err := history.ParseHorizon(text)
		if err != nil {
			return portfolio.Lifespan{}, usagef("--lifespan: %w", err)
		}
		return portfolio.GivenLifespan(horizon), nil
	}
}

// differenceOf explains the size of the difference in one sentence.
func differenceOf(s portfolio.Simple, life portfolio.Lifespan) string {
	how := "higher"
	if s.Difference() < 0 {
		how = "lower"
	}
	return fmt.Sprintf("Over %.1f years (%s) the formula is %.0f %% %s than the model: it takes every customer for the average one who goes on for that long, where the model lets customers differ and drop out; neither is discounted.",
		life.Years, life.Origin, 100*math.Abs(s.Difference()), how)
}

func (d *simpleDocument) write(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "segment\tcustomers\torder value\torders a year\tmargin\tCAC\tformula CLV\tmodel CLV\tdifference\t")
	for k, s := range d.Rows {
		name := s.Segment
		if k == 0 {
			name = "all"
		}
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.3f\t%.3g\t%.2f\t%.2f\t%.2f\t%+.0f %%\t\n", name, s.Customers, s.OrderValue, s.OrdersPerYear,
			s.Margin, s.CAC, s.Formula, s.Model, 100*s.Difference())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n%s", wrap(d.Text, 0, 0), wrap(d.Not, 0, 0))
	return err
}
