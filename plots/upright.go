package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// upright draws a line from bottom to top at a place of the X axis.
type upright struct {
	at     float64
	dashes []vg.Length // nil: solid
}

func (u upright) style() draw.LineStyle {
	return draw.LineStyle{Color: ink, Width: 1.2, Dashes: u.dashes}
}

// Plot draws the line.
func (u upright) Plot(c draw.Canvas, p *plot.Plot) {
	x := c.X(p.X.Norm(u.at))
	c.StrokeLine2(u.style(), x, c.Min.Y, x, c.Max.Y)
}

// Thumbnail draws the mark of the line in a key.
func (u upright) Thumbnail(c *draw.Canvas) {
	x := c.Center().X
	c.StrokeLine2(u.style(), x, c.Min.Y-1, x, c.Max.Y+1)
}
