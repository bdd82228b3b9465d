package plots

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The pale companions of the two main colours, for areas behind lines.
var (
	paleBlue   = color.RGBA{0xC2, 0xDE, 0xEF, 0xFF}
	paleOrange = color.RGBA{0xFA, 0xE8, 0xC0, 0xFF}
)

// modelLines are the lines of several models in one figure, told apart by
// colour and by dashes. The first is that of a single model.
var modelLines = []draw.LineStyle{
	dashed(expectHue),
	{Color: color.RGBA{0x00, 0x9E, 0x73, 0xFF}, Width: 1.8, Dashes: []vg.Length{9, 2.5, 2, 2.5}},
	{Color: color.RGBA{0xCC, 0x79, 0xA7, 0xFF}, Width: 1.8, Dashes: []vg.Length{2, 2}},
	{Color: color.RGBA{0xD5, 0x5E, 0x00, 0xFF}, Width: 1.8, Dashes: []vg.Length{12, 3}},
}

// tooMany returns an error if a figure has more models than lines.
func tooMany(models int) error {
	if models > len(modelLines) {
		return fmt.Errorf("%d models in one figure cannot be told apart: draw at most %d", models, len(modelLines))
	}
	return nil
}

// A swatch is the mark of an area in a key.
type swatch struct{ fill color.Color }

// Thumbnail fills the space of the mark.
func (s swatch) Thumbnail(c *draw.Canvas) {
	c.SetColor(s.fill)
	c.Fill(c.Rectangle.Path())
}
