package forecast

import (
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// A predicted is the predictive distribution of each row's orders at what was
// ordered, and its intervals at each level.
type predicted struct {
	crps, below, at []float64 // below and at: P(N ≤ y−1) and P(N ≤ y)
	lo, hi          [][]float64
}

// predict takes the scores of the distributions from these one by one: they
// are too many to keep.
func (w *window) predict(m *Model) *predicted {
	h := w.log.Table
	column := func() []float64 { return make([]float64, h.Len()) }
	p := &predicted{crps: column(), below: column(), at: column()}
	for range w.o.Levels {
		p.lo, p.hi = append(p.lo, column()), append(p.hi, column())
	}
	m.eachLaw(statesOf(h), w.t, 1e-4, func(st *state, _ *countLaw, _, exceed []float64) {
		for _, i := range st.rows {
			y := h.HoldoutFrequency[i]
			p.crps[i] = rankedScore(exceed, y)
			p.below[i], p.at[i] = atMost(exceed, y-1), atMost(exceed, y)
			for k, level := range w.o.Levels {
				p.lo[k][i] = float64(countQuantile(exceed, (1-level)/2))
				p.hi[k][i] = float64(countQuantile(exceed, (1+level)/2))
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
	h := w.log.Table
	days := []history.Horizon{{Value: float64(w.End - w.Cut), Unit: history.Day}}
	opts, err := (&TotalOptions{Horizons: days, Futures: w.o.Futures, Seed: w.o.Seed}).withDefaults()
	if err != nil {
		return err
	}
	totals, err := m.totals(h, opts, w.o.Levels)
	if err != nil {
		return err
	}
	var iv []*Intervals
	if money != nil {
		if iv, err = m.intervals(h, &IntervalOptions{Horizons: days, Margin: 1, Futures: defaultBuyers, Seed: w.o.Seed}, w.o.Levels); err != nil {
			return err
		}
	}
	for k, level := range w.o.Levels {
		sum := totals[k].Rows[0]
		orders.Coverage = append(orders.Coverage, newCoverage(level, p.lo[k], p.hi[k], w.orders, sum.Orders))
		if money != nil {
			at := iv[k].Horizons[0]
			money.Coverage = append(money.Coverage, newCoverage(level, at.CLVLo, at.CLVHi, w.money, *sum.CLV))
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

func newCoverage(level float64, lo, hi, actual []float64, sum Band) Coverage {
	c := Coverage{Level: level, Total: sum}
	n := float64(len(actual))
	for i, a := range actual {
		if lo[i] <= a && a <= hi[i] {
			c.Customers += 1 / n
		}
		c.Width += (hi[i] - lo[i]) / n
	}
	a := total(actual)
	c.Held = sum.Lo <= a && a <= sum.Hi
	c.Customers = math.Min(c.Customers, 1)
	return c
}
