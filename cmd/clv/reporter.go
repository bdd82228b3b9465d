package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/portfolio"
	"github.com/predictive-clv/clv/report"
)

// A reporter gathers what a report says: from the log up to the cut what the
// model would have forecast, and from the whole log what it does forecast.
type reporter struct {
	c    *cli.Context
	w    *words
	o    *reportOptions
	past *past

	family   family
	now      *loaded // fitted to the whole log
	forecast *forecast.Model
	out      *report.Report
}

func (m *reporter) report() (*report.Report, error) {
	o := m.o
	if o.cut == 0 {
		o.cut = m.past.split()
	}
	m.out = &report.Report{Format: report.Format, Version: report.Version, Title: m.c.String("title"), Written: m.c.String("written"),
		Terms:  report.Terms{Horizon: o.periods.Horizon.String(), Discount: float64(o.terms.rate), Margin: o.terms.margin, Level: o.periods.Level, Seed: o.periods.Seed},
		Card:   report.Card{Purpose: report.Purpose, NotFor: report.NotFor, Command: commandLine(m.c), Tool: "clv", ToolVersion: version},
		Charts: []report.Chart{}, LeftOut: []report.LeftOut{}}
	m.data()
	for _, step := range []func() error{m.choose, m.fit, m.backtest, m.foresee, m.value, m.draw} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	m.out.Conclude(dataWarnings(m.past.data))
	return m.out, nil
}

// data accounts for what was read.
func (m *reporter) data() {
	data := m.past.data
	h := data.Log.Table
	m.out.Data = report.Data{Files: m.past.files, SHA256: data.SHA256, Columns: data.Columns.String(), Aliased: data.Aliased,
		Customers: h.Customers(), RepeatBuyers: sum(h, func(i int) float64 { return float64(min(1, h.Frequency[i])) }),
		Reconciliation: &data.Log.Reconciliation}
}

// choose sets the family: that of the flag, or the one that forecast best
// before the cut.
func (m *reporter) choose() (err error) {
	if m.o.family != nil {
		m.family = *m.o.family
		return nil
	}
	if m.family, m.out.Model.Chosen, err = m.past.bestFamily(m.c.Context, m.o.cut, m.w); err != nil {
		return fmt.Errorf("--model auto: %w", err)
	}
	return nil
}

// fit fits the family to the whole log.
func (m *reporter) fit() error {
	e := &estimation{profile: m.c.Bool("profile"), seed: m.o.periods.Seed, found: map[string][]fit.Estimate{}}
	file, err := fitModels(m.c.Context, m.past.data, m.family, "auto", e, m.w)
	if err != nil {
		return err
	}
	if m.now, err = reread(file); err != nil {
		return err
	}
	r := &m.out.Model
	r.File, r.Intervals = file, "Wald"
	if e.profile {
		r.Intervals = "profile likelihood"
	}
	r.Purchase = estimates(e.found[m.family.name])
	if file.Spend != nil {
		r.Spend = estimates(e.found[file.Spend.Model])
	}
	m.forecast, err = m.now.forecaster(m.o.periods.Seed)
	return err
}

// reread returns the models as a reader of their file gets them, which keeps
// some digits less.
func reread(file *models.File) (*loaded, error) {
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		return nil, err
	}
	return decodeModel(&b)
}

func estimates(es []fit.Estimate) (out []report.Estimate) {
	for _, e := range es {
		out = append(out, report.Estimate{Name: e.Name, Value: e.Value, StdErr: forecast.Figure(e.StdErr),
			Lower: forecast.Figure(e.Lower), Upper: forecast.Figure(e.Upper)})
	}
	return out
}

// backtest judges the family as clv evaluate does.
func (m *reporter) backtest() error {
	o := &forecast.EvaluateOptions{Seed: m.o.periods.Seed, Cuts: []history.Date{m.o.cut}}
	if err := m.past.complete(o); err != nil {
		return err
	}
	e, err := m.past.evaluateAll(m.c.Context, []family{m.family}, o)
	if err != nil {
		return err
	}
	m.out.Backtest = report.Backtest{Model: m.family.name, Window: e.Windows[0]}
	return nil
}

