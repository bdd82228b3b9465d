package forecast

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// TotalOptions say which sums to forecast.
type TotalOptions struct {
	Horizons []history.Horizon
	Labels   []string     // segment of each row; nil: no segments
	Level    float64      // probability that a band holds; 0: 0.95
	Rate     history.Rate // by which CLV is discounted
	Margin   float64      // share of the amount that is profit; 0: 1
	Futures  int          // simulated futures of all customers; 0: 400
	Seed     uint64
}

// Totals are forecasts of sums over customers.
type Totals struct {
	Level    float64  `json:"level"`
	Futures  int      `json:"futures"`
	Rows     []Total  `json:"rows"` // by horizon; all customers first, then the segments in ascending order
	Warnings []string `json:"warnings,omitempty"`
}

// A Total is the sum over the customers of a segment within a horizon.
type Total struct {
	Horizon   string  `json:"horizon"`
	Segment   string  `json:"segment"` // empty: all customers
	Customers float64 `json:"customers"`
	Orders    Band    `json:"orders"`
	Active    Band    `json:"active"` // customers with at least one order
	CLV       *Band   `json:"clv,omitempty"`
}

const defaultFutures = 400

// Totals forecasts the sums of orders, active customers and CLV over all
// customers and by segment. The expected values are those of the model at its
// estimates, added up; the bands come from simulating the future of all
// customers many times, each time with one replicate of the parameters for
// all of them. Errors of the parameters do not average out over customers as
// the noise does: in a band for a sum they weigh most.
//
// Of a segment in which thousands will buy, or of many segments some hundreds
// in each, every future simulates a sample, which takes as long whatever the
// number of customers and makes a band at most some 2 % wider or narrower; all
// are simulated where spend has no variance (q ≤ 2).
func (m *Model) Totals(h *history.Table, o *TotalOptions) (*Totals, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	all, err := m.totals(h, opts, []float64{opts.Level})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// totals returns the totals with bands of each level.
func (m *Model) totals(h *history.Table, opts TotalOptions, levels []float64) ([]*Totals, error) {
	h, err := m.table(h)
	if err != nil {
		return nil, err
	}
	names, group, err := segments(opts.Labels, h.Len())
	if err != nil {
		return nil, err
	}
	p, err := newPopulation(h, group)
	if err != nil {
		return nil, err
	}
	money, why := m.hasMoney()
	order, b := m.horizonBins(opts)
	if !money {
		b.delta = 0
	}
	sim := newSums(opts.Futures, len(names), len(b.ends))
	e := m.expectAll(p, b, len(names))
	expected := &sums{len(names), len(b.ends), [][]sum{e.sums}}
	m.simulate(sim, p, b, e, opts.Seed)
	customers := make([]float64, len(names))
	for i, g := range group {
		customers[g] += h.Weight(i)
	}
	var all []*Totals
	for _, level := range levels {
		opts.Level = level
		out := &Totals{Level: level, Futures: opts.Futures, Warnings: m.warnings(why)}
		for place, horizon := range opts.Horizons {
			bin := slices.Index(order, place)
			for g := -1; g < len(names) && (g < 0 || opts.Labels != nil); g++ {
				row := Total{Horizon: horizon.String(), Customers: total(customers)}
				if g >= 0 {
					row.Segment, row.Customers = names[g], customers[g]
				}
				row.fill(sim, expected, g, bin, &opts, money)
				out.Rows = append(out.Rows, row)
			}
		}
		all = append(all, out)
	}
	return all, nil
}

func (o *TotalOptions) withDefaults() (TotalOptions, error) {
	opts := TotalOptions{}
	if o != nil {
		opts = *o
	}
	iv, err := (&IntervalOptions{Horizons: opts.Horizons, Level: opts.Level, Rate: opts.Rate, Margin: opts.Margin}).withDefaults()
	opts.Level, opts.Margin = iv.Level, iv.Margin
	if opts.Futures == 0 {
		opts.Futures = defaultFutures
	}
	if err == nil && opts.Futures < 1 {
		err = fmt.Errorf("%d simulated futures", opts.Futures)
	}
	return opts, err
}

// horizonBins returns the bins that end with the horizons and, for each bin,
// the place of its horizon in the options.
func (m *Model) horizonBins(o TotalOptions) (order []int, b *bins) {
	order = make([]int, len(o.Horizons))
	for i := range order {
		order[i] = i
	}
	at := func(i int) float64 { return o.Horizons[i].In(m.Unit) }
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case at(i) < at(j):
			return -1
		case at(i) > at(j):
			return 1
		}
		return 0
	})
	b = &bins{delta: o.Rate.Per(m.Unit)}
	for _, i := range order {
		b.ends = append(b.ends, at(i))
	}
	return order, b
}

