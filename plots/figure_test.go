package plots

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var numeral = regexp.MustCompile(`^-?[0-9,.]+$`)

func TestTextStandsFree(t *testing.T) {
	for name, f := range figures(t) {
		for _, size := range [][2]int{{MinWidth, MinHeight}, {800, 500}, {1600, 900}} {
			t.Run(fmt.Sprintf("%s %d×%d", name, size[0], size[1]), func(t *testing.T) {
				texts, data := layout(t, f, size[0], size[1])
				page := vg.Rectangle{Max: vg.Point{X: vg.Length(size[0]) * pixel, Y: vg.Length(size[1]) * pixel}}
				for i, a := range texts {
					if !inside(a.box, page) {
						t.Errorf("%q at %v is cut off", a.text, a.box)
					}
					if !numeral.MatchString(a.text) && overlap(a.box, data) {
						t.Errorf("%q at %v covers data in %v", a.text, a.box, data)
					}
					if strings.ContainsRune(latin(a.text), '?') {
						t.Errorf("%q cannot be drawn in a PDF", a.text)
					}
					for _, b := range texts[:i] {
						if overlap(a.box, b.box) {
							t.Errorf("%q at %v overlaps %q at %v", a.text, a.box, b.text, b.box)
						}
					}
				}
			})
		}
	}
}

// layout draws the figure with its caption and returns the texts and the data
// area, both drawn in by a point, since boxes hold a line's spacing too.
func layout(t *testing.T, f Figure, width, height int) ([]placedText, vg.Rectangle) {
	t.Helper()
	p, err := f.Plot()
	if err != nil {
		t.Fatal(err)
	}
	cv := newTextCanvas(vg.Length(width)*pixel, vg.Length(height)*pixel)
	c := draw.Crop(draw.New(cv), margin, -margin, margin, -margin)
	c.Min.Y += drawCaption(c, f.Caption())
	q := fitted(p, c)
	q.Draw(c)
	if len(cv.texts) < 10 {
		t.Fatalf("the figure has %d texts, want a title, labels, ticks and a key", len(cv.texts))
	}
	return cv.texts, shrink(q.DataCanvas(c).Rectangle, 1)
}

func TestCaptionIsASentence(t *testing.T) {
	for name, f := range figures(t) {
		c := f.Caption()
		if !strings.HasPrefix(c, "Good: ") || !strings.HasSuffix(c, ".") || strings.Contains(c, ". ") || strings.Contains(c, "NaN") {
			t.Errorf("%s: caption %q is not one sentence that says what good looks like", name, c)
		}
	}
}

func TestTablesAreComplete(t *testing.T) {
	for name, f := range figures(t) {
		var b bytes.Buffer
		if err := f.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll() // which refuses rows of unequal length
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: table has %d rows, error %v", name, len(rows), err)
		}
		for i, row := range rows {
			for j, cell := range row {
				if cell == "" || strings.Contains(cell, "NaN") {
					t.Errorf("%s: row %d, %s is %q", name, i, rows[0][j], cell)
				}
			}
		}
	}
}

func TestSameBytes(t *testing.T) {
	first, second := figures(t), figures(t)
	for name := range first {
		for _, format := range []string{"svg", "png", "pdf"} {
			a, b := render(t, first[name], format, MinWidth, MinHeight), render(t, second[name], format, MinWidth, MinHeight)
			if !bytes.Equal(a, b) {
				t.Errorf("%s: two renderings as %s differ", name, format)
			}
		}
	}
}

func TestFilesAreWhatTheySay(t *testing.T) {
	f := figures(t)["frequency"]
	im, err := png.Decode(bytes.NewReader(render(t, f, "png", 800, 500)))
	if err != nil {
		t.Fatal(err)
	}
	if s := im.Bounds().Size(); s.X != 800 || s.Y != 500 {
		t.Errorf("size of the PNG = %v, want 800 × 500", s)
	}
	svg := string(render(t, f, "svg", 800, 500))
	texts := strings.Count(svg, "<text ")
	for _, want := range []string{"textLength=", "font-family:Liberation Sans,Arial,Helvetica,sans-serif"} {
		if n := strings.Count(svg, want); n != texts {
			t.Errorf("%d of %d texts in the SVG have %s", n, texts, want)
		}
	}
	pdf := string(render(t, f, "pdf", 800, 500))
	if !strings.HasPrefix(pdf, "%PDF-") || !strings.Contains(pdf, "/CreationDate (D:19700101000000)") ||
		!strings.Contains(pdf, "/ModDate (D:19700101000000)") {
		t.Error("the PDF does not have the fixed dates")
	}
	if n := strings.Count(pdf, "/FontFile2"); n != 1 {
		t.Errorf("the PDF has %d fonts, want 1: the library mixes them up", n)
	}
}

func render(t *testing.T, f Figure, format string, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Render(f, &b, format, width, height); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
