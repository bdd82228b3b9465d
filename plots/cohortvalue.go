package plots

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// CohortValue draws what an acquired customer has brought by age, for each
// cohort and for all, and how a model goes on.
type CohortValue struct {
	What string // "margin per acquired customer"
	Rows []CohortCurve
	All  CohortCurve
}

// A CohortCurve is a value by age in months, so far and from the end of the log
// on. The continuation begins with the value so far at the mean age.
type CohortCurve struct {
	Name  string
	Age   []float64
	Value []float64

	AheadAge []float64 // none: the model does not go on
	Ahead    []float64
	Band     Band // of Ahead
}

// cohortHues tell a few cohorts apart; of many, all are pale.
var cohortHues = []color.Color{modelLines[1].Color, modelLines[2].Color, modelLines[3].Color, color.RGBA{0x56, 0xB4, 0xE9, 0xFF}, ink}

func (c *CohortCurve) check() error {
	if len(c.Age) != len(c.Value) || len(c.AheadAge) != len(c.Ahead) || len(c.Age) == 0 {
		return fmt.Errorf("cohort %q has %d ages and %d values, and %d and %d ahead", c.Name, len(c.Age), len(c.Value), len(c.AheadAge), len(c.Ahead))
	}
	return c.Band.check(len(c.Ahead))
}

func points(x, y []float64) plotter.XYs {
	out := make(plotter.XYs, len(x))
	for i := range x {
		out[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return out
}

// Plot draws the curves.
func (f *CohortValue) Plot() (*plot.Plot, error) {
	for _, c := range append(f.Rows[:len(f.Rows):len(f.Rows)], f.All) {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	p := newPlot("Cumulative " + f.What + ", by age")
	p.Add(gridLines())
	ls := lines{p: p}
	if f.All.Band.given() {
		area := bandArea{f.All.AheadAge, f.All.Band}
		p.Add(area)
		ls.key.entries = append(ls.key.entries, keyEntry{f.All.Band.name(), area})
	}
	if err := errors.Join(f.drawRows(&ls), ls.curve("all customers", &f.All,
		draw.LineStyle{Color: actualHue, Width: 2.2}, "all, expected", dashed(expectHue))); err != nil {
		return nil, err
	}
	p.Add(ls.key)
	p.X.Tick.Marker = numberTicks{whole: true}
	p.X.Label.Text = "age: months since the first purchase, which is included"
	p.Y.Label.Text = f.What
	f.scale(p)
	return p, nil
}

// drawRows draws the cohorts below the curve of all.
func (f *CohortValue) drawRows(ls *lines) error {
	name, expected := "a cohort", "expected of it"
	for i := range f.Rows {
		style, next := cohortLine, dashed(color.RGBA{0xEF, 0xC8, 0x74, 0xFF})
		next.Width = 1
		if len(f.Rows) <= len(cohortHues) {
			name, expected = shortened(f.Rows[i].Name), ""
			style = draw.LineStyle{Color: cohortHues[i], Width: 1.4}
			next = dashed(cohortHues[i])
		}
		if err := ls.curve(name, &f.Rows[i], style, expected, next); err != nil {
			return err
		}
		name, expected = "", ""
	}
	return nil
}

// curve draws a curve and its continuation.
func (l *lines) curve(name string, c *CohortCurve, style draw.LineStyle, expected string, next draw.LineStyle) error {
	err := l.add(name, points(c.Age, c.Value), style)
	if len(c.Ahead) == 0 || err != nil {
		return err
	}
	return l.add(expected, points(c.AheadAge, c.Ahead), next)
}

// scale lets the Y axis hold 0 and all curves.
func (f *CohortValue) scale(p *plot.Plot) {
	bottom, top := 0.0, 0.0
	for _, c := range append(f.Rows[:len(f.Rows):len(f.Rows)], f.All) {
		for _, values := range [][]float64{c.Value, c.Ahead, f.All.Band.Lo, f.All.Band.Hi} {
			for _, v := range values {
				bottom, top = min(bottom, v), max(top, v)
			}
		}
	}
	if !(top > bottom) {
		top = bottom + 1
	}
	fromZero(&p.Y, top, numberTicks{})
	if step := (numberTicks{}).step(top - bottom); bottom < 0 {
		p.Y.Min, p.Y.Max = step*math.Floor(bottom/step), step*math.Ceil(top/step)
		p.Add(level{0})
	}
}

// A level is a horizontal line.
type level struct{ at float64 }

// Plot draws the line.
func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: faintInk, Width: 0.9}, c.Min.X, y(l.at), c.Max.X, y(l.at))
}

// WriteCSV writes a row for each age of each curve. What has been has no doubt:
// its limits are the value.
func (f *CohortValue) WriteCSV(w io.Writer) error {
	var rows [][]string
	for _, c := range append(f.Rows[:len(f.Rows):len(f.Rows)], f.All) {
		for i, age := range c.Age {
			v := number(c.Value[i])
			rows = append(rows, []string{c.Name, "actual", number(age), v, v, v})
		}
		for i, age := range c.AheadAge {
			v := number(c.Ahead[i])
			row := []string{c.Name, "expected", number(age), v, v, v}
			if c.Band.given() {
				copy(row[4:], c.Band.columns(i))
			}
			rows = append(rows, row)
		}
	}
	return writeTable(w, []string{"cohort", "phase", "age_months", "value_per_customer", "lo", "hi"}, len(rows), func(i int) []string { return rows[i] })
}

// Caption tells when customers have paid back what they cost, and what is
// expected.
func (f *CohortValue) Caption() string {
	last := len(f.All.Value) - 1
	s := fmt.Sprintf("Good: curves that keep climbing, those of newer cohorts on those of older ones or above; at %.0f months a customer has brought %s",
		f.All.Age[last], significant(f.All.Value[last]))
	if n := len(f.All.Ahead); n > 0 {
		s += fmt.Sprintf("; customers now %.1f months old on average have brought %s each and are expected to have brought %s in %.0f months",
			f.All.AheadAge[0], significant(f.All.Ahead[0]), significant(f.All.Ahead[n-1]), f.All.AheadAge[n-1]-f.All.AheadAge[0])
	}
	return s + "."
}
