package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/plots"
)

func plotCommand() *cli.Command {
	cmd := &cli.Command{
		Name:      "plot",
		ArgsUsage: "FIGURE",
		Usage:     "draw how well a model describes a log, what it says, and the log itself",
		Description: `The figure is written as SVG, PNG or PDF by the suffix of --out; --data writes
its numbers as CSV. What a good figure looks like is said on standard error and
below the figure. 'clv plot FIGURE --help' shows the flags.

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
	command := "  $ clv plot " + ch.name
	if ch.from.takesModel() {
		command += " --model-file model.json"
	}
	if ch.from.takesLog() {
		command += " --in log.csv"
	}
	flags := append(modelFlagsOf(ch.from),
		&cli.StringFlag{Name: "out", Usage: "`FILE` the figure; the name ends in .svg, .png or .pdf"},
		&cli.StringFlag{Name: "data", Usage: "`FILE` the figure's numbers as CSV"},
		&cli.IntFlag{Name: "width", Value: 800, Usage: "`PIXELS` width"},
		&cli.IntFlag{Name: "height", Value: 500, Usage: "`PIXELS` height"},
	)
	flags = append(flags, ch.flags...)
	if ch.from.takesLog() {
		flags = append(flags, inputFlags()...)
	}
	return &cli.Command{
		Name: ch.name, Usage: ch.usage,
		Description: fmt.Sprintf("%s\n\n%s \\\n     %s --out %s.svg\n%[2]s \\\n     %[3]s --out %[4]s.png --data %[4]s.csv --width 1200",
			ch.from.about(), command, ch.try, ch.name),
		Flags:  flags,
		Action: act(func(c *cli.Context, w *words) error { return drawChart(c, ch, w) }),
	}
}

// about says in a help text what a figure is made from.
func (s source) about() string {
	switch s {
	case fromModels:
		return "The calibration ends where that of the model does, or at --cut; the log may go\non beyond it. With --model-file several times, the models stand side by side."
	case fromLog:
		return "All customers and purchases up to --end count; no model is needed."
	case fromEither:
		return "All customers and purchases up to --end count. With a model, what it expects\nis drawn beside them."
	case fromModelFile:
		return "The figure shows the distribution that the model has, and needs no log."
	}
	return "The calibration ends where that of the model does, or at --cut; the log may go\non beyond it."
}

func modelFlagsOf(from source) []cli.Flag {
	switch from {
	case fromModels:
		return []cli.Flag{&cli.StringSliceFlag{Name: "model-file", Usage: "`FILE` model that clv fit wrote; may be repeated"}}
	case fromLog:
		return nil
	}
	return []cli.Flag{modelFileFlag()}
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
	d, err := newDrawing(c, ch.from, w)
	if err != nil {
		return err
	}
	figure, err := ch.make(d)
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
