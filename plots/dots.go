package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dots draws a round mark at each point.
type dots struct {
	at     plotter.XYs
	radius vg.Length
	fill   color.Color
	edge   color.Color // nil: none
}

// Plot draws the marks in order.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range d.at {
		d.mark(c, vg.Point{X: x(at.X), Y: y(at.Y)}, d.radius)
	}
}

func (d dots) mark(c draw.Canvas, at vg.Point, radius vg.Length) {
	c.DrawGlyph(draw.GlyphStyle{Color: d.fill, Radius: radius, Shape: draw.CircleGlyph{}}, at)
	if d.edge != nil {
		c.DrawGlyph(draw.GlyphStyle{Color: d.edge, Radius: radius, Shape: draw.RingGlyph{}}, at)
	}
}

// GlyphBoxes reserves the space of the marks at the edges.
func (d dots) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	boxes := make([]plot.GlyphBox, len(d.at))
	for i, at := range d.at {
		boxes[i] = plot.GlyphBox{X: p.X.Norm(at.X), Y: p.Y.Norm(at.Y), Rectangle: vg.Rectangle{
			Min: vg.Point{X: -d.radius, Y: -d.radius}, Max: vg.Point{X: d.radius, Y: d.radius}}}
	}
	return boxes
}

// Thumbnail draws one mark in a key.
func (d dots) Thumbnail(c *draw.Canvas) { d.mark(*c, c.Center(), min(d.radius, textSize/2)) }
