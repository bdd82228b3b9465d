package portfolio

import (
	"math"
	"testing"
	"time"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// netsOf forecasts four customers by month with segments, and adds nets.
func netsOf(t *testing.T, e *Economics, plan *forecast.Plan, segment []string) (*forecast.Periods, *history.Table) {
	t.Helper()
	h := customers()
	h.Cut = time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)
	h.End = h.Cut
	fm := &forecast.Model{Unit: history.Week, Purchase: forecast.Of(pareto), Spend: &cdnowSpend}
	p, err := fm.Periods(h, &forecast.PeriodOptions{Horizon: history.Horizon{Value: 364, Unit: history.Day}, Labels: segment, Plan: plan, Rate: e.rate(), Futures: 40})
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{Unit: history.Week, Purchase: Of(pareto), Spend: &cdnowSpend}
	if err := m.AddNets(p, h, segment, e, nil); err != nil {
		t.Fatal(err)
	}
	return p, h
}

// The periods of a forecast add up to what the customers are worth.
func TestNetsAddUpToTheValues(t *testing.T) {
	margin := 0.3
	e := &Economics{Margin: &margin, MarginOf: []float64{0.1, 0.2, 0.5, math.NaN()}, CostPerOrder: 2, CostAlive: Cost{12, history.Year}, Discount: rate(0.1)}
	segment := []string{"a", "b", "a", "b"}
	p, h := netsOf(t, e, nil, segment)
	m := &Model{Unit: history.Week, Purchase: Of(pareto), Spend: &cdnowSpend}
	year := history.Horizon{Value: 52, Unit: history.Week}
	plain := *e
	plain.Discount = nil
	today, err := m.Value(h, e, &ValueOptions{Horizon: year, Segment: segment})
	if err != nil {
		t.Fatal(err)
	}
	later, err := m.Value(h, &plain, &ValueOptions{Horizon: year, Segment: segment})
	if err != nil {
		t.Fatal(err)
	}
	for b, name := range []string{"", "a", "b"} {
		var net, discounted, costs, sum float64
		for i := range h.Len() {
			if name == "" || segment[i] == name {
				net += later.Net[i]
				costs += later.Costs[i]
				discounted += today.Net[i]
			}
		}
		total := p.Totals[b]
		if total.Segment != name {
			t.Fatalf("total %d is of %q", b, total.Segment)
		}
		near(t, "net of "+name, total.Net.Net.Expected, net, 1e-9)
		near(t, "costs of "+name, total.Net.Costs, costs, 1e-9)
		near(t, "discounted net of "+name, total.Net.Discounted.Expected, discounted, 1e-4) // from the middle of months
		for _, r := range p.Rows {
			if r.Segment == name {
				sum += r.Net.Net.Expected
			}
			if b := r.Net.Net; !(b.Lo <= b.Expected && b.Expected <= b.Hi) {
				t.Errorf("band %+v", b)
			}
		}
		near(t, "Σ of the periods of "+name, sum, net, 1e-9)
	}
}

// Those who are acquired bring and cost what the formula says, and the parts add
// up to the whole.
func TestNetsOfArrivals(t *testing.T) {
	margin := 0.4
	e := &Economics{Margin: &margin, MarginBy: map[string]float64{"b": 0.2}, CostPerOrder: 1, CostAlive: Cost{6, history.Year}, CAC: 5, CACBy: map[string]float64{"b": 8}}
	start, _ := history.DateFrom(2026, 1, 1)
	plan := &forecast.Plan{Arrivals: []forecast.Arrival{{From: start, To: start + 30, Segment: "a", Customers: 310}, {From: start, To: start + 30, Segment: "b", Customers: 31}}}
	p, _ := netsOf(t, e, plan, []string{"a", "b", "a", "b"})
	at := map[string]*forecast.PeriodTotal{}
	for i := range p.Totals {
		at[p.Totals[i].Segment+" "+p.Totals[i].Customers] = &p.Totals[i]
	}
	for name, want := range map[string][3]float64{"a": {310, 0.4, 5}, "b": {31, 0.2, 8}} {
		r := at[name+" acquired"]
		near(t, "gross of "+name, r.Net.Gross, want[1]*r.Revenue.Expected, 1e-12)
		// From the middle of January to the end of the 364 days.
		life := models.DiscountedLife(pareto, (364-15.5)/7, 0) * 7 / 365.25
		near(t, "costs of "+name, r.Net.Costs, r.Transactions.Expected+want[0]*(want[2]+6*life), 1e-9)
	}
	for _, kind := range []string{"existing", "acquired", "all"} {
		near(t, "net of "+kind, at[" "+kind].Net.Net.Expected, at["a "+kind].Net.Net.Expected+at["b "+kind].Net.Net.Expected, 1e-9)
	}
	for _, name := range []string{"", "a", "b"} {
		near(t, "net of all of "+name, at[name+" all"].Net.Net.Expected, at[name+" existing"].Net.Net.Expected+at[name+" acquired"].Net.Net.Expected, 1e-9)
	}
}
