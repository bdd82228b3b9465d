package plots

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A textCanvas draws nothing and keeps where texts stand.
type textCanvas struct {
	width, height vg.Length
	at            []frame
	texts         []placedText
}

type placedText struct {
	text string
	box  vg.Rectangle
}

// A frame maps the canvas's current coordinates to the page.
type frame struct{ xx, xy, yx, yy, x, y float64 }

func newTextCanvas(width, height vg.Length) *textCanvas {
	return &textCanvas{width: width, height: height, at: []frame{{xx: 1, yy: 1}}}
}

func (c *textCanvas) Size() (x, y vg.Length)              { return c.width, c.height }
func (c *textCanvas) SetLineWidth(vg.Length)              {}
func (c *textCanvas) SetLineDash([]vg.Length, vg.Length)  {}
func (c *textCanvas) SetColor(color.Color)                {}
func (c *textCanvas) Stroke(vg.Path)                      {}
func (c *textCanvas) Fill(vg.Path)                        {}
func (c *textCanvas) DrawImage(vg.Rectangle, image.Image) {}
func (c *textCanvas) Push()                               { c.at = append(c.at, *c.top()) }
func (c *textCanvas) Pop()                                { c.at = c.at[:len(c.at)-1] }
func (c *textCanvas) top() *frame                         { return &c.at[len(c.at)-1] }

func (c *textCanvas) Translate(p vg.Point) {
	f := c.top()
	f.x += f.xx*float64(p.X) + f.xy*float64(p.Y)
	f.y += f.yx*float64(p.X) + f.yy*float64(p.Y)
}

func (c *textCanvas) Rotate(radians float64) {
	sin, cos := math.Sincos(radians)
	f := c.top()
	f.xx, f.xy = f.xx*cos+f.xy*sin, f.xy*cos-f.xx*sin
	f.yx, f.yy = f.yx*cos+f.yy*sin, f.yy*cos-f.yx*sin
}

func (c *textCanvas) Scale(x, y float64) {
	f := c.top()
	f.xx, f.yx, f.xy, f.yy = f.xx*x, f.yx*x, f.xy*y, f.yy*y
}

// FillString keeps the box from the base line, less a hanging letter's depth,
// to the height of a capital: 0.21 and 0.72 of the size in this font.
func (c *textCanvas) FillString(face font.Face, at vg.Point, text string) {
	f := c.top()
	size := float64(face.Font.Size)
	box := vg.Rectangle{Min: vg.Point{X: vg.Inch * 1e6, Y: vg.Inch * 1e6}, Max: vg.Point{X: -vg.Inch * 1e6, Y: -vg.Inch * 1e6}}
	for _, x := range []float64{float64(at.X), float64(at.X + face.Width(text))} {
		for _, y := range []float64{float64(at.Y) - 0.21*size, float64(at.Y) + 0.72*size} {
			p := vg.Point{X: vg.Length(f.xx*x + f.xy*y + f.x), Y: vg.Length(f.yx*x + f.yy*y + f.y)}
			box.Min.X, box.Min.Y = min(box.Min.X, p.X), min(box.Min.Y, p.Y)
			box.Max.X, box.Max.Y = max(box.Max.X, p.X), max(box.Max.Y, p.Y)
		}
	}
	c.texts = append(c.texts, placedText{text, box})
}

func inside(a, b vg.Rectangle) bool {
	return a.Min.X >= b.Min.X && a.Min.Y >= b.Min.Y && a.Max.X <= b.Max.X && a.Max.Y <= b.Max.Y
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

func shrink(r vg.Rectangle, by vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: r.Min.Add(vg.Point{X: by, Y: by}), Max: r.Max.Sub(vg.Point{X: by, Y: by})}
}
