package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Cumulative draws the repeat purchases since the first day, actual against
// expected. Its numbers are those of the Tracking.
type Cumulative struct{ *Tracking }

// Plot marks each period at its end.
func (f Cumulative) Plot() (*plot.Plot, error) {
	start := plotter.XY{X: float64(f.Rows[0].From)}
	actual, expected := plotter.XYs{start}, plotter.XYs{start}
	for _, r := range f.Rows {
		x := float64(r.To + 1)
		actual = append(actual, plotter.XY{X: x, Y: r.CumulativeActual})
		expected = append(expected, plotter.XY{X: x, Y: r.CumulativeExpected})
	}
	p := newPlot("Cumulative repeat purchases, actual and expected")
	p.Y.Label.Text = "repeat purchases since " + f.Rows[0].From.Time().Format("2 Jan 2006")
	return p, f.draw(p, actual, expected)
}

// Caption says how close the two lines should be and how close they are.
func (f Cumulative) Caption() string {
	s := fmt.Sprintf("Good: the dashed line stays on the solid one, above all after the holdout begins; "+
		"here the model expects %s by the end of the calibration", overOrUnder(f.ErrorAtCut()))
	if !f.hasHoldout() {
		return s + ", and there is no holdout to test it."
	}
	return s + fmt.Sprintf(" and %s by the end of the holdout.", overOrUnder(f.ErrorAtEnd()))
}

// overOrUnder puts an error in percent into words.
func overOrUnder(percent float64) string {
	size := fmt.Sprintf("%.1f %%", math.Abs(percent))
	switch {
	case math.IsNaN(percent):
		return "purchases where none happened"
	case size == "0.0 %":
		return "as many as happened"
	case percent < 0:
		return size + " fewer than happened"
	}
	return size + " more than happened"
}

// draw adds the two lines over dates, the key and the phases.
func (t *Tracking) draw(p *plot.Plot, actual, expected plotter.XYs) error {
	a, err := plotter.NewLine(actual)
	if err != nil {
		return fmt.Errorf("draw the actual purchases: %w", err)
	}
	e, err := plotter.NewLine(expected)
	if err != nil {
		return fmt.Errorf("draw the expected purchases: %w", err)
	}
	a.LineStyle, e.LineStyle = solid(actualHue), dashed(expectHue)
	if len(actual) > 200 {
		a.Width /= 2 // or a ragged line hides the smooth one
	}
	k := key{entries: []keyEntry{{"actual", a}, {"expected by the model", e}}}
	if t.hasHoldout() {
		p.Add(phases{t.Cut + 1})
		k.row = 1
	}
	p.Add(gridLines(), a, e, k)
	p.X.Min, p.X.Max = float64(t.Rows[0].From), float64(t.End+1)
	p.X.Tick.Marker = dateTicks{}
	_, _, _, top := plotter.XYRange(actual)
	_, _, _, high := plotter.XYRange(expected)
	fromZero(&p.Y, max(top, high), numberTicks{whole: true})
	return nil
}
