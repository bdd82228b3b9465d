package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
	"github.com/predictive-clv/clv/portfolio"
)

func driversCommand() *cli.Command {
	return &cli.Command{
		Name:  "drivers",
		Usage: "how CLV moves with frequency, order value, retention, margin and costs",
		Description: `Changes one thing at a time, by --change up and down, and says what a customer
is then worth within the horizon, net of costs: one acquired today, less what
acquisition costs, or with --in the mean of the customers of a log, for whom
that is sunk.

Frequency is purchases while a customer is active. Retention is dropout the
other way: its rate, or in models where customers drop out after a purchase
(bg-nbd, mbg-nbd) the odds of it; there, who buys more often also leaves
earlier. A margin never exceeds the whole amount, and has no line if none is
given. --tornado draws the table.

  $ clv drivers --model-file model.json --horizon 3y --margin 0.3 --cac 8
  $ clv drivers --model-file model.json --in log.csv --change 20% \
      --margin 0.3 --cost-per-order 2 --csv --out d.csv --tornado d.svg`,
		Flags: append(append(append([]cli.Flag{
			modelFileFlag(), spanFlag(),
			&cli.StringFlag{Name: "change", Value: "10%", Usage: "`SHARE` of a driver by which it is changed"},
			&cli.BoolFlag{Name: "csv", Usage: "write the table as CSV"},
			outFlag("the table"),
			&cli.StringFlag{Name: "tornado", Usage: "`FILE` figure, ends in .svg, .png or .pdf"},
		}, economicsFlags()...), segmentFlags()...), inputFlags()...),
		Action: act(drivers),
	}
}

func drivers(c *cli.Context, w *words) error {
	o := &portfolio.DriverOptions{New: len(c.StringSlice("in")) == 0 && c.String("mapping") == ""}
	var err error
	if o.Change, err = parseLevel("change", c.String("change")); err != nil {
		return err
	}
	if o.Horizon, err = spanOf(c); err != nil {
		return err
	}
	if _, err := plots.FormatOf(c.String("tornado")); c.String("tornado") != "" && err != nil {
		return usagef("--tornado: %w", err)
	}
	e, err := economicsOf(c)
	if err != nil {
		return err
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	h, err := drivenCustomers(c, m, o, w)
	if err != nil {
		return err
	}
	if _, err := customerEconomics(c, e, h, w); err != nil {
		return err
	}
	pm, err := m.deciding(w)
	if err != nil {
		return err
	}
	d, err := pm.Drivers(h, e, o)
	if err != nil {
		return err
	}
	if err := drawTornado(c, d, o); err != nil {
		return err
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch {
		case c.Bool("csv"):
			return driversCSV(out, d)
		case w.json:
			return writeJSON(out, d)
		}
		return driversTable(out, d, o)
	})
}

// drivenCustomers returns those of the log with their segments, or one acquired
// today.
func drivenCustomers(c *cli.Context, m *loaded, o *portfolio.DriverOptions, w *words) (h *history.Table, err error) {
	if o.New {
		if c.String("segments") != "" {
			return nil, usagef("--segments is for the customers of a log: name it with --in")
		}
		return &history.Table{Unit: m.file.Unit, Frequency: []int{0}, Recency: []float64{0}, T: []float64{0}, Spend: []float64{math.NaN()}}, nil
	}
	data, err := modelInput(c, m, time.Time{}, w)
	if err != nil {
		return nil, err
	}
	o.Segment, err = segmentLabels(c, data.Log.Table)
	return data.Log.Table, err
}

func drawTornado(c *cli.Context, d *portfolio.Drivers, o *portfolio.DriverOptions) error {
	path := c.String("tornado")
	if path == "" {
		return nil
	}
	format, err := plots.FormatOf(path)
	if err != nil {
		return err
	}
	f := &plots.Tornado{What: fmt.Sprintf("CLV of %s in %s", d.Of, spelled(o.Horizon)), Change: d.Change, Value: d.Value}
	for _, r := range d.Rows {
		f.Rows = append(f.Rows, plots.TornadoRow{Name: r.Name, Less: r.Less, More: r.More})
	}
	return writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error { return plots.Render(f, out, format, 800, 420) })
}

func driversCSV(out io.Writer, d *portfolio.Drivers) error {
	t := csv.NewWriter(out)
	if err := t.Write([]string{"driver", "change", "clv_less", "clv", "clv_more", "elasticity"}); err != nil {
		return err
	}
	for _, r := range d.Rows {
		row := []string{r.Name}
		for _, v := range []float64{d.Change, r.Less, d.Value, r.More, float64(r.Elasticity)} {
			text := strconv.FormatFloat(v, 'g', 10, 64)
			if finite(v) == nil {
				text = ""
			}
			row = append(row, text)
		}
		if err := t.Write(row); err != nil {
			return err
		}
	}
	t.Flush()
	return t.Error()
}

func driversTable(out io.Writer, d *portfolio.Drivers, o *portfolio.DriverOptions) error {
	whose := d.Of
	if !o.New {
		whose = fmt.Sprintf("%.0f customers on average", d.Customers)
	}
	fmt.Fprintf(out, "CLV of %s in %s, net: %.2f\n\n", whose, spelled(o.Horizon), d.Value)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	change := strconv.FormatFloat(100*d.Change, 'g', 4, 64)
	fmt.Fprintf(t, "driver        \t-%s %%\t+%[1]s %%\tspan\t%% of CLV for 1 %%\t\n", change)
	for _, r := range d.Rows {
		fmt.Fprintf(t, "%-14s\t%.2f\t%.2f\t%.2f\t%+.2f\t\n", r.Name, r.Less, r.More, r.Span(), float64(r.Elasticity))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	top := d.Rows[0]
	sentence := fmt.Sprintf("%s moves the value most, by %.2f between %s %% less and %s %% more.", strings.ToUpper(top.Name[:1])+top.Name[1:], top.Span(), change, change)
	_, err := fmt.Fprintf(out, "\n%s%s", wrap(sentence, 0, 0), wrap(d.Not, 0, 0))
	return err
}
