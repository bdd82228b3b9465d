package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
	"github.com/predictive-clv/clv/portfolio"
)

// byFirstOrder is the --by of bands of the first order's amount.
const byFirstOrder = "first-order"

func acquireCommand() *cli.Command {
	return &cli.Command{
		Name:  "acquire",
		Usage: "what a customer is worth at acquisition, and what may be paid for one",
		Description: `The value of a new customer, overall and by what is known at the first purchase:
the net value of the first order and of those expected within --horizon,
discounted; the most that acquisition may cost to pay back within --payback, and
for a ratio of value to cost of --ltv-cac; and the months to pay back the CAC.
Intervals are of 95 % and say how well the mean of a segment is known.

The models are fitted to all customers and to each segment, drawn toward all: a
segment's log-parameters are normal around those of all, with spreads estimated
from the segments. The weight is the share of what was unknown about a segment
that its own customers tell; below 0.5 it is marked *, and mostly that of all.

--by is a column of the file --segments, or first-order: bands of the first
order's amount. It adds a backtest: estimates of --cut, else of the day by which
two thirds of the customers had come, rank those acquired later by what was
known of each, beside the first order's amount alone, and are compared with what
these spent; if too few came later, those acquired before. Contacts become
accounts by the alias_file of --mapping.

  $ clv acquire --in log.csv --margin 0.35 --horizon 24m --cac 12 --payback 6m
  $ clv acquire --in log.csv --by first-order --bands 3 --data payback.csv \
      --figure payback.svg --out acquire.txt`,
		Flags: append(append([]cli.Flag{
			&cli.StringFlag{Name: "model", Value: "bg-nbd", Usage: "`MODEL` purchase model: " + familyNames()},
			&cli.StringFlag{Name: "horizon", Value: "36m", Usage: "`TIME` of the value, with its unit"},
			&cli.StringFlag{Name: "payback", Value: "12m", Usage: "`TIME` within which a customer should pay back"},
			&cli.Float64Flag{Name: "ltv-cac", Value: 3, Usage: "`RATIO` of value to cost of acquisition that is wanted"},
			&cli.StringFlag{Name: "by", Usage: "`COLUMN` of the file --segments, or first-order"},
			&cli.StringFlag{Name: "segments", Usage: "`FILE` CSV with a column customer_id and one or more known at acquisition, a row a customer"},
			&cli.IntFlag{Name: "bands", Value: 4, Usage: "`NUMBER` of bands of the first order's amount, 2 to 9"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the intervals"},
			outFlag("the table; with --json as JSON"),
			&cli.StringFlag{Name: "data", Usage: "`FILE` the payback curves, as CSV, the largest segment first"},
			&cli.StringFlag{Name: "figure", Usage: "`FILE` the curves of the six largest as a picture: .svg, .png or .pdf"},
		}, economicsFlags()...), inputFlags()...),
		Action: act(acquire),
	}
}

// acquireDocument is the JSON form.
type acquireDocument struct {
	Model string `json:"model"`
	By    string `json:"by,omitempty"`
	*portfolio.Acquisition
	Backtest *portfolio.AcquireBacktest `json:"backtest,omitempty"`
	Not      string                     `json:"not"`
}

func acquire(c *cli.Context, w *words) error {
	which, err := familyOf(c.String("model"))
	if err != nil {
		return usagef("--model: %w", err)
	}
	e, err := economicsOf(c)
	if err != nil {
		return err
	}
	o, err := acquireOptions(c)
	if err != nil {
		return err
	}
	format := ""
	if path := c.String("figure"); path != "" {
		if format, err = plots.FormatOf(path); err != nil {
			return usagef("--figure: %w", err)
		}
	}
	cut, err := dayFlag(c, "cut")
	if err != nil {
		return err
	}
	p, err := readPast(c, w)
	if err != nil {
		return err
	}
	margins, err := customerEconomics(c, e, p.data.Log.Table, w)
	if err != nil {
		return err
	}
	d := &acquireDocument{Model: which.name, By: c.String("by"), Not: portfolio.NotCausal}
	if o.Segment, err = knownAtAcquisition(c, p.data.Log); err != nil {
		return err
	}
	if e, err = e.OfNewcomers(o.Segment, margins); err != nil {
		return err
	}
	if d.Acquisition, err = which.acquire(p.data.Log.Table, p.data.Log.Purchases, e, o); err != nil {
		return err
	}
	if o.Segment != nil {
		day := history.DateOf(cut)
		if cut.IsZero() {
			day = p.acquisitionCut()
		}
		if d.Backtest, err = p.backtestAcquisition(which, day, e, *o); err != nil {
			w.say("backtest", err.Error(), "no backtest: %v\n", err)
		}
	}
	for _, warning := range d.Warnings {
		w.say("warnings", d.Warnings, "warning: %s\n", warning)
	}
	if err := d.writeFigure(c, format); err != nil {
		return err
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		if w.json {
			return writeJSON(out, d)
		}
		return d.write(out)
	})
}

