package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws a bar at each of the places 0, 1, 2 … of the X axis, and none
// where the value is NaN. All lengths across are in units of the axis, so that
// bars keep their shares of the width.
type bars struct {
	values   []float64
	decimals int     // of the values above the bars; negative: no values
	empty    bool    // whether a bar too low to be seen goes without its value
	offset   float64 // of the middle of the bar from its place
	width    float64
	fill     color.Color
}

var barLabel = textStyle(smallSize, ink)

// Plot draws the bars, with their values above them if there is room.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := barLabel
	style.XAlign = text.XCenter
	room := b.widest() <= x(b.width)-x(0)
	for i, v := range b.values {
		if math.IsNaN(v) {
			continue
		}
		left, right := x(float64(i)+b.offset-b.width/2), x(float64(i)+b.offset+b.width/2)
		c.SetColor(b.fill)
		c.Fill(vg.Rectangle{Min: vg.Point{X: left, Y: y(0)}, Max: vg.Point{X: right, Y: y(v)}}.Path())
		if room && !(b.empty && y(v)-y(0) < 0.5) {
			c.FillText(style, vg.Point{X: (left + right) / 2, Y: y(v) + 1}, Separated(v, b.decimals))
		}
	}
}

// widest returns the width of the widest value, more than any bar's if none is
// to be drawn.
func (b bars) widest() vg.Length {
	if b.decimals < 0 {
		return vg.Length(math.Inf(1))
	}
	var widest vg.Length
	for _, v := range b.values {
		widest = max(widest, barLabel.Width(Separated(v, b.decimals)))
	}
	return widest
}

// DataRange lets the axes hold the bars.
func (b bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, v := range b.values {
		if v > ymax {
			ymax = v
		}
	}
	return -0.5, float64(len(b.values)) - 0.5, 0, ymax
}

// GlyphBoxes reserves the space of the values above the bars.
func (b bars) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	var boxes []plot.GlyphBox
	for i, v := range b.values {
		if b.decimals >= 0 && !math.IsNaN(v) {
			boxes = append(boxes, plot.GlyphBox{X: p.X.Norm(float64(i)), Y: p.Y.Norm(v),
				Rectangle: vg.Rectangle{Max: vg.Point{Y: barLabel.Height("0") + 1}}})
		}
	}
	return boxes
}

// Thumbnail draws the mark of the bars in a key.
func (b bars) Thumbnail(c *draw.Canvas) { swatch{b.fill}.Thumbnail(c) }
