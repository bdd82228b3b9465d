package plots

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// An svgCanvas writes text so that it keeps its place in whatever font the
// reader has. The library only names the font that it measured.
type svgCanvas struct {
	*vgsvg.Canvas
	lengths []string // the attributes of each text, in order
}

func newSVG(width, height vg.Length) *svgCanvas {
	return &svgCanvas{Canvas: vgsvg.New(width, height)}
}

// FillString draws the text and keeps its length.
func (c *svgCanvas) FillString(f font.Face, at vg.Point, text string) {
	length := ""
	if strings.TrimSpace(text) != "" {
		length = fmt.Sprintf(`textLength="%.2f" lengthAdjust="spacingAndGlyphs" `, f.Width(text).Points())
	}
	c.lengths = append(c.lengths, length)
	c.Canvas.FillString(f, at, text)
}

// WriteTo writes the document with the lengths and with the fonts of the same
// widths as alternatives.
func (c *svgCanvas) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	if _, err := c.Canvas.WriteTo(&b); err != nil {
		return 0, err
	}
	const element, family = "<text ", "font-family:Liberation Sans"
	parts := strings.Split(b.String(), element)
	var out strings.Builder
	out.WriteString(parts[0])
	for i, part := range parts[1:] {
		out.WriteString(element + c.lengths[i] + strings.Replace(part, family, family+",Arial,Helvetica,sans-serif", 1))
	}
	n, err := io.WriteString(w, out.String())
	return int64(n), err
}