func acquireOptions(c *cli.Context) (o *portfolio.AcquireOptions, err error) {
	o = &portfolio.AcquireOptions{Ratio: c.Float64("ltv-cac"), Seed: c.Uint64("seed")}
	if !(o.Ratio > 0) || math.IsInf(o.Ratio, 0) {
		return nil, usagef("--ltv-cac is %v: it is a ratio above 0, like 3", o.Ratio)
	}
	if o.Horizon, err = history.ParseHorizon(c.String("horizon")); err != nil {
		return nil, usagef("--horizon: %w", err)
	}
	if o.Payback, err = history.ParseHorizon(c.String("payback")); err != nil {
		return nil, usagef("--payback: %w", err)
	}
	if o.Payback.In(history.Day) > o.Horizon.In(history.Day) {
		return nil, usagef("--payback %v is beyond --horizon %v", o.Payback, o.Horizon)
	}
	switch by := c.String("by"); {
	case by == "" && c.IsSet("segments"), by == byFirstOrder && c.IsSet("segments"):
		return nil, usagef("--segments needs --by, the column of it that is known at acquisition")
	case by != "" && by != byFirstOrder && !c.IsSet("segments"):
		return nil, usagef("--by %s is a column of a file of customers: name the file with --segments, or use %s", by, byFirstOrder)
	}
	return o, nil
}

// knownAtAcquisition returns the segment of every row, nil if none is wanted.
func knownAtAcquisition(c *cli.Context, log *history.Log) ([]string, error) {
	switch by := c.String("by"); by {
	case "":
		return nil, nil
	case byFirstOrder:
		return portfolio.FirstOrderBands(log.Purchases, c.Int("bands"))
	default:
		return labelsIn(c.String("segments"), by, log.Table)
	}
}

// writeFigure writes the payback curves as a picture and as a table.
func (d *acquireDocument) writeFigure(c *cli.Context, format string) error {
	if c.String("figure") == "" && c.String("data") == "" {
		return nil
	}
	band := plots.Band{Name: "95 % interval of all"}
	var months, value []float64
	for _, p := range d.All.Curve {
		months, value = append(months, p.Months), append(value, float64(p.Value))
		band.Lo, band.Hi = append(band.Lo, float64(p.Lower)), append(band.Hi, float64(p.Upper))
	}
	var segments []plots.PaybackSegment
	bySize := slices.Clone(d.Segments)
	slices.SortStableFunc(bySize, func(s, t portfolio.Acquired) int { return t.Customers - s.Customers })
	for _, s := range bySize {
		line := plots.PaybackSegment{Name: s.Segment}
		for _, p := range s.Curve {
			line.Value = append(line.Value, float64(p.Value))
		}
		segments = append(segments, line)
	}
	f, err := plots.NewPayback(months, value, band, d.All.CAC, segments)
	if err != nil {
		return err
	}
	if path := c.String("data"); path != "" {
		if err := writeOut(c.Context, path, c.App.Writer, f.WriteCSV); err != nil {
			return err
		}
	}
	if format == "" {
		return nil
	}
	return writeOut(c.Context, c.String("figure"), c.App.Writer, func(out io.Writer) error {
		return plots.Render(f, out, format, 800, 500)
	})
}

func (d *acquireDocument) write(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	all := append([]portfolio.Acquired{d.All}, d.Segments...)
	costs := slices.ContainsFunc(all, func(s portfolio.Acquired) bool { return s.CAC > 0 })
	money := moneyVerb(float64(d.All.CLV.Value))
	fmt.Fprint(t, "segment\tcustomers\tweight\tfirst order\torders\torder value\tCLV\t95 % interval\t")
	if costs {
		fmt.Fprint(t, "CAC\tpays back\t")
	}
	fmt.Fprintf(t, "CAC for %s\tCAC for %g:1\t\n", d.Payback, d.Ratio)
	for _, s := range all {
		weight := fmt.Sprintf("%.2f", min(s.Weight, s.SpendWeight))
		if s.Small {
			weight += "*"
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t"+money+"\t%.2f\t"+money+"\t"+money+"\t"+money+" to "+money+"\t", cmp.Or(s.Segment, "all"), s.Customers, weight,
			s.FirstOrder.Value, s.Orders.Value, s.Spend.Value, s.CLV.Value, s.CLV.Lower, s.CLV.Upper)
		if costs {
			fmt.Fprintf(t, money+"\t%s\t", s.CAC, paysBack(float64(s.PaysBack)))
		}
		fmt.Fprintf(t, money+"\t"+money+"\t\n", s.PaybackCAC.Value, s.RatioCAC.Value)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "\n%s\n", wrap(d.words(), 0, 0)); err != nil {
		return err
	}
	if b := d.Backtest; b != nil {
		if err := writeBacktest(out, b); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(out, wrap(d.Not, 0, 0))
	return err
}

// moneyVerb is that of amounts of about a size: with cents only where they
// count.
func moneyVerb(typical float64) string {
	if math.Abs(typical) >= 100 {
		return "%.0f"
	}
	return "%.2f"
}

// paysBack is the months after which a customer has paid back, in words.
func paysBack(months float64) string {
	switch {
	case math.IsNaN(months):
		return "never"
	case months < 0.05:
		return "at once"
	}
	return fmt.Sprintf("%.1f months", months)
}

// words tell how to read the table.
func (d *acquireDocument) words() string {
	text := fmt.Sprintf("CLV is the net value of the first order and of the orders expected within %s after it, discounted, before the cost of acquisition (%s). Orders are those after the first. CAC is the cost of acquisition: CAC for %[3]s is the most it may be to come back within %[3]s, CAC for %[4]g:1 to come back %[4]g times within %[1]s.", d.Horizon, d.Model, d.Payback, d.Ratio)
	small := 0
	for _, s := range d.Segments {
		if s.Small {
			small++
		}
	}
	if small > 0 {
		text += fmt.Sprintf(" * %s: less than half of what is said there comes from the segment's own customers, the rest from all.", counted(small, "small segment"))
	}
	return text
}
