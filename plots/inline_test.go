package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// TestInline: every figure becomes one well-formed element without identifiers,
// with a title for those who cannot see it, and the same bytes each time.
func TestInline(t *testing.T) {
	for name, f := range figures(t) {
		t.Run(name, func(t *testing.T) {
			var a, b bytes.Buffer
			title, err := Inline(f, &a, MinWidth, MinHeight)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Inline(f, &b, MinWidth, MinHeight); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("the second picture differs from the first (%v)", err)
			}
			p, err := f.Plot()
			if err != nil {
				t.Fatal(err)
			}
			if title != p.Title.Text || title == "" {
				t.Errorf("title %q, want that of the plot, %q", title, p.Title.Text)
			}
			for _, want := range []string{"fill:var(--plot-paper,#FFFFFF)", "fill:var(--plot-ink,#222222)"} { // what a page may set
				if !strings.Contains(a.String(), want) {
					t.Errorf("the element has no %s", want)
				}
			}
			svgs, texts := wellFormed(t, a.String())
			if svgs != 1 || !strings.HasPrefix(a.String(), "<svg ") || strings.Contains(a.String(), " id=") {
				t.Errorf("%d svg elements, or identifiers, in %.200s", svgs, a.String())
			}
			if strings.Contains(texts, title) {
				t.Errorf("the title %q stands in the picture too", title)
			}
		})
	}
}

// wellFormed parses an XML text and returns how many svg elements it has and
// the texts that it draws.
func wellFormed(t *testing.T, s string) (svgs int, texts string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return svgs, texts
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "svg" {
				svgs++
			}
		case xml.CharData:
			texts += string(token) + "\n"
		}
	}
}

// TestMarks: a placed figure has a place for each row of its table, and those
// that are drawn show their row.
func TestMarks(t *testing.T) {
	n := 0
	for name, f := range figures(t) {
		placed, ok := f.(Placed)
		if !ok {
			continue
		}
		n++
		table, err := TableOf(f)
		if err != nil {
			t.Fatal(err)
		}
		places := placed.Places()
		if len(places) != len(table)-1 {
			t.Errorf("%s: %d places for %d rows", name, len(places), len(table)-1)
			continue
		}
		drawn := 0
		for i, at := range places {
			if !math.IsNaN(at) {
				drawn++
			}
			if i > 0 && at <= places[i-1] {
				t.Errorf("%s: place %d, %v, is not after %v", name, i, at, places[i-1])
			}
		}
		var b bytes.Buffer
		if _, err := Inline(f, &b, MinWidth, MinHeight); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "<rect "); got != drawn {
			t.Errorf("%s: %d marks for %d rows drawn", name, got, drawn)
		}
	}
	if n < 8 {
		t.Errorf("%d placed figures: the test sees too few", n)
	}
}

func TestRowWords(t *testing.T) {
	got := rowWords([]string{"from", "actual_repeat_purchases", "expected", "lo"}, []string{"1997-01-01", "1234", "1234.5678", ""})
	if want := "from: 1997-01-01\nactual repeat purchases: 1,234\nexpected: 1,235"; got != want {
		t.Errorf("rowWords = %q, want %q", got, want)
	}
}
