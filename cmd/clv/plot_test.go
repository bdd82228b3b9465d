package main

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"strings"
	"testing"
)

func TestPlots(t *testing.T) {
	workspace(t)
	for _, ch := range charts {
		base := []string{"plot", ch.name, "--model-file", "model.json", "--in", "log.csv"}
		for _, name := range []string{"a.svg", "a.png", "a.pdf"} {
			r := must(t, append(base, "--out", name, "--data", ch.name+".csv", "--width", "600", "--height", "400")...)
			if !strings.Contains(r.err, "Good: ") {
				t.Errorf("%s: the words do not say what good looks like:\n%s", ch.name, r.err)
			}
		}
		dec := xml.NewDecoder(strings.NewReader(readFile(t, "a.svg")))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: not an SVG: %v", ch.name, err)
			}
		}
		picture, err := png.Decode(bytes.NewReader([]byte(readFile(t, "a.png"))))
		if err != nil {
			t.Fatalf("%s: not a PNG: %v", ch.name, err)
		}
		if b := picture.Bounds(); b.Dx() != 600 || b.Dy() != 400 {
			t.Errorf("%s: the picture is %v, want 600 × 400", ch.name, b)
		}
		if !strings.HasPrefix(readFile(t, "a.pdf"), "%PDF-") {
			t.Errorf("%s: not a PDF", ch.name)
		}
		parseTable(t, readFile(t, ch.name+".csv"))
	}
}

// TestTrackingData: the plot counts what the summary counts, and its
// calibration is that of the model unless --cut says otherwise.
func TestTrackingData(t *testing.T) {
	workspace(t)
	must(t, "plot", "tracking", "--model-file", "model.json", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv")
	tab := parseTable(t, readFile(t, "a.csv"))
	actual := tab.floats(t, "cumulative_actual_repeat_purchases")
	if got := actual[len(actual)-1]; got != 1368 { // 937 + 431 in the reconciliation of log.csv
		t.Errorf("the last cumulative count is %v, want 1368", got)
	}
	for i, phase := range tab.text(t, "phase") {
		if to := tab.text(t, "to")[i]; (phase == "holdout") != (to > "2025-03-31") {
			t.Errorf("the period to %s is %s", to, phase)
		}
	}
	must(t, "plot", "tracking", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-06-30", "--out", "a.svg", "--data", "a.csv")
	tab = parseTable(t, readFile(t, "a.csv"))
	for i, phase := range tab.text(t, "phase") {
		if to := tab.text(t, "to")[i]; (phase == "holdout") != (to > "2025-06-30") {
			t.Errorf("with --cut, the period to %s is %s", to, phase)
		}
	}
}
