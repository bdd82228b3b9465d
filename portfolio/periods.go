package portfolio

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// AddNets sets [forecast.PeriodNet] of every row of a forecast by period, made
// from the table with the segments as labels, as
//
//	gross = revenue · Σ margin·spend·orders / Σ spend·orders
//	costs = orders·cost per order + time alive·cost alive + arrivals·CAC
//
// with the sums over the customers of the row, and the time alive of each within
// the period. Customers to be acquired have the economics e.OfNewcomers(segment,
// margins) and come in the middle of their period. Net values are discounted from
// the middle of the period, as revenue is. The bands are those of the revenue,
// with what it leaves; the time alive is taken as expected.
//
// Without revenue there are no nets. A season moves revenue and orders, not the
// time alive.
func (m *Model) AddNets(p *forecast.Periods, h *history.Table, segment []string, e *Economics, margins *Margins) error {
	if err := e.Check(); err != nil {
		return err
	}
	if len(p.Totals) == 0 || p.Totals[0].Revenue == nil {
		return nil
	}
	if segment != nil && len(segment) != h.Len() {
		return fmt.Errorf("there are %d customers and %d segments", h.Len(), len(segment))
	}
	fresh, err := e.OfNewcomers(segment, margins)
	if err != nil {
		return err
	}
	if h, err = m.in(h); err != nil {
		return err
	}
	n := &netting{m: m, p: p, e: e, fresh: fresh, n: len(p.Rows) / len(p.Totals), whole: map[string][]flow{}}
	n.existing = n.flowsOf(h, segment)
	// The whole comes first and is the sum of the segments.
	for b := len(p.Totals) - 1; b >= 0; b-- {
		n.block(b, segment != nil)
	}
	return nil
}

// A flow is what customers bring and cost in a period, but for the cost of
// orders.
type flow struct {
	share float64 // of revenue that is profit, as a sum of weights and of weighted margins
	of    float64
	other float64 // cost of being alive and of acquisition
}

// A netting is a forecast to which nets are added.
type netting struct {
	m        *Model
	p        *forecast.Periods
	e, fresh *Economics
	n        int               // periods
	existing map[string][]flow // by segment, "" for all
	whole    map[string][]flow // of all segments together, by kind of customer
}

// at returns the time from the cut to the end of a day in the model's unit.
func (n *netting) at(d history.Date) float64 { return float64(d-n.p.Cut) / n.m.Unit.Days() }

// flowsOf returns the flows of the customers of the table.
func (n *netting) flowsOf(h *history.Table, segment []string) map[string][]flow {
	b := models.NewBatch(h)
	f := &future{n.m, b, b.ProbAlive(n.m.Purchase), n.e.CostAlive.Per(n.m.Unit)}
	spend, out := n.m.spend(h), map[string][]flow{"": make([]flow, n.n)}
	ordersBefore, lifeBefore := make([]float64, h.Len()), make([]float64, h.Len())
	for k := range n.n {
		orders, life := f.flows(n.at(n.p.Rows[k].To), 0)
		for i := range orders {
			name := segmentOf(segment, i)
			if out[name] == nil {
				out[name] = make([]flow, n.n)
			}
			one := flow{of: h.Weight(i) * (orders[i] - ordersBefore[i]) * spend[i]}
			one.share = one.of * n.e.MarginIn(name, i)
			if life != nil {
				one.other = h.Weight(i) * (life[i] - lifeBefore[i]) * f.costAlive
			}
			out[name][k].add(one)
			if name != "" {
				out[""][k].add(one)
			}
		}
		ordersBefore = orders
		if life != nil {
			lifeBefore = life
		}
	}
	return out
}

func (f *flow) add(o flow) {
	f.share += o.share
	f.of += o.of
	f.other += o.other
}

// arrived returns the flows of the customers to be acquired of a segment.
func (n *netting) arrived(rows []forecast.PeriodTotal, segment string) []flow {
	out := make([]flow, n.n)
	cost := n.e.CostAlive.Per(n.m.Unit)
	life := func(t float64) float64 { return models.DiscountedLife(n.m.Purchase, max(t, 0), 0) }
	for k, r := range rows {
		out[k].add(flow{share: r.Revenue.Expected * n.fresh.MarginIn(segment, -1), of: r.Revenue.Expected, other: r.Arrivals.Expected * n.fresh.CACIn(segment, -1)})
		if cost == 0 {
			continue
		}
		middle := (n.at(r.From-1) + n.at(r.To)) / 2
		for j := k; j < n.n; j++ {
			out[j].other += r.Arrivals.Expected * cost * (life(n.at(rows[j].To)-middle) - life(n.at(rows[j].From-1)-middle))
		}
	}
	return out
}

