package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/report"
)

func reportCommand() *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "write all of it as one page for managers and data scientists",
		Description: `One HTML file that needs no network and reads on a phone and in print: what is
expected with bands, how far to trust it, warnings, the account of the data, the
model card, parameters, a backtest beside simple rules, the forecast by month
(and, with a margin or costs, what it leaves), who is worth most, and the
figures of clv plot. With --data the same numbers as JSON.

The backtest is that of clv evaluate: the model is fitted up to --cut, and what
followed is compared with its forecast. The forecast itself is that of clv
forecast, from a fit to the whole log. The same log and flags give the same
bytes.

  $ clv report --in log.csv --out report.html
  $ clv report --in log.csv --model mbg-nbd --horizon 6m --margin 0.3 \
      --title Autumn --out report.html --data report.json`,
		Flags: append(append([]cli.Flag{
			&cli.StringFlag{Name: "model", Value: "auto", Usage: "`MODEL` purchase model: " + familyNames() + ", or auto (the best forecaster of them up to the cut)"},
			&cli.StringFlag{Name: "cut", Usage: "`DATE` last day known to the model in the backtest, YYYY-MM-DD", DefaultText: "after two thirds of the log"},
			spanFlag(),
			&cli.StringFlag{Name: "interval", Value: "95%", Usage: "`LEVEL` probability that a band holds, like 80%"},
			&cli.IntFlag{Name: "recent", Value: 6, Usage: "`N` months whose arrivals are continued as customers still to come; 0: none"},
			&cli.IntFlag{Name: "list", Value: 20, Usage: "`N` customers to list by name; 0: none"},
			&cli.BoolFlag{Name: "profile", Usage: "profile-likelihood intervals of the parameters instead of those from the standard errors"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
			&cli.StringFlag{Name: "title", Value: "What our customers will do", Usage: "`TEXT` title of the page"},
			&cli.StringFlag{Name: "written", Usage: "`DATE` of writing, to stand in the page", DefaultText: "none"},
			outFlag("the page"),
			&cli.StringFlag{Name: "data", Usage: "`FILE` the same as JSON"},
		}, slices.Concat(without(economicsFlags(), "cac-column"), segmentFlags())...), without(inputFlags(), "cut")...),
		Action: act(writeReport),
	}
}

func writeReport(c *cli.Context, w *words) error {
	o, err := reportOptionsOf(c)
	if err != nil {
		return err
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	m := &reporter{c: c, w: w, o: o, past: p}
	r, err := m.report()
	if err != nil {
		return err
	}
	w.say("headline", r.Headline, "%s\n", headlineWords(r))
	if err := writeOut(c.Context, c.String("out"), c.App.Writer, r.WriteHTML); err != nil {
		return err
	}
	if path := c.String("data"); path != "" {
		return writeOut(c.Context, path, c.App.Writer, r.WriteJSON)
	}
	return nil
}

// headlineWords are what is said of the report on standard error.
func headlineWords(r *report.Report) string {
	h := &r.Headline
	text := fmt.Sprintf("%s to %v: %s of %s customers expected to buy, %s orders (%s)", h.From, h.Until,
		report.Count(h.Active.Expected), report.Count(h.Customers), report.Count(h.Orders.Expected), report.Range(h.Orders))
	if h.Revenue != nil {
		text += fmt.Sprintf(", revenue %s (%s)", report.Amount(h.Revenue.Expected), report.AmountRange(*h.Revenue))
	}
	return strings.Join(append([]string{text}, h.Trust...), "\n")
}

// reportOptions are what the flags say.
type reportOptions struct {
	family  *family // nil: the best forecaster
	cut     history.Date
	recent  int
	list    int
	terms   terms
	periods forecast.PeriodOptions
}

func reportOptionsOf(c *cli.Context) (o *reportOptions, err error) {
	o = &reportOptions{recent: c.Int("recent"), list: c.Int("list")}
	if name := c.String("model"); name != "auto" {
		f, err := familyOf(name)
		if err != nil {
			return nil, usagef("--model: %w, or auto", err)
		}
		o.family = &f
	}
	if o.recent < 0 || o.list < 0 {
		return nil, usagef("--recent is %d and --list %d: neither may be negative", o.recent, o.list)
	}
	cut, err := dayFlag(c, "cut")
	if err != nil {
		return nil, err
	}
	if _, err := dayFlag(c, "written"); err != nil {
		return nil, err
	}
	o.cut = history.DateOf(cut)
	o.periods = forecast.PeriodOptions{Period: history.Month, Seed: c.Uint64("seed")}
	if o.periods.Horizon, err = spanOf(c); err != nil {
		return nil, err
	}
	if o.periods.Level, err = parseLevel("interval", c.String("interval")); err != nil {
		return nil, err
	}
	e, err := economicsOf(c)
	if err != nil {
		return nil, err
	}
	if c.IsSet("margin") && !(*e.Margin > 0) {
		return nil, usagef("--margin is %v: a report needs one above 0", *e.Margin)
	}
	o.periods.Rate = *e.Discount
	o.terms = terms{[]history.Horizon{o.periods.Horizon}, o.periods.Rate, *e.Margin, e}
	return o, nil
}

// commandLine returns the command as it was given, but for where it writes and
// what it says beside.
func commandLine(c *cli.Context) string {
	words := []string{"clv", c.Command.Name}
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if !c.IsSet(name) || slices.Contains(outputFlags, name) || name == "quiet" || name == "json" {
			continue
		}
		switch f.(type) {
		case *cli.BoolFlag:
			words = append(words, "--"+name)
		case *cli.StringSliceFlag:
			for _, v := range c.StringSlice(name) {
				words = append(words, "--"+name, quoted(v))
			}
		default:
			words = append(words, "--"+name, quoted(fmt.Sprint(c.Value(name))))
		}
	}
	return strings.Join(words, " ")
}

// quoted writes a value as a shell reads it, without the password of a
// database.
func quoted(v string) string {
	v = ingest.Redacted(v)
	if v != "" && !strings.ContainsAny(v, " '\"\\$&|;<>()*?[]#~`!{}\t\n") {
		return v
	}
	return "'" + strings.ReplaceAll(v, "'", `'\''`) + "'"
}

// dataWarnings are the warnings about the log as the report has them.
func dataWarnings(data *ingest.Data) (out []report.Warning) {
	for _, w := range ingest.Warnings(data.Log) {
		out = append(out, report.Warning{Source: "data", Text: w.Text})
	}
	return out
}
