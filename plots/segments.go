package plots

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// Segments is the distribution of a value, usually CLV, in each segment of the
// customers.
type Segments struct {
	What   string    // "CLV in 12 months"
	Money  bool      // whether the value is money, which the axis then says
	Others bool      // whether the last of Rows holds the smallest segments together
	Rows   []Segment // by median, the highest first, and last the others together
}

// A Segment holds quantiles of the value among its customers, and the interval
// that holds the median of such customers at large with a probability of 95 %.
// Small segments have a wide one.
type Segment struct {
	Name                   string
	Customers              int
	Mean                   float64
	P5, P25, P50, P75, P95 float64
	Lo, Hi                 float64
}

const (
	mostSegments = 12 // in a figure
	fewCustomers = 30 // of whom quantiles say little
)

// NewSegments returns the segments of the customers, of whom segment[i] and
// value[i] are known. The interval of the median runs between the values whose
// ranks are nearest to n/2 - 1.96·√n/2 and 1 + n/2 + 1.96·√n/2. Of more than 12 segments, the smallest are put
// together. NewSegments panics if there are not as many names as values.
func NewSegments(what string, segment []string, value []float64) (*Segments, error) {
	if len(segment) != len(value) {
		panic("plots: segments and values must be of the same customers")
	}
	if len(value) == 0 {
		return nil, errors.New("there are no customers")
	}
	values := map[string][]float64{}
	for i, v := range value {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("customer %d: a value of %v", i+1, v)
		}
		name := cmp.Or(segment[i], "(none)")
		values[name] = append(values[name], v)
	}
	f := &Segments{What: what}
	for name, vs := range values {
		f.Rows = append(f.Rows, newSegment(name, vs))
	}
	slices.SortFunc(f.Rows, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), cmp.Compare(a.Name, b.Name))
	})
	var rest []Segment
	if f.Others = len(f.Rows) > mostSegments; f.Others {
		var vs []float64
		small := f.Rows[mostSegments-1:]
		for _, s := range small {
			vs = append(vs, values[s.Name]...)
		}
		rest = []Segment{newSegment(fmt.Sprintf("%d others", len(small)), vs)}
		f.Rows = f.Rows[:mostSegments-1]
	}
	slices.SortFunc(f.Rows, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(b.P50, a.P50), cmp.Compare(b.Mean, a.Mean), cmp.Compare(a.Name, b.Name))
	})
	f.Rows = append(f.Rows, rest...)
	return f, nil
}

func newSegment(name string, v []float64) Segment {
	slices.Sort(v)
	n := len(v)
	s := Segment{Name: name, Customers: n}
	for _, x := range v {
		s.Mean += x / float64(n)
	}
	at := func(place float64) float64 { // between the order statistics, the first at 0
		place = min(max(place, 0), float64(n-1))
		k := min(int(place), max(n-2, 0))
		next := v[min(k+1, n-1)]
		return v[k] + (place-float64(k))*(next-v[k])
	}
	for q, p := range map[float64]*float64{0.05: &s.P5, 0.25: &s.P25, 0.5: &s.P50, 0.75: &s.P75, 0.95: &s.P95} {
		*p = at(q * float64(n-1))
	}
	middle, half := float64(n)/2, 1.96*math.Sqrt(float64(n))/2
	s.Lo, s.Hi = at(math.Round(middle-half)-1), at(math.Round(middle+half))
	return s
}

// logarithmic tells whether the values differ so much that an axis from 0 would
// hide most of them.
func (f *Segments) logarithmic() bool {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range f.Rows {
		low, high = min(low, s.P5, s.Lo), max(high, s.P95, s.Hi)
	}
	return low > 0 && high > 50*low
}

// Plot draws a line for each segment, the highest median at the top.
func (f *Segments) Plot() (*plot.Plot, error) {
	p := newPlot(strings.ToUpper(f.What[:1]) + f.What[1:] + ", by segment")
	b := boxes{rows: f.Rows, log: f.logarithmic()}
	p.Add(b)
	p.Add(key{width: 190, entries: []keyEntry{
		{"median, 95 % interval", medianMark{}}, {"middle 50 %", swatch{paleBlue}}, {"middle 90 %", rangeMark{}}}})
	var ticks []plot.Tick
	for i, s := range f.Rows {
		ticks = append(ticks, plot.Tick{Value: -float64(i), Label: fmt.Sprintf("%s (%s)", shortened(s.Name), Separated(float64(s.Customers), 0))})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.Y.Label.Text = "segment (customers)"
	p.Y.Tick.Label.Font.Size = smallSize
	p.X.Label.Text = f.What
	if f.Money {
		p.X.Label.Text += inCurrency
	}
	switch {
	case b.log:
		p.X.Tick.Marker = logTicks{}
		room := 0.03 * (p.X.Max - p.X.Min)
		p.X.Min, p.X.Max = p.X.Min-room, p.X.Max+room
	case p.X.Min >= 0:
		fromZero(&p.X, p.X.Max, numberTicks{})
	}
	return p, nil
}

// shortened cuts a long name.
func shortened(name string) string {
	const most = 18
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// WriteCSV writes a row for each segment.
func (f *Segments) WriteCSV(w io.Writer) error {
	header := []string{"segment", "customers", "mean", "p5", "p25", "median", "p75", "p95", "median_lo", "median_hi"}
	return writeTable(w, header, len(f.Rows), func(i int) []string {
		s := f.Rows[i]
		row := []string{s.Name, strconv.Itoa(s.Customers)}
		for _, v := range []float64{s.Mean, s.P5, s.P25, s.P50, s.P75, s.P95, s.Lo, s.Hi} {
			row = append(row, number(v))
		}
		return row
	})
}

// Caption compares the highest and the lowest median and counts small segments.
func (f *Segments) Caption() string {
	top, bottom := f.Rows[0], f.Rows[len(f.Rows)-1]
	if f.Others {
		bottom = f.Rows[len(f.Rows)-2]
	}
	s := fmt.Sprintf("Good: the intervals of the medians lie apart; the highest median is %s (%s)", significant(top.P50), shortened(top.Name))
	if bottom.Name != top.Name {
		s += fmt.Sprintf(" and the lowest %s (%s)", significant(bottom.P50), shortened(bottom.Name))
	}
	small := 0
	for _, r := range f.Rows {
		if r.Customers < fewCustomers {
			small++
		}
	}
	if small > 0 {
		s += fmt.Sprintf("; under %d customers say little: %s", fewCustomers, plural(small, "segment"))
	}
	return s + "."
}
