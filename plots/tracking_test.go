package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
)

// counter expects m's purchases and counts the evaluations by age.
type counter struct {
	m    nbd
	seen map[float64]int
}

func (c counter) Expected(t float64) float64 {
	c.seen[t]++
	return c.m.Expected(t)
}

func TestTrackingExpected(t *testing.T) {
	l := shop(t, true)
	m := nbd{alpha: 6}
	for _, unit := range []history.Unit{history.Day, history.Week, history.Month} {
		evaluations := counter{m, make(map[float64]int)}
		tr, err := NewTracking(evaluations, l.Table, l.Days, unit)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range tr.Rows {
			var want float64 // customer by customer, from the definition
			for _, T := range l.Table.T {
				want += max(0, T+float64(r.To-tr.Cut)/7) / m.alpha
			}
			if !near(r.CumulativeExpected, want, 1e-12) {
				t.Errorf("by %v: expected to %v = %v, want %v", unit, r.To, r.CumulativeExpected, want)
			}
		}
		for age, n := range evaluations.seen {
			if n > 1 {
				t.Errorf("by %v: E[X(%v)] was computed %d times", unit, age, n)
			}
		}
	}
}

func TestTrackingActual(t *testing.T) {
	l := shop(t, true)
	for _, unit := range []history.Unit{0, history.Day, history.Month} {
		tr, err := NewTracking(nbd{6}, l.Table, l.Days, unit)
		if err != nil {
			t.Fatal(err)
		}
		var sum, calibration, holdout float64
		for i, x := range l.Table.Frequency {
			calibration += float64(x)
			holdout += float64(l.Table.HoldoutFrequency[i])
		}
		for i, r := range tr.Rows {
			sum += r.Actual
			if r.CumulativeActual != sum {
				t.Fatalf("cumulative purchases to %v = %v, want %v", r.To, r.CumulativeActual, sum)
			}
			if i > 0 && r.From != tr.Rows[i-1].To+1 {
				t.Errorf("a period from %v follows one to %v", r.From, tr.Rows[i-1].To)
			}
		}
		if a, _ := tr.at(tr.Cut); a != calibration || calibration == 0 {
			t.Errorf("by %v: purchases to the cut = %v, want %v, as in the table", tr.Period, a, calibration)
		}
		if a, _ := tr.at(tr.End); a != calibration+holdout || holdout == 0 {
			t.Errorf("by %v: purchases to the end = %v, want %v, as in the table", tr.Period, a, calibration+holdout)
		}
	}
}

// twoDays is a table of weights 2 and 3 with ages of 4 and 1 days at the cut,
// and the daily counts that go with it: 5 repeat purchases and then 6.
func twoDays(t *testing.T) (*history.Table, []history.DayCount) {
	t.Helper()
	cut := date(t, "2024-02-29")
	h := &history.Table{Unit: history.Week, Cut: cut.Time(), End: (cut + 2).Time(), N: []float64{2, 3},
		Frequency: []int{1, 1}, Recency: []float64{2. / 7, 1. / 7}, T: []float64{4. / 7, 1. / 7}}
	return h, []history.DayCount{{Date: cut - 4, First: 2}, {Date: cut - 2, Repeat: 2}, {Date: cut - 1, First: 3},
		{Date: cut, Repeat: 3}, {Date: cut + 1, Holdout: 5}, {Date: cut + 2, Holdout: 1}}
}

