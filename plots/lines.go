package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// lines adds lines to a plot and names them in a key.
type lines struct {
	p   *plot.Plot
	key key
	top float64 // the highest point so far
}

// add draws a line. Without a name it is not in the key.
func (l *lines) add(name string, line plotter.XYs, style draw.LineStyle) error {
	drawn, err := plotter.NewLine(line)
	if err != nil {
		return fmt.Errorf("draw the line %q: %w", name, err)
	}
	drawn.LineStyle = style
	l.p.Add(drawn)
	_, _, _, top := plotter.XYRange(line)
	l.top = max(l.top, top)
	if name != "" {
		l.key.entries = append(l.key.entries, keyEntry{name, drawn})
	}
	return nil
}
