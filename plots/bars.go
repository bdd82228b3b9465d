package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws a bar at each of the places 0, 1, 2 … of the X axis. All lengths
// across are in units of the axis, so that bars keep their shares of the width.
type bars struct {
	values []float64
	offset float64 // of the middle of the bar from its place
	width  float64
	fill   color.Color
}

var barLabel = textStyle(smallSize, ink)

// Plot draws the bars, with their values above them if there is room.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := barLabel
	style.XAlign = text.XCenter
	var widest vg.Length
	for _, v := range b.values {
		widest = max(widest, style.Width(separated(v, 0)))
	}
	room := widest <= x(b.width)-x(0)+2
	for i, v := range b.values {
		left, right := x(float64(i)+b.offset-b.width/2), x(float64(i)+b.offset+b.width/2)
		c.SetColor(b.fill)
		c.Fill(vg.Rectangle{Min: vg.Point{X: left, Y: y(0)}, Max: vg.Point{X: right, Y: y(v)}}.Path())
		if room {
			c.FillText(style, vg.Point{X: (left + right) / 2, Y: y(v) + 1}, separated(v, 0))
		}
	}
}

// DataRange lets the axes hold the bars.
func (b bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, v := range b.values {
		ymax = max(ymax, v)
	}
	return -0.5, float64(len(b.values)) - 0.5, 0, ymax
}

// GlyphBoxes reserves the space of the values above the bars.
func (b bars) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	boxes := make([]plot.GlyphBox, len(b.values))
	for i, v := range b.values {
		boxes[i] = plot.GlyphBox{X: p.X.Norm(float64(i)), Y: p.Y.Norm(v),
			Rectangle: vg.Rectangle{Max: vg.Point{Y: barLabel.Height("0") + 1}}}
	}
	return boxes
}

// Thumbnail draws the mark of the bars in a key.
func (b bars) Thumbnail(c *draw.Canvas) {
	c.SetColor(b.fill)
	c.Fill(c.Rectangle.Path())
}
