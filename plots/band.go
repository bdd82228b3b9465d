package plots

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Band is an interval for each mark of a figure. The zero Band is none.
type Band struct {
	Name   string    // "80 % interval"; empty means "interval"
	Lo, Hi []float64 // NaN where a mark has no interval
}

func (b Band) name() string { return cmp.Or(b.Name, "interval") }

func (b Band) given() bool { return len(b.Lo)+len(b.Hi) > 0 }

// check returns an error unless the band is none or has n intervals.
func (b Band) check(n int) error {
	if !b.given() {
		return nil
	}
	if len(b.Lo) != n || len(b.Hi) != n {
		return fmt.Errorf("the band has %d lower and %d upper limits for %d marks", len(b.Lo), len(b.Hi), n)
	}
	for i, lo := range b.Lo {
		if lo > b.Hi[i] || math.IsInf(lo, 0) || math.IsInf(b.Hi[i], 0) || math.IsNaN(lo) != math.IsNaN(b.Hi[i]) {
			return fmt.Errorf("interval %d of the band runs from %v to %v", i+1, lo, b.Hi[i])
		}
	}
	return nil
}

// top returns the highest limit, 0 if there is none.
func (b Band) top() float64 {
	var top float64
	for _, hi := range b.Hi {
		if hi > top {
			top = hi
		}
	}
	return top
}

// columns returns the limits of row i as cells of a table, or none.
func (b Band) columns(i int) []string {
	if !b.given() {
		return nil
	}
	return []string{number(b.Lo[i]), number(b.Hi[i])}
}

// bandArea shades the band between its limits at the places x.
type bandArea struct {
	x    []float64
	band Band
}

// Plot fills each unbroken run of intervals.
func (a bandArea) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	c.SetColor(paleOrange)
	for from := 0; from < len(a.x); from++ {
		to := from
		for to < len(a.x) && !math.IsNaN(a.band.Lo[to]) {
			to++
		}
		if to-from > 1 {
			var path vg.Path
			path.Move(vg.Point{X: x(a.x[from]), Y: y(a.band.Lo[from])})
			for i := from; i < to; i++ {
				path.Line(vg.Point{X: x(a.x[i]), Y: y(a.band.Hi[i])})
			}
			for i := to - 1; i > from; i-- {
				path.Line(vg.Point{X: x(a.x[i]), Y: y(a.band.Lo[i])})
			}
			path.Close()
			c.Fill(path)
		}
		from = to
	}
}

// Thumbnail draws the mark of the band in a key.
func (a bandArea) Thumbnail(c *draw.Canvas) { swatch{paleOrange}.Thumbnail(c) }
