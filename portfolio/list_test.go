package portfolio

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A shop is a simulated log that ends on its day 364, and what happened in the
// 90 days after it.
type shop struct {
	log    *history.Log
	orders []int          // after the end, of each row
	next   []history.Date // the first of them; zero: none
}

const shopEnd = history.Date(730000)

// newShop makes a shop of customers who come in the first 180 days and then
// buy on the days, fractions allowed, that come from purchases.
func newShop(t *testing.T, rng *rand.Rand, n int, purchases func(rng *rand.Rand) (days, values []float64)) *shop {
	t.Helper()
	b := history.NewBuilder(&history.Options{Unit: history.Week, End: shopEnd.Time(), Purchases: true})
	s := &shop{orders: make([]int, n), next: make([]history.Date, n)}
	for i := range n {
		id := []byte(fmt.Sprintf("C%05d", i))
		days, values := purchases(rng)
		first := shopEnd - 364 + history.Date(rng.IntN(180))
		before := history.Date(0)
		for k, d := range days {
			day := first + history.Date(math.Ceil(d))
			switch {
			case day == before || day > shopEnd+90:
			case day > shopEnd:
				s.orders[i]++
				if s.next[i] == 0 {
					s.next[i] = day
				}
			default:
				if err := b.AddRow(id, day, values[k]); err != nil {
					t.Fatal(err)
				}
			}
			before = day
		}
	}
	var err error
	if s.log, err = b.Build(); err != nil {
		t.Fatal(err)
	}
	return s
}

var shopModel = models.BGNBD{R: 0.8, Alpha: 6, A: 0.7, B: 2.8} // weeks

// buys is the BG/NBD and Gamma-Gamma customer.
func buys(rng *rand.Rand) (days, values []float64) {
	path := shopModel.Simulate(rng, 65)
	days = []float64{0}
	for _, w := range path.Times {
		days = append(days, 7*w)
	}
	values, _ = cdnowSpend.Simulate(rng, len(days))
	return days, values
}

func scored(t *testing.T, s *shop, since history.Date) *Scoring {
	t.Helper()
	margin := 0.3
	m := &Model{Unit: history.Week, Purchase: Of(shopModel), Spend: &cdnowSpend}
	sc, err := m.Score(s.log, &Economics{Margin: &margin, CostPerOrder: 3, Discount: rate(0.1)},
		&ScoreOptions{Horizon: history.Horizon{Value: 90, Unit: history.Day}, Since: since})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func listed(t *testing.T, s *Scoring, name string, o *ListOptions) *List {
	t.Helper()
	l, err := s.List(name, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Items) == 0 {
		t.Fatalf("%s lists nobody", name)
	}
	return l
}

// TestAsOfIsWhatTheBuilderMakes: the histories of an earlier day are those of a
// log that is cut there.
func TestAsOfIsWhatTheBuilderMakes(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(1, 0)), 500, buys)
	day := shopEnd - 250
	b := history.NewBuilder(&history.Options{Unit: history.Week, Cut: day.Time(), End: day.Time()})
	for i, bought := range s.log.Purchases {
		for k, d := range bought.Days {
			if err := b.AddRow([]byte(s.log.Table.ID[i]), d, bought.Values[k]); err != nil {
				t.Fatal(err)
			}
		}
	}
	want, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]history.Customer{}
	for i := range want.Table.Len() {
		of[want.Table.ID[i]] = want.Table.Customer(i)
	}
	got, row := AsOf(s.log.Table, s.log.Purchases, day)
	if got.Len() != want.Table.Len() || got.Len() == s.log.Table.Len() {
		t.Fatalf("%d customers, want %d of %d", got.Len(), want.Table.Len(), s.log.Table.Len())
	}
	for k, i := range row {
		g, w := got.Customer(k), of[s.log.Table.ID[i]]
		if g.Frequency != w.Frequency || math.Abs(g.Recency-w.Recency)+math.Abs(g.T-w.T) > 1e-12 || math.Abs(g.Spend-w.Spend) > 1e-9 {
			t.Errorf("customer %s: %+v, want %+v", s.log.Table.ID[i], g, w)
		}
	}
}