// block sets the nets of the rows of one segment and kind, and of their total.
func (n *netting) block(b int, segments bool) {
	total, rows := &n.p.Totals[b], n.p.Rows[b*n.n:(b+1)*n.n]
	var flows []flow
	switch kind := total.Customers; {
	case kind == forecast.Existing:
		flows = n.existing[total.Segment]
	case segments && total.Segment == "":
		flows = n.whole[kind]
	case kind == forecast.Acquired:
		flows = n.arrived(rows, total.Segment)
	default: // everyone: the two blocks before
		flows = sumFlows(n.existing[total.Segment], n.arrived(n.p.Rows[(b-1)*n.n:b*n.n], total.Segment), n.p.Rows[(b-2)*n.n:b*n.n])
	}
	if flows == nil { // a segment of the plan that the table does not have
		flows = make([]flow, n.n)
	}
	if segments && total.Segment != "" && total.Customers != forecast.Existing {
		if n.whole[total.Customers] == nil {
			n.whole[total.Customers] = make([]flow, n.n)
		}
		for k, f := range scaledTo(flows, rows) {
			n.whole[total.Customers][k].add(f)
		}
	}
	sum := &forecast.PeriodNet{}
	for k := range rows {
		rows[k].Net = n.net(&rows[k], flows[k])
		sum.Gross += rows[k].Net.Gross
		sum.Costs += rows[k].Net.Costs
		sum.Discounted.Expected += rows[k].Net.Discounted.Expected
	}
	leaves := leavesOf(sum.Gross-total.Transactions.Expected*n.e.CostPerOrder, total.Revenue.Expected)
	sum.Net = around(sum.Gross-sum.Costs, total.Revenue, leaves)
	sum.Discounted = around(sum.Discounted.Expected, total.Discounted, leaves)
	total.Net = sum
}

// scaledTo returns flows whose weights are the revenue of the rows.
func scaledTo(flows []flow, rows []forecast.PeriodTotal) []flow {
	out := make([]flow, len(flows))
	for k, f := range flows {
		out[k] = flow{rows[k].Revenue.Expected * leavesOf(f.share, f.of), rows[k].Revenue.Expected, f.other}
	}
	return out
}

// sumFlows adds the flows of existing and acquired customers, whose rows stand one
// after the other.
func sumFlows(existing, acquired []flow, rows []forecast.PeriodTotal) []flow {
	n := len(acquired)
	out := make([]flow, n)
	if existing != nil {
		copy(out, scaledTo(existing, rows[:n]))
	}
	for k, f := range acquired {
		out[k].add(f)
	}
	return out
}

// net returns the net of a row.
func (n *netting) net(r *forecast.PeriodTotal, f flow) *forecast.PeriodNet {
	middle := (float64(r.From-1-n.p.Cut) + float64(r.To-n.p.Cut)) / 2
	factor := math.Exp(-n.e.rate().Per(history.Day) * middle)
	orders := r.Transactions.Expected * n.e.CostPerOrder
	out := &forecast.PeriodNet{Gross: r.Revenue.Expected * leavesOf(f.share, f.of), Costs: orders + f.other}
	leaves := leavesOf(out.Gross-orders, r.Revenue.Expected)
	out.Net = around(out.Gross-out.Costs, r.Revenue, leaves)
	out.Discounted = around(factor*out.Net.Expected, r.Discounted, leaves)
	return out
}

// leavesOf returns the part of a whole, 0 of nothing.
func leavesOf(part, whole float64) float64 {
	if !(whole > 0) {
		return 0
	}
	return part / whole
}

// around returns a band as wide as that of the revenue times what it leaves.
func around(expected float64, revenue *forecast.Band, leaves float64) forecast.Band {
	lo, hi := expected+(revenue.Lo-revenue.Expected)*leaves, expected+(revenue.Hi-revenue.Expected)*leaves
	return forecast.Band{Expected: expected, Lo: min(lo, hi), Hi: max(lo, hi)}
}
