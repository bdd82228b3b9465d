package portfolio

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func driverOf(t *testing.T, d *Drivers, name string) Driver {
	t.Helper()
	for _, r := range d.Rows {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no driver %s in %v", name, d.Rows)
	return Driver{}
}

// Without dropout and discount the value of a new customer is
// λ·t·(z·margin − cost) − CAC, and every driver moves it as that says.
func TestDriversOfTheFormula(t *testing.T) {
	m := &Model{Unit: history.Year, Purchase: Of(models.NBD{R: 3, Alpha: 1.5}), Spend: &models.GammaGamma{P: 6, Q: 4, V: 15}}
	margin := 0.4
	e := &Economics{Margin: &margin, CostPerOrder: 2, CAC: 5}
	h := &history.Table{Unit: history.Year}
	h.Append(history.Customer{Spend: math.NaN()})
	d, err := m.Drivers(h, e, &DriverOptions{Horizon: history.Horizon{Value: 4, Unit: history.Year}, New: true, Change: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	value := func(orders, z, margin, cost, cac float64) float64 { return orders*(z*margin-cost) - cac }
	near(t, "the value", d.Value, value(8, 30, 0.4, 2, 5), 1e-12) // λ = 2 a year, E[Z] = 6·15/3 = 30
	for name, want := range map[string][2]float64{
		"frequency":      {value(6, 30, 0.4, 2, 5), value(10, 30, 0.4, 2, 5)},
		"order value":    {value(8, 22.5, 0.4, 2, 5), value(8, 37.5, 0.4, 2, 5)},
		"margin":         {value(8, 30, 0.3, 2, 5), value(8, 30, 0.5, 2, 5)},
		"cost per order": {value(8, 30, 0.4, 1.5, 5), value(8, 30, 0.4, 2.5, 5)},
		"CAC":            {value(8, 30, 0.4, 2, 3.75), value(8, 30, 0.4, 2, 6.25)},
		"retention":      {d.Value, d.Value},
	} {
		got := driverOf(t, d, name)
		near(t, name+" less", got.Less, want[0], 1e-12)
		near(t, name+" more", got.More, want[1], 1e-12)
	}
	// What orders bring, 80, over the value.
	near(t, "elasticity of frequency", float64(driverOf(t, d, "frequency").Elasticity), 80/d.Value, 1e-12)
	if d.Rows[0].Name != "order value" && d.Rows[0].Name != "margin" {
		t.Errorf("the strongest driver is %s", d.Rows[0].Name)
	}
}

func TestDriversOfCustomers(t *testing.T) {
	h := customers()
	for name, c := range map[string]struct {
		purchase Purchaser
		altered  func(c history.Customer) float64 // expected orders with retention 10 % up
	}{
		"BG/NBD": {Of(cdnow), func(c history.Customer) float64 {
			g := cdnow.GivenAlive(c.Frequency, c.T)
			g.A *= 0.9
			return cdnow.ProbAlive(c) * g.Expected(52)
		}},
		"Pareto/NBD": {Of(pareto), func(c history.Customer) float64 {
			g := pareto.GivenAlive(c.Frequency, c.T)
			g.Beta /= 0.9
			return pareto.ProbAlive(c) * g.Expected(52)
		}},
	} {
		m := &Model{Unit: history.Week, Purchase: c.purchase, Spend: &cdnowSpend}
		margin := 0.95
		d, err := m.Drivers(h, &Economics{CAC: 10, Margin: &margin}, &DriverOptions{Horizon: history.Horizon{Value: 52, Unit: history.Week}})
		if err != nil {
			t.Fatal(err)
		}
		var want float64
		for i := range h.Len() {
			want += margin * c.altered(h.Customer(i)) * cdnowSpend.ExpectedSpend(h.Customer(i)) / float64(h.Len())
		}
		near(t, name+": value with more retention", driverOf(t, d, "retention").More, want, 1e-11)
		near(t, name+": value with orders worth more", driverOf(t, d, "order value").More, 1.1*d.Value, 1e-12)
		near(t, name+": value with a margin above the whole amount", driverOf(t, d, "margin").More, d.Value/margin, 1e-12)
		if d, err = m.Drivers(h, &Economics{CAC: 10}, &DriverOptions{Horizon: history.Horizon{Value: 52, Unit: history.Week}}); err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Rows {
			if r.Name == "CAC" || r.Name == "margin" {
				t.Errorf("%s: %s moves the value of customers acquired before, without a margin", name, r.Name)
			}
		}
	}
}

// strange is a family without Altered.
type strange struct{ models.NBD }

func (s strange) GivenAlive(int, float64) stranger { return stranger{} }

type stranger struct{ Newcomer }

func (stranger) DET(history.Customer, float64, float64) float64 { return 1 }
func (stranger) ProbOrder(history.Customer, float64) float64    { return 1 }

func TestDriversRefuse(t *testing.T) {
	year := history.Horizon{Value: 1, Unit: history.Year}
	for what, c := range map[string]struct {
		m *Model
		o DriverOptions
	}{
		"a change of 100 %":       {&Model{Unit: history.Week, Purchase: Of(cdnow)}, DriverOptions{Horizon: year, Change: 1}},
		"a family of one rate":    {&Model{Unit: history.Week, Purchase: Of[strange, stranger](strange{})}, DriverOptions{Horizon: year}},
		"a spend without a mean":  {&Model{Unit: history.Week, Purchase: Of(cdnow), Spend: &models.GammaGamma{P: 6, Q: 0.9, V: 15}}, DriverOptions{Horizon: year}},
		"forever, not discounted": {&Model{Unit: history.Week, Purchase: Of(cdnow)}, DriverOptions{}},
	} {
		if d, err := c.m.Drivers(customers(), &Economics{}, &c.o); err == nil {
			t.Errorf("%s: drivers %+v", what, d)
		}
	}
}
