package plots

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestFormatOf(t *testing.T) {
	for _, c := range []struct{ name, want, reason string }{
		{"a/tracking.svg", "svg", ""}, {"TRACKING.PNG", "png", ""}, {"v1.2.pdf", "pdf", ""},
		{"tracking.gif", "", "ends in .gif: use .svg, .png or .pdf"}, {"tracking", "", "has no suffix"}, {"", "", "has no suffix"},
	} {
		got, err := FormatOf(c.name)
		if got != c.want || (err == nil) != (c.reason == "") || err != nil && !strings.Contains(err.Error(), c.reason) {
			t.Errorf("FormatOf(%q) = %q, %v; want %q, %s", c.name, got, err, c.want, c.reason)
		}
	}
}

func TestSaveRefuses(t *testing.T) {
	p := newPlot("nothing")
	for _, c := range []struct {
		format        string
		width, height int
		reason        string
	}{
		{"gif", 800, 500, `format "gif" is not known`}, {"", 800, 500, "is not known"},
		{"svg", MinWidth - 1, 500, "too small"}, {"svg", 800, MinHeight - 1, "too small"},
	} {
		var b bytes.Buffer
		err := Save(p, &b, c.format, c.width, c.height)
		if err == nil || !strings.Contains(err.Error(), c.reason) || b.Len() > 0 {
			t.Errorf("Save as %q, %d × %d: error %v after %d bytes, want %q after none", c.format, c.width, c.height, err, b.Len(), c.reason)
		}
	}
}

var errFull = errors.New("full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestSaveReportsWriteErrors(t *testing.T) {
	for _, format := range []string{"svg", "png", "pdf"} {
		if err := Save(newPlot("nothing"), fullDisk{}, format, 800, 500); !errors.Is(err, errFull) {
			t.Errorf("Save as %s to a full disk: error %v", format, err)
		}
	}
	for name, f := range figures(t) {
		if err := f.WriteCSV(fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("%s: table to a full disk: error %v", name, err)
		}
	}
}

// A plot can be saved again at another size.
func TestSaveLeavesThePlot(t *testing.T) {
	const title = "a title that is too long for one line of a picture that is as narrow as it may be"
	p := newPlot(title)
	var narrow, first, second bytes.Buffer
	for _, c := range []struct {
		b     *bytes.Buffer
		width int
	}{{&first, 1200}, {&narrow, MinWidth}, {&second, 1200}} {
		if err := Save(p, c.b, "svg", c.width, 500); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) || p.Title.Text != title {
		t.Error("saving changed the plot")
	}
	if strings.Contains(narrow.String(), title) || !strings.Contains(first.String(), title) {
		t.Error("the title is not broken into lines where it must be, and only there")
	}
}

func TestLatin(t *testing.T) {
	if got := latin("1–2 × é €"); got != "1\x962 \xd7 \xe9 \x80" {
		t.Errorf("latin gives %q, want Windows-1252", got)
	}
	if got := latin("α ≤ 1"); got != "? ? 1" {
		t.Errorf("latin gives %q, want ? for what Windows-1252 lacks", got)
	}
}
