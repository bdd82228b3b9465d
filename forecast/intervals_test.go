package forecast

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

var weeks26 = history.Horizon{Value: 26, Unit: history.Week}

// testTable holds customers of several kinds: recent and silent, one-time
// buyers, a heavy buyer, equal states with unequal spend.
func testTable() *history.Table {
	h := &history.Table{Unit: history.Week}
	h.Append(
		history.Customer{T: 38, Spend: math.NaN()},
		history.Customer{T: 27.5, Spend: math.NaN()},
		history.Customer{Frequency: 1, Recency: 1, T: 38, Spend: 20},
		history.Customer{Frequency: 2, Recency: 30, T: 38, Spend: 11},
		history.Customer{Frequency: 2, Recency: 30, T: 38, Spend: 90},
		history.Customer{Frequency: 2, Recency: 12, T: 38, Spend: 40},
		history.Customer{Frequency: 26, Recency: 30.8, T: 31, Spend: 35},
		history.Customer{Frequency: 10, Recency: 5, T: 38, Spend: 35},
		history.Customer{Frequency: 3, Recency: 20, T: 30, Spend: math.NaN()},
		history.Customer{Frequency: 3, Recency: 20, T: 30, Spend: -4},
	)
	h.ID = []string{"new", "newer", "once", "low", "high", "gone?", "heavy", "lost", "unknown", "refunded"}
	return h
}

// countLawOf adds up CondProb, the definition, until nothing is left.
func countLawOf(prob func(n int) float64) (atMost []float64) {
	sum := 0.0
	for n := 0; sum < 1-1e-9 && n < 2000; n++ {
		sum += prob(n)
		atMost = append(atMost, sum)
	}
	return atMost
}

// The ends for orders must be the quantiles of the models' own distribution
// given the history.
func TestOrdersExact(t *testing.T) {
	h := testTable()
	type family interface {
		CondProb(c history.Customer, n int, t float64) float64
	}
	for name, p := range map[string]struct {
		m Purchaser
		f family
	}{
		"bg-nbd":     {Of(trueBG), trueBG},
		"mbg-nbd":    {Of(models.MBGNBD{R: 0.52, Alpha: 6.2, A: 0.89, B: 1.61}), models.MBGNBD{R: 0.52, Alpha: 6.2, A: 0.89, B: 1.61}},
		"pareto-nbd": {Of(truePareto), truePareto},
		"nbd":        {Of(models.NBD{R: 0.4, Alpha: 8}), models.NBD{R: 0.4, Alpha: 8}},
	} {
		for _, level := range []float64{0.5, 0.8, 0.95} {
			iv, err := known(p.m, nil).Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}, Level: level})
			if err != nil {
				t.Fatal(err)
			}
			for i := range h.Len() {
				law := countLawOf(func(n int) float64 { return p.f.CondProb(h.Customer(i), n, 26) })
				lo, _ := slices.BinarySearch(law, (1-level)/2)
				hi, _ := slices.BinarySearch(law, (1+level)/2)
				if got := iv.Horizons[0]; got.OrdersLo[i] != lo || got.OrdersHi[i] != hi {
					t.Errorf("%s, %s at %v: [%d, %d], want [%d, %d]", name, h.ID[i], level, got.OrdersLo[i], got.OrdersHi[i], lo, hi)
				}
			}
		}
	}
}

// With replicates the distribution is the mean of theirs.
func TestOrdersMixture(t *testing.T) {
	h, m := testTable(), testModel(t)
	m.Replicates = m.Replicates[:block] // those that exact distributions use
	iv, err := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range h.Len() {
		law := countLawOf(func(n int) (p float64) {
			for _, r := range m.Replicates {
				p += r.Purchase.(purchaser[models.BGNBD]).Family.(models.BGNBD).CondProb(h.Customer(i), n, 26) / block
			}
			return p
		})
		lo, _ := slices.BinarySearch(law, 0.025)
		hi, _ := slices.BinarySearch(law, 0.975)
		if got := iv.Horizons[0]; got.OrdersLo[i] != lo || got.OrdersHi[i] != hi {
			t.Errorf("%s: [%d, %d], want [%d, %d]", h.ID[i], got.OrdersLo[i], got.OrdersHi[i], lo, hi)
		}
	}
}

