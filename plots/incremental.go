package plots

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
)

// Incremental draws the repeat purchases of each period, actual against
// expected. Its numbers are those of the Tracking; periods that the data fill
// only in part are not drawn.
type Incremental struct{ *Tracking }

// Plot marks each period at its middle. It returns an error if the data do not
// fill one period.
func (f Incremental) Plot() (*plot.Plot, error) {
	line := f.line()
	if !slices.ContainsFunc(f.Rows, line.shows) {
		return nil, errors.New("the data do not fill one " + f.Period.String())
	}
	p := newPlot(fmt.Sprintf("Repeat purchases per %v, actual and expected", f.Period))
	p.Y.Label.Text = fmt.Sprintf("repeat purchases per %v", f.Period)
	return p, f.draw(p, line)
}

func (f Incremental) line() trackedLine {
	return trackedLine{
		shows:    func(r TrackedPeriod) bool { return r.Complete },
		at:       func(r TrackedPeriod) float64 { return float64(r.From+r.To+1) / 2 },
		actual:   func(r TrackedPeriod) float64 { return r.Actual },
		expected: func(r TrackedPeriod) float64 { return r.Expected },
		band:     f.Band,
	}
}

// Caption says how the two lines should lie and how far the holdout is off.
func (f Incremental) Caption() string {
	s := "Good: the dashed line runs through the middle of the solid one's ups and downs"
	if f.hasHoldout() {
		s += fmt.Sprintf(", in the holdout too, where %s here expects %s%s", f.name(), overOrUnder(f.HoldoutError()), f.others((*Tracking).HoldoutError))
	}
	s += f.insideBand(f.line())
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
