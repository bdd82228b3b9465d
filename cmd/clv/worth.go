package main

import (
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

// A worth is what the customers of a table are worth to the business.
type worth struct {
	model   *portfolio.Model
	e       *portfolio.Economics
	segment []string  // of each row; nil: none
	margins []float64 // of each row; nil: the same for all
	fresh   bool      // acquired now: what that costs counts
}

// worthOf reads what the flags say of the customers of a table.
func worthOf(c *cli.Context, m *loaded, e *portfolio.Economics, h *history.Table, w *words) (v *worth, err error) {
	v = &worth{e: e, fresh: c.Bool("new")}
	if v.model, err = m.portfolio(w); err != nil {
		return nil, err
	}
	if v.segment, err = segmentLabels(c, h); err != nil {
		return nil, err
	}
	if _, err := customerEconomics(c, e, h, w); err != nil {
		return nil, err
	}
	if e.MarginOf == nil && (v.segment == nil || len(e.MarginBy) == 0) {
		return v, nil
	}
	v.margins = make([]float64, h.Len())
	for i := range v.margins {
		v.margins[i] = e.MarginIn(v.segmentOf(i), i)
	}
	return v, nil
}

// terms returns the terms with the margin that all rows have, 1 where each has
// its own.
func (v *worth) terms(f terms) terms {
	if f.margin = *v.e.Margin; v.margins != nil {
		f.margin = 1
	}
	return f
}

func (v *worth) segmentOf(i int) string {
	if v.segment == nil {
		return ""
	}
	return v.segment[i]
}

// margin is that of row i, relative to what the terms hold.
func (v *worth) margin(i int) float64 {
	if v == nil || v.margins == nil {
		return 1
	}
	return v.margins[i]
}

// net returns the net values of the rows of a block that begins with row lo,
// NaN without a spend model.
func (v *worth) net(block *history.Table, lo int, horizon history.Horizon) ([]float64, error) {
	if v.model.Spend == nil {
		return slices.Repeat([]float64{math.NaN()}, block.Len()), nil
	}
	values, err := v.values(block, lo, horizon)
	if err != nil {
		return nil, err
	}
	for i := range values.Net {
		if v.fresh {
			values.Net[i] -= v.e.CACIn(v.segmentOf(lo+i), lo+i)
		}
	}
	return values.Net, nil
}

// values returns all that the rows of a block are worth.
func (v *worth) values(block *history.Table, lo int, horizon history.Horizon) (*portfolio.Values, error) {
	e, hi := *v.e, lo+block.Len()
	o := &portfolio.ValueOptions{Horizon: horizon}
	if e.MarginOf != nil {
		e.MarginOf = e.MarginOf[lo:hi]
	}
	if v.segment != nil {
		o.Segment = v.segment[lo:hi]
	}
	return v.model.Value(block, &e, o)
}
