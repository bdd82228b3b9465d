package plots

import (
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// A pdfCanvas hands text to the library in the form that its PDF fonts want.
// Left alone, the library takes UTF-8 for Windows-1252, which turns an en dash
// into three characters.
type pdfCanvas struct{ *vgpdf.Canvas }

// fixDates makes PDF files reproducible. The library offers the two dates and
// the order of the catalogue as defaults of the process only.
var fixDates = sync.OnceFunc(func() {
	epoch := time.Unix(0, 0).UTC()
	fpdf.SetDefaultCreationDate(epoch)
	fpdf.SetDefaultModificationDate(epoch)
	fpdf.SetDefaultCatalogSort(true)
})

func newPDF(width, height vg.Length) pdfCanvas {
	fixDates()
	return pdfCanvas{vgpdf.New(width, height)}
}

// FillString draws the text in Windows-1252.
func (c pdfCanvas) FillString(f font.Face, at vg.Point, text string) {
	c.Canvas.FillString(f, at, latin(text))
}

// latin returns the text in Windows-1252, with "?" for what that lacks.
func latin(text string) string {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			b = '?'
		}
		out = append(out, b)
	}
	return string(out)
}
