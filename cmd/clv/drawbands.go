package main

import (
	"math"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
)

// bandFlags say which intervals a figure shows.
func bandFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "interval", Value: "95%", Usage: "`LEVEL` of the intervals of the holdout as forecast at its beginning, like 80%; or none"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
	}
}

// A bander makes the intervals of a figure.
type bander struct {
	m     *forecast.Model
	level float64
	seed  uint64
	name  string
}

// bander returns that of the first model, nil if no intervals are wanted.
func (d *drawing) bander() (*bander, error) {
	if d.c.String("interval") == "none" {
		return nil, nil
	}
	level, err := parseLevel("interval", d.c.String("interval"))
	if err != nil {
		return nil, err
	}
	b, err := d.model().bander(level, d.c.Uint64("seed"))
	if err != nil {
		return nil, err
	}
	if len(d.models) > 1 {
		b.name += " of " + d.names[0]
	}
	reportBands(b.m.Warnings, d.w)
	return b, nil
}

func (m *loaded) bander(level float64, seed uint64) (*bander, error) {
	fm, err := m.forecaster(seed)
	if err != nil {
		return nil, err
	}
	fm.Spend = nil // the figures count purchases
	return &bander{fm, level, seed, strconv.FormatFloat(100*level, 'g', 4, 64) + " % interval"}, nil
}

// track sets the intervals of the holdout: of the purchases in each period and
// of those up to its end, given what had happened by the cut.
func (b *bander) track(t *plots.Tracking, h *history.Table) error {
	o := &forecast.PeriodOptions{Level: b.level, Seed: b.seed, Orders: true}
	known, first := 0.0, 0
	for i, r := range t.Rows {
		if r.To <= t.Cut {
			known, first = r.CumulativeActual, i+1
			continue
		}
		o.Ends = append(o.Ends, r.To)
	}
	if o.Ends == nil {
		return nil
	}
	p, err := b.m.Periods(h, o)
	if err != nil {
		return err
	}
	t.Band, t.CumulativeBand = b.empty(len(t.Rows)), b.empty(len(t.Rows))
	for k, r := range p.Rows {
		in, by := r.Transactions, p.ByEnd[k].Transactions
		t.Band.Lo[first+k], t.Band.Hi[first+k] = in.Lo, in.Hi
		t.CumulativeBand.Lo[first+k], t.CumulativeBand.Hi[first+k] = known+by.Lo, known+by.Hi
	}
	return nil
}

// classes sets the intervals of the mean in each class of customers.
func (b *bander) classes(f *plots.Holdout, h *history.Table, span history.Horizon) error {
	labels := make([]string, len(f.Of))
	for i, k := range f.Of {
		labels[i] = strconv.Itoa(k)
	}
	totals, err := b.m.Totals(h, &forecast.TotalOptions{Horizons: []history.Horizon{span}, Labels: labels, Level: b.level, Seed: b.seed})
	if err != nil {
		return err
	}
	f.Band = b.empty(len(f.Classes))
	for _, row := range totals.Rows {
		if k, err := strconv.Atoi(row.Segment); err == nil { // the first row, of all, has no segment
			f.Band.Lo[k], f.Band.Hi[k] = row.Orders.Lo/row.Customers, row.Orders.Hi/row.Customers
		}
	}
	return nil
}

// empty returns a band of n marks without intervals.
func (b *bander) empty(n int) plots.Band {
	band := plots.Band{Name: b.name, Lo: make([]float64, n), Hi: make([]float64, n)}
	for i := range n {
		band.Lo[i], band.Hi[i] = math.NaN(), math.NaN()
	}
	return band
}
