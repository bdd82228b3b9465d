package plots

import (
	"errors"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Payback is what a new customer has brought, net, by so many months after the
// first purchase, beside what acquiring him costs.
type Payback struct {
	Months []float64
	Value  []float64 // cumulative, the first order counted
	Band   Band
	CAC    float64 // 0: not known

	Segments []PaybackSegment // without bands; the first 6 are drawn
}

// A PaybackSegment is the line of one segment, at the same months.
type PaybackSegment struct {
	Name  string
	Value []float64
}

// NewPayback returns the figure. It returns an error unless there are two points
// or more and as many values everywhere.
func NewPayback(months, value []float64, band Band, cac float64, segments []PaybackSegment) (*Payback, error) {
	f := &Payback{months, value, band, cac, segments}
	if len(months) < 2 || len(value) != len(months) {
		return nil, fmt.Errorf("there are %d months and %d values of a payback curve", len(months), len(value))
	}
	for _, s := range segments {
		if len(s.Value) != len(months) {
			return nil, fmt.Errorf("segment %s has %d values for %d months", s.Name, len(s.Value), len(months))
		}
	}
	for _, v := range value {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("the value of a new customer is not finite")
		}
	}
	return f, band.check(len(months))
}

// Plot draws the curve with its band, a thin line for each segment, and the cost
// of acquisition.
func (f *Payback) Plot() (*plot.Plot, error) {
	p := newPlot("Net value of a new customer by age")
	p.Add(gridLines())
	ls := lines{p: p}
	if f.Band.given() {
		area := bandArea{f.Months, f.Band}
		p.Add(area)
		ls.key.entries = append(ls.key.entries, keyEntry{f.Band.name(), area})
		ls.top = f.Band.top()
	}
	if err := ls.add("all customers", f.line(f.Value), dashed(expectHue)); err != nil {
		return nil, err
	}
	for k, s := range f.drawn() {
		hues := modelLines[1:]
		style := draw.LineStyle{Color: hues[k%len(hues)].Color, Width: 1.1}
		if k >= len(hues) {
			style.Dashes = []vg.Length{3, 2}
		}
		if err := ls.add(s.Name, f.line(s.Value), style); err != nil {
			return nil, err
		}
	}
	if f.CAC > 0 {
		cost := plotter.XYs{{X: f.Months[0], Y: f.CAC}, {X: f.Months[len(f.Months)-1], Y: f.CAC}}
		if err := ls.add("cost of acquisition", cost, solid(ink)); err != nil {
			return nil, err
		}
	}
	p.Add(ls.key)
	p.X.Label.Text = "months since the first purchase"
	p.Y.Label.Text = "net value so far, first order included"
	f.fromLowest(p, ls.top)
	return p, nil
}

// fromLowest lets the axis begin at 0, or below it if a curve does.
func (f *Payback) fromLowest(p *plot.Plot, top float64) {
	fromZero(&p.Y, top, numberTicks{})
	low := 0.0
	all := append([]PaybackSegment{{Value: f.Value}, {Value: f.Band.Lo}}, f.drawn()...)
	for _, s := range all {
		for _, v := range s.Value {
			if v < low {
				low = v
			}
		}
	}
	p.Y.Min = low
}

func (f *Payback) drawn() []PaybackSegment { return f.Segments[:min(len(f.Segments), 6)] }

func (f *Payback) line(value []float64) (xys plotter.XYs) {
	for k, v := range value {
		xys = append(xys, plotter.XY{X: f.Months[k], Y: v})
	}
	return xys
}

// WriteCSV writes a row for each month, in money of a customer.
func (f *Payback) WriteCSV(w io.Writer) error {
	header := []string{"months", "net_value"}
	if f.Band.given() {
		header = append(header, "net_value_lo", "net_value_hi")
	}
	for _, s := range f.Segments {
		header = append(header, "net_value "+s.Name)
	}
	return writeTable(w, header, len(f.Months), func(k int) []string {
		row := append([]string{number(f.Months[k]), number(f.Value[k])}, f.Band.columns(k)...)
		for _, s := range f.Segments {
			row = append(row, number(s.Value[k]))
		}
		return row
	})
}

// Caption tells when the cost is back.
func (f *Payback) Caption() string {
	last := len(f.Months) - 1
	s := fmt.Sprintf("a new customer brings %s with the first order and %s by month %s",
		significant(f.Value[0]), significant(f.Value[last]), Separated(f.Months[last], 0))
	if !(f.CAC > 0) {
		return "Good: a curve that passes the cost of acquisition early; " + s + "."
	}
	if f.Value[0] >= f.CAC {
		return "Good: a curve that passes the cost of acquisition early; this one does with the first order, and " + s + "."
	}
	for k, v := range f.Value {
		if v >= f.CAC {
			return fmt.Sprintf("Good: a curve that passes the cost of acquisition early; this one does by month %s, and %s.", Separated(f.Months[k], 0), s)
		}
	}
	return "Good: a curve that passes the cost of acquisition early; this one does not, and " + s + "."
}
