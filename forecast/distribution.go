package forecast

import (
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// The share of so many customers that lies within its intervals is that of all
// to 0.6 percentage points, the mean CRPS to some per cent, at 95 %.
const defaultJudged = 20_000

// sample returns the table itself or, of more than n rows, n that are evenly
// spread over it.
func sample(h *history.Table, n int) *history.Table {
	if h.Len() <= n {
		return h
	}
	s := *h
	s.ID, s.Frequency, s.Recency, s.T = nil, pick(h.Frequency, n), pick(h.Recency, n), pick(h.T, n)
	s.Spend, s.HoldoutFrequency, s.HoldoutSpend = pick(h.Spend, n), pick(h.HoldoutFrequency, n), pick(h.HoldoutSpend, n)
	return &s
}

func pick[T any](column []T, n int) []T {
	if column == nil {
		return nil
	}
	out := make([]T, n)
	for k := range out {
		out[k] = column[k*len(column)/n]
	}
	return out
}

// A predicted is the predictive distribution of each row's orders at what was
// ordered, and the ends of its intervals at each level.
type predicted struct {
	crps, below, at []float64 // below and at: P(N ≤ y−1) and P(N ≤ y)
	orders, money   []ends    // by level; money is nil if there is none
}

// ends are those of an interval for each row.
type ends struct{ lo, hi []float64 }

// predict takes the scores of the distributions from these one by one: they
// are too many to keep.
func (w *window) predict(m *Model, money bool) *predicted {
	h := w.judged
	column := func() []float64 { return make([]float64, h.Len()) }
	p := &predicted{crps: column(), below: column(), at: column()}
	for range w.o.Levels {
		p.orders = append(p.orders, ends{column(), column()})
		if money {
			p.money = append(p.money, ends{column(), column()})
		}
	}
	o := &IntervalOptions{Margin: 1, Futures: defaultBuyers, Seed: w.o.Seed}
	m.eachLaw(statesOf(h), w.t, 1e-4, func(st *state, l *countLaw, buys, exceed []float64) {
		for _, i := range st.rows {
			y := h.HoldoutFrequency[i]
			p.crps[i] = rankedScore(exceed, y)
			p.below[i], p.at[i] = atMost(exceed, y-1), atMost(exceed, y)
		}
		for k, level := range w.o.Levels {
			lo, hi := countQuantile(exceed, (1-level)/2), countQuantile(exceed, (1+level)/2)
			for _, i := range st.rows {
				p.orders[k].lo[i], p.orders[k].hi[i] = float64(lo), float64(hi)
			}
			if money {
				m.moneyIntervals(&HorizonIntervals{CLVLo: p.money[k].lo, CLVHi: p.money[k].hi}, h, st, l, buys, (1-level)/2, o)
			}
		}
	})
	return p
}

// distribution scores the predictive distribution of the orders.
func (w *window) distribution(p *predicted, s *Score) {
	s.CRPS = Figure(mean(p.crps))
	rng := rand.New(rand.NewPCG(w.o.Seed, 0))
	u := make([]float64, len(p.crps))
	s.PIT = make([]float64, 10)
	for i := range u {
		u[i] = p.below[i] + rng.Float64()*(p.at[i]-p.below[i])
		s.PIT[min(9, int(10*u[i]))] += 1 / float64(len(u))
	}
	s.PITDistance = Figure(distance(u))
}

// atMost returns P(N ≤ n) from P(N > n).
func atMost(exceed []float64, n int) float64 {
	switch {
	case n < 0:
		return 0
	case n >= len(exceed):
		return 1
	}
	return 1 - exceed[n]
}

// coverage counts how often the intervals held what happened.
func (w *window) coverage(m *Model, p *predicted, orders, money *Score) error {
	days := []history.Horizon{{Value: float64(w.End - w.Cut), Unit: history.Day}}
	opts, err := (&TotalOptions{Horizons: days, Futures: w.o.Futures, Seed: w.o.Seed}).withDefaults()
	if err != nil {
		return err
	}
	totals, err := m.totals(w.log.Table, opts, w.o.Levels)
	if err != nil {
		return err
	}
	ordered := make([]float64, w.judged.Len())
	for i, y := range w.judged.HoldoutFrequency {
		ordered[i] = float64(y)
	}
	for k, level := range w.o.Levels {
		sum := totals[k].Rows[0]
		orders.Coverage = append(orders.Coverage, newCoverage(level, p.orders[k], ordered, sum.Orders, orders.Actual))
		if money != nil {
			money.Coverage = append(money.Coverage, newCoverage(level, p.money[k], w.judged.HoldoutSpend, *sum.CLV, money.Actual))
		}
	}
	return nil
}

// A Coverage is what became of the intervals of one level.
type Coverage struct {
	Level     float64 `json:"level"`
	Customers float64 `json:"customers"` // share of them within their intervals
	Width     float64 `json:"width"`     // mean of upper less lower end
	Total     Band    `json:"total"`     // of all customers
	Held      bool    `json:"held"`      // the total lay within its band
}

func newCoverage(level float64, of ends, actual []float64, sum Band, happened float64) Coverage {
	c := Coverage{Level: level, Total: sum, Held: sum.Lo <= happened && happened <= sum.Hi}
	n := float64(len(actual))
	for i, a := range actual {
		if of.lo[i] <= a && a <= of.hi[i] {
			c.Customers += 1 / n
		}
		c.Width += (of.hi[i] - of.lo[i]) / n
	}
	c.Customers = math.Min(c.Customers, 1)
	return c
}
