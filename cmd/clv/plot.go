package main

import (
	"fmt"
	"io"
	"time"

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
	{"frequency", "customers by number of repeat purchases in the calibration, actual and expected",
		func(c *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			return plots.NewFrequency(m, data.Log.Table, c.Int("top"))
		}, []cli.Flag{&cli.IntFlag{Name: "top", Value: 7, Usage: "the last class holds this many repeat purchases and more"}}},
	{"alive", "probability of being alive by frequency and recency",
		func(_ *cli.Context, m purchaseModel, data *ingest.Data) (plots.Figure, error) {
			return plots.NewAliveMatrix(m, data.Log.Table)
		}, nil},
}

func periodFlag() cli.Flag {
	return &cli.StringFlag{Name: "period", Value: "week", Usage: "day, week or month"}
}

func trackingOf(c *cli.Context, m purchaseModel, data *ingest.Data) (*plots.Tracking, error) {
	period, err := history.ParseUnit(c.String("period"))
	if err != nil {
		return nil, usagef("--period: %w", err)
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
--cut.

  $ clv plot tracking --model-file model.json --in log.csv --out tracking.svg
  $ clv plot frequency --model-file model.json --in log.csv --out frequency.png --data frequency.csv`,
	}
	for _, ch := range charts {
		cmd.Subcommands = append(cmd.Subcommands, plotSubcommand(ch))
	}
	return cmd
}

func plotSubcommand(ch chart) *cli.Command {
	return &cli.Command{
		Name: ch.name, Usage: ch.usage,
		Description: fmt.Sprintf("  $ clv plot %s --model-file model.json --in log.csv --out %s.svg", ch.name, ch.name),
		Flags: append(append(inputFlags(), ch.flags...), modelFileFlag(),
			&cli.StringFlag{Name: "out", Usage: "the figure: a name that ends in .svg, .png or .pdf"},
			&cli.StringFlag{Name: "data", Usage: "the figure's numbers as CSV"},
			&cli.IntFlag{Name: "width", Value: 800, Usage: "in pixels"},
			&cli.IntFlag{Name: "height", Value: 500, Usage: "in pixels"}),
		Action: func(c *cli.Context) error {
			w := wordsOf(c)
			path, err := required(c, "out", "the figure, a name that ends in .svg, .png or .pdf")
			if err != nil {
				return err
			}
			format, err := plots.FormatOf(path)
			if err != nil {
				return usageError{err}
			}
			m, err := loadModel(c)
			if err != nil {
				return err
			}
			data, err := plotInput(c, m, w)
			if err != nil {
				return err
			}
			figure, err := ch.make(c, m.purchase, data)
			if err != nil {
				return err
			}
			return drawFigure(c, figure, path, format, w)
		},
	}
}

// plotInput reads the log as it stood at the end of the model's calibration.
func plotInput(c *cli.Context, m *loaded, w *words) (*ingest.Data, error) {
	var cut time.Time
	if m.file.CalibrationEnd != "" {
		var err error
		if cut, err = time.Parse(time.DateOnly, m.file.CalibrationEnd); err != nil {
			return nil, fmt.Errorf("model file: calibration_end %q is not a date", m.file.CalibrationEnd)
		}
	}
	data, err := readInput(c, m.file.Unit, cut, w)
	if err != nil {
		return nil, err
	}
	return data, nil
}

// drawFigure writes the picture and, if asked for, its numbers.
func drawFigure(c *cli.Context, f plots.Figure, path, format string, w *words) error {
	width, height := c.Int("width"), c.Int("height")
	if width < 200 || height < 150 || width > 20000 || height > 20000 {
		return usagef("--width %d and --height %d: a figure has at least 200 by 150 pixels and at most 20000 by 20000", width, height)
	}
	if err := writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error {
		return plots.Render(f, out, format, width, height)
	}); err != nil {
		return err
	}
	if data := c.String("data"); data != "" {
		if err := writeOut(c.Context, data, c.App.Writer, f.WriteCSV); err != nil {
			return err
		}
	}
	w.say("caption", f.Caption(), "%s\n", f.Caption())
	return w.flush()
}