// fill makes the row of group g, of all groups if that is −1, up to the end of
// the bin.
func (t *Total) fill(sim, expected *sums, g, bin int, o *TotalOptions, money bool) {
	e := expected.total(0, g, 0, bin)
	orders, active, clv := make([]float64, len(sim.at)), make([]float64, len(sim.at)), make([]float64, len(sim.at))
	for r := range sim.at {
		s := sim.total(r, g, 0, bin)
		orders[r], active[r], clv[r] = s.orders, s.new, s.discounted*o.Margin
	}
	t.Orders, t.Active = band(e.orders, orders, o.Level), band(e.new, active, o.Level)
	if money {
		b := band(e.discounted*o.Margin, clv, o.Level)
		t.CLV = &b
	}
}

// total adds up replicate r of group g, of all groups if that is −1, over the
// bins from lo to hi.
func (s *sums) total(r, g, lo, hi int) (t sum) {
	for k := range s.groups {
		if g >= 0 && k != g {
			continue
		}
		for bin := lo; bin <= hi; bin++ {
			t.add(s.at[r][k*s.bins+bin])
		}
	}
	return t
}

// WriteCSV writes a row for each horizon and segment.
func (t *Totals) WriteCSV(w io.Writer) error {
	header := []string{"horizon", "segment", "customers", "orders", "orders_lo", "orders_hi", "active", "active_lo", "active_hi", "clv", "clv_lo", "clv_hi"}
	return writeCSV(w, header, len(t.Rows), func(i int) []string {
		r := t.Rows[i]
		clv := Band{math.NaN(), math.NaN(), math.NaN()}
		if r.CLV != nil {
			clv = *r.CLV
		}
		cells := []string{r.Horizon, r.Segment, number(r.Customers)}
		for _, b := range []Band{r.Orders, r.Active, clv} {
			cells = append(cells, number(b.Expected), number(b.Lo), number(b.Hi))
		}
		return cells
	})
}

// WriteTable writes the rows in columns for people.
func (t *Totals) WriteTable(w io.Writer) error {
	rows := [][]string{{"segment", "horizon", "customers", "orders", percent(t.Level) + " band", "active", percent(t.Level) + " band", "clv", percent(t.Level) + " band"}}
	for _, r := range t.Rows {
		name := r.Segment
		if name == "" {
			name = "all"
		}
		cells := []string{name, r.Horizon, strconv.FormatFloat(r.Customers, 'f', 0, 64)}
		cells = append(cells, words(&r.Orders)...)
		cells = append(cells, words(&r.Active)...)
		rows = append(rows, append(cells, words(r.CLV)...))
	}
	return writeText(w, rows)
}

// words returns the expected value and the band as people read them.
func words(b *Band) []string {
	if b == nil {
		return []string{"", ""}
	}
	return []string{whole(b.Expected), whole(b.Lo) + "–" + whole(b.Hi)}
}

// whole writes a sum without decimals.
func whole(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

func percent(p float64) string { return strconv.FormatFloat(100*p, 'g', 4, 64) + " %" }