// foresee forecasts as clv forecast does, with recent arrivals continued if
// there have been any. Of segments, which may differ in what they leave, the sum
// is kept.
func (m *reporter) foresee() (err error) {
	o, log := m.o.periods, m.past.data.Log
	if o.Labels, err = segmentLabels(m.c, log.Table); err != nil {
		return err
	}
	if n := min(m.o.recent, int(float64(m.past.end-m.past.first+1)/history.Month.Days())); n > 0 {
		plan, err := forecast.RecentPlan(log.Table, o.Labels, log.Days, history.Month, n)
		if err != nil {
			return err
		}
		for _, r := range plan.Recent {
			if slices.Max(r.PerDay) > 0 {
				o.Plan = plan
			}
		}
	}
	return unlessInterrupted(m.c.Context, func() (err error) {
		p, err := m.forecast.Periods(log.Table, &o)
		if err != nil {
			return err
		}
		if err := m.now.addNets(m.c, p, log.Table, o.Labels, m.o.terms.e, silent()); err != nil {
			return err
		}
		segment := func(t forecast.PeriodTotal) bool { return t.Segment != "" }
		p.Rows, p.Totals = slices.DeleteFunc(p.Rows, segment), slices.DeleteFunc(p.Totals, segment)
		m.out.Forecast = p
		return nil
	})
}

// value spreads what customers are worth over them.
func (m *reporter) value() error {
	h := m.past.data.Log.Table
	orders := m.now.expected(h, m.o.periods.Horizon)
	what, values, revenue, all := "purchases in "+spelled(m.o.periods.Horizon), orders, []float64(nil), (*portfolio.Values)(nil)
	if m.out.Forecast.Totals[0].Revenue != nil {
		of, err := worthOf(m.c, m.now, m.o.terms.e, h, m.w)
		if err != nil {
			return err
		}
		if what, values, all, err = of.ofAll(m.now, h, m.o.periods.Horizon); err != nil {
			return err
		}
		m.out.Terms.Margin, m.out.Terms.Costs, revenue = all.MeanMargin(), costWords(of.e), all.Revenue
	}
	v := report.NewValue(what, values, revenue)
	m.out.Value = v
	return unlessInterrupted(m.c.Context, func() (err error) {
		if v.Top, err = m.best(h, report.ByValue(values)[:min(m.o.list, h.Len())], all, orders); err != nil || !v.Money {
			return err
		}
		totals, err := m.forecast.Totals(h, &forecast.TotalOptions{Horizons: m.o.terms.horizons, Level: m.o.periods.Level,
			Rate: m.o.terms.rate, Seed: m.o.periods.Seed})
		if err != nil {
			return err
		}
		total := all.NetBand(*totals.Rows[0].CLV)
		v.Total = &total
		return nil
	})
}

// best returns the customers in the given rows with their intervals.
func (m *reporter) best(h *history.Table, rows []int, all *portfolio.Values, orders []float64) (out []report.Top, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	some := &history.Table{Unit: h.Unit, Cut: h.Cut, End: h.End}
	for _, i := range rows {
		some.Append(h.Customer(i))
	}
	iv, err := m.forecast.Intervals(some, &forecast.IntervalOptions{Horizons: m.o.terms.horizons, Level: m.o.periods.Level,
		Rate: m.o.terms.rate, Seed: m.o.periods.Seed})
	if err != nil {
		return nil, err
	}
	band, t, none := iv.Horizons[0], m.o.periods.Horizon.In(m.now.file.Unit), forecast.Figure(math.NaN())
	for k, i := range rows {
		top := report.Top{Customer: h.ID[i], Purchases: h.Frequency[i] + 1, ProbOrder: m.now.purchase.ProbOrder(h.Customer(i), t),
			Orders: orders[i], OrdersLo: band.OrdersLo[k], OrdersHi: band.OrdersHi[k], CLV: none, CLVLo: none, CLVHi: none}
		if band.CLVLo != nil {
			lo, hi := all.NetAt(i, band.CLVLo[k]), all.NetAt(i, band.CLVHi[k])
			top.CLV, top.CLVLo, top.CLVHi = forecast.Figure(all.Net[i]), forecast.Figure(min(lo, hi)), forecast.Figure(max(lo, hi))
		}
		out = append(out, top)
	}
	return out, nil
}

// calibrated fits the family to the log up to the cut.
func (m *reporter) calibrated() (*ingest.Data, *loaded, error) {
	log, err := m.past.at(m.o.cut, m.past.end)
	if err != nil {
		return nil, nil, err
	}
	data := *m.past.data
	data.Log = log
	file, err := fitModels(m.c.Context, &data, m.family, "auto", &estimation{seed: m.o.periods.Seed}, silent())
	if err != nil {
		return nil, nil, err
	}
	then, err := reread(file)
	return &data, then, err
}
