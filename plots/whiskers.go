package plots

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// whiskers draws the intervals of a band at the places 0, 1, 2 … of the X
// axis, above bars with the same offset.
type whiskers struct {
	band   Band
	offset float64 // of an interval from its place
	width  float64 // of its ends, in units of the axis
}

var whiskerLine = draw.LineStyle{Color: ink, Width: 0.9}

// Plot draws a line with two ends for each interval.
func (w whiskers) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, lo := range w.band.Lo {
		if math.IsNaN(lo) {
			continue
		}
		at := float64(i) + w.offset
		left, middle, right := x(at-w.width/2), x(at), x(at+w.width/2)
		bottom, top := y(lo), y(w.band.Hi[i])
		c.StrokeLine2(whiskerLine, middle, bottom, middle, top)
		c.StrokeLine2(whiskerLine, left, bottom, right, bottom)
		c.StrokeLine2(whiskerLine, left, top, right, top)
	}
}

// DataRange lets the axis hold the whiskers.
func (w whiskers) DataRange() (xmin, xmax, ymin, ymax float64) {
	return -0.5, float64(len(w.band.Lo)) - 0.5, 0, w.band.top()
}

// Thumbnail draws the mark of the whiskers in a key.
func (w whiskers) Thumbnail(c *draw.Canvas) {
	middle, half := c.Center(), vg.Length(3)
	c.StrokeLine2(whiskerLine, middle.X, c.Min.Y, middle.X, c.Max.Y)
	c.StrokeLine2(whiskerLine, middle.X-half, c.Min.Y, middle.X+half, c.Min.Y)
	c.StrokeLine2(whiskerLine, middle.X-half, c.Max.Y, middle.X+half, c.Max.Y)
}
