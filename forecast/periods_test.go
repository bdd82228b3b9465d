package forecast

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// datedTable is testTable at the end of 30 September 1997.
func datedTable(t *testing.T) *history.Table {
	h := testTable()
	h.Cut = day(t, "1997-09-30").Time()
	h.End = h.Cut
	return h
}

func rowsOf(p *Periods, segment, kind string) (rows []PeriodTotal) {
	for _, r := range p.Rows {
		if r.Segment == segment && r.Customers == kind {
			rows = append(rows, r)
		}
	}
	return rows
}

// The periods add up to the whole horizon, which is what the models say of
// it. Discounting from the middle of a month is off by 4e-5 here, because the
// orders come more in its first half.
func TestPeriodsAddUp(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	for _, period := range []history.Unit{history.Day, history.Week, history.Month} {
		p, err := m.Periods(h, &PeriodOptions{Horizon: history.Horizon{Value: 365, Unit: history.Day}, Period: period, Rate: 0.1, Futures: 20})
		if err != nil {
			t.Fatal(err)
		}
		var orders, money, discounted, wantOrders, wantMoney, wantDiscounted float64
		for _, r := range rowsOf(p, "", Existing) {
			orders += r.Transactions.Expected
			money += r.Revenue.Expected
			discounted += r.Discounted.Expected
		}
		for i := range h.Len() {
			c := forSpend(h.Customer(i))
			e := trueBG.CondExpected(c, 365.0/7)
			wantOrders += e
			wantMoney += e * trueSpend.ExpectedSpend(c)
			wantDiscounted += trueBG.DET(c, 365.0/7, history.Rate(0.1).Per(history.Week)) * trueSpend.ExpectedSpend(c)
		}
		whole := p.Totals[0]
		if !close(orders, wantOrders, 1e-12) || !close(money, wantMoney, 1e-12) || !close(discounted, wantDiscounted, 1e-4) {
			t.Errorf("by %v: orders %v, revenue %v, discounted %v; want %v, %v, %v", period, orders, money, discounted, wantOrders, wantMoney, wantDiscounted)
		}
		if !close(whole.Transactions.Expected, orders, 1e-12) || !close(whole.Discounted.Expected, discounted, 1e-12) || whole.From != day(t, "1997-10-01") || whole.To != day(t, "1998-09-30") {
			t.Errorf("by %v: the total is %+v", period, whole)
		}
	}
}