// moneyBelow returns the exact probability that the undiscounted value of the
// purchases in the next 26 weeks is at most v.
func moneyBelow(m models.BGNBD, s models.GammaGamma, c history.Customer, v float64) float64 {
	p := m.CondProb(c, 0, 26)
	for n := 1; n < 150; n++ {
		p += m.CondProb(c, n, 26) * s.ProbTotal(c, n, v)
	}
	return p
}

// Without discount the distribution of money has a closed form in the models.
// 4,000 draws: the probability below the upper end of an 80 % interval is 0.9
// within 4.5 standard errors, 4.5·√(0.1·0.9/4000) = 0.021.
func TestMoneyExact(t *testing.T) {
	h := testTable()
	iv, err := known(Of(trueBG), &trueSpend).Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}, Level: 0.8, Futures: 4000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	at := iv.Horizons[0]
	for i := range h.Len() {
		c := forSpend(h.Customer(i))
		switch buys := trueBG.ProbOrder(c, 26); {
		case buys <= 0.1:
			if at.CLVLo[i] != 0 || at.CLVHi[i] != 0 {
				t.Errorf("%s buys with probability %.3f and has the interval [%v, %v], want [0, 0]", h.ID[i], buys, at.CLVLo[i], at.CLVHi[i])
			}
		default:
			if got := moneyBelow(trueBG, trueSpend, c, at.CLVHi[i]); math.Abs(got-0.9) > 0.021 {
				t.Errorf("%s: below the upper end %v lies %.4f, want 0.9", h.ID[i], at.CLVHi[i], got)
			}
			if at.CLVLo[i] > 0 {
				if got := moneyBelow(trueBG, trueSpend, c, at.CLVLo[i]); math.Abs(got-0.1) > 0.021 {
					t.Errorf("%s: below the lower end %v lies %.4f, want 0.1", h.ID[i], at.CLVLo[i], got)
				}
			} else if buys > 0.91 {
				t.Errorf("%s buys with probability %.3f and has the lower end 0", h.ID[i], buys)
			}
		}
	}
	if at.CLVHi[4] <= at.CLVHi[3] {
		t.Error("a higher mean value does not raise the interval")
	}
}

// A rate makes the ends smaller, by no more than the whole horizon's discount;
// a margin scales them, a negative one turns them round.
func TestMoneyDiscountAndMargin(t *testing.T) {
	h, m := testTable(), testModel(t)
	ask := func(rate history.Rate, margin float64) HorizonIntervals {
		iv, err := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}, Rate: rate, Margin: margin})
		if err != nil {
			t.Fatal(err)
		}
		return iv.Horizons[0]
	}
	plain, discounted, loss := ask(0, 1), ask(0.2, 1), ask(0, -0.5)
	least := math.Exp(-26 * history.Rate(0.2).Per(history.Week))
	for i := range h.Len() {
		if v := plain.CLVHi[i]; v > 0 && !(discounted.CLVHi[i] < v && discounted.CLVHi[i] > least*v) {
			t.Errorf("%s: %v discounted is %v, want between %v and %v of it", h.ID[i], v, discounted.CLVHi[i], least, 1)
		}
		if loss.CLVLo[i] != -0.5*plain.CLVHi[i] || loss.CLVHi[i] != -0.5*plain.CLVLo[i] {
			t.Errorf("%s: margin -0.5 gives [%v, %v] from [%v, %v]", h.ID[i], loss.CLVLo[i], loss.CLVHi[i], plain.CLVLo[i], plain.CLVHi[i])
		}
	}
}

// The interval of a customer is the same alone, among others, in another order
// and for any number of processors.
func TestIntervalsAlone(t *testing.T) {
	h, m := testTable(), testModel(t)
	o := &IntervalOptions{Horizons: []history.Horizon{weeks26, {Value: 30, Unit: history.Day}}, Rate: 0.1, Seed: 9}
	all, err := m.Intervals(h, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range h.Len() {
		alone := &history.Table{Unit: history.Week}
		alone.Append(h.Customer(i))
		one, err := m.Intervals(alone, o)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := one.Append(nil, 0), all.Append(nil, i); !slices.Equal(got, want) {
			t.Errorf("%s alone: %v, among others %v", h.ID[i], got, want)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if again, _ := m.Intervals(h, o); !reflect.DeepEqual(all, again) {
		t.Error("one processor gives other intervals")
	}
	days, err := m.Intervals(h.In(history.Day), o)
	if err != nil || !slices.Equal(days.Horizons[0].OrdersHi, all.Horizons[0].OrdersHi) {
		t.Errorf("a table in days has other intervals: %v", err)
	}
}

// Another seed changes nothing but the noise of simulation.
func TestIntervalsSeed(t *testing.T) {
	h, m := testTable(), testModel(t)
	a, _ := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}, Seed: 1})
	b, _ := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}, Seed: 2})
	if !slices.Equal(a.Horizons[0].OrdersHi, b.Horizons[0].OrdersHi) {
		t.Error("orders are exact and change with the seed")
	}
	if slices.Equal(a.Horizons[0].CLVHi, b.Horizons[0].CLVHi) {
		t.Error("money does not change with the seed")
	}
}

