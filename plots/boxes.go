package plots

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// boxes draws the quantiles of segments, one below the other, at the places 0,
// -1, -2 … of the Y axis.
type boxes struct {
	rows []Segment
	log  bool // whether the axis is logarithmic
}

func (b boxes) at(v float64) float64 {
	if b.log {
		return math.Log10(v)
	}
	return v
}

var (
	rangeLine  = draw.LineStyle{Color: faintInk, Width: 1}
	medianLine = draw.LineStyle{Color: actualHue, Width: 4}
	rowLine    = draw.LineStyle{Color: gridGrey, Width: 0.6}
)

// Plot draws a thin line for the middle 90 %, a box for the middle half, a thick
// line for the interval of the median, and a dot at it.
func (b boxes) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min(0.32*(y(1)-y(0)), 10)
	for i, s := range b.rows {
		middle := y(-float64(i))
		place := func(v float64) vg.Length { return x(b.at(v)) }
		c.StrokeLine2(rowLine, c.Min.X, middle, c.Max.X, middle)
		c.StrokeLine2(rangeLine, place(s.P5), middle, place(s.P95), middle)
		c.SetColor(paleBlue)
		c.Fill(vg.Rectangle{Min: vg.Point{X: place(s.P25), Y: middle - half}, Max: vg.Point{X: place(s.P75), Y: middle + half}}.Path())
		line := medianLine
		line.Width = min(line.Width, half)
		c.StrokeLine2(line, place(s.Lo), middle, place(s.Hi), middle)
		dots{fill: white, edge: ink}.mark(c, vg.Point{X: place(s.P50), Y: middle}, min(2.4, half))
	}
}

// DataRange lets the axes hold all quantiles.
func (b boxes) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, xmax = math.Inf(1), math.Inf(-1)
	for _, s := range b.rows {
		xmin, xmax = min(xmin, b.at(min(s.P5, s.Lo))), max(xmax, b.at(max(s.P95, s.Hi)))
	}
	if xmin == xmax {
		xmin, xmax = xmin-1, xmax+1
	}
	return xmin, xmax, 0.5 - float64(len(b.rows)), 0.5
}

// medianMark is the mark of a median with its interval in a key.
type medianMark struct{}

// Thumbnail draws the mark.
func (medianMark) Thumbnail(c *draw.Canvas) {
	at := c.Center()
	c.StrokeLine2(medianLine, c.Min.X+2, at.Y, c.Max.X-2, at.Y)
	dots{fill: white, edge: ink}.mark(*c, at, 2.4)
}

// rangeMark is the mark of the middle 90 % in a key.
type rangeMark struct{}

// Thumbnail draws the mark.
func (rangeMark) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(rangeLine, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}
