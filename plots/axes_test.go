package plots

import (
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

func labels(ticks []plot.Tick) string {
	var ls []string
	for _, t := range ticks {
		ls = append(ls, strings.TrimSpace(strings.ReplaceAll(t.Label, "\n", " ")))
	}
	return strings.Join(ls, "|")
}

func TestDateTicks(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2024-02-27", "2024-03-02", "27 Feb 2024|28 Feb|29 Feb|1 Mar|2 Mar"},
		{"2024-01-01", "2024-02-10", "1 Jan 2024|8 Jan|15 Jan|22 Jan|29 Jan|5 Feb"},
		{"2023-11-20", "2024-05-10", "Dec 2023|Jan 2024|Feb|Mar|Apr|May"},
		{"1997-01-01", "1998-07-01", "Jan 1997|Apr|Jul|Oct|Jan 1998|Apr|Jul"},
		{"2021-02-01", "2024-05-01", "Jul 2021|Jan 2022|Jul|Jan 2023|Jul|Jan 2024"},
		{"2005-01-02", "2010-12-31", "2006|2007|2008|2009|2010"},
		{"9985-01-01", "9999-12-31", "9986|9988|9990|9992|9994|9996|9998"},
		{"1990-05-01", "2024-05-01", "1995|2000|2005|2010|2015|2020"},
	} {
		ticks := dateTicks{}.Ticks(float64(date(t, c.from)), float64(date(t, c.to)))
		if got := labels(ticks); got != c.want {
			t.Errorf("marks from %s to %s are %s, want %s", c.from, c.to, got, c.want)
		}
	}
	if first := (dateTicks{}).Ticks(float64(date(t, "1997-01-01")), float64(date(t, "1998-07-01")))[1]; first.Value != float64(date(t, "1997-04-01")) {
		t.Errorf("the mark of April is at %v, want %v", first.Value, float64(date(t, "1997-04-01")))
	}
}

func TestNumberTicks(t *testing.T) {
	for _, c := range []struct {
		min, max float64
		whole    bool
		want     string
	}{
		{0, 1, false, "0.0|0.2|0.4|0.6|0.8|1.0"},
		{0, 5000, true, "0|1,000|2,000|3,000|4,000|5,000"},
		{0, 2e6, false, "0|500,000|1,000,000|1,500,000|2,000,000"},
		{0, 2, true, "0|1|2"},
		{0, 0.03, false, "0.000|0.005|0.010|0.015|0.020|0.025|0.030"},
		{-0.5, 29.5, true, "0|5|10|15|20|25"},
		{-2000, 1000, false, "-2,000|-1,500|-1,000|-500|0|500|1,000"},
	} {
		if got := labels(numberTicks{c.whole}.Ticks(c.min, c.max)); got != c.want {
			t.Errorf("marks from %v to %v are %s, want %s", c.min, c.max, got, c.want)
		}
	}
}

func TestFromZero(t *testing.T) {
	for top, want := range map[float64]float64{0: 1, 0.3: 1, 4339: 5000, 5000: 5000, 123: 150} {
		var a plot.Axis
		if fromZero(&a, top, numberTicks{whole: true}); a.Min != 0 || a.Max != want {
			t.Errorf("an axis for %v reaches from %v to %v, want 0 to %v", top, a.Min, a.Max, want)
		}
	}
}

func TestSeparated(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{0, 0, "0"}, {-0.2, 0, "0"}, {999, 0, "999"}, {999.6, 0, "1,000"}, {1234567.891, 2, "1,234,567.89"}, {-1000, 1, "-1,000.0"},
	} {
		if got := Separated(c.v, c.decimals); got != c.want {
			t.Errorf("Separated(%v, %d) = %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
}