// Periods with given ends are those of the calendar with the same, to the last
// bit, and each of ByEnd is the forecast of its own horizon.
func TestPeriodsByEnd(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	o := PeriodOptions{Horizon: history.Horizon{Value: 28, Unit: history.Day}, Period: history.Week, Futures: 20, Seed: 2}
	want, err := m.Periods(h, &o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range want.Rows {
		o.Ends = append(o.Ends, r.To)
	}
	o.Horizon = history.Horizon{}
	got, err := m.Periods(h, &o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Rows, want.Rows) || !reflect.DeepEqual(got.Totals, want.Totals) || !reflect.DeepEqual(got.ByEnd[3], want.Totals[0]) || want.ByEnd != nil {
		t.Errorf("by the ends %v:\n%+v\n%+v\nwant\n%+v", o.Ends, got.Rows, got.ByEnd, want.Rows)
	}
	for k, r := range got.ByEnd {
		var orders float64
		for _, c := range want.Rows[:k+1] {
			orders += c.Transactions.Expected
		}
		if r.From != want.Rows[0].From || !close(r.Transactions.Expected, orders, 1e-12) || r.Active.Expected > r.Transactions.Expected {
			t.Errorf("up to %v: %+v, want %v transactions", r.To, r, orders)
		}
	}
	o.Ends = []history.Date{o.Ends[1], o.Ends[0]}
	if _, err := m.Periods(h, &o); err == nil {
		t.Error("ends in descending order were accepted")
	}
}

// The whole horizon of a forecast by period is that of Totals, to the last bit:
// the same futures.
func TestPeriodsAgreeWithTotals(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	horizon := history.Horizon{Value: 26, Unit: history.Week}
	p, err := m.Periods(h, &PeriodOptions{Horizon: horizon, Period: history.Month, Futures: 80, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	totals, err := m.Totals(h, &TotalOptions{Horizons: []history.Horizon{horizon}, Futures: 80, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	a, b := p.Totals[0], totals.Rows[0]
	if a.Transactions.Lo != b.Orders.Lo || a.Transactions.Hi != b.Orders.Hi || a.Active.Hi != b.Active.Hi || !close(a.Revenue.Hi, b.CLV.Hi, 1e-12) {
		t.Errorf("by month %+v, in one %+v", a, b)
	}
}

// Simulation and formula agree on customers to come, in a season, and on the
// value of their first orders. 4,000 futures with known parameters, 4.5
// standard errors.
func TestPeriodsSimulation(t *testing.T) {
	h := datedTable(t)
	spend := trueSpend
	season := &Season{}
	season.Months, _ = newSeason(history.Year)
	for i := range season.Months {
		season.Months[i].Factor = 0.5 + float64(i)/11
	}
	plan := &Plan{FirstValue: 70, Arrivals: []Arrival{
		{From: day(t, "1997-09-01"), To: day(t, "1997-10-30"), Customers: 12}, // half of it to come
		{From: day(t, "1997-12-05"), To: day(t, "1997-12-05"), Customers: 2.5}}}
	for name, p := range map[string]Purchaser{"bg-nbd": Of(trueBG), "mbg-nbd": Of(models.MBGNBD{R: 0.52, Alpha: 6.2, A: 0.89, B: 1.61}), "pareto-nbd": Of(truePareto)} {
		f, err := known(p, &spend).newPeriods(h, &PeriodOptions{Horizon: history.Horizon{Value: 120, Unit: history.Day}, Plan: plan, Season: season, Rate: 0.1, Futures: 4000})
		if err != nil {
			t.Fatal(err)
		}
		f.simulate()
		existing, acquired := f.expectedOld, f.expectedNew
		for k := range f.spans {
			for _, c := range []struct {
				name string
				sim  *sums
				of   func(s sum) float64
				want []sum
			}{
				{"existing orders", f.existing, func(s sum) float64 { return s.orders }, existing},
				{"existing active", f.existing, func(s sum) float64 { return s.active }, existing},
				{"existing new", f.existing, func(s sum) float64 { return s.new }, existing},
				{"existing money", f.existing, func(s sum) float64 { return s.money }, existing},
				{"arrivals", f.acquired, func(s sum) float64 { return s.arrivals }, acquired},
				{"acquired orders", f.acquired, func(s sum) float64 { return s.orders }, acquired},
				{"acquired active", f.acquired, func(s sum) float64 { return s.active }, acquired},
				{"acquired new", f.acquired, func(s sum) float64 { return s.new }, acquired},
				{"acquired money", f.acquired, func(s sum) float64 { return s.money }, acquired},
				{"acquired discounted", f.acquired, func(s sum) float64 { return s.discounted }, acquired},
			} {
				var s, ss float64
				for _, row := range c.sim.at {
					s += c.of(row[k])
					ss += c.of(row[k]) * c.of(row[k])
				}
				n := float64(len(c.sim.at))
				mean := s / n
				se := math.Sqrt(max(ss/n-mean*mean, 0) / n)
				if want := c.of(c.want[k]); math.Abs(mean-want) > 4.5*se+1e-9 {
					t.Errorf("%s, %s in period %d: %.4f ± %.4f, want %.4f", name, c.name, k+1, mean, se, want)
				}
			}
		}
		if got := f.acquired.at[0][0].arrivals; got != 6 {
			t.Errorf("%v customers acquired in October, want the 6 of 12 that are still to come", got)
		}
	}
}

// In a season the customers' clock runs at its factor.
func TestPeriodsSeason(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	season := &Season{}
	season.Months, _ = newSeason(history.Year)
	for i := range season.Months {
		season.Months[i].Factor = 1
	}
	season.Months[9].Factor, season.Months[11].Factor = 0.5, 2
	p, err := m.Periods(h, &PeriodOptions{Horizon: history.Horizon{Value: 92, Unit: history.Day}, Season: season, Futures: 20})
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(p, "", Existing)
	last := 0.0
	for k, days := range []float64{15.5, 45.5, 107.5} {
		var want float64
		for i := range h.Len() {
			want += trueBG.CondExpected(h.Customer(i), days/7)
		}
		if got := rows[k].Transactions.Expected; !close(got, want-last, 1e-12) {
			t.Errorf("%v: %v transactions, want %v", rows[k].From, got, want-last)
		}
		last = want
	}
	if len(p.Warnings) != 0 {
		t.Errorf("with a season there are warnings: %q", p.Warnings)
	}
}

func TestPeriodsSegmentsAndPlan(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	labels := []string{"b", "a", "b", "a", "b", "b", "a", "b", "a", "b"}
	plan := &Plan{Arrivals: []Arrival{{From: day(t, "1997-10-01"), To: day(t, "1997-10-31"), Segment: "a", Customers: 31},
		{From: day(t, "1997-11-01"), To: day(t, "1997-11-30"), Segment: "c", Customers: 15}}}
	o := &PeriodOptions{Horizon: history.Horizon{Value: 92, Unit: history.Day}, Labels: labels, Plan: plan, Futures: 40, Seed: 1}
	p, err := m.Periods(h, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rows) != 4*3*3 || len(p.Totals) != 4*3 {
		t.Fatalf("%d rows and %d totals, want 3 months of 3 kinds in 4 groups", len(p.Rows), len(p.Totals))
	}
	for k := range 3 {
		all := rowsOf(p, "", Everyone)[k]
		var parts, kinds, arrivals float64
		for _, s := range []string{"a", "b", "c"} {
			parts += rowsOf(p, s, Everyone)[k].Transactions.Expected
			arrivals += rowsOf(p, s, Acquired)[k].Arrivals.Expected
		}
		for _, kind := range []string{Existing, Acquired} {
			kinds += rowsOf(p, "", kind)[k].Transactions.Expected
		}
		if !close(parts, all.Transactions.Expected, 1e-12) || !close(kinds, all.Transactions.Expected, 1e-12) || !close(arrivals, []float64{31, 15, 0}[k], 1e-12) {
			t.Errorf("month %d: all %v, segments %v, kinds %v, %v arrivals", k+1, all.Transactions.Expected, parts, kinds, arrivals)
		}
	}
	if got := rowsOf(p, "c", Existing)[0].Transactions; got != (Band{}) {
		t.Errorf("a segment without customers has %+v", got)
	}
	if got := rowsOf(p, "a", Acquired)[0].Arrivals; got != (Band{31, 31, 31}) {
		t.Errorf("a plan of 31 customers has %+v", got)
	}
	want := []string{"the forecast covers October, November, December", "the plan ends with 1997-11-30"}
	for i, w := range want {
		if i >= len(p.Warnings) || !strings.HasPrefix(p.Warnings[i], w) {
			t.Errorf("warnings %q, want %q", p.Warnings, want)
			break
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if again, _ := m.Periods(h, o); !reflect.DeepEqual(p, again) {
		t.Error("one processor gives another forecast")
	}
}

func TestPeriodsRefuse(t *testing.T) {
	m := testModel(t)
	year := history.Horizon{Value: 1, Unit: history.Year}
	for name, c := range map[string]struct {
		h    *history.Table
		o    *PeriodOptions
		want string
	}{
		"no dates":   {testTable(), &PeriodOptions{Horizon: year}, "no dates"},
		"no horizon": {datedTable(t), nil, "horizon"},
		"an hour":    {datedTable(t), &PeriodOptions{Horizon: history.Horizon{Value: 1, Unit: history.Hour}}, "at least a day"},
		"quarter":    {datedTable(t), &PeriodOptions{Horizon: year, Period: history.Year}, "use day, week or month"},
		"labels":     {datedTable(t), &PeriodOptions{Horizon: year, Labels: []string{"a"}}, "1 labels"},
		"plan":       {datedTable(t), &PeriodOptions{Horizon: year, Plan: &Plan{FirstValue: -1}}, "first order"},
	} {
		if _, err := m.Periods(c.h, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestPeriodsWrite(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	p, err := m.Periods(h, &PeriodOptions{Horizon: history.Horizon{Value: 100, Unit: history.Day}, Futures: 20, Plan: &Plan{Arrivals: []Arrival{{From: day(t, "1997-10-01"), To: day(t, "1998-10-01"), Customers: 500}}}})
	if err != nil {
		t.Fatal(err)
	}
	var b, text bytes.Buffer
	if err := p.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+3*4+3 || !slices.Equal(rows[1][:6], []string{"month", "", "existing", "1997-10-01", "1997-10-31", "yes"}) || rows[4][5] != "no" || rows[15][0] != "total" {
		t.Errorf("%v, %v", rows, err)
	}
	if err := p.WriteTable(&text); err != nil || !strings.Contains(text.String(), "acquired customers") || !strings.Contains(text.String(), "1998-01-01 *") {
		t.Errorf("%v:\n%s", err, text.String())
	}
	js, err := json.Marshal(p)
	var back Periods
	if err != nil || json.Unmarshal(js, &back) != nil || !reflect.DeepEqual(&back, p) {
		t.Errorf("JSON does not come back: %v\n%s", err, js)
	}
}
