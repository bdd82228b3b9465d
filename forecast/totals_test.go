package forecast

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The expected totals are the sums over customers, and the segments add up to
// all.
func TestTotalsAddUp(t *testing.T) {
	h, m := testTable(), testModel(t)
	labels := []string{"b", "a", "b", "a", "c", "b", "a", "b", "a", "c"}
	horizons := []history.Horizon{{Value: 1, Unit: history.Year}, weeks26}
	totals, err := m.Totals(h, &TotalOptions{Horizons: horizons, Labels: labels, Rate: 0.1, Margin: 0.4, Futures: 50})
	if err != nil {
		t.Fatal(err)
	}
	if len(totals.Rows) != 8 {
		t.Fatalf("%d rows, want 4 for each horizon", len(totals.Rows))
	}
	for k, horizon := range horizons {
		all, segments := totals.Rows[4*k], totals.Rows[4*k+1:4*k+4]
		var orders, active, clv float64
		span, delta := horizon.In(history.Week), history.Rate(0.1).Per(history.Week)
		for i := range h.Len() {
			c := forSpend(h.Customer(i))
			orders += trueBG.CondExpected(c, span)
			active += trueBG.ProbOrder(c, span)
			clv += 0.4 * trueBG.DET(c, span, delta) * trueSpend.ExpectedSpend(c)
		}
		var parts Total
		parts.CLV = &Band{}
		for i, s := range segments {
			if s.Segment != string("abc"[i]) || s.Horizon != horizon.String() {
				t.Errorf("row %d is of segment %q, %s", i, s.Segment, s.Horizon)
			}
			parts.Customers += s.Customers
			parts.Orders.Expected += s.Orders.Expected
			parts.Active.Expected += s.Active.Expected
			parts.CLV.Expected += s.CLV.Expected
		}
		for _, c := range []struct {
			name             string
			all, parts, want float64
		}{
			{"customers", all.Customers, parts.Customers, 10}, {"orders", all.Orders.Expected, parts.Orders.Expected, orders},
			{"active", all.Active.Expected, parts.Active.Expected, active}, {"clv", all.CLV.Expected, parts.CLV.Expected, clv},
		} {
			if !close(c.all, c.want, 1e-12) || !close(c.parts, c.want, 1e-12) {
				t.Errorf("%v, %s: all %v, segments %v, want %v", horizon, c.name, c.all, c.parts, c.want)
			}
		}
	}
}

// The simulated sums have the means that the models give. 20,000 futures with
// known parameters, 4 standard errors.
func TestTotalsSimulation(t *testing.T) {
	h := testTable()
	spend := trueSpend
	for name, p := range map[string]Purchaser{"bg-nbd": Of(trueBG), "mbg-nbd": Of(models.MBGNBD{R: 0.52, Alpha: 6.2, A: 0.89, B: 1.61}), "pareto-nbd": Of(truePareto)} {
		m := known(p, &spend)
		delta := history.Rate(0.3).Per(history.Week)
		pop, err := newPopulation(h, make([]int32, h.Len()))
		if err != nil {
			t.Fatal(err)
		}
		b := &bins{ends: []float64{10, 52}, delta: delta}
		sim := newSums(20000, 1, 2)
		e := m.expectAll(pop, b, 1)
		m.simulate(sim, pop, b, e, 11)
		near, far := e.sums[0], e.sums[0]
		far.add(e.sums[1])
		var firstMoney float64
		for i := range h.Len() {
			c := forSpend(h.Customer(i))
			firstMoney += p.CondExpected(c, 10) * spend.ExpectedSpend(c)
		}
		for _, c := range []struct {
			name string
			of   func(s []sum) float64
			want float64
		}{
			{"orders to 10", func(s []sum) float64 { return s[0].orders }, near.orders},
			{"orders to 52", func(s []sum) float64 { return s[0].orders + s[1].orders }, far.orders},
			{"active to 10", func(s []sum) float64 { return s[0].active }, near.new},
			{"active to 52", func(s []sum) float64 { return s[0].new + s[1].new }, far.new},
			{"money to 10", func(s []sum) float64 { return s[0].money }, firstMoney},
			{"discounted to 52", func(s []sum) float64 { return s[0].discounted + s[1].discounted }, far.discounted},
		} {
			var s, ss float64
			for _, row := range sim.at {
				v := c.of(row)
				s += v
				ss += v * v
			}
			n := float64(len(sim.at))
			mean := s / n
			if se := math.Sqrt((ss/n - mean*mean) / n); math.Abs(mean-c.want) > 4*se {
				t.Errorf("%s: %s %.4f ± %.4f, want %.4f", name, c.name, mean, se, c.want)
			}
		}
	}
}

