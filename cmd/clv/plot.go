package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/plots"
)

// A chart is one figure that the command draws.
type chart struct {
	name  string
	usage string
	make  func(c *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error)
	flags []cli.Flag
}

// charts are all figures, a subcommand each: a positional name would end the
// reading of flags.
var charts = []chart{
	{"tracking", "cumulative repeat purchases over time, actual and expected",
		func(c *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			t, err := trackingOf(c, m, data)
			return plots.Cumulative{Tracking: t}, err
		}, []cli.Flag{periodFlag()}},
	{"incremental", "repeat purchases in each period, actual and expected",
		func(c *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			t, err := trackingOf(c, m, data)
			return plots.Incremental{Tracking: t}, err
		}, []cli.Flag{periodFlag()}},
	{"frequency", "customers by number of repeat purchases, actual and expected",
		func(c *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			top := c.Int("top")
			if top < 1 || top > 1000 {
				return nil, usagef("--top is %d: the last bar begins at 1 repeat purchase or more, and at 1000 at most", top)
			}
			return plots.NewFrequency(m, data.Log.Table, top)
		}, []cli.Flag{&cli.IntFlag{Name: "top", Value: 7, Usage: "`N` the last bar holds N repeat purchases and more"}}},
	{"alive", "probability of being alive by frequency and recency",
		func(_ *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			return plots.NewAliveMatrix(m, data.Log.Table)
		}, nil},
}

func periodFlag() cli.Flag {
	return &cli.StringFlag{Name: "period", Value: "week", Usage: "`UNIT` length of a period: day, week or month"}
}

func trackingOf(c *cli.Context, m purchaseModel, data *ingest.Data) (*plots.Tracking, error) {
	period, err := history.ParseUnit(c.String("period"))
	if err != nil || period < history.Day || period > history.Month {
		return nil, usagef("--period %q is not known: use day, week or month", c.String("period"))
	}
	if data.Log.Days == nil {
		return nil, fmt.Errorf("a tracking plot needs the transaction log: a summary does not say when purchases happened")
	}
	return plots.NewTracking(m, data.Log.Table, data.Log.Days, period)
}

func plotCommand() *cli.Command {
	cmd := &cli.Command{
		Name:  "plot",
		Usage: "draw how well a model describes a log",
		Description: `The figure is written as SVG, PNG or PDF by the suffix of --out; --data writes
its numbers as CSV. The calibration ends where that of the model does, or at
--cut. 'clv plot FIGURE --help' shows the flags.

  $ clv plot tracking --model-file model.json --in log.csv --out tracking.svg
  $ clv plot frequency --model-file model.json --in log.csv \
      --out frequency.png --data frequency.csv`,
	}
	for _, ch := range charts {
		cmd.Subcommands = append(cmd.Subcommands, plotSubcommand(ch))
	}
	return cmd
}

func plotSubcommand(ch chart) *cli.Command {
	command := fmt.Sprintf("  $ clv plot %s --model-file model.json --in log.csv", ch.name)
	return &cli.Command{
		Name: ch.name, Usage: ch.usage,
		Description: fmt.Sprintf(`The calibration ends where that of the model does, or at --cut; the log may go
on beyond it.

%s \
      --out %s.svg
%[1]s \
      --out %[2]s.png --data %[2]s.csv --width 1200 --height 700`, command, ch.name),
		Flags: append(append([]cli.Flag{
			modelFileFlag(),
			&cli.StringFlag{Name: "out", Usage: "`FILE` the figure; the name ends in .svg, .png or .pdf"},
			&cli.StringFlag{Name: "data", Usage: "`FILE` the figure's numbers as CSV"},
			&cli.IntFlag{Name: "width", Value: 800, Usage: "`PIXELS` width"},
			&cli.IntFlag{Name: "height", Value: 500, Usage: "`PIXELS` height"},
		}, ch.flags...), inputFlags()...),
		Action: act(func(c *cli.Context, w *words) error { return drawChart(c, ch, w) }),
	}
}

// drawChart draws the chart that the flags ask for.
func drawChart(c *cli.Context, ch chart, w *words) error {
	path, err := required(c, "out", "the figure, a name that ends in .svg, .png or .pdf")
	if err != nil {
		return err
	}
	format, err := plots.FormatOf(path)
	if err != nil {
		return usagef("--out: %w", err)
	}
	width, height := c.Int("width"), c.Int("height")
	if width < plots.MinWidth || height < plots.MinHeight || width > maxPixels || height > maxPixels {
		return usagef("--width %d and --height %d: a figure has at least %d × %d pixels and at most %d × %[5]d", width, height, plots.MinWidth, plots.MinHeight, maxPixels)
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	cut, err := m.calibrationEnd()
	if err != nil {
		return err
	}
	data, err := modelInput(c, m, cut, w)
	if err != nil {
		return err
	}
	figure, err := ch.make(c, m.purchase, data)
	if err != nil {
		return err
	}
	if err := writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error {
		return plots.Render(figure, out, format, width, height)
	}); err != nil {
		return err
	}
	w.say("caption", figure.Caption(), "%s\n", figure.Caption())
	if path := c.String("data"); path != "" {
		return writeOut(c.Context, path, c.App.Writer, figure.WriteCSV)
	}
	return nil
}

// maxPixels is the longest side of a figure.
const maxPixels = 20000
