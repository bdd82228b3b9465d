package plots

import (
	"cmp"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Gain draws the share of the actual total that the customers with the highest
// forecasts hold, by their share of all customers. Its numbers are those of the
// Ranking.
type Gain struct{ *Ranking }

var (
	bestLine   = draw.LineStyle{Color: faintInk, Width: 1.2}
	randomLine = draw.LineStyle{Color: color.RGBA{0xBB, 0xBB, 0xBB, 0xFF}, Width: 1.6}
)

// Plot draws a curve for each forecast, and those of the best and of a random
// order.
func (f Gain) Plot() (*plot.Plot, error) {
	p := newPlot("Gain: what the highest forecasts hold")
	at := func(r *Ranking) plotter.XYs { return curve(0, func(k int) float64 { return 100 * r.Captured(k) }) }
	best := curve(0, func(k int) float64 { return 100 * f.best(k) })
	random := curve(0, func(k int) float64 { return float64(k) })
	if err := f.draw(p, at, best, random); err != nil {
		return nil, err
	}
	p.Y.Label.Text = "% of the actual " + f.What
	p.Y.Min, p.Y.Max = min(0, p.Y.Min), max(100, p.Y.Max)
	return p, nil
}

// Caption tells what the top tenth holds.
func (f Gain) Caption() string {
	s := fmt.Sprintf("Good: the curve climbs near the grey one of the best order, far above the diagonal of a random one; "+
		"the top tenth by %s holds %.0f %% of %.0f %% possible", f.name(), 100*f.Captured(10), 100*f.best(10))
	if !math.IsNaN(f.Gini) {
		s += fmt.Sprintf(" (normalised Gini %.2f%s)", f.Gini, f.others(func(r *Ranking) string { return fmt.Sprintf("%.2f", r.Gini) }))
	}
	return s + "."
}

// others lists a number of each other ranking.
func (r *Ranking) others(number func(*Ranking) string) string {
	s := ""
	for _, o := range r.Others {
		s += ", " + o.name() + " " + number(o)
	}
	return s
}

// draw adds the curves of all rankings and those of the best and of a random
// order, with the key.
func (r *Ranking) draw(p *plot.Plot, at func(*Ranking) plotter.XYs, best, random plotter.XYs) error {
	rs, err := r.all()
	if err != nil {
		return err
	}
	p.Add(gridLines())
	ls := lines{p: p}
	if err := cmp.Or(ls.add("random order", random, randomLine), ls.add("best order", best, bestLine)); err != nil {
		return err
	}
	for i, o := range rs {
		style := modelLines[i]
		if len(rs) == 1 {
			style = solid(expectHue)
		}
		if err := ls.add("order of "+o.name(), at(o), style); err != nil {
			return err
		}
	}
	p.Add(ls.key)
	p.X.Min, p.X.Max = 0, percentiles
	p.X.Label.Text = "% of the customers, those with the highest forecasts first"
	return nil
}
