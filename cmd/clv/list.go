package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

// A listing is one list as the command offers it.
type listing struct {
	name, usage string
	text        string // what it ranks by and why, and the examples
	horizon     string
	score       string // the column of what it is ranked by; empty: it is the value
	since       bool   // compares with an earlier day
}

var listings = []listing{
	{name: "risk", usage: "who is about to stay away, by the value at risk", horizon: "90d", score: "value_at_risk", since: true,
		text: `Customers whose gap since the last purchase is longer than their usual one and
whose P(order) has fallen since an earlier day, ranked by value at risk: the
fall times what the customer was worth then, if he ordered. The usual gap is the
median of the customer's own gaps, drawn to the model's where they are few.

  $ clv list risk --model-file model.json --in log.csv
  $ clv list risk --model-file model.json --in log.csv --since 60d \
      --margin 0.3 --contact-cost 2 --holdout 15% --out risk.csv`},
	{name: "winback", usage: "who has not bought for long and may be worth a contact", horizon: "12m", score: "value_after_contact",
		text: `Customers without a purchase for --idle, ranked by P(order) times what they are
worth if they order, less the cost of a contact. The column pays marks those
above the break-even cut. Whether the contact brings an order is another
question: --holdout draws customers to be left alone, to compare with.

  $ clv list winback --model-file model.json --in log.csv --contact-cost 1
  $ clv list winback --model-file model.json --in log.csv --idle 120d \
      --contact-cost 1 --holdout 15% --holdout-salt spring --out winback.csv`},
	{name: "reorder", usage: "when the next purchase is due, where customers buy regularly", horizon: "90d", score: "due_days",
		text: `The date of the next purchase, median and 10 to 90 %, of customers who have
bought three times, are alive with P ≥ 1/2 and not overdue (their gap is not
among the 5 % longest of their own rhythm), the nearest first. It is given only
where the test of Wheat and Morrison finds that the customers of the log buy
more regularly than at random (at the level 1 %); else the command fails and
says what it found. The dates follow from each customer's own gaps, with the
regularity of all, and hold if there is a next purchase.

  $ clv list reorder --model-file model.json --in regular.csv
  $ clv list reorder --model-file model.json --in regular.csv --out due.csv`},
	{name: "rising", usage: "whose expected orders have grown most", horizon: "90d", score: "orders_growth", since: true,
		text: `Customers ranked by how much the orders expected of them have grown since an
earlier day. Customers who came since then are left out.

  $ clv list rising --model-file model.json --in log.csv
  $ clv list rising --model-file model.json --in log.csv --since 90d \
      --limit 50 --out rising.csv`},
	{name: "unprofitable", usage: "who is expected to cost more than he brings", horizon: "12m",
		text: `Customers whose value net of costs is negative, the lowest first. It needs
costs: --cost-per-order, --cost-alive, or a margin below zero.

  $ clv list unprofitable --model-file model.json --in log.csv --margin 0.3 \
      --cost-per-order 9
  $ clv list unprofitable --model-file model.json --in log.csv --margin 0.2 \
      --cost-alive 6/y --out costly.csv`},
	{name: "top", usage: "who is worth most", horizon: "12m",
		text: `Customers by their value within the horizon, discounted and net of costs.

  $ clv list top --model-file model.json --in log.csv --limit 10
  $ clv list top --model-file model.json --in log.csv --margin 0.3 \
      --horizon 24m --out top.csv`},
}

func listCommand() *cli.Command {
	cmd := &cli.Command{
		Name:      "list",
		Usage:     "ranked lists of customers, with the reason in words",
		ArgsUsage: "LIST",
		Description: `Ranks the customers of a log as of its end, or --end, with a fitted model. On
standard output a list is a Markdown table of the first 20; rows with all
columns go to --out, or with --csv to standard output. Columns keep their names
and meaning as long as list_version in the form of --json stays the same.

  $ clv list risk --model-file model.json --in log.csv
  $ clv list top --model-file model.json --in log.csv --margin 0.3 --out top.csv`,
	}
	for _, l := range listings {
		cmd.Subcommands = append(cmd.Subcommands, l.command())
	}
	return cmd
}

func (l *listing) command() *cli.Command {
	flags := []cli.Flag{
		modelFileFlag(),
		&cli.StringFlag{Name: "horizon", Value: l.horizon, Usage: "`TIME` of P(order), orders and value, with its unit"},
	}
	if l.since {
		flags = append(flags, sinceFlag("30d"))
	}
	if l.name == "winback" {
		flags = append(flags, &cli.StringFlag{Name: "idle", Value: "180d", Usage: "`TIME` without a purchase"})
	}
	if l.money() {
		flags = append(flags, &cli.Float64Flag{Name: "contact-cost", Usage: "`AMOUNT` cost of contacting a customer: the column pays marks the break-even cut"})
	}
	flags = append(flags,
		&cli.StringFlag{Name: "by", Usage: "`COLUMN` of the file --segments, like owner or territory: rank within each of its values"},
		&cli.IntFlag{Name: "limit", Usage: "`N` rows at most, of each owner with --by", DefaultText: "20 in text, else all"},
		&cli.StringFlag{Name: "holdout", Usage: "`SHARE` of the customers to be left alone, like 15%: adds the column group", DefaultText: "none"},
		&cli.StringFlag{Name: "holdout-salt", Usage: "`TEXT` another text draws other customers; with the same one each keeps his group"},
		&cli.BoolFlag{Name: "csv", Usage: "write rows as CSV on standard output"})
	return &cli.Command{Name: l.name, Usage: l.usage, Description: l.text,
		Flags:  slices.Concat(flags, rowsFlags("the list"), economicsFlags(), segmentFlags(), without(inputFlags(), "cut")),
		Action: act(func(c *cli.Context, w *words) error { return l.run(c, w) })}
}

