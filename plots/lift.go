package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Lift draws how many times the average of all customers those with the highest
// forecasts made, by their share of all customers. Its numbers are those of the
// Ranking.
type Lift struct{ *Ranking }

// At returns the lift of the first k in 100 customers, k = 1 … 100.
func (f Lift) At(k int) float64 { return f.Captured(k) * percentiles / float64(k) }

// Plot draws a curve for each forecast, and those of the best and of a random
// order.
func (f Lift) Plot() (*plot.Plot, error) {
	p := newPlot("Lift of the customers with the highest forecasts")
	at := func(r *Ranking) plotter.XYs { return curve(1, Lift{r}.At) }
	best := curve(1, func(k int) float64 { return f.best(k) * percentiles / float64(k) })
	random := curve(1, func(int) float64 { return 1 })
	if err := f.draw(p, at, best, random); err != nil {
		return nil, err
	}
	p.Y.Label.Text = "times the average " + f.What + " of a customer"
	fromZero(&p.Y, p.Y.Max, numberTicks{})
	return p, nil
}

// Caption tells the lift of the top tenth.
func (f Lift) Caption() string {
	return fmt.Sprintf("Good: the curve starts high, near that of the best order, and only falls; the top tenth by %s makes "+
		"%.1f times the average of all customers, of %.1f possible%s.", f.name(), f.At(10),
		10*f.best(10), f.others(func(r *Ranking) string { return fmt.Sprintf("%.1f", Lift{r}.At(10)) }))
}