// By hand: with α = 1 week a customer is expected to buy 1/7 a day. By the
// cut that is (2·4 + 3·1)/7 = 11/7 purchases, and 5/7 more on each later day.
func TestTrackingTable(t *testing.T) {
	h, days := twoDays(t)
	tr, err := NewTracking(nbd{1}, h, days, history.Day)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (Cumulative{tr}).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = `from,to,phase,complete_day,actual_repeat_purchases,expected_repeat_purchases,cumulative_actual_repeat_purchases,cumulative_expected_repeat_purchases
2024-02-25,2024-02-25,calibration,yes,0,0,0,0
2024-02-26,2024-02-26,calibration,yes,0,0.2857142857,0,0.2857142857
2024-02-27,2024-02-27,calibration,yes,2,0.2857142857,2,0.5714285714
2024-02-28,2024-02-28,calibration,yes,0,0.2857142857,2,0.8571428571
2024-02-29,2024-02-29,calibration,yes,3,0.7142857143,5,1.571428571
2024-03-01,2024-03-01,holdout,yes,5,0.7142857143,10,2.285714286
2024-03-02,2024-03-02,holdout,yes,1,0.7142857143,11,3
`
	if b.String() != want {
		t.Errorf("table is\n%swant\n%s", b.String(), want)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"ErrorAtCut", tr.ErrorAtCut(), 100 * (11./7/5 - 1)},
		{"ErrorAtEnd", tr.ErrorAtEnd(), 100 * (3./11 - 1)},
		{"HoldoutError", tr.HoldoutError(), 100 * (10./7/6 - 1)},
	} {
		if !near(c.got, c.want, 1e-12) {
			t.Errorf("%s() = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestTrackingWithoutHoldout(t *testing.T) {
	l := shop(t, false)
	tr, err := NewTracking(nbd{6}, l.Table, l.Days, 0)
	if err != nil {
		t.Fatal(err)
	}
	if tr.End != tr.Cut || !math.IsNaN(tr.HoldoutError()) || tr.ErrorAtEnd() != tr.ErrorAtCut() {
		t.Errorf("end %v, errors %v, %v and %v: want no holdout", tr.End, tr.ErrorAtCut(), tr.ErrorAtEnd(), tr.HoldoutError())
	}
	if c := (Cumulative{tr}).Caption(); !strings.Contains(c, "no holdout") {
		t.Errorf("caption %q does not say that there is no holdout", c)
	}
}

func TestTrackingRefuses(t *testing.T) {
	type input struct {
		h      *history.Table
		days   []history.DayCount
		m      Expecter
		period history.Unit
	}
	for _, c := range []struct {
		name   string
		spoil  func(*input)
		reason string
	}{
		{"no customers", func(in *input) { in.h = &history.Table{} }, "no customers"},
		{"impossible history", func(in *input) { in.h.T[1] = math.Inf(1) }, "row 2"},
		{"age before the calendar", func(in *input) { in.h.T[1] = 1e9 }, "row 2"},
		{"no cut", func(in *input) { in.h.Cut = time.Time{} }, "real dates"},
		{"no days", func(in *input) { in.days = nil }, "real dates"},
		{"day after the end", func(in *input) { in.days[5].Date++ }, "2024-03-03"},
		{"other customers", func(in *input) { in.h.N[0] = 3 }, "hold 5 repeat purchases up to the cut and the table 6"},
		{"years", func(in *input) { in.period = history.Year }, "not tracked by year"},
		{"NaN", func(in *input) { in.m = broken{} }, "expects NaN repeat purchases by 2024-02-26"},
	} {
		h, days := twoDays(t)
		in := input{h, days, nbd{1}, history.Day}
		c.spoil(&in)
		_, err := NewTracking(in.m, in.h, in.days, in.period)
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.reason)
		}
	}
}

func TestIncrementalNamesWhatItLeavesOut(t *testing.T) {
	h, days := twoDays(t)
	tr, err := NewTracking(nbd{1}, h, days, history.Week)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Incremental{tr}).Plot(); err == nil {
		t.Error("a figure of no complete week was drawn")
	}
	const want = "2024-02-25 to 2024-02-29 and 2024-03-01 to 2024-03-02"
	if c := (Incremental{tr}).Caption(); !strings.Contains(c, want) {
		t.Errorf("caption %q does not name %s", c, want)
	}
}

func TestOverOrUnder(t *testing.T) {
	for percent, want := range map[float64]string{
		-4.11: "4.1 % fewer than happened", 1.25: "1.2 % more than happened", -0.04: "as many as happened",
		0.06: "0.1 % more than happened", math.NaN(): "purchases where none happened",
	} {
		if got := overOrUnder(percent); got != want {
			t.Errorf("overOrUnder(%v) = %q, want %q", percent, got, want)
		}
	}
}