// TestListsFindThem compares the first 200 of each list, out of 4,000 customers
// of a fixed seed, with all customers that the list could have named. The
// margins are well below what came out: 4.1, 2.4, 3.6 and 2.1 times.
func TestListsFindThem(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(2, 0)), 4000, buys)
	sc := scored(t, s, shopEnd-30)
	mean := func(rows []int, f func(i int) float64) (m float64) {
		for _, i := range rows {
			m += f(i) / float64(len(rows))
		}
		return m
	}
	orders := func(i int) float64 { return float64(s.orders[i]) }
	lost := func(i int) float64 { // what he was worth, of those who do not order
		if s.orders[i] == 0 {
			return sc.Then.Net[i]
		}
		return 0
	}
	all := func(int) bool { return true }
	idle := func(i int) bool { return sc.Gap[i] >= 120 }
	likely := func(i int) bool { return sc.Then.ProbOrder[i] >= 0.5 }
	for _, tt := range []struct {
		list   string
		among  func(i int) bool
		what   func(i int) float64
		margin float64
	}{
		{"top", all, orders, 3},
		{"winback", idle, orders, 1.5},
		{"rising", all, orders, 2.5},
		{"risk", likely, lost, 1.5},
	} {
		var first, base []int
		for _, item := range listed(t, sc, tt.list, &ListOptions{Idle: 120}).Items {
			if tt.among(item.Row) && len(first) < 200 {
				first = append(first, item.Row)
			}
		}
		for i := range s.orders {
			if tt.among(i) {
				base = append(base, i)
			}
		}
		got, random := mean(first, tt.what), mean(base, tt.what)
		t.Logf("%s: %d listed %.3f, %d at random %.3f, ratio %.2f", tt.list, len(first), got, len(base), random, got/random)
		if !(got >= tt.margin*random) {
			t.Errorf("%s: %.3f of the listed, not %v times the %.3f of the others", tt.list, got, tt.margin, random)
		}
	}
}

// TestReasonsAreTrue makes the sentences anew from the model alone.
func TestReasonsAreTrue(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(3, 0)), 800, buys)
	since := shopEnd - 30
	sc := scored(t, s, since)
	short := func(p float64) string { return strings.TrimPrefix(fmt.Sprintf("%.2f", p), "0") }
	const horizon = 90.0 / 7
	for _, item := range listed(t, sc, "risk", &ListOptions{}).Items[:50] {
		days := s.log.Purchases[item.Row].Days
		gaps := make([]float64, 0, len(days))
		for k := 1; k < len(days); k++ {
			gaps = append(gaps, float64(days[k]-days[k-1]))
		}
		slices.Sort(gaps)
		n, middle := float64(len(gaps)), 0.0
		if len(gaps) > 0 {
			middle = (gaps[(len(gaps)-1)/2] + gaps[len(gaps)/2]) / 2
		}
		now := s.log.Table.Customer(item.Row)
		usual := (n*middle + 3*7*math.Ln2/shopModel.Posterior(now).MeanRate) / (n + 3)
		if days[len(days)-1] > since {
			continue // who bought since then had another history
		}
		then := now
		then.T -= 30.0 / 7
		p0, p1 := shopModel.ProbOrder(then, horizon), shopModel.ProbOrder(now, horizon)
		orders := shopModel.DET(then, horizon, math.Log(1.1)*7/365.25)
		risk := (p0 - p1) / p0 * orders * (0.3*cdnowSpend.ExpectedSpend(then) - 3)
		want := fmt.Sprintf("gap %d days, usual %.0f; P(order in 90 days) fell from %s to %s; ", int(shopEnd-days[len(days)-1]), usual, short(p0), short(p1))
		reason := sc.reasonOf(t, "risk", item)
		if !strings.HasPrefix(reason, want) {
			t.Errorf("customer %d: %q, want %q", item.Row, reason, want)
		}
		near(t, "value at risk", item.Score, risk, 1e-9)
	}
	for _, item := range listed(t, sc, "winback", &ListOptions{Idle: 100, ContactCost: 2}).Items {
		c := s.log.Table.Customer(item.Row)
		value := shopModel.DET(c, horizon, math.Log(1.1)*7/365.25) * (0.3*cdnowSpend.ExpectedSpend(c) - 3)
		near(t, "value after a contact", item.Score, value-2, 1e-9)
		if gap := shopEnd - s.log.Purchases[item.Row].Days[len(s.log.Purchases[item.Row].Days)-1]; gap < 100 {
			t.Errorf("customer %d bought %d days ago", item.Row, gap)
		}
	}
	for _, item := range listed(t, sc, "unprofitable", &ListOptions{}).Items {
		if !(item.Score < 0) || item.Score != sc.Now.Net[item.Row] {
			t.Errorf("customer %d is called unprofitable at %v", item.Row, item.Score)
		}
	}
}

