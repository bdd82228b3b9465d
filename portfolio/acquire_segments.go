package portfolio

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// An acquiring is an Acquisition in the making. Place 0 of its slices is that
// of all customers, place g+1 that of segment g.
type acquiring struct {
	out    *Acquisition
	h      *history.Table
	e      *Economics
	months []float64 // of the curve
	within float64   // the payback, in months
	tables []*history.Table
	first  []float64 // amount of the first order
	error  []float64 // its standard error
	spend  []float64
	curves [][]float64

	drawn []drawnValues
}

// drawnValues are draws of what is known of a segment, a column each.
type drawnValues struct {
	first, orders, spend []float64
	curves               [][]float64
}

func newAcquiring(h *history.Table, bought []history.Purchases, e *Economics, o *AcquireOptions) (*acquiring, error) {
	payback := o.Payback
	if payback == (history.Horizon{}) {
		payback = o.Horizon
	}
	end := o.Horizon.In(history.Month)
	if !(end > 0) || payback.In(history.Month) > end {
		return nil, fmt.Errorf("a payback within %v cannot be seen within %v: give a longer horizon", payback, o.Horizon)
	}
	a := &acquiring{out: &Acquisition{Horizon: o.Horizon.String(), Payback: payback.String(), Ratio: o.Ratio, Warnings: []string{}}, h: h, e: e, within: payback.In(history.Month)}
	if a.out.Ratio == 0 {
		a.out.Ratio = 3
	}
	for k := 0.0; k < end; k++ {
		a.months = append(a.months, k)
	}
	a.months = append(a.months, end)
	a.out.All = acquiredIn("", h)
	if n := a.out.All.RepeatBuyers; n < MinRepeatBuyers {
		return nil, fmt.Errorf("only %d of %d customers have bought again: below %d there is nothing to forecast with; collect more, or roll fewer contacts up to one account", n, h.Len(), MinRepeatBuyers)
	}
	var rows [][]int
	var names []string
	if o.Segment != nil {
		names, rows = groupRows(o.Segment)
	}
	for g, name := range names {
		a.tables = append(a.tables, rowsOf(h, rows[g]))
		a.out.Segments = append(a.out.Segments, acquiredIn(name, a.tables[g]))
	}
	a.first, a.error = shrunkMeans(bought, rows)
	a.drawn = make([]drawnValues, len(names)+1)
	for g := range a.drawn {
		a.spend = append(a.spend, 1)
		s := a.segment(g)
		s.Weight, s.SpendWeight, s.CAC = 1, 1, e.CACIn(s.Segment, -1)
	}
	a.curves = make([][]float64, len(names)+1)
	return a, nil
}

// acquiredIn counts the customers of a segment.
func acquiredIn(name string, h *history.Table) Acquired {
	a := Acquired{Segment: name}
	for i, x := range h.Frequency {
		a.Customers += int(h.Weight(i))
		if x > 0 {
			a.RepeatBuyers += int(h.Weight(i))
		}
	}
	return a
}

// segment returns the output of a place.
func (a *acquiring) segment(g int) *Acquired {
	if g == 0 {
		return &a.out.All
	}
	return &a.out.Segments[g-1]
}

func (a *acquiring) say(warnings []error) {
	for _, w := range warnings {
		a.out.Warnings = append(a.out.Warnings, w.Error())
	}
}

// orders sets what follows from the purchase models.
func (a *acquiring) orders(whole Newcomer, groups []Newcomer, weight func(g int, f func(Newcomer) float64) float64) {
	t := a.horizon()
	for g, m := range append([]Newcomer{whole}, groups...) {
		s := a.segment(g)
		s.Orders.Value = forecast.Figure(m.Expected(t))
		a.curves[g] = a.discounted(m, g)
		if g > 0 {
			s.Weight = forecast.Figure(weight(g-1, func(n Newcomer) float64 { return n.Expected(t) }))
		}
	}
}

func (a *acquiring) horizon() float64 { return a.at(len(a.months) - 1) }

// at returns the time of a point of the curve in the table's unit.
func (a *acquiring) at(k int) float64 {
	return history.Horizon{Value: a.months[k], Unit: history.Month}.In(a.h.Unit)
}

