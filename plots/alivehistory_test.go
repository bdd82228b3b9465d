package plots

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// With α = 10 weeks the customer of two repeat purchases, on the 14th and the
// 35th day of age, has x = 0, then 1, then 2.
func TestAliveHistory(t *testing.T) {
	first := date(t, "2024-02-01")
	end := first + 70
	p := Purchases{ID: "c", Days: []history.Date{first, first + 14, first + 35}}
	m := nbd{10}
	a, err := NewAliveHistory(m, p, history.Week, end)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Rows) != 71+2 {
		t.Fatalf("%d rows, want 71 days and 2 more for the repeat purchases", len(a.Rows))
	}
	bought := 0
	for i, r := range a.Rows {
		T := float64(r.Day-first) / 7
		c := history.Customer{Frequency: r.Frequency, T: T, Recency: []float64{0, 2, 5}[r.Frequency]}
		if want := m.ProbAlive(c); r.P != want {
			t.Errorf("P(alive) on %v with x = %d is %v, want %v", r.Day, r.Frequency, r.P, want)
		}
		if !r.Purchase {
			continue
		}
		if r.Day != p.Days[bought] || r.Frequency != bought || r.P != 1 {
			t.Errorf("purchase %d is in row %+v", bought, r)
		}
		if before := a.Rows[max(i-1, 0)]; bought == 2 && (before.Day != r.Day || before.Frequency != 1 || before.P >= 1) {
			t.Errorf("before the last purchase stands %+v, want P(alive) below 1 on the same day", before)
		}
		bought++
	}
	// exp(-2·5/20) at the end, and exp(-1·3/15) before the last purchase.
	if c, want := a.Caption(), "on 2024-04-11, 35 days after the last purchase, it is at 0.61, and the customer has come back from 0.82."; bought != 3 || !strings.HasSuffix(c, want) {
		t.Errorf("%d purchases, caption %q does not end with %q", bought, c, want)
	}
}

func TestAliveHistoryOfManyYears(t *testing.T) {
	first := date(t, "1990-01-01")
	p := Purchases{Days: []history.Date{first, first + 4001}}
	a, err := NewAliveHistory(nbd{10}, p, history.Month, first+10_000)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(a.Rows); n < 900 || n > 1100 || a.Rows[n-1].Day != first+10_000 {
		t.Errorf("%d rows to %v, want about 1,000 to the end", n, a.Rows[n-1].Day)
	}
}

func TestAliveHistoryRefuses(t *testing.T) {
	first := date(t, "2024-02-01")
	good := Purchases{ID: "c", Days: []history.Date{first, first + 1}}
	if _, err := NewAliveHistory(broken{}, good, history.Week, first+2); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one that tells the NaN", err)
	}
	if _, err := NewAliveHistory(nbd{1}, good, history.Week, first); err == nil || !strings.Contains(err.Error(), "after the end") {
		t.Errorf("error %v, want one about a purchase after the end", err)
	}
}

func TestCheckPurchases(t *testing.T) {
	nan := math.NaN()
	good := Purchases{ID: "a", Days: []history.Date{5, 8}, Values: []float64{1, 0}}
	for reason, ps := range map[string][]Purchases{
		"no customers":               {},
		"no purchase":                {good, {ID: "b"}},
		"without a date":             {{Days: []history.Date{0, 3}}},
		"follows one on":             {good, {ID: "b", Days: []history.Date{5, 5}}},
		"after the end":              {{Days: []history.Date{5, 11}}},
		"1 values for 2 purchases":   {{Days: []history.Date{5, 6}, Values: []float64{1}}},
		"the value NaN":              {{Days: []history.Date{5}, Values: []float64{nan}}},
		"for some customers and not": {good, {ID: "b", Days: []history.Date{5}}},
	} {
		if err := checkPurchases(ps, 10); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("error %v, want one with %q", err, reason)
		}
	}
	if err := checkPurchases([]Purchases{good, good}, 8); err != nil {
		t.Error(err)
	}
}
