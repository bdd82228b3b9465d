package report

import (
	"math"
	"testing"
)

// TestTiers: twenty customers worth 1, 2, … 20 hold 210; the top 5 %, one of
// them, 20 of it, the top tenth 39, the top quarter 90, the top half 155.
func TestTiers(t *testing.T) {
	var value, revenue []float64
	for i := range 20 {
		value = append(value, float64((7*i)%20+1)) // each of 1 … 20 once
		revenue = append(revenue, 2*value[i])
	}
	v := NewValue("CLV in 12 months", value, revenue)
	want := []Tier{
		{Percent: 1, Customers: 1, From: 20, Value: 20}, // one at least
		{Percent: 5, Customers: 1, From: 20, Value: 20},
		{Percent: 10, Customers: 2, From: 19, Value: 39},
		{Percent: 25, Customers: 5, From: 16, Value: 90},
		{Percent: 50, Customers: 10, From: 11, Value: 155},
	}
	for i, got := range v.Tiers {
		w := want[i]
		if got.Percent != w.Percent || got.Customers != w.Customers || got.From != w.From || got.Value != w.Value ||
			float64(got.Revenue) != 2*w.Value || math.Abs(got.ShareValue-w.Value/210) > 1e-15 || math.Abs(float64(got.ShareRevenue)-w.Value/210) > 1e-15 {
			t.Errorf("tier %d is %+v, want %+v", i, got, w)
		}
	}
	if len(v.Tiers) != len(want) {
		t.Errorf("%d tiers, want %d", len(v.Tiers), len(want))
	}
	for _, q := range v.Quantiles { // value k is the (k−1)-th of 19 steps
		if w := math.Round(q.Share*19) + 1; q.Value != w {
			t.Errorf("the %v quantile is %v, want %v", q.Share, q.Value, w)
		}
	}
	if v := NewValue("purchases in 12 months", value, nil); v.Money || !math.IsNaN(float64(v.Tiers[0].Revenue)) {
		t.Errorf("without money there is revenue: %+v", v.Tiers[0])
	}
}
