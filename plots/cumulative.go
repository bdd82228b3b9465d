package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
)

// Cumulative draws the repeat purchases since the first day, actual against
// expected. Its numbers are those of the Tracking.
type Cumulative struct{ *Tracking }

// Plot marks each period at its end.
func (f Cumulative) Plot() (*plot.Plot, error) {
	p := newPlot("Cumulative repeat purchases, actual and expected")
	p.Y.Label.Text = "repeat purchases since " + f.Rows[0].From.Time().Format("2 Jan 2006")
	return p, f.draw(p, f.line())
}

func (f Cumulative) line() trackedLine {
	return trackedLine{
		shows:    func(TrackedPeriod) bool { return true },
		at:       func(r TrackedPeriod) float64 { return float64(r.To + 1) },
		actual:   func(r TrackedPeriod) float64 { return r.CumulativeActual },
		expected: func(r TrackedPeriod) float64 { return r.CumulativeExpected },
		start:    true,
		band:     f.CumulativeBand,
	}
}

// Caption says how close the two lines should be and how close they are.
func (f Cumulative) Caption() string {
	s := fmt.Sprintf("Good: the dashed line stays on the solid one, above all after the holdout begins; "+
		"here %s expects %s by the end of the calibration", f.name(), overOrUnder(f.ErrorAtCut()))
	if f.hasHoldout() {
		s += fmt.Sprintf(" and %s by the end of the holdout%s", overOrUnder(f.ErrorAtEnd()), f.others((*Tracking).ErrorAtEnd))
	} else {
		s += f.others((*Tracking).ErrorAtCut) + ", and there is no holdout to test it"
	}
	if in := f.insideBand(f.line()); in != "" {
		s += in + " from the cut on"
	}
	return s + "."
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