// money reports whether a contact may be paid from what the list is ranked by.
func (l *listing) money() bool { return slices.Contains([]string{"risk", "winback", "top"}, l.name) }

// sinceFlag is the earlier day to compare with.
func sinceFlag(value string) cli.Flag {
	return &cli.StringFlag{Name: "since", Value: value, Usage: "`DATE` or time before the end, like 30d, to compare with: the same model applied to the log as it was then"}
}

// sinceOf reads the earlier day, zero if there is none.
func sinceOf(c *cli.Context, end history.Date) (history.Date, error) {
	text := c.String("since")
	if text == "" {
		return 0, nil
	}
	day, err := history.ParseDate(text)
	if err != nil {
		span, err := history.ParseHorizon(text)
		if err != nil {
			return 0, usagef("--since %q is neither a date, YYYY-MM-DD, nor a time with its unit, like 30d", text)
		}
		day = end - history.Date(max(1, span.In(history.Day)+0.5))
	}
	if day >= end {
		return 0, usagef("--since %v must lie before the end of the log, %v", day, end)
	}
	return day, nil
}

func (l *listing) run(c *cli.Context, w *words) error {
	o, err := listOptions(c)
	if err != nil {
		return err
	}
	s, err := scoreLog(c, w)
	if err != nil {
		return err
	}
	if by := c.String("by"); by != "" {
		if o.Owner, err = labelsIn(c.String("segments"), by, s.Table); err != nil {
			return err
		}
	}
	list, err := s.List(l.name, o)
	if err != nil {
		return err
	}
	if list.Unknown > 0 {
		w.say("without_spend", list.Unknown, "warning: the spend model has no mean (q ≤ 1): %s without repeat purchases are left out\n", counted(list.Unknown, "customer"))
	}
	return (&listForm{listing: l, list: list, owner: c.String("by"), holdout: o.Holdout > 0, contact: o.ContactCost}).write(c, w)
}

// listOptions reads the flags of lists.
func listOptions(c *cli.Context) (*portfolio.ListOptions, error) {
	o := &portfolio.ListOptions{ContactCost: c.Float64("contact-cost"), Limit: c.Int("limit"), Salt: c.String("holdout-salt")}
	if c.IsSet("limit") && o.Limit < 1 {
		return nil, usagef("--limit is %d: at least one row is needed", o.Limit)
	}
	if o.Limit == 0 && formOf(c) == "text" {
		o.Limit = 20
	}
	if finite(o.ContactCost) == nil || o.ContactCost < 0 {
		return nil, usagef("--contact-cost is %v: it is an amount of money, 0 or more", o.ContactCost)
	}
	if c.String("by") != "" && c.String("segments") == "" {
		return nil, usagef("--by names a column of a file: name the file with --segments")
	}
	var err error
	if text := c.String("holdout"); text != "" {
		if o.Holdout, err = parseLevel("holdout", text); err != nil {
			return nil, err
		}
	}
	if text := c.String("idle"); text != "" {
		h, err := history.ParseHorizon(text)
		if err != nil {
			return nil, usagef("--idle: %w", err)
		}
		o.Idle = h.In(history.Day)
	}
	return o, nil
}

// scoreLog scores the log with the model and the economics of the flags.
func scoreLog(c *cli.Context, w *words) (*portfolio.Scoring, error) {
	e, err := economicsOf(c)
	if err != nil {
		return nil, err
	}
	o := &portfolio.ScoreOptions{}
	if o.Horizon, err = history.ParseHorizon(c.String("horizon")); err != nil {
		return nil, usagef("--horizon: %w", err)
	}
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	pm, err := m.deciding(w)
	if err != nil {
		return nil, err
	}
	p, err := readPast(c, w)
	if err != nil {
		return nil, err
	}
	if o.Since, err = sinceOf(c, p.end); err != nil {
		return nil, err
	}
	if _, err := customerEconomics(c, e, p.data.Log.Table, w); err != nil {
		return nil, err
	}
	// Without --segment, --by alone may name the column that is wanted.
	if c.IsSet("segment") || c.String("by") == "" {
		if o.Segment, err = segmentLabels(c, p.data.Log.Table); err != nil {
			return nil, err
		}
	}
	sayNoSpend(pm, w)
	var s *portfolio.Scoring
	err = unlessInterrupted(c.Context, func() (err error) {
		s, err = pm.Score(p.data.Log, e, o)
		return err
	})
	if err == nil {
		s.Caution = m.caution()
	}
	return s, err
}

// formOf is the form in which a list is written: text, json or rows.
func formOf(c *cli.Context) string {
	path := strings.TrimSuffix(c.String("out"), ".gz")
	stdout := path == "" || path == "-"
	switch {
	case strings.HasSuffix(path, ".json"), stdout && given(c, "json"):
		return "json"
	case strings.HasSuffix(path, ".md"), stdout && !c.Bool("csv"):
		return "text"
	}
	return "rows"
}

// where names the day of a scoring, and the one that it is compared with.
func where(s *portfolio.Scoring) string {
	text := fmt.Sprintf("on %v", s.Day)
	if s.Since != 0 {
		text += fmt.Sprintf(", compared with %v", s.Since)
	}
	return text
}

// columnName is that of a quantity within the horizon.
func columnName(what string, s *portfolio.Scoring) string { return what + "_" + s.Horizon.String() }

// scoreColumn is the name of the column that the list is ranked by.
func (l *listing) scoreColumn(s *portfolio.Scoring) string {
	return cmp.Or(l.score, columnName("clv", s))
}
