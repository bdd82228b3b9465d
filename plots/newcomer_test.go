package plots

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestNewcomer(t *testing.T) {
	n, err := NewNewcomer(nbd{4}, history.Week, history.Horizon{Value: 140, Unit: history.Day})
	if err != nil {
		t.Fatal(err)
	}
	for k, age := range n.Age {
		if want := float64(k) / 5; !near(age, want, 1e-12) || !near(n.Expected[k], want/4, 1e-12) { // 20 weeks in 100 steps
			t.Errorf("E[X(%v)] = %v, want %v at %v", age, n.Expected[k], want/4, want)
		}
	}
	if c, want := n.Caption(), "a new customer is expected to make 5.00 repeat purchases by the age of 20 weeks."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
	if _, err := NewNewcomer(broken{}, history.Week, history.Horizon{Value: 1, Unit: history.Week}); err == nil {
		t.Error("no error for NaN")
	}
}

// By hand: ten customers are watched for 10 days, and nine more for 4. Day 2 has
// three purchases of 19 customers, day 5 one of the ten that are left, and after
// day 10 nobody is.
func TestNewcomerObserve(t *testing.T) {
	const end = 100
	var ps []Purchases
	for i := range 19 {
		p := Purchases{Days: []history.Date{end - 10}}
		if i >= 10 {
			p.Days[0] = end - 4
		}
		if i >= 9 && i < 12 {
			p.Days = append(p.Days, p.Days[0]+2)
		}
		if i == 0 {
			p.Days = append(p.Days, p.Days[0]+5)
		}
		ps = append(ps, p)
	}
	n, err := NewNewcomer(nbd{4}, history.Day, history.Horizon{Value: 20, Unit: history.Day})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Observe(ps, end); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[int]float64{0: 0, 1: 0, 2: 3. / 19, 4: 3. / 19, 5: 3./19 + 1./10, 10: 3./19 + 1./10, 11: math.NaN(), 20: math.NaN()} {
		if got := n.Actual[5*day]; !near(got, want, 1e-12) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("repeat purchases by day %d are %v, want %v", day, got, want)
		}
	}
	if c, want := n.Caption(), "by the age of 11 days the model expects"; !strings.Contains(c, want) { // 10.8 days
		t.Errorf("caption %q does not contain %q", c, want)
	}
	if err := n.Observe(ps, end-20); err == nil {
		t.Error("no error for purchases after the end")
	}
}
