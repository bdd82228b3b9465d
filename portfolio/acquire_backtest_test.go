package portfolio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The difference is that of forecast.Rank, ties too; between two forecasts that
// are equally good it is within two of its standard errors in 95 % of the worlds.
// Of 400, fewer than 364 are with a probability of 0.3 %; within one, which should
// be 273, 364 or more never.
func TestGiniDifferenceAndItsError(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 21))
	within, halved := 0, 0
	for range 400 {
		a, b, y := make([]float64, 300), make([]float64, 300), make([]float64, 300)
		for i := range y {
			q := rng.ExpFloat64()
			a[i], b[i] = math.Floor(4*q*rng.ExpFloat64()), math.Floor(4*q*rng.ExpFloat64())
			if rng.Float64() < 0.5 {
				y[i] = q * rng.ExpFloat64()
			}
		}
		d, err := giniDifference(a, b, y)
		near(t, "difference", d, float64(forecast.Rank(a, y).Gini-forecast.Rank(b, y).Gini), 1e-12)
		if math.Abs(d) <= 2*err {
			within++
		}
		if math.Abs(d) <= err {
			halved++
		}
	}
	if within < 364 || halved >= 364 {
		t.Errorf("of 400 differences of 0 %d are within two standard errors and %d within one", within, halved)
	}
}

// Who is ranked, and what counts of what he did.
func TestRankingFollowsCustomers(t *testing.T) {
	s := &Acquired{Orders: Estimate{Value: 2}, Spend: Estimate{Value: 10}}
	for _, tt := range []struct {
		name   string
		days   history.Date
		bought history.Purchases
		want   []float64
	}{
		{"came after the cut, followed for 20 days", 20, history.Purchases{Days: []history.Date{101, 121, 122}, Values: []float64{7, 5, 90}}, []float64{5}},
		{"came too late to be followed", 20, history.Purchases{Days: []history.Date{131}, Values: []float64{7}}, nil},
		{"was known", 20, history.Purchases{Days: []history.Date{100, 130}, Values: []float64{7, 5}}, nil},
		{"was known, among those who were", 0, history.Purchases{Days: []history.Date{90, 100, 101, 150}, Values: []float64{7, 1, 5, 6}}, []float64{11}},
		{"came later, among those who were known", 0, history.Purchases{Days: []history.Date{101}, Values: []float64{7}}, nil},
		{"without amounts", 20, history.Purchases{Days: []history.Date{110, 111, 130}}, []float64{2}},
	} {
		r := ranking{end: 150, cut: 100, days: tt.days}
		r.add(tt.bought, s)
		if fmt.Sprint(r.actual) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v counted, want %v", tt.name, r.actual, tt.want)
		}
		if len(r.value) > 0 && r.value[0] != 20 {
			t.Errorf("%s: the segment is expected to spend %v, want 20", tt.name, r.value[0])
		}
	}
}

// A channel whose customers buy three times as often ranks newcomers better than
// the first order's amount, which here says nothing; one that is drawn does not.
func TestBacktestSeesWhatSegmentsTell(t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 22))
	b := history.NewBuilder(&history.Options{Unit: history.Week, End: shopEnd.Time(), Purchases: true})
	const n = 3000
	cut := shopEnd - 160
	var told, drawn []string
	for i := range n {
		m, name := models.NBD{R: 2, Alpha: 40}, "slow"
		if i%2 == 0 {
			m.Alpha, name = 13, "fast"
		}
		first := shopEnd - 364 + history.Date(rng.IntN(360))
		for _, w := range append([]float64{0}, m.Simulate(rng, float64(shopEnd-first)/7).Times...) {
			if err := b.AddRow(fmt.Appendf(nil, "%05d", i), first+history.Date(7*w), 20+rng.Float64()); err != nil {
				t.Fatal(err)
			}
		}
		told, drawn = append(told, name), append(drawn, fmt.Sprint(rng.IntN(2)))
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	for name, segment := range map[string][]string{"told": told, "drawn": drawn} {
		h, row := AsOf(log.Table, log.Purchases, cut)
		bought, known := make([]history.Purchases, len(row)), make([]string, len(row))
		for k, i := range row {
			bought[k], known[k] = log.Purchases[i], segment[i]
		}
		h.Spend = nil
		a, err := Acquire(models.BGNBD{}, h, bought, &Economics{}, &AcquireOptions{Segment: known, Horizon: history.Horizon{Value: 12, Unit: history.Month}, Draws: 2})
		if err != nil {
			t.Fatal(err)
		}
		got, err := BacktestAcquisition(a, log, segment, cut)
		if err != nil {
			t.Fatal(err)
		}
		came := 0
		for _, p := range log.Purchases {
			if p.Days[0] > cut && p.Days[0] <= shopEnd-80 {
				came++
			}
		}
		if !got.Newcomers || got.Customers != came || got.Days != 80 {
			t.Errorf("%s: %d customers followed for %v days, want the %d who came after the cut, for 80", name, got.Customers, got.Days, came)
		}
		if better := got.ValueGain.Gini > got.ValueGain.Noise; better != (name == "told") {
			t.Errorf("%s: better than the amount is %v: %s", name, better, got.Text)
		}
		t.Logf("%s: %s", name, got.Text)
	}
}
