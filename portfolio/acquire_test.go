package portfolio

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The values of channels with a known truth lie in their 95 % intervals in 95 %
// of the cases, those of channels of 40 customers too; in halved ones they do
// not.
func TestAcquisitionCoversTheTruth(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	e := &Economics{Discount: rate(0.1)}
	year := history.Horizon{Value: 12, Unit: history.Month}
	all, covered, halved := 0.0, 0.0, 0.0
	for range 12 {
		names, truth, tables, _ := channels(rng)
		h, segment := together(tables, names)
		a, err := Acquire(models.BGNBD{}, h, make([]history.Purchases, h.Len()), e, &AcquireOptions{Segment: segment, Horizon: year, Draws: 100})
		if err != nil {
			t.Fatal(err)
		}
		for g, s := range a.Segments {
			m := &Model{Unit: history.Week, Purchase: Of(truth[g])}
			later, err := m.NewCustomer(e, year, "")
			if err != nil {
				t.Fatal(err)
			}
			want := 1 + later // the first order is worth 1
			lo, mid, hi := float64(s.CLV.Lower), float64(s.CLV.Value), float64(s.CLV.Upper)
			all++
			if lo <= want && want <= hi {
				covered++
			}
			if (lo+mid)/2 <= want && want <= (hi+mid)/2 {
				halved++
			}
		}
	}
	// Of 96 intervals at 95 %, fewer than 84 cover with a probability of 0.1 %
	// (binomial); of halved ones, at 67 %, 84 or more do in less than 1e-4.
	if covered < 84 || halved >= 84 {
		t.Errorf("of %v intervals %v cover the truth, and %v halved ones", all, covered, halved)
	}
}

// Without segments the value is that of Model.NewCustomer and the first order; a
// long horizon is as good as none.
func TestAcquiredIsANewCustomer(t *testing.T) {
	h := population(rand.New(rand.NewPCG(2, 2)), models.BGNBD{R: 0.8, Alpha: 8, A: 0.7, B: 2.8}, 400)
	margin := 0.4
	e := &Economics{Margin: &margin, CostPerOrder: 0.1, CostAlive: Cost{0.2, history.Year}, Discount: rate(1)}
	for _, years := range []float64{1.5, 25} {
		horizon := history.Horizon{Value: years, Unit: history.Year}
		a, err := Acquire(models.BGNBD{}, h, make([]history.Purchases, h.Len()), e, &AcquireOptions{Horizon: horizon, Draws: 2})
		if err != nil {
			t.Fatal(err)
		}
		res, err := NewPool[models.BGNBD](models.BGNBD{}, h, []*history.Table(nil))
		if err != nil {
			t.Fatal(err)
		}
		if years > 20 {
			horizon = history.Horizon{} // 2^-25 is 3e-8
		}
		m := &Model{Unit: history.Week, Purchase: Of(res.Whole.Model)}
		want, err := m.NewCustomer(e, horizon, "")
		if err != nil {
			t.Fatal(err)
		}
		near(t, "CLV", float64(a.All.CLV.Value), 1*0.4-0.1+want, 1e-6)
		near(t, "first point of the curve", float64(a.All.Curve[0].Value), 0.3, 1e-12)
		near(t, "CAC for 3:1", float64(a.All.RatioCAC.Value), max(float64(a.All.CLV.Value)/3, 0), 1e-12)
	}
}

func TestCeilingInvertsPayback(t *testing.T) {
	months := []float64{0, 1, 2, 3, 4, 4.5}
	for name, value := range map[string][]float64{
		"rising":           {2, 5, 7, 8.5, 9, 9.1},
		"falling at first": {2, 1, 3, 6, 6.5, 6.6},
		"negative at once": {-2, -1, 0.5, 1, 1.5, 2},
	} {
		for _, within := range []float64{2, 2.4, 3, 4.25, 4.5} {
			ceiling := payableWithin(months, value, within)
			near(t, name+": payback at the ceiling", paysBack(months, value, ceiling), within, 1e-12)
			if got := paysBack(months, value, ceiling+1e-6); got <= within {
				t.Errorf("%s: above the ceiling it pays back within %v months, want more than %v", name, got, within)
			}
		}
	}
	if got := paysBack(months, []float64{1, 1, 1, 1, 1, 1}, 2); !math.IsNaN(got) {
		t.Errorf("a cost that never comes back does after %v months", got)
	}
}

func TestShrunkMeans(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	var bought []history.Purchases
	var rows [][]int
	for _, g := range []struct {
		n    int
		mean float64
	}{{2000, 20}, {2000, 30}, {3, 90}} {
		var r []int
		for range g.n {
			r = append(r, len(bought))
			bought = append(bought, history.Purchases{Values: []float64{g.mean + 10*rng.NormFloat64()}})
		}
		rows = append(rows, r)
	}
	mean, err := shrunkMeans(bought, rows)
	// 10/√2000 = 0.22; a group of 2,000 is hardly moved: 5 standard errors.
	near(t, "mean of a large group", mean[1]/20, 1, 5*0.22/20)
	if !(mean[3] > mean[0] && mean[3] < 90) || !(err[3] > err[1]) {
		t.Errorf("the mean of three customers is %v ± %v beside %v of all", mean[3], err[3], mean[0])
	}
	one, _ := shrunkMeans(bought, [][]int{rows[0]})
	near(t, "mean without a second group", one[1], mean[0], 1e-12)
}

func TestAcquireRefuses(t *testing.T) {
	few := &history.Table{Unit: history.Week, Frequency: make([]int, 50), Recency: make([]float64, 50), T: make([]float64, 50)}
	for i := range few.T {
		few.T[i] = 30
	}
	for i := range 9 {
		few.Frequency[i], few.Recency[i] = 1+i%3, 10
	}
	o := &AcquireOptions{Horizon: history.Horizon{Value: 12, Unit: history.Month}}
	_, err := Acquire(models.BGNBD{}, few, make([]history.Purchases, 50), &Economics{}, o)
	if err == nil || !strings.Contains(err.Error(), "only 9 of 50") {
		t.Errorf("nine repeat buyers have a value: %v", err)
	}
	o.Payback = history.Horizon{Value: 2, Unit: history.Year}
	if _, err := Acquire(models.BGNBD{}, few, make([]history.Purchases, 50), &Economics{}, o); err == nil || !strings.Contains(err.Error(), "longer horizon") {
		t.Errorf("a payback beyond the horizon is %v", err)
	}
}

func TestFirstOrderBands(t *testing.T) {
	var bought []history.Purchases
	for _, v := range []float64{1, 2, 3, 4, 5, 6, 7, 8, 9} {
		bought = append(bought, history.Purchases{Values: []float64{v}})
	}
	got, err := FirstOrderBands(bought, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got[0] != "1: up to 3.00" || got[2] != got[0] || got[3] != "2: 3.00 to 6.00" || got[8] != "3: over 6.00" {
		t.Errorf("the bands are %q", got)
	}
	if _, err := FirstOrderBands([]history.Purchases{{}}, 3); err == nil {
		t.Error("there are bands without amounts")
	}
}
