package plots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// twoCohorts has two customers of January, on the 1st and the 11th, and one of
// February, with everything up to 10 May. A month of age has 30.4375 days: the
// customer of 11 January is then 120 days old, 3.9 months.
func twoCohorts(t *testing.T) ([]Purchases, history.Date) {
	t.Helper()
	first, second, third := date(t, "2024-01-01"), date(t, "2024-01-11"), date(t, "2024-02-29")
	return []Purchases{
		{ID: "a", Days: []history.Date{first, first + 30, first + 31, first + 40, first + 120}, Values: []float64{10, 1, 2, 3, 500}},
		{ID: "b", Days: []history.Date{second, second + 91}, Values: []float64{20, 7}}, // 91.3 days are 3 months
		{ID: "c", Days: []history.Date{third, third + 1, third + 2}, Values: []float64{30, 4, 5}},
	}, date(t, "2024-05-10")
}

func TestCohorts(t *testing.T) {
	ps, end := twoCohorts(t)
	c, err := NewCohorts(ps, end)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = `acquired,customers,age_month,active_customers,active_percent,repeat_purchases,revenue,revenue_per_customer
2024-01,2,1,1,50,1,1,0.5
2024-01,2,2,1,50,2,5,2.5
2024-01,2,3,1,50,1,7,3.5
2024-02,1,1,1,100,2,9,9
2024-02,1,2,0,0,0,0,0
`
	if b.String() != want {
		t.Errorf("table is\n%swant\n%s", b.String(), want)
	}
	// 60/3 at first; then (1+9)/3, (5+0)/3 and, of January alone, 7/2.
	for k, want := range []float64{20, 20 + 10./3, 20 + 15./3, 20 + 15./3 + 3.5} {
		if got := c.Overall()[k]; !near(got, want, 1e-12) {
			t.Errorf("revenue per customer by month %d = %v, want %v", k, got, want)
		}
	}
	for f, want := range map[Figure]string{
		Retention{c}:     "of those watched longest 50.0 % bought in the first month and 50.0 % in month 3.",
		CohortRevenue{c}: "those watched longest brought 0.500 in the first month and 3.50 in month 3.",
		PerCustomer{c}:   "by 3 months after the first purchase a customer has brought 28.5.",
	} {
		if got := f.Caption(); !strings.HasSuffix(got, want) {
			t.Errorf("caption %q does not end with %q", got, want)
		}
	}
}

// A customer is expected to make t/2 repeat purchases in t weeks; a month has
// 30.4375/7 weeks.
func TestCohortsContinue(t *testing.T) {
	ps, end := twoCohorts(t)
	for i, c := range []struct {
		money         bool
		horizon       history.Horizon
		months        int
		first, repeat float64
	}{
		{true, history.Horizon{Value: 1, Unit: history.Year}, 12, 20, 8},
		{true, history.Horizon{Value: 1, Unit: history.Week}, 3, 20, 8}, // the oldest cohort is 3 months old
		{false, history.Horizon{Value: 10, Unit: history.Week}, 3, 1, 1},
		{false, history.Horizon{Value: 20, Unit: history.Week}, 5, 1, 1},
	} {
		if !c.money {
			for i := range ps {
				ps[i].Values = nil
			}
		}
		cs, err := NewCohorts(ps, end)
		if err != nil {
			t.Fatal(err)
		}
		if err := cs.Continue(nbd{2}, history.Week, 8, c.horizon); err != nil {
			t.Fatal(err)
		}
		if len(cs.Model) != c.months+1 {
			t.Fatalf("case %d: the model goes on to month %d, want %d", i, len(cs.Model)-1, c.months)
		}
		for k, got := range cs.Model {
			if want := c.first + c.repeat*float64(k)*30.4375/7/2; !near(got, want, 1e-12) {
				t.Errorf("case %d: value by month %d = %v, want %v", i, k, got, want)
			}
		}
		if err := cs.Continue(broken{}, history.Week, 8, c.horizon); err == nil {
			t.Error("no error for NaN")
		}
		if _, err := (CohortRevenue{cs}).Plot(); (err == nil) != c.money {
			t.Errorf("case %d: error %v of a figure of revenue", i, err)
		}
	}
}

func TestCohortsRefuses(t *testing.T) {
	ps, _ := twoCohorts(t)
	if _, err := NewCohorts(ps, date(t, "2024-03-01")); err == nil || !strings.Contains(err.Error(), "after the end") {
		t.Errorf("error %v, want one about a purchase after the end", err)
	}
	young := []Purchases{{Days: []history.Date{100}}}
	if _, err := NewCohorts(young, 120); err == nil || !strings.Contains(err.Error(), "for a month") {
		t.Errorf("error %v, want one that no month is complete", err)
	}
}
