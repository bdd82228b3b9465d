package portfolio

import (
	"fmt"
	"math"
	"math/rand/v2"
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
