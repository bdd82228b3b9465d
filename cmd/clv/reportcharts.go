package main

import (
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/plots"
	"github.com/predictive-clv/clv/report"
)

// A reportChart is a figure of clv plot as the report shows it.
type reportChart struct {
	name    string // in the report
	section string
	figure  string   // of clv plot
	flags   []string // its flags; the others are as given to the report, or as usual
	past    bool     // from the fit up to the cut
	money   bool     // only where there is money
}

var reportCharts = []reportChart{
	{name: "tracking", section: report.OfBacktest, figure: "tracking", past: true},
	{name: "incremental", section: report.OfBacktest, figure: "incremental", past: true},
	{name: "holdout-frequency", section: report.OfBacktest, figure: "holdout", past: true},
	{name: "holdout-silence", section: report.OfBacktest, figure: "holdout", flags: []string{"--by=silence"}, past: true},
	{name: "calibration", section: report.OfBacktest, figure: "calibration", past: true},
	{name: "calibration-revenue", section: report.OfBacktest, figure: "calibration", flags: []string{"--of=revenue"}, past: true, money: true},
	{name: "gain", section: report.OfBacktest, figure: "gain", past: true},
	{name: "lift", section: report.OfBacktest, figure: "lift", past: true},
	{name: "frequency", section: report.OfModel, figure: "frequency"},
	{name: "newcomer", section: report.OfModel, figure: "newcomer"},
	{name: "expected", section: report.OfModel, figure: "expected"},
	{name: "alive", section: report.OfModel, figure: "alive"},
	{name: "rate", section: report.OfModel, figure: "rate"},
	{name: "dropout", section: report.OfModel, figure: "dropout"},
	{name: "spend", section: report.OfModel, figure: "spend", money: true},
	{name: "lorenz", section: report.OfValue, figure: "lorenz"},
	{name: "segments", section: report.OfValue, figure: "segments"},
	{name: "retention", section: report.OfCustomers, figure: "retention"},
	{name: "cohort-revenue", section: report.OfCustomers, figure: "cohort-revenue", money: true},
	{name: "per-customer", section: report.OfCustomers, figure: "per-customer"},
	{name: "gaps", section: report.OfCustomers, figure: "gaps"},
	{name: "timing", section: report.OfCustomers, figure: "timing"},
}

// draw draws the figures. One that the data or the model do not give is left
// out, and the report says why.
func (m *reporter) draw() error {
	bar := newProgress(m.w, "drawing")
	defer bar.finish()
	log, then, err := m.calibrated()
	if err != nil {
		return err
	}
	bought := newBuying(m.past.data.Log, m.o.cut)
	before := &drawing{c: m.c, w: silent(), models: []*loaded{then}, names: []string{m.family.name}, log: log, bought: bought, kept: map[string]any{}}
	now := &drawing{c: m.c, w: silent(), models: []*loaded{m.now}, names: before.names, log: m.past.data, bought: bought, kept: map[string]any{}}
	for i, ch := range reportCharts {
		bar.set(int64(i), int64(len(reportCharts)))
		if ch.money && (m.now.spend == nil || then.spend == nil) {
			continue
		}
		d := now
		if ch.past {
			d = before
		}
		figure, err := d.figure(ch.figure, ch.flags...)
		if m.c.Context.Err() != nil {
			return m.c.Context.Err()
		}
		var drawn report.Chart
		if err == nil {
			drawn, err = report.NewChart(ch.name, ch.section, figure)
		}
		if err != nil {
			m.out.LeftOut = append(m.out.LeftOut, report.LeftOut{Name: ch.name, Why: err.Error()})
			continue
		}
		m.out.Charts = append(m.out.Charts, drawn)
	}
	return nil
}

// figure makes a figure of clv plot with the given flags. Those that the
// command at hand was given too are as they are there, the others as usual.
func (d *drawing) figure(name string, given ...string) (plots.Figure, error) {
	ch := charts[slices.IndexFunc(charts, func(ch chart) bool { return ch.name == name })]
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range ch.flags {
		if err := f.Apply(set); err != nil {
			return nil, err
		}
		name := f.Names()[0]
		if d.c.IsSet(name) {
			if err := set.Set(name, fmt.Sprint(d.c.Value(name))); err != nil {
				return nil, err
			}
		}
	}
	if err := set.Parse(given); err != nil {
		return nil, err
	}
	own := *d
	own.c = cli.NewContext(d.c.App, set, d.c)
	return ch.make(&own)
}