func (s *Scoring) reasonOf(t *testing.T, name string, item Item) string {
	t.Helper()
	return listed(t, s, name, &ListOptions{}).Reason(item)
}

func TestListWithinOwners(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(4, 0)), 300, buys)
	sc := scored(t, s, 0)
	owner := make([]string, 300)
	for i := range owner {
		owner[i] = []string{"Ann", "Bob", "Cleo"}[i%3]
	}
	l := listed(t, sc, "top", &ListOptions{Owner: owner, Limit: 4, ContactCost: 5})
	if len(l.Items) != 12 || l.Found != 300 {
		t.Fatalf("%d listed of %d, want 12 of 300", len(l.Items), l.Found)
	}
	pay := 0
	for _, v := range sc.Now.Net {
		if v > 5 {
			pay++
		}
	}
	if l.Pay != pay {
		t.Errorf("%d pay, want %d", l.Pay, pay)
	}
	for k, item := range l.Items {
		if want := []string{"Ann", "Bob", "Cleo"}[k/4]; l.Owner(item) != want || item.Rank != k%4+1 {
			t.Errorf("place %d: rank %d of %s, want %d of %s", k, item.Rank, l.Owner(item), k%4+1, want)
		}
		better := 0
		for i, v := range sc.Now.Net {
			if owner[i] == l.Owner(item) && v > item.Score {
				better++
			}
		}
		if better != item.Rank-1 {
			t.Errorf("place %d: %d customers of %s are worth more, want %d", k, better, l.Owner(item), item.Rank-1)
		}
	}
	if _, err := sc.List("risk", &ListOptions{}); err == nil {
		t.Error("a list of risk without an earlier day")
	}
}

func TestHoldoutIsStable(t *testing.T) {
	// By sha256sum of "spring", a zero byte and the identifier.
	for id, want := range map[string]float64{"C001": 0.781865988015, "C235": 0.153418685741} {
		if Holdout(id, "spring", want-1e-9) || !Holdout(id, "spring", want+1e-9) {
			t.Errorf("customer %s is not drawn from a share of %v on", id, want)
		}
	}
	n, moved := 0, 0
	for i := range 10000 {
		id := fmt.Sprint(i)
		in := Holdout(id, "", 0.15)
		if in {
			n++
		}
		if Holdout(id, "", 0.10) && !in {
			t.Errorf("customer %s leaves the group as it grows", id)
		}
		if Holdout(id, "other", 0.15) != in {
			moved++
		}
	}
	if n < 1350 || n > 1650 { // 4.2 standard deviations of 36
		t.Errorf("%d of 10000 are drawn, want 1500", n)
	}
	if moved < 2300 || moved > 2800 { // 2·0.15·0.85 of them, 6 standard deviations
		t.Errorf("another salt moves %d customers, want about 2550", moved)
	}
}

