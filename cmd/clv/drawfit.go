package main

import (
	"fmt"

	"github.com/predictive-clv/clv/plots"
)

// The figures that set a model against the log.

func (d *drawing) tracking() (*plots.Tracking, error) {
	period, err := periodOf(d.c)
	if err != nil {
		return nil, err
	}
	data, err := d.calibrated()
	if err != nil {
		return nil, err
	}
	if data.Log.Days == nil {
		return nil, fmt.Errorf("a tracking plot needs the transaction log: a summary does not say when purchases happened")
	}
	var all []*plots.Tracking
	for i, m := range d.models {
		t, err := plots.NewTracking(m.purchase, data.Log.Table.In(m.file.Unit), data.Log.Days, period)
		if err != nil {
			return nil, err
		}
		if len(d.models) > 1 {
			t.Name = d.names[i]
		}
		all = append(all, t)
	}
	all[0].Others = all[1:]
	b, err := d.bander()
	if err != nil || b == nil {
		return all[0], err
	}
	return all[0], unlessInterrupted(d.c.Context, func() error { return b.track(all[0], data.Log.Table) })
}

func drawTracking(d *drawing) (plots.Figure, error) {
	t, err := kept(d, "tracking", d.tracking)
	return plots.Cumulative{Tracking: t}, err
}

func drawIncremental(d *drawing) (plots.Figure, error) {
	t, err := kept(d, "tracking", d.tracking)
	return plots.Incremental{Tracking: t}, err
}

func drawFrequency(d *drawing) (plots.Figure, error) {
	top := d.c.Int("top")
	if top < 1 || top > 1000 {
		return nil, usagef("--top is %d: the last bar begins at 1 repeat purchase or more, and at 1000 at most", top)
	}
	data, err := d.calibrated()
	if err != nil {
		return nil, err
	}
	return plots.NewFrequency(d.model().purchase, data.Log.Table, top)
}

func drawAlive(d *drawing) (plots.Figure, error) {
	data, err := d.calibrated()
	if err != nil {
		return nil, err
	}
	f, err := plots.NewAliveMatrix(d.model().purchase, data.Log.Table)
	if err != nil {
		return nil, err
	}
	f.Marks = d.c.Bool("marks")
	return f, nil
}

func drawExpected(d *drawing) (plots.Figure, error) {
	horizon, err := spanOf(d.c)
	if err != nil {
		return nil, err
	}
	data, err := d.calibrated()
	if err != nil {
		return nil, err
	}
	f, err := plots.NewExpectedMatrix(d.model().purchase, data.Log.Table, horizon)
	if err != nil {
		return nil, err
	}
	f.Marks = d.c.Bool("marks")
	return f, nil
}

var groupings = map[string]plots.Grouping{
	"frequency": plots.ByFrequency, "recency": plots.ByRecency, "age": plots.ByT, "silence": plots.BySilence,
}

func drawHoldout(d *drawing) (plots.Figure, error) {
	by, ok := groupings[d.c.String("by")]
	if !ok {
		return nil, usagef("--by %q is not known: use frequency, recency, age or silence", d.c.String("by"))
	}
	h, span, err := d.held()
	if err != nil {
		return nil, err
	}
	f, err := plots.NewHoldout(h, d.model().expected(h, span), by)
	if err != nil {
		return nil, err
	}
	b, err := d.bander()
	if err != nil || b == nil {
		return f, err
	}
	return f, unlessInterrupted(d.c.Context, func() error { return b.classes(f, h, span) })
}

func (d *drawing) ranked() (*plots.Ranking, error) {
	return kept(d, "ranking by "+d.c.String("of"), d.ranking)
}

// ranking ranks the customers by the forecasts of every model, of purchases or
// of revenue in the holdout.
func (d *drawing) ranking() (*plots.Ranking, error) {
	of := d.c.String("of")
	if of != "purchases" && of != "revenue" {
		return nil, usagef("--of %q is not known: use purchases or revenue", of)
	}
	h, span, err := d.held()
	if err != nil {
		return nil, err
	}
	actual := float64s(h.HoldoutFrequency)
	if of == "revenue" {
		if actual = h.HoldoutSpend; actual == nil {
			return nil, fmt.Errorf("the log has no amounts: there is no revenue to compare with")
		}
	}
	var all []*plots.Ranking
	for i, m := range d.models {
		forecast := m.expected(h, span)
		if of == "revenue" {
			if m.spend == nil {
				return nil, fmt.Errorf("%s has no spend model: it forecasts no revenue", d.names[i])
			}
			for k := range forecast {
				forecast[k] *= m.expectedSpend(h.Customer(k))
			}
		}
		r, err := plots.NewRanking(of, forecast, actual)
		if err != nil {
			return nil, err
		}
		if len(d.models) > 1 {
			r.Name = d.names[i]
		}
		all = append(all, r)
	}
	all[0].Others = all[1:]
	return all[0], nil
}

func drawCalibration(d *drawing) (plots.Figure, error) {
	r, err := d.ranked()
	return plots.Calibration{Ranking: r}, err
}

func drawGain(d *drawing) (plots.Figure, error) {
	r, err := d.ranked()
	return plots.Gain{Ranking: r}, err
}

func drawLift(d *drawing) (plots.Figure, error) {
	r, err := d.ranked()
	return plots.Lift{Ranking: r}, err
}

func drawSpend(d *drawing) (plots.Figure, error) {
	if d.model().spend == nil {
		return nil, fmt.Errorf("the model file has no spend model: fit one with --spend gamma-gamma")
	}
	data, err := d.calibrated()
	if err != nil {
		return nil, err
	}
	if data.Log.Table.Spend == nil {
		return nil, fmt.Errorf("the input has no amounts: name their column with --amount")
	}
	return plots.NewSpendDensity(d.model().spend, data.Log.Table.Spending())
}
