package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// A trackedLine is what a figure over time draws for each period that it shows.
type trackedLine struct {
	shows    func(r TrackedPeriod) bool
	at       func(r TrackedPeriod) float64
	actual   func(r TrackedPeriod) float64
	expected func(r TrackedPeriod) float64
	start    bool // whether the lines begin at 0 on the first day
	band     Band
}

// draw adds the band, the lines, the key and the phases.
func (t *Tracking) draw(p *plot.Plot, f trackedLine) error {
	models, err := t.all()
	if err != nil {
		return err
	}
	ls := lines{p: p, top: f.band.top()}
	if t.hasHoldout() {
		p.Add(phases{t.Cut + 1})
		ls.key.row = 1
	}
	band := t.bandOf(f)
	p.Add(band, gridLines())
	actual := f.points(t, f.actual)
	style := solid(actualHue)
	if len(actual) > 200 {
		style.Width /= 2 // or a ragged line hides the smooth ones
	}
	if err := ls.add("actual", actual, style); err != nil {
		return err
	}
	for i, m := range models {
		name := m.name()
		if len(models) == 1 {
			name = "expected by " + name
		}
		if err := ls.add(name, f.points(m, f.expected), modelLines[i]); err != nil {
			return err
		}
	}
	if f.band.given() {
		ls.key.entries = append(ls.key.entries, keyEntry{f.band.name(), band})
	}
	p.Add(ls.key)
	p.X.Min, p.X.Max = float64(t.Rows[0].From), float64(t.End+1)
	p.X.Tick.Marker = dateTicks{}
	fromZero(&p.Y, ls.top, numberTicks{whole: true})
	return nil
}

// points returns a line of the tracking.
func (f trackedLine) points(t *Tracking, value func(TrackedPeriod) float64) plotter.XYs {
	var line plotter.XYs
	if f.start {
		line = append(line, plotter.XY{X: float64(t.Rows[0].From)})
	}
	for _, r := range t.Rows {
		if f.shows(r) {
			line = append(line, plotter.XY{X: f.at(r), Y: value(r)})
		}
	}
	return line
}

// bandOf returns the band over the periods shown.
func (t *Tracking) bandOf(f trackedLine) bandArea {
	var a bandArea
	if !f.band.given() {
		return a
	}
	for i, r := range t.Rows {
		if f.shows(r) {
			a.x = append(a.x, f.at(r))
			a.band.Lo, a.band.Hi = append(a.band.Lo, f.band.Lo[i]), append(a.band.Hi, f.band.Hi[i])
		}
	}
	return a
}

// insideBand tells how many of the periods that have an interval lie in it.
func (t *Tracking) insideBand(f trackedLine) string {
	if !f.band.given() || f.band.check(len(t.Rows)) != nil {
		return ""
	}
	in, of := 0, 0
	for i, r := range t.Rows {
		if !f.shows(r) || math.IsNaN(f.band.Lo[i]) {
			continue
		}
		of++
		if v := f.actual(r); f.band.Lo[i] <= v && v <= f.band.Hi[i] {
			in++
		}
	}
	return fmt.Sprintf("; %d of %s lie in the %s", in, plural(of, t.Period.String()), f.band.name())
}