// gammaBuys makes customers of different rates, from 3 days to 60 between
// purchases, who drop out after each with probability 0.05.
func gammaBuys(shape int) func(rng *rand.Rand) (days, values []float64) {
	return func(rng *rand.Rand) (days, values []float64) {
		mean := 3 * math.Pow(20, rng.Float64())
		for d := 0.0; d < 500; {
			days, values = append(days, d), append(values, 20+10*rng.Float64())
			if rng.Float64() < 0.05 {
				break
			}
			var gap float64
			for range shape {
				gap += rng.ExpFloat64()
			}
			d += mean * gap / float64(shape)
		}
		return days, values
	}
}

// TestRegularityErrorRates: at random the test calls 1 % regular, to 4 standard
// deviations of 1,000 logs (0.31 %); of gamma gaps of shape 3 it misses none of
// 100 logs with 150 customers.
func TestRegularityErrorRates(t *testing.T) {
	called := func(shape, logs int) (n int, k float64) {
		rng := rand.New(rand.NewPCG(5, uint64(shape)))
		for range logs {
			bought := make([]history.Purchases, 150)
			for i := range bought {
				days, _ := gammaBuys(shape)(rng)
				last := history.Date(-1)
				for _, d := range days {
					if day := history.Date(math.Ceil(d)); day > last && day < 250 {
						bought[i].Days, last = append(bought[i].Days, day), day
					}
				}
			}
			r := RegularityOf(bought)
			if r.Supported() {
				n++
			}
			k += r.Shape / float64(logs)
		}
		return n, k
	}
	n, k := called(1, 1000)
	if n > 22 || math.Abs(k-1) > 0.05 {
		t.Errorf("%d of 1000 logs at random are called regular, want about 10; mean shape %.3f", n, k)
	}
	if n, k = called(3, 100); n < 100 || math.Abs(k-3) > 0.4 {
		t.Errorf("%d of 100 logs of shape 3 are called regular; mean shape %.2f", n, k)
	}
}

// TestReorderDates: of the customers who do order, 80 % do so between the times
// for 10 and 90 %, and half by that for 50 %, to 4 standard deviations of 900
// customers.
func TestReorderDates(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	s := newShop(t, rng, 3000, gammaBuys(3))
	sc := scored(t, s, 0)
	l := listed(t, sc, "reorder", &ListOptions{})
	if math.Abs(l.Regularity.Shape-3) > 0.5 {
		t.Errorf("shape %v, want 3", l.Regularity.Shape)
	}
	var n, within, early float64
	for _, item := range l.Items {
		if l.Due(item, 0.9) > shopEnd+90 || s.next[item.Row] == 0 {
			continue // it is not known when, or that there is no order
		}
		n++
		r := sc.rhythm(item.Row, l.Regularity.Shape)
		days := float64(s.next[item.Row]-shopEnd) - rng.Float64() // at some hour of that day
		if days >= r.due(0.1) && days <= r.due(0.9) {
			within++
		}
		if days <= r.due(0.5) {
			early++
		}
	}
	t.Logf("%v customers, %.3f within, %.3f by the median", n, within/n, early/n)
	if n < 500 || math.Abs(within/n-0.8) > 0.053 || math.Abs(early/n-0.5) > 0.067 {
		t.Errorf("of %v customers %.3f order between the dates, want 0.8, and %.3f by the median, want 0.5", n, within/n, early/n)
	}
}

func TestReorderRefuses(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(7, 0)), 800, buys)
	_, err := scored(t, s, 0).List("reorder", &ListOptions{})
	refusal, ok := errors.AsType[*PoissonError](err)
	if !ok || !strings.Contains(err.Error(), fmt.Sprintf("%.4f", refusal.Regularity.Variance)) || !strings.Contains(err.Error(), "at random") {
		t.Errorf("a log at random: error %v", err)
	}
	few := newShop(t, rand.New(rand.NewPCG(8, 0)), 20, gammaBuys(3))
	if _, err := scored(t, few, 0).List("reorder", &ListOptions{}); err == nil || !strings.Contains(err.Error(), "30 are needed") {
		t.Errorf("20 customers: error %v", err)
	}
}
