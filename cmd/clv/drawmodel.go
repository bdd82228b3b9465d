package main

import (
	"fmt"
	"math"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
)

// The figures made from a model and what it forecasts.

func drawRate(d *drawing) (plots.Figure, error) {
	m, ok := d.model().purchase.(plots.PriorRater)
	if !ok {
		return nil, fmt.Errorf("%s has no distribution of purchase rates", d.names[0])
	}
	return plots.NewPurchaseRate(m, d.model().file.Unit)
}

func drawDropout(d *drawing) (plots.Figure, error) {
	family, err := familyOf(d.model().purchase.Name())
	if err != nil {
		return nil, err
	}
	m, ok := d.model().purchase.(plots.PriorDropouter)
	switch {
	case family.dropout == noDropout || !ok:
		return nil, fmt.Errorf("in %s no customer drops out: there is nothing to draw", family.name)
	case family.dropout == dropoutAtPurchase:
		return plots.NewDropoutProbability(m)
	}
	return plots.NewDropoutRate(m, d.model().file.Unit)
}

// forecastTerms returns what the forecast flags say, of one horizon.
func (d *drawing) forecastTerms() (terms, error) {
	f, err := termsOf(d.c)
	if err == nil && len(f.horizons) > 1 {
		err = usagef("--horizon is given %d times: a figure shows one", len(f.horizons))
	}
	return f, err
}

// values are what the customers are worth by one of the models.
func (d *drawing) values(m *loaded, h *history.Table, f terms) (what string, v []float64, err error) {
	of, err := worthOf(d.c, m, f.e, h, d.w)
	if err != nil {
		return "", nil, err
	}
	what, v, _, err = of.ofAll(m, h, f.horizons[0])
	return what, v, err
}

func drawLorenz(d *drawing) (plots.Figure, error) {
	f, err := d.forecastTerms()
	if err != nil {
		return nil, err
	}
	data, err := d.whole()
	if err != nil {
		return nil, err
	}
	var all []*plots.Lorenz
	for i, m := range d.models {
		what, v, err := d.values(m, data.Log.Table, f)
		if err != nil {
			return nil, err
		}
		if i > 0 && what != all[0].What {
			return nil, fmt.Errorf("%s tells the %s and %s the %s: compare models of the same kind", d.names[0], all[0].What, d.names[i], what)
		}
		l, err := plots.NewLorenz(what, v)
		if err != nil {
			return nil, err
		}
		if len(d.models) > 1 {
			l.Name = d.names[i]
		}
		all = append(all, l)
	}
	all[0].Others = all[1:]
	return all[0], nil
}

func drawSegments(d *drawing) (plots.Figure, error) {
	f, err := d.forecastTerms()
	if err != nil {
		return nil, err
	}
	data, err := d.whole()
	if err != nil {
		return nil, err
	}
	h := data.Log.Table
	labels, err := segmentLabels(d.c, h)
	if err != nil {
		return nil, err
	}
	if labels == nil {
		if labels, err = acquired(h); err != nil {
			return nil, err
		}
	}
	what, v, err := d.values(d.model(), h, f)
	if err != nil {
		return nil, err
	}
	s, err := plots.NewSegments(what, labels, v)
	if err != nil {
		return nil, err
	}
	s.Money = d.model().spend != nil
	return s, nil
}

// acquired names the time of every customer's first purchase: the month, or
// the quarter or the year where there would be many.
func acquired(h *history.Table) ([]string, error) {
	if h.Cut.IsZero() {
		return nil, usagef("a summary does not say when customers were acquired: name segments with --segments")
	}
	const many = 12
	var labels []string
	for _, name := range []func(d time.Time) string{
		func(d time.Time) string { return d.Format("since 2006-01") },
		func(d time.Time) string { return fmt.Sprintf("since %d Q%d", d.Year(), (int(d.Month())+2)/3) },
		func(d time.Time) string { return d.Format("since 2006") },
	} {
		distinct := map[string]bool{}
		labels = labels[:0]
		for _, T := range h.T {
			label := name(h.Cut.AddDate(0, 0, -int(math.Round(T*h.Unit.Days()))))
			labels = append(labels, label)
			distinct[label] = true
		}
		if len(distinct) <= many {
			break
		}
	}
	return labels, nil
}