func TestIntervalsWithoutMoney(t *testing.T) {
	h := testTable()
	iv, err := known(Of(trueBG), &models.GammaGamma{P: 2, Q: 0.9, V: 3}).Intervals(h, &IntervalOptions{Horizons: []history.Horizon{weeks26}})
	if err != nil || iv.Horizons[0].CLVHi != nil || len(iv.Warnings) != 1 || !strings.Contains(iv.Warnings[0], "no mean") {
		t.Errorf("q ≤ 1: %v, %v, warnings %q", err, iv.Horizons[0].CLVHi, iv.Warnings)
	}
	if got := iv.Header(); !slices.Equal(got, []string{"orders_26w_lo", "orders_26w_hi"}) {
		t.Errorf("header %v", got)
	}
}

func TestIntervalsRefuse(t *testing.T) {
	one := []history.Horizon{weeks26}
	for name, c := range map[string]struct {
		o    *IntervalOptions
		want string
	}{
		"nil":     {nil, "no horizon"},
		"level":   {&IntervalOptions{Horizons: one, Level: 95}, "level 95"},
		"rate":    {&IntervalOptions{Horizons: one, Rate: -0.1}, "discount rate"},
		"margin":  {&IntervalOptions{Horizons: one, Margin: math.Inf(1)}, "margin"},
		"horizon": {&IntervalOptions{Horizons: []history.Horizon{{Value: -1, Unit: history.Day}}}, "not a length"},
		"futures": {&IntervalOptions{Horizons: one, Futures: -1}, "simulated"},
	} {
		if _, err := known(Of(trueBG), nil).Intervals(testTable(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	m := known(Of(trueBG), nil)
	if _, err := m.Intervals(&history.Table{Unit: history.Week}, &IntervalOptions{Horizons: one}); err == nil {
		t.Error("no customers: no error")
	}
	bad := testTable()
	bad.Recency[3] = 50
	if _, err := m.Intervals(bad, &IntervalOptions{Horizons: one}); err == nil || !strings.Contains(err.Error(), `"low"`) {
		t.Errorf("impossible history: %v", err)
	}
}

func TestIntervalsWrite(t *testing.T) {
	h, m := testTable(), testModel(t)
	iv, err := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{{Value: 365, Unit: history.Day}}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := iv.WriteCSV(&b, h); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != h.Len()+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if want := []string{"customer_id", "orders_365d_lo", "orders_365d_hi", "clv_365d_lo", "clv_365d_hi"}; !slices.Equal(rows[0], want) {
		t.Errorf("header %v, want %v", rows[0], want)
	}
	if rows[7][0] != "heavy" || rows[7][2] == "0" {
		t.Errorf("row %v", rows[7])
	}
	if _, err := json.Marshal(iv); err != nil {
		t.Error(err)
	}
}

// The mean number of purchases of buyers times their probability is the
// expected number: the futures are of the right customers. 20,000 draws, 4
// standard errors.
func TestBuyerTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	c := history.Customer{Frequency: 2, Recency: 12, T: 38}
	for name, m := range map[string]Purchaser{"bg-nbd": Of(trueBG), "pareto-nbd": Of(truePareto)} {
		var s, ss float64
		const draws = 20000
		for range draws {
			times := buyerTimes(rng, m, c, 26)
			if len(times) == 0 || !slices.IsSorted(times) || times[len(times)-1] > 26 {
				t.Fatalf("times %v", times)
			}
			n := float64(len(times))
			s += n
			ss += n * n
		}
		mean := s / draws
		se := math.Sqrt((ss/draws - mean*mean) / draws)
		if want := m.CondExpected(c, 26) / m.ProbOrder(c, 26); math.Abs(mean-want) > 4*se {
			t.Errorf("%s: buyers make %.4f ± %.4f purchases, want %.4f", name, mean, se, want)
		}
	}
}
