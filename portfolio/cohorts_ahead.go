package portfolio

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

// A CohortNext is what a model expects of a cohort in a month from the end of the
// log on, with bands.
type CohortNext struct {
	Month   int            `json:"month"` // from the end of the log: 1 is the next
	Active  forecast.Band  `json:"active"`
	Orders  forecast.Band  `json:"orders"`
	Revenue *forecast.Band `json:"revenue,omitempty"`

	// Margin is that of an acquired customer from the first order to the end of
	// the month: SoFar and what is expected. The cohort's share of margin in its
	// revenue stays what it has been.
	Margin forecast.Band `json:"margin"`
}

// AheadOptions say how far a model goes on.
type AheadOptions struct {
	Horizon history.Horizon // rounded up to months
	Level   float64         // probability that a band holds; 0: 0.95
	Futures int             // simulated futures behind the bands; 0: 400
	Seed    uint64
}

// mostAhead is the longest continuation, in months.
const mostAhead = 240

// Continue lets a model say what the customers of each cohort, all of whom it
// knows by their histories, will do in the months to come. The log and the
// economics must be those the cohorts were made from.
func (c *Cohorts) Continue(m *forecast.Model, log *history.Log, co *CohortOptions, o *AheadOptions) error {
	months := int(math.Ceil(o.Horizon.In(history.Month) - 1e-9))
	if months < 1 || months > mostAhead {
		return fmt.Errorf("a horizon of %v: cohorts go on for 1 to %d months", o.Horizon, mostAhead)
	}
	ends := make([]history.Date, months)
	for k := range ends {
		ends[k] = c.End + history.Date(math.Round(float64(k+1)*history.Month.Days()))
	}
	p, err := m.Periods(log.Table, &forecast.PeriodOptions{Ends: ends, Labels: co.Label, Level: o.Level, Futures: o.Futures, Seed: o.Seed})
	if err != nil {
		return err
	}
	e := co.Economics
	if e == nil {
		e = &Economics{}
	}
	c.Level, c.Warnings = p.Level, p.Warnings
	rows := map[string]*Cohort{"": &c.All}
	for i := range c.Rows {
		rows[c.Rows[i].Name] = &c.Rows[i]
	}
	for i, now := range p.Rows {
		row, by := rows[now.Segment], p.ByEnd[i]
		next := CohortNext{Month: len(row.Ahead) + 1, Active: now.Active, Orders: now.Transactions, Revenue: now.Revenue}
		next.Margin = row.marginBy(&by, e, c.Money)
		row.Ahead = append(row.Ahead, next)
	}
	for _, row := range rows {
		row.Funnel.expect(m)
	}
	return nil
}

// marginBy returns the margin of an acquired customer by the end of a sum that
// begins with the end of the log. Its band is that of the revenue, or of the
// orders without money: an order costs the same whatever it brings.
func (c *Cohort) marginBy(t *forecast.PeriodTotal, e *Economics, money bool) forecast.Band {
	of, n := t.Transactions, float64(c.Customers)
	if money && t.Revenue != nil {
		of = *t.Revenue
	}
	expected := of.Expected*c.gross/c.revenue - t.Transactions.Expected*e.CostPerOrder
	share := expected / of.Expected
	if !(of.Expected > 0) {
		return forecast.Band{Expected: c.SoFar, Lo: c.SoFar, Hi: c.SoFar}
	}
	b := forecast.Band{Expected: c.SoFar + expected/n, Lo: c.SoFar + of.Lo*share/n, Hi: c.SoFar + of.Hi*share/n}
	if share < 0 {
		b.Lo, b.Hi = b.Hi, b.Lo
	}
	return b
}
