package plots

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The palette of Okabe and Ito (2008), which readers with any kind of colour
// vision can tell apart. What was observed is blue in every figure, and what
// the model expects is orange.
var (
	blue       = color.RGBA{0x00, 0x72, 0xB2, 0xFF}
	orange     = color.RGBA{0xE6, 0x9F, 0x00, 0xFF}
	actualHue  = blue
	expectHue  = orange
	ink        = color.RGBA{0x22, 0x22, 0x22, 0xFF}
	faintInk   = color.RGBA{0x5A, 0x5A, 0x5A, 0xFF}
	gridGrey   = color.RGBA{0xE2, 0xE2, 0xE2, 0xFF}
	holdoutHue = color.RGBA{0xF4, 0xF4, 0xF4, 0xFF}
	white      = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
)

// The sizes of text and space, in points (3/4 of a pixel).
const (
	titleSize = 14
	textSize  = 10
	smallSize = 8.5
	margin    = vg.Length(9)
	gap       = vg.Length(6)
)

// newPlot returns an empty plot in the common style.
func newPlot(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.TextStyle = textStyle(titleSize, ink)
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = text.XCenter, text.YTop
	p.Title.Padding = gap
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		labelled, ticked := a.Label.TextStyle, a.Tick.Label
		a.Label.TextStyle = textStyle(textSize, ink)
		a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign = labelled.XAlign, labelled.YAlign
		a.Tick.Label = textStyle(textSize, ink)
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = ticked.XAlign, ticked.YAlign
		a.Label.Padding = gap / 2
		a.Tick.LineStyle.Color, a.LineStyle.Color = faintInk, faintInk
		a.Tick.Length = 4
		a.Padding = 0
		a.Tick.Marker = numberTicks{}
	}
	p.Y.LineStyle.Width, p.Y.Tick.Length = 0, 0
	return p
}

// gridLines are horizontal unless the value of a mark is read on both axes.
func gridLines() *plotter.Grid {
	return &plotter.Grid{Horizontal: draw.LineStyle{Color: gridGrey, Width: 0.6}}
}

func textStyle(size vg.Length, c color.Color) text.Style {
	// One weight only: of two, the library's PDF files would hold the first.
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: plot.DefaultTextHandler,
	}
}

func solid(c color.Color) draw.LineStyle { return draw.LineStyle{Color: c, Width: 1.6} }

func dashed(c color.Color) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: 1.8, Dashes: []vg.Length{5, 2.5}}
}

// drawCaption writes the caption along the lower edge of c, in as many lines
// as it needs, and returns the height that it took.
func drawCaption(c draw.Canvas, caption string) vg.Length {
	style := textStyle(textSize, faintInk)
	style.YAlign = text.YTop
	width := c.Max.X - c.Min.X
	lines := wrapText(caption, style, width)
	// Lines of like length read better than a last line of one word.
	for next := lines; len(next) == len(lines) && width > 0; next = wrapText(caption, style, width) {
		lines = next
		width -= textSize
	}
	line := style.Height("x") + 2
	top := c.Min.Y + line*vg.Length(len(lines))
	for i, s := range lines {
		c.FillText(style, vg.Point{X: c.Min.X, Y: top - line*vg.Length(i)}, s)
	}
	return top - c.Min.Y + gap
}

// wrapText breaks s between words, but not before "%", into lines no wider than
// width.
func wrapText(s string, style text.Style, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(strings.ReplaceAll(s, " %", "\u2060%")) {
		word = strings.ReplaceAll(word, "\u2060", " ")
		n := len(lines) - 1
		if n >= 0 && style.Width(lines[n]+" "+word) <= width {
			lines[n] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
