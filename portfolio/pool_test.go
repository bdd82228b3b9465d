package portfolio

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// population simulates n customers of a BG/NBD shop, observed for 20 to 60 weeks.
func population(rng *rand.Rand, m models.BGNBD, n int) *history.Table {
	h := &history.Table{Unit: history.Week}
	for range n {
		c := history.Customer{T: 20 + float64(rng.IntN(41)), Spend: math.NaN()}
		for _, t := range m.Simulate(rng, c.T).Times {
			c.Frequency, c.Recency = c.Frequency+1, t
		}
		h.Append(c)
	}
	h.Spend = nil
	return h
}

// together returns the customers of all tables and the name of each one's table.
func together(tables []*history.Table, names []string) (h *history.Table, segment []string) {
	h = &history.Table{Unit: history.Week}
	for g, t := range tables {
		h.Frequency = append(h.Frequency, t.Frequency...)
		h.Recency = append(h.Recency, t.Recency...)
		h.T = append(h.T, t.T...)
		for range t.Len() {
			segment = append(segment, names[g])
		}
	}
	return h, segment
}

// A group without customers is the whole; one with very many is its own best fit.
func TestPoolBetweenWholeAndOwnFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	a, b := population(rng, models.BGNBD{R: 0.8, Alpha: 8, A: 0.7, B: 2.8}, 800), population(rng, models.BGNBD{R: 0.8, Alpha: 20, A: 0.7, B: 2.8}, 800)
	whole, _ := together([]*history.Table{a, b}, []string{"a", "b"})
	many := *b
	for range b.Len() {
		many.N = append(many.N, 1e6)
	}
	own, err := fit.MLE(models.BGNBD{}, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := NewPool(models.BGNBD{}, whole, []*history.Table{{Unit: history.Week}, &many, b})
	if err != nil {
		t.Fatal(err)
	}
	orders := func(m models.BGNBD) float64 { return m.Expected(52) }
	near(t, "orders of an empty group", orders(pool.Groups[0]), orders(pool.Whole.Model), 1e-12)
	near(t, "weight of an empty group", pool.Weight(0, orders), 0, 1e-9)
	for i, p := range pool.Groups[1].Params() { // 8e8 customers
		near(t, own.Model.ParamNames()[i], p, own.Model.Params()[i], 1e-4)
	}
	near(t, "weight of a very large group", pool.Weight(1, orders), 1, 1e-4)
	if lo, got, hi := orders(own.Model), orders(pool.Groups[2]), orders(pool.Whole.Model); !(lo < got && got < hi) {
		t.Errorf("orders of 800 customers are %v, not between %v and %v", got, lo, hi)
	}
}

// Channels of 40 customers differ less than their own fits say: drawn toward the
// whole, the orders expected of them are nearer to the truth.
func TestPoolingHelpsSmallGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var pooled, own float64
	for range 6 {
		_, truth, tables, _ := channels(rng)
		h, _ := together(tables, make([]string, len(tables)))
		pool, err := NewPool(models.BGNBD{}, h, tables)
		if err != nil {
			t.Fatal(err)
		}
		for g := range truth {
			res, err := fit.MLE(models.BGNBD{}, tables[g], nil)
			if tables[g].Len() > 100 || err != nil {
				continue
			}
			off := func(m models.BGNBD) float64 { return math.Log(m.Expected(52) / truth[g].Expected(52)) }
			pooled += off(pool.Groups[g]) * off(pool.Groups[g])
			own += off(res.Model) * off(res.Model)
		}
	}
	// The two differ by a factor of 2 or more; a quarter is left to chance.
	if !(pooled < 0.75*own) {
		t.Errorf("squared errors are %v when pooled and %v without", pooled, own)
	}
}

// channels returns two large and six small channels whose log-parameters are
// normal around common ones, r and alpha with a spread of 0.3.
func channels(rng *rand.Rand) (names []string, truth []models.BGNBD, tables []*history.Table, base models.BGNBD) {
	base = models.BGNBD{R: 0.8, Alpha: 8, A: 0.7, B: 2.8}
	for g := range 8 {
		m := base
		m.R *= math.Exp(0.3 * rng.NormFloat64())
		m.Alpha *= math.Exp(0.3 * rng.NormFloat64())
		n := 40
		if g < 2 {
			n = 600
		}
		names, truth, tables = append(names, string(rune('a'+g))), append(truth, m), append(tables, population(rng, m, n))
	}
	return names, truth, tables, base
}
