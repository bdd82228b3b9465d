package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
)

// Retention draws the share of each cohort that bought in each month of age. Its
// numbers are those of the Cohorts.
type Retention struct{ *Cohorts }

// Plot draws the oldest cohort at the top.
func (f Retention) Plot() (*plot.Plot, error) {
	return f.heat("Customers who bought again, by cohort and age", "% active", func(r Cohort, k int) float64 {
		return 100 * r.Active[k] / r.Customers
	}), nil
}

// Caption tells the mean retention at the beginning and at the end.
func (f Retention) Caption() string {
	last := f.Months()
	s := fmt.Sprintf("Good: colours that hold along a row and darken downwards, where newer customers come back more; "+
		"of those watched longest %.1f %% bought in the first month", 100*f.average(1, last, Cohort.active))
	if last > 1 {
		s += fmt.Sprintf(" and %.1f %% in month %d", 100*f.average(last, last, Cohort.active), last)
	}
	return s + "."
}

// CohortRevenue draws the revenue from repeat purchases in each month of age,
// per acquired customer of each cohort. Its numbers are those of the Cohorts.
type CohortRevenue struct{ *Cohorts }

// Plot draws the oldest cohort at the top. It returns an error without money.
func (f CohortRevenue) Plot() (*plot.Plot, error) {
	if !f.Money {
		return nil, errors.New("the log has no amounts: there is no revenue to draw")
	}
	return f.heat("Revenue per acquired customer, by cohort and age", "revenue", func(r Cohort, k int) float64 {
		return r.Revenue[k] / r.Customers
	}), nil
}

// Caption tells the mean revenue at the beginning and at the end.
func (f CohortRevenue) Caption() string {
	if !f.Money {
		return "Good: a log with amounts, which this is not."
	}
	last := f.Months()
	s := fmt.Sprintf("Good: colours that hold along a row and darken downwards, where newer customers are worth more; "+
		"those watched longest brought %s in the first month", significant(f.average(1, last, Cohort.revenue)))
	if last > 1 {
		s += fmt.Sprintf(" and %s in month %d", significant(f.average(last, last, Cohort.revenue)), last)
	}
	return s + "."
}

// heat draws a value of each month of age of each cohort.
func (c *Cohorts) heat(title, name string, value func(r Cohort, k int) float64) *plot.Plot {
	m := heat{title: name, numbers: true, at: func(i, j int) float64 {
		r := c.Rows[len(c.Rows)-1-j]
		if i >= len(r.Active) {
			return math.NaN()
		}
		return max(value(r, i), 0)
	}}
	for k := range c.Months() {
		m.x = append(m.x, float64(k+1))
	}
	for j, r := range c.Rows {
		m.y = append(m.y, float64(j))
		for k := range r.Active {
			m.top = max(m.top, value(r, k))
		}
	}
	if !(m.top > 0) {
		m.top = 1
	}
	p := newPlot(title)
	p.Add(m, key{entries: []keyEntry{{name: "empty: not yet complete"}}})
	p.X.Tick.Marker = numberTicks{whole: true}
	p.X.Label.Text = "month of age, from the first purchase"
	p.Y.Label.Text = cmp.Or(c.By, "month of acquisition")
	p.Y.Tick.Marker = plot.ConstantTicks(c.monthTicks())
	return p
}

// monthTicks names at most ten cohorts, the newest at 0.
func (c *Cohorts) monthTicks() []plot.Tick {
	var ticks []plot.Tick
	every := (len(c.Rows) + 9) / 10
	for i := 0; i < len(c.Rows); i += every {
		ticks = append(ticks, plot.Tick{Value: float64(len(c.Rows) - 1 - i), Label: shortened(c.Rows[i].name("Jan 2006"))})
	}
	return ticks
}
