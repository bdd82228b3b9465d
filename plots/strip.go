package plots

import (
	"cmp"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The strip between the title and the data area holds the key, or a note, and
// below it the names of the phases: texts that would cover data inside it.
const (
	rowHeight  = vg.Length(16)
	thumbWidth = vg.Length(22)
)

// strip reserves rows above the data area.
func strip(rows int) []plot.GlyphBox {
	return []plot.GlyphBox{{Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: rowHeight * vg.Length(rows)}}}}
}

// keyWidth is a width that every figure has, at its least size too. A longer
// key is broken into lines.
const keyWidth = vg.Length(275)

// A key names the marks of a figure, from the left.
type key struct {
	row     int       // rows of the strip below the key
	width   vg.Length // at most; 0: keyWidth
	entries []keyEntry
}

type keyEntry struct {
	name  string
	thumb plot.Thumbnailer // nil for a note
}

func (e keyEntry) width() vg.Length {
	w := textStyle(textSize, ink).Width(e.name)
	if e.thumb != nil {
		w += thumbWidth + gap
	}
	return w
}

// lines returns the entries in the lines that they need.
func (k key) lines() [][]keyEntry {
	var lines [][]keyEntry
	var used vg.Length
	most := cmp.Or(k.width, keyWidth)
	for _, e := range k.entries {
		if used += 3*gap + e.width(); lines == nil || used > most {
			lines, used = append(lines, nil), e.width()
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], e)
	}
	return lines
}

// Plot draws the key above the data area c.
func (k key) Plot(c draw.Canvas, _ *plot.Plot) {
	style := textStyle(textSize, ink)
	lines := k.lines()
	for i, line := range lines {
		x := c.Min.X
		middle := c.Max.Y + rowHeight*(vg.Length(k.row+len(lines)-1-i)+0.65)
		for _, e := range line {
			at := x
			if e.thumb != nil {
				h := vg.Length(textSize) / 2
				box := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
					Min: vg.Point{X: x, Y: middle - h}, Max: vg.Point{X: x + thumbWidth, Y: middle + h}}}
				e.thumb.Thumbnail(&box)
				at += thumbWidth + gap
			}
			fillMiddle(c, style, vg.Point{X: at, Y: middle}, e.name)
			x += e.width() + 3*gap
		}
	}
}

// GlyphBoxes reserves the space of the key.
func (k key) GlyphBoxes(*plot.Plot) []plot.GlyphBox { return strip(k.row + len(k.lines())) }

// fillMiddle draws one line of text whose lower-case letters have their
// middle at the height of the point.
func fillMiddle(c draw.Canvas, style text.Style, at vg.Point, s string) {
	style.YAlign = text.YBottom
	at.Y -= style.Font.Size * 0.27
	at.Y += style.FontExtents().Ascent - style.Font.Size
	c.FillText(style, at, s)
}

// phases shades the holdout of a figure over time, draws the line where it
// begins, and names the calibration and the holdout above the data.
type phases struct{ begin history.Date }

// Plot draws behind what is added to the plot later.
func (f phases) Plot(c draw.Canvas, p *plot.Plot) {
	x := c.X(p.X.Norm(float64(f.begin)))
	c.SetColor(holdoutHue)
	c.Fill(vg.Rectangle{Min: vg.Point{X: x, Y: c.Min.Y}, Max: c.Max}.Path())

	style := textStyle(smallSize, faintInk)
	const before = "calibration"
	after := "holdout from " + f.begin.Time().Format("2 Jan 2006")
	left, right := placePair(c, x, style.Width(before), style.Width(after))
	top := c.Max.Y
	if left+style.Width(before) < x && x < right {
		top += rowHeight * 0.9
	}
	c.StrokeLine2(draw.LineStyle{Color: faintInk, Width: 0.8, Dashes: []vg.Length{2, 2}}, x, c.Min.Y, x, top)
	y := c.Max.Y + rowHeight*0.45
	fillMiddle(c, style, vg.Point{X: left, Y: y}, before)
	fillMiddle(c, style, vg.Point{X: right, Y: y}, after)
}

// GlyphBoxes reserves the space of the names.
func (f phases) GlyphBoxes(*plot.Plot) []plot.GlyphBox { return strip(1) }

// placePair returns where two texts of the given widths begin that stand to
// the left and to the right of x, moved as far as the edges of c demand.
func placePair(c draw.Canvas, x, before, after vg.Length) (left, right vg.Length) {
	left = max(x-gap-before, c.Min.X)
	right = min(max(x+gap, left+before+2*gap), c.Max.X-after)
	return min(left, right-2*gap-before), right
}
