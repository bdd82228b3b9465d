package main

import (
	"fmt"
	"slices"

	"github.com/predictive-clv/clv/plots"
)

// The figures made from every purchase.

func drawCustomer(d *drawing) (plots.Figure, error) {
	id, err := required(d.c, "id", "the customer whose history to draw")
	if err != nil {
		return nil, err
	}
	b, err := d.purchases()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(b.customers, func(p plots.Purchases) bool { return p.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("there is no customer %q in the log, where one is %q", id, b.customers[0].ID)
	}
	f, err := plots.NewAliveHistory(d.model().purchase, b.customers[i], d.model().file.Unit, b.end)
	if err != nil {
		return nil, err
	}
	f.Cut = b.cut
	return f, nil
}

func drawNewcomer(d *drawing) (plots.Figure, error) {
	horizon, err := spanOf(d.c)
	if err != nil {
		return nil, err
	}
	b, err := d.purchases()
	if err != nil {
		return nil, err
	}
	f, err := plots.NewNewcomer(d.model().purchase, d.model().file.Unit, horizon)
	if err != nil {
		return nil, err
	}
	return f, f.Observe(b.customers, b.end)
}

func drawGaps(d *drawing) (plots.Figure, error) {
	period, err := periodOf(d.c)
	if err != nil {
		return nil, err
	}
	b, err := d.purchases()
	if err != nil {
		return nil, err
	}
	return plots.NewGaps(b.customers, period)
}

func drawTiming(d *drawing) (plots.Figure, error) {
	n := d.c.Int("customers")
	if n < 1 {
		return nil, usagef("--customers is %d: at least one is needed", n)
	}
	b, err := d.purchases()
	if err != nil {
		return nil, err
	}
	f, err := plots.NewTimingStrip(b.customers, b.end, n)
	if err != nil {
		return nil, err
	}
	f.Cut = b.cut
	return f, nil
}

func (d *drawing) cohorts() (*plots.Cohorts, error) {
	b, err := d.purchases()
	if err != nil {
		return nil, err
	}
	return plots.NewCohorts(b.customers, b.end)
}

func drawRetention(d *drawing) (plots.Figure, error) {
	c, err := d.cohorts()
	return plots.Retention{Cohorts: c}, err
}

func drawCohortRevenue(d *drawing) (plots.Figure, error) {
	c, err := d.cohorts()
	return plots.CohortRevenue{Cohorts: c}, err
}

func drawPerCustomer(d *drawing) (plots.Figure, error) {
	horizon, err := spanOf(d.c)
	if err != nil {
		return nil, err
	}
	c, err := d.cohorts()
	if err != nil || len(d.models) == 0 {
		return plots.PerCustomer{Cohorts: c}, err
	}
	m, spend := d.model(), 1.0
	if c.Money {
		if m.spend == nil {
			return nil, fmt.Errorf("the model file has no spend model, and the log has amounts: use --amount none, or leave --model-file out")
		}
		if spend = m.spend.Mean(); finite(spend) == nil {
			return nil, fmt.Errorf("the spend model has no mean (q ≤ 1): leave --model-file out")
		}
	}
	return plots.PerCustomer{Cohorts: c}, c.Continue(m.purchase, m.file.Unit, spend, horizon)
}