// A row that stands for three customers is three rows.
func TestTotalsWeights(t *testing.T) {
	one := &history.Table{Unit: history.Week, Frequency: []int{2}, Recency: []float64{30}, T: []float64{38}, Spend: []float64{20}, N: []float64{3}}
	three := &history.Table{Unit: history.Week}
	c := history.Customer{Frequency: 2, Recency: 30, T: 38, Spend: 20}
	three.Append(c, c, c)
	m := testModel(t)
	o := &TotalOptions{Horizons: []history.Horizon{weeks26}, Futures: 60, Seed: 2}
	a, err := m.Totals(one, o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Totals(three, o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Rows[0].Orders != b.Rows[0].Orders || a.Rows[0].Customers != 3 || a.Rows[0].CLV.Hi != b.Rows[0].CLV.Hi {
		t.Errorf("%+v and %+v", a.Rows[0], b.Rows[0])
	}
	one.N[0] = 2.5
	if _, err := m.Totals(one, o); err == nil || !strings.Contains(err.Error(), "2.5 customers") {
		t.Errorf("half a customer: %v", err)
	}
}

func TestTotalsDeterministic(t *testing.T) {
	h, m := testTable(), testModel(t)
	o := &TotalOptions{Horizons: []history.Horizon{weeks26}, Seed: 4}
	a, err := m.Totals(h, o)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b, _ := m.Totals(h, o)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("one processor: %+v, several: %+v", b.Rows[0], a.Rows[0])
	}
	o.Seed = 5
	if c, _ := m.Totals(h, o); reflect.DeepEqual(a, c) {
		t.Error("another seed gives the same bands")
	}
}

// A further horizon changes nothing within the longest one, and a margin scales
// the money.
func TestTotalsHorizons(t *testing.T) {
	h, m := testTable(), testModel(t)
	o := &TotalOptions{Horizons: []history.Horizon{{Value: 52, Unit: history.Week}}, Futures: 100, Rate: 0.1}
	one, err := m.Totals(h, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Horizons, o.Margin = append(o.Horizons, weeks26), 0.5
	two, err := m.Totals(h, o)
	if err != nil {
		t.Fatal(err)
	}
	a, b := one.Rows[0], two.Rows[0]
	if a.Orders != b.Orders || a.Active.Lo != b.Active.Lo || a.Active.Hi != b.Active.Hi || !close(a.Active.Expected, b.Active.Expected, 1e-14) || !close(0.5*a.CLV.Hi, b.CLV.Hi, 1e-12) || !close(0.5*a.CLV.Expected, b.CLV.Expected, 1e-12) {
		t.Errorf("52 weeks alone %+v, with 26 weeks and a margin of 0.5 %+v", a, b)
	}
	if near := two.Rows[1]; near.Horizon != "26w" || !(near.Orders.Hi < a.Orders.Hi) {
		t.Errorf("26 weeks: %+v", near)
	}
}

func TestTotalsRefuse(t *testing.T) {
	h, m := testTable(), testModel(t)
	if _, err := m.Totals(h, &TotalOptions{Horizons: []history.Horizon{weeks26}, Labels: []string{"a"}}); err == nil || !strings.Contains(err.Error(), "1 labels for 10") {
		t.Errorf("labels: %v", err)
	}
	if _, err := m.Totals(h, &TotalOptions{Horizons: []history.Horizon{weeks26}, Futures: -4}); err == nil {
		t.Error("-4 futures: no error")
	}
	if _, err := m.Totals(h, nil); err == nil {
		t.Error("no horizon: no error")
	}
}

func TestTotalsWrite(t *testing.T) {
	h, m := testTable(), testModel(t)
	for _, spend := range []*models.GammaGamma{m.Spend, nil} {
		m.Spend = spend
		totals, err := m.Totals(h, &TotalOptions{Horizons: []history.Horizon{weeks26}, Futures: 50})
		if err != nil {
			t.Fatal(err)
		}
		var b, text bytes.Buffer
		if err := totals.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][0] != "26w" || (rows[1][9] == "") != (spend == nil) {
			t.Errorf("%v, %v", rows, err)
		}
		if err := totals.WriteTable(&text); err != nil || !strings.Contains(text.String(), "95 % band") {
			t.Errorf("%v:\n%s", err, text.String())
		}
		if _, err := json.Marshal(totals); err != nil {
			t.Error(err)
		}
	}
}
