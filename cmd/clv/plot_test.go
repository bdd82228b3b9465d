package main

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestPlots(t *testing.T) {
	workspace(t)
	for _, ch := range charts {
		base := []string{"plot", ch.name}
		if ch.from.takesModel() {
			base = append(base, "--model-file", "model.json")
		}
		if ch.from.takesLog() {
			base = append(base, "--in", "log.csv")
		}
		base = append(base, strings.Fields(ch.try)...)
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

// TestIntervalsOfFigures: those of the holdout are what clv forecast and clv
// predict say, the calibration has none, and they can be left out.
func TestIntervalsOfFigures(t *testing.T) {
	workspace(t)
	base := []string{"--model-file", "model.json", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv"}
	log := []string{"forecast", "--model-file", "model.json", "--in", "log.csv", "--end", "2025-03-31", "--interval", "80%", "--csv", "--horizon", "272d"}
	weeks := parseTable(t, must(t, append(log, "--period", "week")...).out)
	for _, name := range []string{"tracking", "incremental"} {
		must(t, append([]string{"plot", name, "--interval", "80%"}, base...)...)
		tab := parseTable(t, readFile(t, "a.csv"))
		lo, hi := tab.floats(t, "expected_repeat_purchases_lo"), tab.floats(t, "expected_repeat_purchases_hi")
		end := tab.floats(t, "cumulative_expected_repeat_purchases_hi")
		begin := slices.Index(tab.text(t, "phase"), "holdout")
		if k := slices.IndexFunc(lo, func(v float64) bool { return !math.IsNaN(v) }); k != begin {
			t.Errorf("%s: the intervals begin in row %d, and the holdout in row %d", name, k, begin)
		}
		// The forecast with money draws other futures: ends of counts around 20 differ by a few.
		for i, want := range weeks.floats(t, "transactions_hi")[:len(lo)-begin] {
			if got := hi[begin+i]; math.Abs(got-want) > 5 || !(lo[begin+i] < got) {
				t.Errorf("%s, week %d: the interval ends at %v, and that of the forecast at %v", name, i+1, got, want)
			}
		}
		known := tab.floats(t, "cumulative_actual_repeat_purchases")[begin-1]
		total := weeks.floats(t, "transactions_hi")[len(weeks.rows)-1]
		near(t, name+" at the end", end[len(end)-1], known+total, 0.02) // as above
		must(t, append([]string{"plot", name, "--interval", "none"}, base...)...)
		if header := parseTable(t, readFile(t, "a.csv")).header; slices.Contains(header, "expected_repeat_purchases_lo") {
			t.Errorf("%s: --interval none has the columns %v", name, header)
		}
	}
	must(t, append([]string{"plot", "holdout", "--interval", "80%"}, base...)...)
	tab := parseTable(t, readFile(t, "a.csv"))
	for i, e := range tab.floats(t, "expected_mean_purchases") {
		if lo, hi := tab.floats(t, "expected_lo")[i], tab.floats(t, "expected_hi")[i]; !(lo < e && e < hi) {
			t.Errorf("class %s: the interval from %v to %v does not hold the %v expected", tab.rows[i][0], lo, hi, e)
		}
	}
}

// TestPlotsOfSeveralModels: each is drawn, under its own name, or under that
// of its file where two are of one family.
func TestPlotsOfSeveralModels(t *testing.T) {
	workspace(t)
	must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", "nbd", "--out", "other.json")
	must(t, "fit", "--in", "log.csv", "--cut", "2025-06-30", "--out", "late.json")
	for _, name := range []string{"tracking", "incremental", "gain", "lift", "lorenz"} {
		must(t, "plot", name, "--model-file", "model.json", "--model-file", "other.json", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv")
		svg := readFile(t, "a.svg")
		for _, want := range []string{"bg-nbd", "nbd"} {
			if !strings.Contains(svg, ">"+want+"<") && !strings.Contains(svg, ">order of "+want+"<") {
				t.Errorf("%s of two models does not name %s in its key", name, want)
			}
		}
		if !strings.Contains(readFile(t, "a.csv"), " nbd") {
			t.Errorf("%s of two models does not have both in its data", name)
		}
	}
	same := []string{"plot", "tracking", "--model-file", "model.json", "--model-file", "late.json", "--in", "log.csv", "--out", "a.svg"}
	if r := clv(same...); r.code != exitUsage || !strings.Contains(r.err, "up to 2025-03-31 and late up to 2025-06-30: say with --cut") {
		t.Errorf("models of two calibrations: exit code %d, %s", r.code, r.err)
	}
	must(t, append(same, "--cut", "2025-03-31")...)
	if !strings.Contains(readFile(t, "a.svg"), ">late<") {
		t.Error("two models of one family are not told apart by their files")
	}
}

// TestHoldoutFiguresAgree: the figures of the holdout hold the numbers of the
// prediction and summary files.
func TestHoldoutFiguresAgree(t *testing.T) {
	workspace(t)
	base := []string{"--model-file", "model.json", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv"}
	// The log ends on 2025-12-28, 272 days after the cut.
	must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-03-31", "--horizon", "272d", "--discount", "0%/y", "--out", "p.csv")
	forecast, summary := parseTable(t, readFile(t, "p.csv")), parseTable(t, readFile(t, "summary.csv"))
	for of, columns := range map[string][2]string{"purchases": {"orders_272d", "holdout_frequency"}, "revenue": {"clv_272d", "holdout_spend"}} {
		must(t, append([]string{"plot", "gain", "--of", of}, base...)...)
		tab := parseTable(t, readFile(t, "a.csv"))
		for k, name := range []string{"forecast_total", "actual_total"} {
			want := total([][]float64{forecast.floats(t, columns[0]), summary.floats(t, columns[1])}[k])
			column := tab.floats(t, name)
			near(t, of+", "+name, column[len(column)-1], want, 1e-9) // the file has 10 digits
		}
	}
	for _, by := range []string{"frequency", "recency", "age", "silence"} {
		must(t, append([]string{"plot", "holdout", "--by", by}, base...)...)
		tab := parseTable(t, readFile(t, "a.csv"))
		expected, actual, n := 0.0, 0.0, tab.floats(t, "customers")
		for i := range n {
			expected += n[i] * tab.floats(t, "expected_mean_purchases")[i]
			actual += n[i] * tab.floats(t, "actual_mean_purchases")[i]
		}
		near(t, "expected by "+by, expected, total(forecast.floats(t, "orders_272d")), 1e-8)
		near(t, "actual by "+by, actual, total(summary.floats(t, "holdout_frequency")), 1e-8)
	}
}

// TestPurchaseFigures: what is drawn of every purchase adds up to the log, and
// customers born after the model's calibration are in it.
func TestPurchaseFigures(t *testing.T) {
	workspace(t)
	rows := len(parseTable(t, readFile(t, "log.csv")).rows) // a row a purchase: 1,668
	must(t, "plot", "timing", "--in", "log.csv", "--customers", "1000", "--out", "a.svg", "--data", "a.csv")
	if got := len(parseTable(t, readFile(t, "a.csv")).rows); got != rows {
		t.Errorf("the strip of all customers has %d purchases, want %d", got, rows)
	}
	must(t, "plot", "retention", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv")
	must(t, "plot", "retention", "--in", "log.csv", "--cut", "2024-03-31", "--out", "b.svg", "--data", "b.csv")
	if readFile(t, "a.csv") != readFile(t, "b.csv") {
		t.Error("cohorts born after --cut are missing")
	}
	for _, args := range []string{"gaps --in summary.csv", "customer --model-file model.json --in summary.csv --id C260"} {
		r := clv(append(append([]string{"plot"}, strings.Fields(args)...), "--out", "a.svg")...)
		if r.code != exitFailure || !strings.Contains(r.err, "needs the transaction log") {
			t.Errorf("plot %s: exit code %d, %s", args, r.code, r.err)
		}
	}
	if r := clv("plot", "customer", "--model-file", "model.json", "--in", "log.csv", "--id", "nobody", "--out", "a.svg"); r.code != exitFailure || !strings.Contains(r.err, `there is no customer "nobody"`) {
		t.Errorf("an unknown customer: exit code %d, %s", r.code, r.err)
	}
}

// TestDropoutFigureFollowsTheFamily: a probability, a rate, or nothing to draw.
func TestDropoutFigureFollowsTheFamily(t *testing.T) {
	workspace(t)
	for model, want := range map[string]string{"bg-nbd": "p_from", "mbg-nbd": "p_from", "pareto-nbd": "rate", "nbd": ""} {
		must(t, "fit", "--in", "log.csv", "--model", model, "--spend", "none", "--out", "m.json")
		r := clv("plot", "dropout", "--model-file", "m.json", "--out", "a.svg", "--data", "a.csv")
		switch {
		case want == "" && (r.code != exitFailure || !strings.Contains(r.err, "no customer drops out")):
			t.Errorf("%s: exit code %d, %s", model, r.code, r.err)
		case want != "" && (r.code != exitOK || !strings.Contains(readFile(t, "a.csv"), want)):
			t.Errorf("%s: exit code %d; the data do not have %s:\n%s", model, r.code, want, readFile(t, "a.csv"))
		}
	}
}

// TestSegmentsFigure: the segments of a file, with those whom it does not know.
func TestSegmentsFigure(t *testing.T) {
	workspace(t)
	base := []string{"plot", "segments", "--model-file", "model.json", "--in", "log.csv", "--out", "a.svg", "--data", "a.csv"}
	must(t, append(base, "--segments", "summary.csv", "--segment", "frequency")...)
	frequency := parseTable(t, readFile(t, "summary.csv")).text(t, "frequency")
	tab := parseTable(t, readFile(t, "a.csv"))
	zeros := 0
	for _, x := range frequency {
		if x == "0" {
			zeros++
		}
	}
	if i := slices.Index(tab.text(t, "segment"), "0"); i < 0 || tab.floats(t, "customers")[i] != float64(zeros) {
		t.Errorf("segment 0 is not that of the %d customers of frequency 0:\n%s", zeros, readFile(t, "a.csv"))
	}
	writeFile(t, "s.csv", "customer_id,segment\nC260,web\nC105,shop\n")
	must(t, append(base, "--segments", "s.csv")...)
	if got := parseTable(t, readFile(t, "a.csv")).text(t, "segment"); len(got) != 3 || !slices.Contains(got, noSegment) {
		t.Errorf("segments %v, want web, shop and %s", got, noSegment)
	}
	for text, want := range map[string]string{
		"customer,segment\nC260,web\n":                  "columns customer_id and segment",
		"customer_id,segment\nnobody,web\n":             "none of its 1 customers",
		"customer_id,segment\nC260,web\nC260,shop\n":    "in two segments",
		"customer_id,segment\nC260,web,what\nC1,shop\n": "wrong number of fields",
		"": "no header",
	} {
		writeFile(t, "s.csv", text)
		if r := clv(append(base, "--segments", "s.csv")...); r.code != exitFailure || !strings.Contains(r.err, "s.csv: ") || !strings.Contains(r.err, want) {
			t.Errorf("%q: exit code %d, %s; want %q", text, r.code, r.err, want)
		}
	}
}
