package plots

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// AliveHistory is one customer's P(alive) as it looked on each day: it falls
// while nothing is bought and recovers with each purchase.
type AliveHistory struct {
	ID   string
	Rows []AliveDay

	// Cut may be set to the last day of the calibration; what follows is shaded.
	Cut history.Date
}

// An AliveDay is P(alive) given what was known on a day. The day of a purchase
// has two rows: the last without the purchase and the first with it.
type AliveDay struct {
	Day       history.Date
	Frequency int     // repeat purchases known
	Purchase  bool    // whether the row follows a purchase of that day
	P         float64 // P(alive)
}

// NewAliveHistory returns the P(alive) of a customer from the first purchase to
// the end, for a model whose unit of time is unit. On day d, with first and last
// purchase up to then on days f and l, the history is
//
//	x = repeat purchases up to d,  t_x = l - f,  T = d - f
//
// A span of more than about 1,000 days has a row for every second, third …
// day, beside those of the purchases.
func NewAliveHistory(m ProbAliver, customer Purchases, unit history.Unit, end history.Date) (*AliveHistory, error) {
	if err := customer.check(end); err != nil {
		return nil, fmt.Errorf("customer %q: %w", customer.ID, err)
	}
	a := &AliveHistory{ID: customer.ID}
	first, last, x := customer.Days[0], customer.Days[0], -1
	row := func(day history.Date, purchase bool) error {
		c := history.Customer{Frequency: x, Recency: float64(last-first) / unit.Days(), T: float64(day-first) / unit.Days(), Spend: math.NaN()}
		p := m.ProbAlive(c)
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("customer %q on %v: the model gives the P(alive) %v", customer.ID, day, p)
		}
		a.Rows = append(a.Rows, AliveDay{day, x, purchase, p})
		return nil
	}
	every := (end - first + 1000) / 1000
	for day := first; day <= end; day++ {
		purchase := x+1 < len(customer.Days) && customer.Days[x+1] == day
		if day > first && (purchase || (day-first)%every == 0 || day == end) {
			if err := row(day, false); err != nil {
				return nil, err
			}
		}
		if purchase {
			x, last = x+1, day
			if err := row(day, true); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// Plot draws the P(alive) over time and a mark on it for each purchase.
func (a *AliveHistory) Plot() (*plot.Plot, error) {
	p := newPlot(fmt.Sprintf("P(alive) of customer %s, day by day", a.ID))
	var line, bought plotter.XYs
	for _, r := range a.Rows {
		at := plotter.XY{X: float64(r.Day), Y: r.P}
		line = append(line, at)
		if r.Purchase {
			bought = append(bought, at)
		}
	}
	l, err := plotter.NewLine(line)
	if err != nil {
		return nil, fmt.Errorf("draw the P(alive): %w", err)
	}
	l.LineStyle = draw.LineStyle{Color: expectHue, Width: 1.6}
	b := stems{dots{at: bought, radius: 2.4, fill: actualHue}}
	k := key{entries: []keyEntry{{"P(alive) by the model", l}, {"purchase", b.dots}}}
	first, end := a.Rows[0].Day, a.Rows[len(a.Rows)-1].Day
	p.X.Min, p.X.Max = float64(first), float64(max(end, first+1))
	if a.Cut >= first && a.Cut < end {
		p.Add(phases{a.Cut + 1})
		k.row = 1
	}
	p.Add(gridLines(), b, l, b.dots, k)
	p.X.Tick.Marker = dateTicks{}
	p.Y.Label.Text = "P(alive) given the purchases so far"
	fromZero(&p.Y, 1, numberTicks{})
	return p, nil
}

// stems draws a line from the axis to each dot.
type stems struct{ dots }

var stemLine = draw.LineStyle{Color: paleBlue, Width: 1.2}

// Plot draws the lines only.
func (s stems) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range s.at {
		c.StrokeLine2(stemLine, x(at.X), y(0), x(at.X), y(at.Y))
	}
}

// GlyphBoxes reserves nothing: the lines stay inside the data area.
func (s stems) GlyphBoxes(*plot.Plot) []plot.GlyphBox { return nil }

// WriteCSV writes the rows. P(alive) is a probability.
func (a *AliveHistory) WriteCSV(w io.Writer) error {
	header := []string{"customer", "date", "repeat_purchases", "purchase", "p_alive"}
	return writeTable(w, header, len(a.Rows), func(i int) []string {
		r, purchase := a.Rows[i], "no"
		if r.Purchase {
			purchase = "yes"
		}
		return []string{a.ID, r.Day.String(), strconv.Itoa(r.Frequency), purchase, number(r.P)}
	})
}

// Caption tells the last P(alive), and the lowest from which the customer came
// back.
func (a *AliveHistory) Caption() string {
	last := a.Rows[len(a.Rows)-1]
	lowest, bought := math.Inf(1), last.Day
	for i, r := range a.Rows {
		if r.Purchase {
			bought = r.Day
			if i > 0 {
				lowest = min(lowest, a.Rows[i-1].P)
			}
		}
	}
	s := fmt.Sprintf("Good: the line falls only in silences that are long for this customer, and no purchase comes when it is near 0; "+
		"on %v, %s after the last purchase, it is at %.2f", last.Day, plural(int(last.Day-bought), "day"), last.P)
	switch {
	case min(lowest, last.P) > certain:
		s += ", and it has hardly ever been lower: the model sees no dropout here"
	case !math.IsInf(lowest, 1):
		s += fmt.Sprintf(", and the customer has come back from %.2f", lowest)
	}
	return s + "."
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Separated(float64(n), 0) + " " + noun + "s"
}
