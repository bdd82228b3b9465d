package plots

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tornado draws how far a value moves when each of its drivers is changed alone,
// one below the other.
type Tornado struct {
	What   string  // "CLV of a customer acquired today in 12 months"
	Change float64 // of each driver, as a share of it
	Value  float64 // with nothing changed
	Rows   []TornadoRow
}

// A TornadoRow is the value with a driver that is less and more than it is.
type TornadoRow struct {
	Name       string
	Less, More float64
}

// Plot draws a bar from one value to the other for each driver, the first at the
// top.
func (f *Tornado) Plot() (*plot.Plot, error) {
	if len(f.Rows) == 0 {
		return nil, errors.New("there are no drivers")
	}
	for _, r := range f.Rows {
		if math.IsNaN(f.Value+r.Less+r.More) || math.IsInf(f.Value+r.Less+r.More, 0) {
			return nil, fmt.Errorf("driver %q moves the value from %v to %v and %v", r.Name, f.Value, r.Less, r.More)
		}
	}
	p := newPlot(f.What + ", when one thing changes")
	b := tornadoBars{f}
	p.Add(b)
	p.Add(key{entries: []keyEntry{{fmt.Sprintf("%g %% less", 100*f.Change), swatch{paleOrange}},
		{fmt.Sprintf("%g %% more", 100*f.Change), swatch{paleBlue}}, {"as it is", upright{}}}})
	p.Add(upright{at: f.Value})
	var ticks []plot.Tick
	for i, r := range f.Rows {
		ticks = append(ticks, plot.Tick{Value: -float64(i), Label: shortened(r.Name)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.X.Label.Text = f.What
	return p, nil
}

// tornadoBars draws the rows at the places 0, -1, -2 … of the Y axis.
type tornadoBars struct{ f *Tornado }

// Plot draws the bars with the values at their ends.
func (b tornadoBars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min(0.34*(y(1)-y(0)), 14)
	for i, r := range b.f.Rows {
		middle := y(-float64(i))
		b.bar(c, x(b.f.Value), x(r.Less), middle, half, paleOrange)
		b.bar(c, x(b.f.Value), x(r.More), middle, half, paleBlue)
		low, high := min(r.Less, r.More), max(r.Less, r.More)
		style := textStyle(smallSize, ink)
		style.XAlign = text.XRight
		fillMiddle(c, style, vg.Point{X: x(low) - gap/2, Y: middle}, b.label(low))
		style.XAlign = text.XLeft
		fillMiddle(c, style, vg.Point{X: x(high) + gap/2, Y: middle}, b.label(high))
	}
}

func (b tornadoBars) bar(c draw.Canvas, from, to, middle, half vg.Length, fill color.Color) {
	c.SetColor(fill)
	c.Fill(vg.Rectangle{Min: vg.Point{X: min(from, to), Y: middle - half}, Max: vg.Point{X: max(from, to), Y: middle + half}}.Path())
}

// label writes a value with the decimals that the widest bar needs.
func (b tornadoBars) label(v float64) string {
	lo, hi := b.ends()
	return Separated(v, max(0, 2-int(math.Floor(math.Log10(hi-lo)))))
}

// ends are the lowest and the highest value, which differ.
func (b tornadoBars) ends() (lo, hi float64) {
	lo, hi = b.f.Value, b.f.Value
	for _, r := range b.f.Rows {
		lo, hi = min(lo, r.Less, r.More), max(hi, r.Less, r.More)
	}
	if !(hi > lo) {
		return lo - 1, hi + 1
	}
	return lo, hi
}

// DataRange lets the axes hold the bars and the values beside them.
func (b tornadoBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	lo, hi := b.ends()
	room := 0.12 * (hi - lo)
	return lo - room, hi + room, 0.5 - float64(len(b.f.Rows)), 0.5
}

// WriteCSV writes a row for each driver.
func (f *Tornado) WriteCSV(w io.Writer) error {
	return writeTable(w, []string{"driver", "value_less", "value", "value_more"}, len(f.Rows), func(i int) []string {
		r := f.Rows[i]
		return []string{r.Name, number(r.Less), number(f.Value), number(r.More)}
	})
}

// Caption names the strongest driver.
func (f *Tornado) Caption() string {
	r := f.Rows[0]
	return fmt.Sprintf("Good: the widest bars belong to what can be changed; %s moves the value most, from %s to %s where it is %s now.",
		r.Name, significant(min(r.Less, r.More)), significant(max(r.Less, r.More)), significant(f.Value))
}
