package plots

import (
	"fmt"
	"image/color"
	"io"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// PerCustomer draws the revenue of an acquired customer, or the purchases if the
// log has no amounts, by age: for each cohort, for all, and the model's line where
// Continue has set it. The first purchase is included.
type PerCustomer struct{ *Cohorts }

var cohortLine = draw.LineStyle{Color: color.RGBA{0x8C, 0xBF, 0xDF, 0xFF}, Width: 1}

// line returns the cumulative value per customer at the ages 0, 1, 2 … months.
func (c *Cohorts) line(r Cohort) []float64 {
	steps, sum := r.Purchases, 1.0
	if c.Money {
		steps, sum = r.Revenue, r.First/r.Customers
	}
	line := []float64{sum}
	for _, v := range steps {
		sum += v / r.Customers
		line = append(line, sum)
	}
	return line
}

// Overall returns the cumulative value per acquired customer by age in months. Each
// month adds what the cohorts that have completed it made in it.
func (c *Cohorts) Overall() []float64 {
	step, sum := Cohort.purchases, 1.0
	if c.Money {
		step = Cohort.revenue
		var first, customers float64
		for _, r := range c.Rows {
			first += r.First
			customers += r.Customers
		}
		sum = first / customers
	}
	line := []float64{sum}
	for k := range c.Months() {
		sum += c.average(k+1, k+1, step)
		line = append(line, sum)
	}
	return line
}

// Plot draws the curves.
func (f PerCustomer) Plot() (*plot.Plot, error) {
	p := newPlot(f.title() + " per acquired customer, by age")
	p.Add(gridLines())
	ls := lines{p: p}
	name := "a month's cohort"
	for _, r := range f.Rows {
		if err := ls.add(name, byAge(f.line(r)), cohortLine); err != nil {
			return nil, err
		}
		name = ""
	}
	if err := ls.add("all customers", byAge(f.Overall()), draw.LineStyle{Color: actualHue, Width: 2.2}); err != nil {
		return nil, err
	}
	if f.Model != nil {
		if err := ls.add("expected by the model", byAge(f.Model), dashed(expectHue)); err != nil {
			return nil, err
		}
	}
	p.Add(ls.key)
	p.X.Tick.Marker = numberTicks{whole: true}
	p.X.Label.Text = "age: months since the first purchase"
	p.Y.Label.Text = "purchases by that age, the first included"
	if f.Money {
		p.Y.Label.Text = "revenue, first purchase included" + inCurrency
	}
	fromZero(&p.Y, ls.top, numberTicks{})
	return p, nil
}

// byAge places values at the ages 0, 1, 2 …
func byAge(values []float64) plotter.XYs {
	line := make(plotter.XYs, len(values))
	for age, v := range values {
		line[age] = plotter.XY{X: float64(age), Y: v}
	}
	return line
}

func (f PerCustomer) title() string {
	if f.Money {
		return "Revenue"
	}
	return "Purchases"
}

// WriteCSV writes a row for each age of each curve; the customers of the model are
// none.
func (f PerCustomer) WriteCSV(w io.Writer) error {
	name := "purchases_per_customer"
	if f.Money {
		name = "revenue_per_customer"
	}
	var rows [][]string
	add := func(curve string, values []float64) {
		for age, v := range values {
			rows = append(rows, []string{curve, strconv.Itoa(age), number(v)})
		}
	}
	for _, r := range f.Rows {
		add(r.name("2006-01"), f.line(r))
	}
	add("all", f.Overall())
	add("model", f.Model)
	return writeTable(w, []string{"curve", "age_months", name}, len(rows), func(i int) []string { return rows[i] })
}

// Caption compares model and customers at the last age observed.
func (f PerCustomer) Caption() string {
	all := f.Overall()
	last := len(all) - 1
	s := fmt.Sprintf("by %s after the first purchase a customer has brought %s", plural(last, "month"), significant(all[last]))
	if !f.Money {
		s += " purchases"
	}
	if f.Model == nil {
		return "Good: curves that keep climbing, those of newer cohorts on those of older ones or above; " + s + "."
	}
	s = fmt.Sprintf("Good: the dashed curve stays on the thick one and continues it; %s where the model expects %s", s, significant(f.Model[last]))
	if end := len(f.Model) - 1; end > last {
		s += fmt.Sprintf(", and %s by month %d", significant(f.Model[end]), end)
	}
	return s + "."
}
