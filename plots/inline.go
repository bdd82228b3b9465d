package plots

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Placed is a figure that knows where the rows of its table stand along the X
// axis: one place for each row, NaN if it is not drawn.
type Placed interface {
	Figure
	Places() []float64
}

// Inline writes the picture as an SVG element to stand in an HTML page, and
// returns its title. Title and caption are left to the page, which can break
// their lines; the element is as wide as the page makes it and says its title
// to those who cannot see it. It has no identifiers, so that several can stand
// in one page. Its main colours are CSS variables, --plot-paper, --plot-ink and
// so on, which a page on a dark ground sets otherwise; where it sets none they
// are those of [Save]. Where the figure is [Placed], resting on a mark shows the row of
// the table, by means of the browser alone.
//
// Width and height are in pixels, as for [Save].
func Inline(f Figure, w io.Writer, width, height int) (title string, err error) {
	p, err := f.Plot()
	if err != nil {
		return "", err
	}
	title, p.Title.Text = p.Title.Text, ""
	var b bytes.Buffer
	var area vg.Rectangle
	if err := save(&b, "svg", width, height, func(c draw.Canvas) {
		p = fitted(p, c)
		area = p.DataCanvas(c).Rectangle
		p.Draw(c)
	}); err != nil {
		return "", err
	}
	_, element, _ := strings.Cut(b.String(), "<svg ")
	_, body, _ := strings.Cut(element, ">")
	body, _, _ = strings.Cut(body, "</svg>")
	x, y := (vg.Length(width) * pixel).Points(), (vg.Length(height) * pixel).Points()
	marks, err := hoverMarks(f, p, area, y)
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.6g %.6g" role="img" aria-label="%s">%s%s</svg>`,
		x, y, html.EscapeString(title), pageColours.Replace(body), marks)
	return title, err
}

// pageColours puts variables in the place of the colours that a page may set.
var pageColours = func() *strings.Replacer {
	var pairs []string
	for _, v := range []struct {
		name string
		hue  color.RGBA
	}{
		{"paper", white}, {"ink", ink}, {"soft", faintInk}, {"grid", gridGrey}, {"shade", holdoutHue},
		{"blue", blue}, {"orange", orange}, {"pale-blue", paleBlue}, {"pale-orange", paleOrange},
	} {
		hex := fmt.Sprintf("#%02X%02X%02X", v.hue.R, v.hue.G, v.hue.B)
		pairs = append(pairs, hex, "var(--plot-"+v.name+","+hex+")")
	}
	return strings.NewReplacer(pairs...)
}()

// hoverMarks returns, for each row of a placed figure, an invisible strip over
// the whole height of the data, half way to its neighbours, with the row as its
// title.
func hoverMarks(f Figure, p *plot.Plot, area vg.Rectangle, height float64) (string, error) {
	placed, ok := f.(Placed)
	if !ok {
		return "", nil
	}
	rows, err := TableOf(f)
	if err != nil {
		return "", err
	}
	var at []float64
	var texts []string
	for i, place := range placed.Places() {
		if !math.IsNaN(place) {
			at = append(at, area.Min.X.Points()+p.X.Norm(place)*(area.Max.X-area.Min.X).Points())
			texts = append(texts, rowWords(rows[0], rows[i+1]))
		}
	}
	var b strings.Builder
	b.WriteString(`<g class="marks" fill="none" pointer-events="all">`)
	for i, x := range at {
		left, right := area.Min.X.Points(), area.Max.X.Points()
		if i > 0 {
			left = (at[i-1] + x) / 2
		}
		if i < len(at)-1 {
			right = (x + at[i+1]) / 2
		}
		fmt.Fprintf(&b, `<rect x="%.4g" y="%.4g" width="%.4g" height="%.4g"><title>%s</title></rect>`,
			left, height-area.Max.Y.Points(), right-left, (area.Max.Y - area.Min.Y).Points(), html.EscapeString(texts[i]))
	}
	b.WriteString("</g>")
	return b.String(), nil
}

// TableOf returns the numbers of a figure: the header, then the rows.
func TableOf(f Figure) ([][]string, error) {
	var b bytes.Buffer
	if err := f.WriteCSV(&b); err != nil {
		return nil, err
	}
	return csv.NewReader(&b).ReadAll()
}

// rowWords writes a row of a table for people, a line a column.
func rowWords(header, row []string) string {
	var lines []string
	for k, cell := range row {
		if cell == "" {
			continue
		}
		if v, err := strconv.ParseFloat(cell, 64); err == nil {
			cell = Separated(v, max(0, min(3, 3-int(math.Log10(max(math.Abs(v), 1))))))
			if v == math.Trunc(v) {
				cell = Separated(v, 0)
			}
		}
		lines = append(lines, strings.ReplaceAll(header[k], "_", " ")+": "+cell)
	}
	return strings.Join(lines, "\n")
}
