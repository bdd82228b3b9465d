package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestBandCheck(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, b := range map[string]Band{
		"too short":   {Lo: []float64{1}, Hi: []float64{2}},
		"no Hi":       {Lo: []float64{1, 2}},
		"upside down": {Lo: []float64{1, 3}, Hi: []float64{2, 2}},
		"half":        {Lo: []float64{1, nan}, Hi: []float64{2, 3}},
		"infinite":    {Lo: []float64{1, 2}, Hi: []float64{2, inf}},
	} {
		if b.check(2) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, b := range []Band{{}, {Lo: []float64{nan, 2}, Hi: []float64{nan, 2}}} {
		if err := b.check(2); err != nil {
			t.Error(err)
		}
	}
}

// The days of twoDays: 5 purchases on the first of the holdout, and 1 on the
// second.
func TestTrackingBand(t *testing.T) {
	h, days := twoDays(t)
	tr, err := NewTracking(nbd{1}, h, days, history.Day)
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	tr.Band = Band{Name: "90 % interval", Lo: []float64{nan, nan, nan, nan, nan, 0, 0}, Hi: []float64{nan, nan, nan, nan, nan, 4, 1}}
	tr.CumulativeBand = Band{Lo: []float64{nan, nan, nan, nan, nan, 5, 5}, Hi: []float64{nan, nan, nan, nan, nan, 10, 11}}
	if c, want := (Incremental{tr}).Caption(), "; 1 of 2 days lie in the 90 % interval."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
	if c, want := (Cumulative{tr}).Caption(), "; 2 of 2 days lie in the interval from the cut on."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
	var b bytes.Buffer
	if err := tr.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, "_lo,expected_repeat_purchases_hi,cumulative") || !strings.Contains(s, ",0.2857142857,,,,\n") || !strings.HasSuffix(s, ",11,3,0,1,5,11\n") {
		t.Errorf("table is\n%s", s)
	}
	p, err := (Incremental{tr}).Plot()
	if err != nil {
		t.Fatal(err)
	}
	if p.Y.Max < 5 {
		t.Errorf("the axis ends at %v, below the 5 purchases", p.Y.Max)
	}
	tr.Band.Hi[6] = -1
	if _, err := (Incremental{tr}).Plot(); err == nil {
		t.Error("a band upside down was drawn")
	}
}

func TestTrackingOfSeveralModels(t *testing.T) {
	h, days := twoDays(t)
	track := func(alpha float64, period history.Unit) *Tracking {
		tr, err := NewTracking(nbd{alpha}, h, days, period)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	tr, other := track(1, history.Day), track(0.5, history.Day)
	tr.Name, other.Name, tr.Others = "BG/NBD", "MBG/NBD", []*Tracking{other}
	// 10/7 and 20/7 of 6 holdout purchases, 3 and 6 of 11.
	if c, want := (Incremental{tr}).Caption(), "where BG/NBD here expects 76.2 % fewer than happened (MBG/NBD -52.4 %)."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
	if c, want := (Cumulative{tr}).Caption(), "72.7 % fewer than happened by the end of the holdout (MBG/NBD -45.5 %)."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
	var b bytes.Buffer
	if err := tr.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, "expected_repeat_purchases MBG/NBD,") || !strings.HasSuffix(s, ",1.428571429,6\n") {
		t.Errorf("table is\n%s", s)
	}
	for name, others := range map[string][]*Tracking{
		"at most 4": {other, other, other, other}, "different periods": {track(1, history.Week)},
	} {
		tr.Others = others
		if _, err := (Cumulative{tr}).Plot(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %q", err, name)
		}
	}
}