// discounted returns the discounted orders at each point of the curve and then,
// if being alive costs something, the discounted time alive there.
func (a *acquiring) discounted(m Newcomer, g int) []float64 {
	delta := a.e.rate().Per(a.h.Unit)
	out := make([]float64, 0, 2*len(a.months))
	for k := range a.months {
		out = append(out, m.DET(history.Customer{}, a.at(k), delta))
	}
	if a.e.CostAlive.Per(a.h.Unit) > 0 {
		life := 0.0
		for k := range a.months {
			switch k {
			case 0:
			case 1:
				life = models.DiscountedLife(m, a.at(1), delta)
			default:
				life += models.DiscountedLifeBetween(m, a.at(k-1), a.at(k), delta)
			}
			out = append(out, life)
		}
	}
	return out
}

// curve returns the net value at each point.
func (a *acquiring) curve(g int, first, spend float64, discounted []float64) []float64 {
	margin := a.e.MarginIn(a.segment(g).Segment, -1)
	out := make([]float64, len(a.months))
	for k := range out {
		out[k] = first*margin - a.e.CostPerOrder + (spend*margin-a.e.CostPerOrder)*discounted[k]
		if len(discounted) > len(out) {
			out[k] -= discounted[len(out)+k] * a.e.CostAlive.Per(a.h.Unit)
		}
	}
	return out
}

// spending fits the spend model.
func (a *acquiring) spending(h *history.Table) (*Pool[models.GammaGamma], error) {
	var groups []*history.Spending
	for _, t := range a.tables {
		groups = append(groups, t.Spending())
	}
	pool, err := NewPool(models.GammaGamma{}, h.Spending(), groups)
	if err != nil {
		return nil, fmt.Errorf("spend: %w", err)
	}
	if pool.Whole.Model.Q <= 1 {
		return nil, fmt.Errorf("spend: q = %.4g is not above 1: the population has no mean, so that a new customer's order has none", pool.Whole.Model.Q)
	}
	a.say(pool.Whole.Warnings)
	a.out.SpendSpread = figures(pool.Spread, a.out.Segments)
	a.spend[0], a.out.All.spend = pool.Whole.Model.Mean(), pool.Whole.Model
	for g, m := range pool.Groups {
		a.spend[g+1], a.out.Segments[g].spend = m.Mean(), m
		a.out.Segments[g].SpendWeight = forecast.Figure(pool.Weight(g, models.GammaGamma.Mean))
	}
	return pool, nil
}

// draw adds one draw of everything.
func (a *acquiring) draw(rng *rand.Rand, whole Newcomer, groups []Newcomer, spend *Pool[models.GammaGamma]) {
	means := make([]float64, len(a.drawn))
	for g := range means {
		means[g] = 1
	}
	if spend != nil {
		all, parts := spend.Draw(rng)
		means[0] = all.Mean()
		for g, m := range parts {
			means[g+1] = m.Mean()
		}
	}
	t := a.horizon()
	for g, m := range append([]Newcomer{whole}, groups...) {
		d := &a.drawn[g]
		first := logNormal(rng, a.first[g], a.error[g])
		d.first, d.spend = append(d.first, first), append(d.spend, means[g])
		d.orders = append(d.orders, m.Expected(t))
		d.curves = append(d.curves, a.curve(g, first, means[g], a.discounted(m, g)))
	}
}

// logNormal draws a positive number with the given mean and standard deviation.
func logNormal(rng *rand.Rand, mean, sd float64) float64 {
	variance := math.Log1p(sd * sd / (mean * mean))
	return mean * math.Exp(math.Sqrt(variance)*rng.NormFloat64()-variance/2)
}

// finish turns values and draws into estimates.
func (a *acquiring) finish() {
	for g := range a.drawn {
		s, d := a.segment(g), &a.drawn[g]
		s.FirstOrder = quantiles(a.first[g], d.first)
		s.Orders = quantiles(float64(s.Orders.Value), d.orders)
		s.Spend = quantiles(a.spend[g], d.spend)
		values := a.curve(g, a.first[g], a.spend[g], a.curves[g])
		column := func(f func(curve []float64) float64) Estimate {
			out := make([]float64, len(d.curves))
			for i, c := range d.curves {
				out[i] = f(c)
			}
			return quantiles(f(values), out)
		}
		for k, months := range a.months {
			s.Curve = append(s.Curve, CurvePoint{months, column(func(c []float64) float64 { return c[k] })})
		}
		s.CLV = s.Curve[len(s.Curve)-1].Estimate
		s.PaybackCAC = column(func(c []float64) float64 { return payableWithin(a.months, c, a.within) })
		s.RatioCAC = column(func(c []float64) float64 { return max(c[len(c)-1]/a.out.Ratio, 0) })
		s.PaysBack = forecast.Figure(paysBack(a.months, values, s.CAC))
		s.Small = s.Weight < SmallWeight || s.SpendWeight < SmallWeight
	}
}
