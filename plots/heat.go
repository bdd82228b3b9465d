package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/brewer"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heat draws a matrix of values as coloured cells, with a colour bar to the
// right of the data area. Cells that are NaN are left empty.
type heat struct {
	x, y  []float64 // middles of the columns and rows, equally spaced
	at    func(column, row int) float64
	top   float64 // value of the darkest colour; the lightest is 0
	title string  // of the colour bar

	numbers bool // whether to write the values into the cells, if there is room
}

// Plot draws the cells and the colour bar.
func (m heat) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	dx, dy := spacing(m.x)/2, spacing(m.y)/2
	for i, cx := range m.x {
		for j, cy := range m.y {
			v := m.at(i, j)
			if math.IsNaN(v) {
				continue
			}
			c.SetColor(shade(v / m.top))
			c.Fill(vg.Rectangle{Min: vg.Point{X: x(cx - dx), Y: y(cy - dy)},
				Max: vg.Point{X: x(cx+dx) + m.under(i+1, j), Y: y(cy+dy) + m.under(i, j+1)}}.Path())
		}
	}
	m.bar(c)
	if m.numbers {
		m.write(c, p)
	}
}

// write puts the values into the cells if all of them fit.
func (m heat) write(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := textStyle(smallSize, ink)
	style.XAlign = text.XCenter
	decimals := 0
	if m.top < 20 {
		decimals = 1
	}
	if style.Width(Separated(m.top, decimals))+3 > x(m.x[0]+spacing(m.x))-x(m.x[0]) || smallSize*1.4 > y(m.y[0]+spacing(m.y))-y(m.y[0]) {
		return
	}
	for i, cx := range m.x {
		for j, cy := range m.y {
			if v := m.at(i, j); !math.IsNaN(v) {
				if style.Color = inkOnShade; v > 0.68*m.top { // or the contrast is too low
					style.Color = whiteOnShade
				}
				fillMiddle(c, style, vg.Point{X: x(cx), Y: y(cy)}, Separated(v, decimals))
			}
		}
	}
}

// under returns how far a cell reaches under its neighbour at (column, row),
// which is drawn later. With edges that only touch, renderers leave light seams.
func (m heat) under(column, row int) vg.Length {
	if column == len(m.x) || row == len(m.y) || math.IsNaN(m.at(column, row)) {
		return 0
	}
	return 1
}

// The colour bar's width and distance from the data, and the space that it
// takes with its labels.
const (
	barWidth = vg.Length(12)
	barLeft  = vg.Length(14)
	barSpace = vg.Length(54) // at least
)

// space returns the width that the colour bar takes with its labels.
func (m heat) space() vg.Length {
	style := textStyle(textSize, ink)
	space := barSpace
	for _, t := range (numberTicks{}).Ticks(0, m.top) {
		space = max(space, barLeft+barWidth+gap+style.Width(t.Label))
	}
	return space
}

func (m heat) bar(c draw.Canvas) {
	style := textStyle(textSize, ink)
	left := c.Max.X + barLeft
	height := c.Max.Y - c.Min.Y
	const steps = 100
	for k := range steps {
		low := c.Min.Y + height*vg.Length(k)/steps
		high := min(c.Min.Y+height*(vg.Length(k)+1)/steps+0.4, c.Max.Y)
		c.SetColor(shade((float64(k) + 0.5) / steps))
		c.Fill(vg.Rectangle{Min: vg.Point{X: left, Y: low}, Max: vg.Point{X: left + barWidth, Y: high}}.Path())
	}
	for _, t := range (numberTicks{}).Ticks(0, m.top) {
		y := c.Min.Y + height*vg.Length(t.Value/m.top)
		c.StrokeLine2(draw.LineStyle{Color: faintInk, Width: 0.5}, left+barWidth, y, left+barWidth+3, y)
		fillMiddle(c, style, vg.Point{X: left + barWidth + gap, Y: y}, t.Label)
	}
	style.XAlign = text.XRight
	fillMiddle(c, style, vg.Point{X: c.Max.X + m.space(), Y: c.Max.Y + rowHeight*0.65}, m.title)
}

// GlyphBoxes reserves the space of the colour bar and of its title.
func (m heat) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return append(strip(1), plot.GlyphBox{X: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: m.space()}}})
}

// DataRange lets the axes end with the outer cells.
func (m heat) DataRange() (xmin, xmax, ymin, ymax float64) {
	dx, dy := spacing(m.x)/2, spacing(m.y)/2
	return m.x[0] - dx, m.x[len(m.x)-1] + dx, m.y[0] - dy, m.y[len(m.y)-1] + dy
}

func spacing(middles []float64) float64 {
	if len(middles) < 2 {
		return 1
	}
	return middles[1] - middles[0]
}

// The colours of text on a shade. They are not quite those of the page, which
// may change where a shade does not.
var (
	inkOnShade   = color.RGBA{0x22, 0x22, 0x23, 0xFF}
	whiteOnShade = color.RGBA{0xFF, 0xFF, 0xFE, 0xFF}
)

var shades = func() []color.Color {
	p, err := brewer.GetPalette(brewer.TypeSequential, "YlGnBu", 9)
	if err != nil {
		panic("plots: " + err.Error())
	}
	return p.Colors()
}()

// shade returns the colour of a share from 0, light, to 1, dark.
func shade(share float64) color.Color {
	at := min(max(share, 0), 1) * float64(len(shades)-1)
	k := min(int(at), len(shades)-2)
	mix := at - float64(k)
	r0, g0, b0, _ := shades[k].RGBA()
	r1, g1, b1, _ := shades[k+1].RGBA()
	blend := func(a, b uint32) uint8 {
		return uint8(math.Round((float64(a)*(1-mix) + float64(b)*mix) / 0x101))
	}
	return color.RGBA{blend(r0, r1), blend(g0, g1), blend(b0, b1), 0xFF}
}
