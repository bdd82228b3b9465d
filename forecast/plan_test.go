package forecast

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Arrivals as in the last periods: their mean is expected, and the band holds
// how they varied.
func TestRecentPlan(t *testing.T) {
	h := &history.Table{Unit: history.Day, Cut: day(t, "2024-03-10").Time()}
	var labels []string
	add := func(born string, n int, label string) {
		for range n {
			h.Append(history.Customer{T: float64(day(t, "2024-03-10") - day(t, born)), Spend: math.NaN()})
			labels = append(labels, label)
		}
	}
	add("2023-12-31", 50, "a") // before the two months
	add("2024-01-01", 31, "a")
	add("2024-01-20", 62, "b")
	add("2024-02-29", 29, "a")
	add("2024-03-01", 40, "b") // in the month that is not over
	days := []history.DayCount{{Date: day(t, "2024-01-20"), First: 93, FirstMoney: 930}, {Date: day(t, "2024-02-29"), First: 29, FirstMoney: 900}, {Date: day(t, "2024-03-01"), First: 40, FirstMoney: 9e9}}
	p, err := RecentPlan(h, labels, days, history.Month, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []RecentArrivals{{"a", []float64{1, 1}}, {"b", []float64{2, 0}}}
	for i, r := range p.Recent {
		if r.Segment != want[i].Segment || !close(r.PerDay[0], want[i].PerDay[0], 1e-12) || !close(r.PerDay[1], want[i].PerDay[1], 1e-12) {
			t.Errorf("%+v, want %+v", r, want[i])
		}
	}
	if !close(p.FirstValue, 1830.0/122, 1e-12) {
		t.Errorf("a first order has the value %v, want %v", p.FirstValue, 1830.0/122)
	}
	m := known(Of(trueBG), nil)
	m.Unit = history.Day
	f, err := m.Periods(h, &PeriodOptions{Horizon: history.Horizon{Value: 82, Unit: history.Day}, Labels: labels, Plan: p, Futures: 400})
	if err != nil {
		t.Fatal(err)
	}
	a, b := rowsOf(f, "a", Acquired)[1].Arrivals, rowsOf(f, "b", Acquired)[1].Arrivals // April
	if a.Lo != 30 || a.Hi != 30 || !close(b.Expected, 30, 1e-12) || b.Lo != 0 || b.Hi != 60 {
		t.Errorf("April: %+v of segment a, want 30 for sure, and %+v of b, want 30 between 0 and 60", a, b)
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		cut    string
		period history.Unit
		want   string
	}{
		{"2024-03-31", history.Month, "2024-02-01 2024-02-29 2024-03-01 2024-03-31"},
		{"2024-03-30", history.Month, "2024-01-01 2024-01-31 2024-02-01 2024-02-29"},
		{"2024-03-30", history.Week, "2024-03-17 2024-03-23 2024-03-24 2024-03-30"},
		{"2024-03-01", history.Day, "2024-02-29 2024-02-29 2024-03-01 2024-03-01"},
	} {
		spans, err := before(day(t, c.cut), c.period, 2)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range spans {
			got = append(got, s.from.String(), s.to.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("two %vs before %s: %v, want %s", c.period, c.cut, got, c.want)
		}
	}
}

func TestReadPlan(t *testing.T) {
	p, err := ReadPlan(strings.NewReader("segment,from,to,customers\nshop,2024-01-01,2024-01-31,120\nweb,2024-01-01,2024-02-29,7.5\n"))
	if err != nil || len(p.Arrivals) != 2 || p.Arrivals[1] != (Arrival{day(t, "2024-01-01"), day(t, "2024-02-29"), "web", 7.5}) {
		t.Errorf("%+v, %v", p, err)
	}
	for text, want := range map[string]string{
		"":                    "no lines below its header: it should look like\nfrom,to,customers\n2026-01-01",
		"from,to,customers\n": "no lines below its header",
		"month,customers\n":   "line 1: there is no column from",
		"from,to,customers\n1.1.24,2024-01-02,3\n":                              `line 2: from "1.1.24" is not a date`,
		"from,to,customers\n2024-01-02,2024-01-01,3\n":                          "line 2: the days from 2024-01-02 to 2024-01-01 end before they begin",
		"from,to,customers\n2024-01-01,2024-01-02,-3\n":                         `line 2: customers "-3" is not a number from 0`,
		"from,to,customers\n2024-01-01,2024-01-02,3\n2024-01-01,2024-01-02,4\n": "line 3: line 2 has the same days and segment",
	} {
		if _, err := ReadPlan(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Customers planned for days before the forecast, or after it, are counted in a
// warning: 10 of 30 on 10 of 30 days, and all of another line.
func TestPlanOutside(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	plan := &Plan{Arrivals: []Arrival{{From: day(t, "1997-09-21"), To: day(t, "1997-10-20"), Customers: 30},
		{From: day(t, "1998-03-01"), To: day(t, "1998-03-31"), Customers: 7}}}
	p, err := m.Periods(h, &PeriodOptions{Horizon: history.Horizon{Value: 92, Unit: history.Day}, Plan: plan, Futures: 20})
	if err != nil {
		t.Fatal(err)
	}
	want := "17 of the 37 customers of the plan come on days outside the forecast, 1997-10-01 to 1997-12-31, and do not count"
	if !slices.Contains(p.Warnings, want) {
		t.Errorf("warnings %q, want %q", p.Warnings, want)
	}
}
