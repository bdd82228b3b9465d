package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

// acquisitionCut returns the day by which two thirds of the customers had come,
// or where hardly any came later two thirds of the log.
func (p *past) acquisitionCut() history.Date {
	firsts := make([]history.Date, len(p.data.Log.Purchases))
	for i, b := range p.data.Log.Purchases {
		firsts[i] = b.Days[0]
	}
	slices.Sort(firsts)
	day := firsts[len(firsts)*2/3]
	later, _ := slices.BinarySearch(firsts, day+1)
	if len(firsts)-later < portfolio.MinNewcomers {
		return p.split()
	}
	return day
}

// backtestAcquisition estimates the segments up to a cut and compares them with
// the rest of the log.
func (p *past) backtestAcquisition(which family, cut history.Date, e *portfolio.Economics, o portfolio.AcquireOptions) (*portfolio.AcquireBacktest, error) {
	if _, err := p.rest(cut); err != nil {
		return nil, err
	}
	log, err := p.at(cut, cut)
	if err != nil {
		return nil, err
	}
	segment := o.Segment
	of := make(map[string]string, len(segment))
	for i, id := range p.data.Log.Table.ID {
		of[id] = segment[i]
	}
	o.Segment = make([]string, log.Table.Len())
	for i, id := range log.Table.ID {
		o.Segment[i] = of[id]
	}
	o.Draws = 2 // a ranking needs no intervals
	a, err := which.acquire(log.Table, log.Purchases, e, &o)
	if err != nil {
		return nil, err
	}
	return portfolio.BacktestAcquisition(a, p.data.Log, segment, cut)
}

func writeBacktest(out io.Writer, b *portfolio.AcquireBacktest) error {
	who, when := "after", "in the "+counted(int(b.Days), "day")+" after the first order"
	if !b.Newcomers {
		who, when = "up to", "from then to "+b.End
	}
	fmt.Fprint(out, wrap(fmt.Sprintf("Backtest: the estimates of %s rank %d customers acquired %s that day by what was known at acquisition; they are compared with what these spent %s.", b.Cut, b.Customers, who, when), 0, 0), "\n")
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "ranked by\tSpearman\tGini\ttop tenth's share\tat best\t")
	for _, r := range []struct {
		name string
		forecast.Ranking
	}{{"segment", b.Value}, {"first order's amount", b.FirstOrder}, {"segment and amount", b.Both}} {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.1f %%\t%.1f %%\t\n", r.name, r.Spearman, r.Gini, 100*r.TopShare, 100*r.TopShareBest)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", wrap(b.Text, 0, 0))
	return err
}
