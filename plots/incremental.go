package plots

import (
	"errors"
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Incremental draws the repeat purchases of each period, actual against
// expected. Its numbers are those of the Tracking; periods that the data fill
// only in part are not drawn.
type Incremental struct{ *Tracking }

// Plot marks each period at its middle. It returns an error if the data do not
// fill one period.
func (f Incremental) Plot() (*plot.Plot, error) {
	var actual, expected plotter.XYs
	for _, r := range f.Rows {
		if !r.Complete {
			continue
		}
		x := float64(r.From+r.To+1) / 2
		actual = append(actual, plotter.XY{X: x, Y: r.Actual})
		expected = append(expected, plotter.XY{X: x, Y: r.Expected})
	}
	if len(actual) == 0 {
		return nil, errors.New("the data do not fill one " + f.Period.String())
	}
	p := newPlot(fmt.Sprintf("Repeat purchases per %v, actual and expected", f.Period))
	p.Y.Label.Text = fmt.Sprintf("repeat purchases per %v", f.Period)
	return p, f.draw(p, actual, expected)
}

// Caption says how the two lines should lie and how far the holdout is off.
func (f Incremental) Caption() string {
	s := "Good: the dashed line runs through the middle of the solid one's ups and downs"
	if f.hasHoldout() {
		s += ", in the holdout too, where the model here expects " + overOrUnder(f.HoldoutError())
	}
	if out := f.leftOut(); out != nil {
		s += fmt.Sprintf(" (left out, since no complete %v: %s)", f.Period, strings.Join(out, " and "))
	}
	return s + "."
}

// leftOut names the periods that are not drawn: the first, the last, both or
// none.
func (f Incremental) leftOut() []string {
	var out []string
	for _, r := range f.Rows {
		switch {
		case r.Complete:
		case r.From == r.To:
			out = append(out, r.From.String())
		default:
			out = append(out, fmt.Sprintf("%v to %v", r.From, r.To))
		}
	}
	return out
}
