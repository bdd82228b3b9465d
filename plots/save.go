package plots

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// The least size of a picture, in pixels, at which no text is cut off.
const (
	MinWidth  = 480
	MinHeight = 360
)

const pixel = vg.Inch / 96 // as in CSS, and the resolution of PNG files

// FormatOf returns the format that the suffix of a file name asks for: svg,
// png or pdf.
func FormatOf(name string) (string, error) {
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	switch format {
	case "svg", "png", "pdf":
		return format, nil
	case "":
		return "", fmt.Errorf("file name %q has no suffix: use .svg, .png or .pdf", name)
	}
	return "", fmt.Errorf("file name %q ends in .%s: use .svg, .png or .pdf", name, format)
}

// Save writes the plot as svg, png or pdf. Width and height are in pixels of
// 1/96 inch, in all three formats.
//
// The same plot gives the same bytes. In a PDF, which must have a date, it is
// 1970-01-01, and characters outside Windows-1252 are drawn as "?". An SVG
// does not carry its font, Liberation Sans: where neither that nor the equally
// wide Arial is installed, another is stretched to the same width.
func Save(p *plot.Plot, w io.Writer, format string, width, height int) error {
	return save(w, format, width, height, func(c draw.Canvas) { fitted(p, c).Draw(c) })
}

// Render writes the figure as Save does, with its caption below the plot.
func Render(f Figure, w io.Writer, format string, width, height int) error {
	p, err := f.Plot()
	if err != nil {
		return err
	}
	return save(w, format, width, height, func(c draw.Canvas) {
		c.Min.Y += drawCaption(c, f.Caption())
		fitted(p, c).Draw(c)
	})
}

// fitted returns a copy of the plot whose title and labels are broken into
// lines that fit on the canvas.
func fitted(p *plot.Plot, c draw.Canvas) *plot.Plot {
	q := *p
	width := c.Max.X - c.Min.X
	q.Title.Text = strings.Join(wrapText(p.Title.Text, p.Title.TextStyle, width), "\n")
	q.X.Label.Text, q.Y.Label.Text = "", ""
	data := q.DataCanvas(c).Size()
	q.X.Label.Text = strings.Join(wrapText(p.X.Label.Text, p.X.Label.TextStyle, data.X), "\n")
	q.Y.Label.Text = strings.Join(wrapText(p.Y.Label.Text, p.Y.Label.TextStyle, data.Y-2*textSize), "\n")
	return &q
}

// A canvas is what every format of the library offers.
type canvas interface {
	vg.CanvasSizer
	io.WriterTo
}

func save(w io.Writer, format string, width, height int, paint func(draw.Canvas)) error {
	if width < MinWidth || height < MinHeight {
		return fmt.Errorf("a picture of %d × %d pixels is too small: use at least %d × %d", width, height, MinWidth, MinHeight)
	}
	x, y := vg.Length(width)*pixel, vg.Length(height)*pixel
	var cv canvas
	switch format {
	case "svg":
		cv = newSVG(x, y)
	case "png":
		cv = vgimg.PngCanvas{Canvas: vgimg.New(x, y)}
	case "pdf":
		cv = newPDF(x, y)
	default:
		return fmt.Errorf("format %q is not known: use svg, png or pdf", format)
	}
	c := draw.New(cv)
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	paint(draw.Crop(c, margin, -margin, margin, -margin))
	_, err := cv.WriteTo(w)
	return err
}
