package plots

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// Gaps is the number of times between successive purchases, by length. Times
// that had not ended with the log are not among them.
type Gaps struct {
	Unit   history.Unit // Day, Week or Month
	Count  []float64    // of gaps of more than k and up to k+1 units
	Longer float64      // of all longer gaps, which are not drawn
	Median float64      // in days

	// Regularity is the shape k of the gamma distribution of one customer's
	// gaps, by Wheat and Morrison's estimator: 1 for random buying, more for a
	// rhythm, less for bursts. It is NaN if fewer than 30 customers have two gaps.
	Regularity float64
	Buyers     int // customers with two gaps
}

// NewGaps counts the gaps between the purchases of each customer. The unit of
// the classes is Day, Week or Month; 0 takes the first of them with which 60
// classes hold 98 in 100 gaps. There are classes for these, but at most 120.
//
// With the first two gaps of each customer, M = gap₁/(gap₁+gap₂), and
//
//	k = (1 - 4 Var M) / (8 Var M)
//
// where the variance is that about 1/2.
//
// Source: Wheat and Morrison (1990), Estimating purchase regularity with two
// interpurchase times, Journal of Marketing Research 27(1).
func NewGaps(customers []Purchases, unit history.Unit) (*Gaps, error) {
	if unit != 0 && unit != history.Day && unit != history.Week && unit != history.Month {
		return nil, fmt.Errorf("times between purchases are not counted by %v: use day, week or month", unit)
	}
	if err := checkPurchases(customers, math.MaxInt32); err != nil {
		return nil, err
	}
	var days []float64 // gaps by length
	var all, variance float64
	g := &Gaps{Unit: unit}
	for _, c := range customers {
		for k := 1; k < len(c.Days); k++ {
			gap := int(c.Days[k] - c.Days[k-1])
			for len(days) <= gap {
				days = append(days, 0)
			}
			days[gap]++
			all++
		}
		if len(c.Days) > 2 {
			m := float64(c.Days[1]-c.Days[0]) / float64(c.Days[2]-c.Days[0])
			variance += (m - 0.5) * (m - 0.5)
			g.Buyers++
		}
	}
	if all == 0 {
		return nil, errors.New("no customer has bought twice: there are no times between purchases")
	}
	g.Regularity = math.NaN()
	if v := variance / float64(g.Buyers); g.Buyers >= 30 && v > 0 {
		g.Regularity = (1 - 4*v) / (8 * v)
	}
	g.Median = float64(reaching(days, 0.5*all))
	g.sort(days, reaching(days, 0.98*all))
	return g, nil
}

// reaching returns the length up to which there are n gaps.
func reaching(days []float64, n float64) int {
	var sum float64
	for d, c := range days {
		if sum += c; sum >= n {
			return d
		}
	}
	return len(days) - 1
}

// sort puts the gaps into classes, those much longer than most days aside.
func (g *Gaps) sort(days []float64, most int) {
	if g.Unit == 0 {
		g.Unit = history.Month
		for _, u := range []history.Unit{history.Week, history.Day} {
			if float64(most)/u.Days() <= 60 {
				g.Unit = u
			}
		}
	}
	class := func(days int) int { return int(math.Ceil(float64(days)/g.Unit.Days())) - 1 }
	g.Count = make([]float64, min(class(most)+1, 120))
	for d, n := range days {
		switch k := class(d); {
		case d == 0:
		case k < len(g.Count):
			g.Count[k] += n
		default:
			g.Longer += n
		}
	}
}

// Plot draws a bar for each class. Days are marked at the middles of their
// bars, longer units at the edges.
func (g *Gaps) Plot() (*plot.Plot, error) {
	b := bars{values: g.Count, decimals: -1, width: 0.9, fill: actualHue}
	p := newPlot("Times between purchases")
	p.Add(gridLines(), b)
	k := key{entries: []keyEntry{{"repeat purchases", b}}}
	if g.Longer > 0 {
		k.entries = append(k.entries, keyEntry{name: fmt.Sprintf("not drawn: %s longer", Separated(g.Longer, 0))})
	}
	p.Add(k)
	edge := 0.5
	if g.Unit == history.Day {
		edge = 1
	}
	p.X.Tick.Marker = plot.TickerFunc(func(from, to float64) []plot.Tick {
		ticks := numberTicks{whole: true}.Ticks(from+edge, to+edge)
		for i := range ticks {
			ticks[i].Value -= edge
		}
		return ticks
	})
	p.X.Label.Text = fmt.Sprintf("time since the purchase before, in %vs", g.Unit)
	p.Y.Label.Text = "repeat purchases"
	fromZero(&p.Y, p.Y.Max, numberTicks{whole: true})
	return p, nil
}

// WriteCSV writes a row for each class, and one for all longer gaps.
func (g *Gaps) WriteCSV(w io.Writer) error {
	unit := g.Unit.String() + "s"
	header := []string{"more_than_" + unit, "up_to_" + unit, "repeat_purchases"}
	return writeTable(w, header, len(g.Count)+1, func(k int) []string {
		if k == len(g.Count) {
			return []string{strconv.Itoa(k), "Inf", number(g.Longer)}
		}
		return []string{strconv.Itoa(k), strconv.Itoa(k + 1), number(g.Count[k])}
	})
}

// Caption tells the median and the regularity.
func (g *Gaps) Caption() string {
	s := fmt.Sprintf("Good: bars that only fall, as random buying makes them, with no humps of a rhythm; "+
		"half of the gaps are %s or shorter", plural(int(g.Median), "day"))
	if math.IsNaN(g.Regularity) {
		return s + "."
	}
	return s + fmt.Sprintf(", and the regularity is %.1f (1: random, as the models assume; 2: a rhythm).", g.Regularity)
}
