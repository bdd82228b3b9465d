package plots

import (
	"fmt"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		start, cut, end string
		unit            history.Unit
		want            string // first days, and "~" before a period cut short
	}{
		// CDNOW: week 39 ends with the cut and week 78 with the end.
		{"1997-09-17", "1997-09-30", "1997-10-14", history.Week, "1997-09-17 1997-09-24 1997-10-01 1997-10-08"},
		{"1997-09-18", "1997-09-30", "1997-10-15", history.Week, "~1997-09-18 1997-09-24 1997-10-01 1997-10-08 ~1997-10-15"},
		// Months are calendar months after a cut at the end of a month …
		{"1997-07-05", "1997-09-30", "1997-11-30", history.Month, "~1997-07-05 1997-08-01 1997-09-01 1997-10-01 1997-11-01"},
		// … and else begin on the day after the cut, or on the last of shorter months.
		{"2023-12-31", "2024-01-30", "2024-04-15", history.Month, "2023-12-31 2024-01-31 2024-02-29 ~2024-03-31"},
		{"2024-02-28", "2024-02-28", "2024-03-01", history.Day, "2024-02-28 2024-02-29 2024-03-01"},
	} {
		spans, err := periods(date(t, c.start), date(t, c.cut), date(t, c.end), c.unit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range spans {
			mark := "~"
			if s.complete {
				mark = ""
			}
			got = append(got, fmt.Sprint(mark, s.from))
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%ss of %s to %s, cut %s: %s, want %s", c.unit, c.start, c.end, c.cut, g, c.want)
		}
		if last := spans[len(spans)-1].to; last != date(t, c.end) {
			t.Errorf("the last %v ends on %v, want %s", c.unit, last, c.end)
		}
	}
}
