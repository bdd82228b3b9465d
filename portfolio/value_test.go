package portfolio

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The CDNOW estimates of Fader, Hardie and Lee (2005) and of Fader and Hardie
// (2013), in weeks.
var (
	cdnow      = models.BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259}
	cdnowSpend = models.GammaGamma{P: 6.25, Q: 3.744, V: 15.44}
	pareto     = models.ParetoNBD{R: 0.5533, Alpha: 10.578, S: 0.6062, Beta: 11.669}
)

func rate(r history.Rate) *history.Rate { return &r }

func customers() *history.Table {
	h := &history.Table{Unit: history.Week}
	h.Append(history.Customer{Frequency: 0, T: 30, Spend: math.NaN()},
		history.Customer{Frequency: 3, Recency: 20, T: 30, Spend: 25},
		history.Customer{Frequency: 12, Recency: 37, T: 38.86, Spend: 60},
		history.Customer{Frequency: 1, Recency: 2, T: 38.86, Spend: 10})
	return h
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestValueAddsUpWhatTheModelsSay(t *testing.T) {
	h := customers()
	margin := 0.3
	e := &Economics{Margin: &margin, CostPerOrder: 2, CostAlive: Cost{12, history.Year}, Discount: rate(0.1)}
	m := &Model{Unit: history.Week, Purchase: Of(pareto), Spend: &cdnowSpend}
	year := history.Horizon{Value: 52, Unit: history.Week}
	v, err := m.Value(h, e, &ValueOptions{Horizon: year, Periods: 13})
	if err != nil {
		t.Fatal(err)
	}
	delta := math.Log(1.1) * 7 / 365.25
	var net, orders float64
	for i := range h.Len() {
		c := h.Customer(i)
		near(t, "orders", v.Orders[i], pareto.CondExpected(c, 52), 1e-11)
		near(t, "P(order)", v.ProbOrder[i], pareto.ProbOrder(c, 52), 1e-11)
		// Time alive by 20,000 steps of Simpson's rule.
		var life float64
		const n = 20000
		for k := 0; k <= n; k++ {
			weight := 2 + 2*float64(k%2)
			if k == 0 || k == n {
				weight = 1
			}
			u := 52 * float64(k) / n
			life += weight * math.Exp(-delta*u) * pareto.ProbAliveAt(c, u)
		}
		life *= 52.0 / n / 3
		want := pareto.DET(c, 52, delta)*(0.3*cdnowSpend.ExpectedSpend(c)-2) - 12*7/365.25*life
		near(t, "net", v.Net[i], want, 1e-9)
		net += want
		orders += v.Orders[i]
	}
	var today, sum float64
	for _, p := range v.Periods {
		today += p.NetToday
		sum += p.Orders
	}
	near(t, "Σ net of the periods", today, net, 1e-9)
	near(t, "Σ orders of the periods", sum, orders, 1e-9)
	near(t, "end of the periods", v.Periods[12].To.In(history.Week), 52, 1e-12)
}

// A row that stands for two customers counts twice in the periods.
func TestPeriodsWeigh(t *testing.T) {
	m := &Model{Unit: history.Week, Purchase: Of(pareto), Spend: &cdnowSpend}
	year := &ValueOptions{Horizon: history.Horizon{Value: 1, Unit: history.Year}, Periods: 2}
	e := &Economics{CostAlive: Cost{12, history.Year}, CostPerOrder: 1}
	heavy := customers()
	heavy.N = []float64{1, 1, 1, 2}
	twice := customers()
	twice.Append(twice.Customer(3))
	got, err := m.Value(heavy, e, year)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Value(twice, e, year)
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range got.Periods {
		near(t, "net of a period", p.Net, want.Periods[k].Net, 1e-12)
		near(t, "orders of a period", p.Orders, want.Periods[k].Orders, 1e-12)
	}
}

func TestFiniteHorizonTendsToInfinite(t *testing.T) {
	e := &Economics{CostAlive: Cost{1, history.Month}, Discount: rate(0.25)}
	for name, p := range map[string]Purchaser{"bg-nbd": Of(cdnow), "pareto-nbd": Of(pareto), "mbg-nbd": Of(models.MBGNBD{R: 0.52, Alpha: 6.18, A: 0.89, B: 1.61})} {
		m := &Model{Unit: history.Week, Purchase: p, Spend: &cdnowSpend}
		forever, err := m.Value(customers(), e, &ValueOptions{})
		if err != nil {
			t.Fatal(err)
		}
		before := math.Inf(1)
		for _, years := range []float64{10, 40, 160} {
			v, err := m.Value(customers(), e, &ValueOptions{Horizon: history.Horizon{Value: years, Unit: history.Year}})
			if err != nil {
				t.Fatal(err)
			}
			off := math.Abs(v.Net[2]-forever.Net[2]) / math.Abs(forever.Net[2])
			if !(off < before) {
				t.Errorf("%s: after %v years %v off, not nearer than before", name, years, off)
			}
			before = off
		}
		if before > 1e-9 { // 1.25^-160 is 3e-16
			t.Errorf("%s: after 160 years still %v off", name, before)
		}
	}
}

func TestEconomics(t *testing.T) {
	e, err := ReadEconomics(strings.NewReader("margin: 0.35\nmargin_by: {outlet: -0.05}\ncost_per_order: 4.5\ncost_alive: 12/y\ncac: 20\ncac_by: {search: 35}\ncac_column: paid\nmargin_column: share\ndiscount: 10%/y\n"))
	if err != nil {
		t.Fatal(err)
	}
	if e.CACColumn != "paid" || e.MarginColumn != "share" {
		t.Errorf("columns are %q and %q", e.MarginColumn, e.CACColumn)
	}
	near(t, "margin", e.MarginIn("shop", -1), 0.35, 0)
	near(t, "margin of the outlet", e.MarginIn("outlet", 0), -0.05, 0)
	near(t, "cost alive per month", e.CostAlive.Per(history.Month), 1, 1e-15)
	near(t, "CAC of search", e.CACIn("search", -1), 35, 0)
	e.MarginOf = []float64{math.NaN(), 0.5}
	near(t, "margin of row 0", e.MarginIn("outlet", 0), -0.05, 0)
	near(t, "margin of row 1", e.MarginIn("outlet", 1), 0.5, 0)

	e.CACOf = []float64{math.NaN(), 7}
	near(t, "CAC of row 0", e.CACIn("search", 0), 35, 0)
	near(t, "CAC of row 1", e.CACIn("search", 1), 7, 0)
}

func TestEconomicsFileNamesThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"# all\nmargins: 0.3":    "line 2, column 1: there is no field \"margins\"",
		"margin: 30":             "line 1, column 9: margin is 30",
		"margin: a third":        "line 1, column 9: margin is \"a third\"",
		"margin:":                "margin is empty",
		"cac: 3\ncost_alive: 12": "line 2, column 13: cost_alive: \"12\" is no cost per time: write 12/y",
		"{\n  \"margin\": 0.3,\n  \"cac\": -1\n}": "line 3, column 10: cac is -1",
		"discount: 10%":                   "line 1, column 11: discount: ",
		"cac_by:\n  shop: 3\n  web: .nan": "line 3, column 8: cac_by web is NaN",
		"margin_by: [0.3]":                "line 1, column 12: margin_by must hold fields",
		"cac: 3\ncac: 4":                  "line 2, column 1: \"cac\" stands there twice",
		"0.3":                             "line 1, column 1: the file must hold fields",
		"cac: 3\n margin: 4":              "line 2",
		"# nothing":                       "is empty",
		"cac: 3\n---\ncac: 4":             "only one is read",
	} {
		if _, err := ReadEconomics(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", text, err, want)
		}
	}
}

func TestValueRefuses(t *testing.T) {
	m := &Model{Unit: history.Week, Purchase: Of(cdnow)}
	if _, err := m.Value(customers(), &Economics{}, &ValueOptions{}); err == nil {
		t.Error("an infinite horizon without discount has a value")
	}
	bad := customers()
	bad.Recency[1] = 31
	if _, err := m.Value(bad, &Economics{}, &ValueOptions{Horizon: history.Horizon{Value: 1, Unit: history.Year}}); err == nil {
		t.Error("an impossible history has a value")
	}
}
