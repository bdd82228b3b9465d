package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// IntervalOptions say which intervals to make. The zero value is not enough:
// there must be a horizon.
type IntervalOptions struct {
	Horizons []history.Horizon
	Level    float64      // probability that the interval holds; 0: 0.95
	Rate     history.Rate // by which CLV is discounted
	Margin   float64      // share of the amount that is profit; 0: 1
	Futures  int          // simulated buyers for money, for each x, T and horizon; 0: 1000
	Seed     uint64
}

const defaultBuyers = 1000

// Intervals are prediction intervals for each row of a table.
type Intervals struct {
	Level    float64            `json:"level"`
	Horizons []HorizonIntervals `json:"horizons"`
	Warnings []string           `json:"warnings,omitempty"`
}

// HorizonIntervals are the intervals within one horizon, a row for each row of
// the table. CLVLo and CLVHi are nil if no money is forecast.
type HorizonIntervals struct {
	Horizon  history.Horizon `json:"-"`
	Name     string          `json:"horizon"`
	OrdersLo []int           `json:"orders_lo"`
	OrdersHi []int           `json:"orders_hi"`
	CLVLo    []float64       `json:"clv_lo,omitempty"`
	CLVHi    []float64       `json:"clv_hi,omitempty"`
}

// Intervals returns, for each row of the table and each horizon, a central
// interval for the customer's orders and for the CLV: the discounted value of
// these orders times the margin. Either end leaves out (1−Level)/2 of the
// predictive distribution, in which
//
//	the parameters vary over the replicates,
//	λ and dropout follow their posterior given the history, and
//	the purchases, the customer's mean value M and the values follow from those.
//
// Ends for orders are quantiles of the exact distribution, the mean of those
// of 40 replicates. It is one of whole numbers, so the interval holds with at
// least the level: [0, 0] is exact where a purchase has a probability below
// (1−Level)/2. CLV is simulated given that there is a purchase, whose
// probability is exact. A customer's interval depends on the seed and on the
// customer's own history, not on the other rows.
//
// Intervals returns an error for an impossible history or a horizon or level
// that is none.
func (m *Model) Intervals(h *history.Table, o *IntervalOptions) (*Intervals, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	all, err := m.intervals(h, &opts, []float64{opts.Level})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// intervals returns the intervals of each level.
func (m *Model) intervals(h *history.Table, o *IntervalOptions, levels []float64) ([]*Intervals, error) {
	h, err := m.table(h)
	if err != nil {
		return nil, err
	}
	money, why := m.hasMoney()
	tail := 1.0
	var all []*Intervals
	for _, level := range levels {
		all = append(all, &Intervals{Level: level, Warnings: m.warnings(why)})
		tail = min(tail, (1-level)/2)
	}
	s := statesOf(h)
	for _, horizon := range o.Horizons {
		ends := make([]HorizonIntervals, len(levels))
		for k := range ends {
			ends[k] = newHorizonIntervals(horizon, h.Len(), money)
		}
		m.eachLaw(s, horizon.In(m.Unit), tail, func(st *state, l *countLaw, buys, exceed []float64) {
			for k, level := range levels {
				lo, hi := countQuantile(exceed, (1-level)/2), countQuantile(exceed, (1+level)/2)
				for _, i := range st.rows {
					ends[k].OrdersLo[i], ends[k].OrdersHi[i] = lo, hi
				}
				if money {
					m.moneyIntervals(&ends[k], h, st, l, buys, (1-level)/2, o)
				}
			}
		})
		for k := range all {
			all[k].Horizons = append(all[k].Horizons, ends[k])
		}
	}
	return all, nil
}

func newHorizonIntervals(horizon history.Horizon, rows int, money bool) HorizonIntervals {
	hi := HorizonIntervals{Horizon: horizon, Name: horizon.String(), OrdersLo: make([]int, rows), OrdersHi: make([]int, rows)}
	if money {
		hi.CLVLo, hi.CLVHi = make([]float64, rows), make([]float64, rows)
	}
	return hi
}

func (o *IntervalOptions) withDefaults() (IntervalOptions, error) {
	opts := IntervalOptions{}
	if o != nil {
		opts = *o
	}
	if opts.Level == 0 {
		opts.Level = 0.95
	}
	if opts.Margin == 0 {
		opts.Margin = 1
	}
	if opts.Futures == 0 {
		opts.Futures = defaultBuyers
	}
	switch {
	case !(opts.Level > 0 && opts.Level < 1):
		return opts, fmt.Errorf("level %v: it must lie between 0 and 1, like 0.95", opts.Level)
	case len(opts.Horizons) == 0:
		return opts, fmt.Errorf("no horizon: name one, like 365d")
	case opts.Futures < 0:
		return opts, fmt.Errorf("%d simulated futures", opts.Futures)
	}
	return opts, checkMoney(opts.Horizons, opts.Rate, opts.Margin)
}

func checkMoney(hs []history.Horizon, rate history.Rate, margin float64) error {
	for _, h := range hs {
		if !(h.Value > 0) || math.IsInf(h.Value, 0) {
			return fmt.Errorf("horizon %v is not a length of time", h)
		}
	}
	if !(rate >= 0) || math.IsInf(float64(rate), 0) {
		return fmt.Errorf("discount rate %v is negative", float64(rate))
	}
	if math.IsNaN(margin) || math.IsInf(margin, 0) {
		return fmt.Errorf("margin %v is not a share", margin)
	}
	return nil
}

// eachLaw calls f for each state, from several goroutines, with the law of its
// (x, T), its probabilities of buying within t under each replicate and, from
// n = 0 to where it is at most the tail, P(N > n). The states of one (x, T) come
// one after the other. f must not keep the slices.
func (m *Model) eachLaw(s *states, t, tail float64, f func(st *state, l *countLaw, buys, exceed []float64)) {
	var ms []Purchaser
	for _, r := range m.few() {
		ms = append(ms, r.Purchase)
	}
	parallel(len(s.begin)-1, func(g int) {
		group := s.all[s.begin[g]:s.begin[g+1]]
		l := newCountLaw(ms, group[0].customer.Frequency, group[0].customer.T, t)
		l.extend(tail)
		buys, exceed := make([]float64, len(ms)), []float64{}
		for i := range group {
			for k, m := range ms {
				buys[k] = m.ProbAlive(group[i].customer) * l.buy[k]
			}
			exceed = l.exceed(exceed, buys)
			f(&group[i], l, buys, exceed)
		}
	})
}

// Header returns the names of the columns that Append writes, for each horizon
// orders_365d_lo, orders_365d_hi and, where there is money, clv_365d_lo,
// clv_365d_hi.
func (iv *Intervals) Header() (names []string) {
	for _, h := range iv.Horizons {
		names = append(names, "orders_"+h.Name+"_lo", "orders_"+h.Name+"_hi")
		if h.CLVLo != nil {
			names = append(names, "clv_"+h.Name+"_lo", "clv_"+h.Name+"_hi")
		}
	}
	return names
}

// Append appends the cells of row i to cells.
func (iv *Intervals) Append(cells []string, i int) []string {
	for _, h := range iv.Horizons {
		cells = append(cells, strconv.Itoa(h.OrdersLo[i]), strconv.Itoa(h.OrdersHi[i]))
		if h.CLVLo != nil {
			cells = append(cells, number(h.CLVLo[i]), number(h.CLVHi[i]))
		}
	}
	return cells
}

// WriteCSV writes a row for each row of the table, with customer_id and the
// columns of Header. A customer without an identifier is named by the row.
func (iv *Intervals) WriteCSV(w io.Writer, h *history.Table) error {
	return writeCSV(w, append([]string{"customer_id"}, iv.Header()...), h.Len(), func(i int) []string {
		id := strconv.Itoa(i + 1)
		if h.ID != nil {
			id = h.ID[i]
		}
		return iv.Append([]string{id}, i)
	})
}
