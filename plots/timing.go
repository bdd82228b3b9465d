package plots

import (
	"cmp"
	"fmt"
	"io"
	"sort"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// TimingStrip shows every purchase of a sample of customers over real dates, a
// line for each customer.
type TimingStrip struct {
	Sample    []Purchases // in the order of the first purchase
	Customers int         // of whom the sample was taken
	Begin     history.Date
	End       history.Date

	// Cut may be set to the last day of the calibration; what follows is shaded.
	Cut history.Date
}

// NewTimingStrip takes n customers at equal distances in the order of first
// purchase, number of purchases and identifier, or all if there are not more; 0
// means 40. The sample is a fair one: as many of its members as of all customers
// bought only once.
func NewTimingStrip(customers []Purchases, end history.Date, n int) (*TimingStrip, error) {
	if err := checkPurchases(customers, end); err != nil {
		return nil, err
	}
	n = min(max(cmp.Or(n, 40), 1), len(customers))
	order := inOrder(customers)
	s := &TimingStrip{Customers: len(customers), Begin: customers[order[0].customer].Days[0], End: end}
	for k := range n {
		s.Sample = append(s.Sample, customers[order.at((2*k+1)*len(order)/(2*n), customers)])
	}
	return s, nil
}

// A buyerOrder lists customers by first purchase and number of purchases.
type buyerOrder []struct {
	key      int64
	customer int32
}

func inOrder(customers []Purchases) buyerOrder {
	order := make(buyerOrder, len(customers))
	for i, c := range customers {
		order[i].key = int64(c.Days[0])<<32 | int64(len(c.Days))
		order[i].customer = int32(i)
	}
	sort.Slice(order, func(i, j int) bool { return order[i].key < order[j].key })
	return order
}

// at returns the customer at a place, ties broken by identifier. Only the ties
// around the place are sorted: there are many, and names compare slowly.
func (o buyerOrder) at(place int, customers []Purchases) int {
	from, to := place, place+1
	for from > 0 && o[from-1].key == o[place].key {
		from--
	}
	for to < len(o) && o[to].key == o[place].key {
		to++
	}
	ties := o[from:to]
	sort.Slice(ties, func(i, j int) bool {
		a, b := ties[i].customer, ties[j].customer
		return cmp.Or(cmp.Compare(customers[a].ID, customers[b].ID), cmp.Compare(a, b)) < 0
	})
	return int(o[place].customer)
}

// Plot draws the earliest customer at the top.
func (s *TimingStrip) Plot() (*plot.Plot, error) {
	p := newPlot("When customers bought: a sample")
	marks := timeline{customers: s.Sample, end: s.End}
	k := key{entries: []keyEntry{{"first purchase", dots{radius: 2.2, fill: white, edge: actualHue}}, {"repeat purchase", dots{radius: 2.2, fill: actualHue}}}}
	p.X.Min, p.X.Max = float64(s.Begin), float64(max(s.End, s.Begin+1))
	p.Y.Min, p.Y.Max = -0.5, float64(len(s.Sample))-0.5
	if s.Cut >= s.Begin && s.Cut < s.End {
		p.Add(phases{s.Cut + 1})
		k.row = 1
	}
	p.Add(marks, k)
	p.X.Tick.Marker = dateTicks{}
	p.Y.Tick.Marker = plot.ConstantTicks(nil)
	p.Y.Label.Text = fmt.Sprintf("%d of %s customers, a line each", len(s.Sample), Separated(float64(s.Customers), 0))
	return p, nil
}

// timeline draws a line from each customer's first purchase to the end, with a
// mark for each purchase.
type timeline struct {
	customers []Purchases
	end       history.Date
}

// Plot draws lines, then marks no larger than the lines' distance allows.
func (t timeline) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	radius := min(2.2, max(0.42*(y(1)-y(0)), 0.8))
	first, repeat := dots{radius: radius, fill: white, edge: actualHue}, dots{radius: radius, fill: actualHue}
	line := draw.LineStyle{Color: paleBlue, Width: 0.6}
	for i, customer := range t.customers {
		at := float64(len(t.customers) - 1 - i)
		c.StrokeLine2(line, x(float64(customer.Days[0])), y(at), x(float64(t.end)), y(at))
		for k, d := range customer.Days {
			if k > 0 {
				repeat.at = append(repeat.at, plotter.XY{X: float64(d), Y: at})
			}
		}
		first.at = append(first.at, plotter.XY{X: float64(customer.Days[0]), Y: at})
	}
	repeat.Plot(c, p)
	first.Plot(c, p)
}

// GlyphBoxes reserves the space of marks at the edges.
func (t timeline) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	r := vg.Rectangle{Min: vg.Point{X: -2.5, Y: -1}, Max: vg.Point{X: 2.5, Y: 1}}
	return []plot.GlyphBox{{X: 0, Y: 0.5, Rectangle: r}, {X: 1, Y: 0.5, Rectangle: r}}
}

// WriteCSV writes a row for each purchase of the sample.
func (s *TimingStrip) WriteCSV(w io.Writer) error {
	var rows [][]string
	for line, c := range s.Sample {
		for k, d := range c.Days {
			kind := "repeat"
			if k == 0 {
				kind = "first"
			}
			rows = append(rows, []string{number(float64(line + 1)), c.ID, d.String(), kind})
		}
	}
	return writeTable(w, []string{"line", "customer", "date", "purchase"}, len(rows), func(i int) []string { return rows[i] })
}

// Caption tells how many of the sample came back.
func (s *TimingStrip) Caption() string {
	back := 0
	for _, c := range s.Sample {
		if len(c.Days) > 1 {
			back++
		}
	}
	return fmt.Sprintf("Good: dots lie scattered on their line and then stop for good, as the models assume, neither evenly spaced "+
		"nor in bursts with long pauses; %d of these %s came back after the first purchase.", back, plural(len(s.Sample), "customer"))
}
