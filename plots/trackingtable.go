package plots

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"
)

func (t *Tracking) hasHoldout() bool { return t.End > t.Cut }

func (t *Tracking) name() string { return cmp.Or(t.Name, "the model") }

// all returns the tracking and the others. It returns an error if they are too
// many or of other periods, or if a band does not fit.
func (t *Tracking) all() ([]*Tracking, error) {
	ts := append([]*Tracking{t}, t.Others...)
	for _, o := range t.Others {
		if len(o.Rows) != len(t.Rows) {
			return nil, fmt.Errorf("%s and %s are tracked over different periods", t.name(), o.name())
		}
		for i, r := range o.Rows {
			if own := t.Rows[i]; r.From != own.From || r.To != own.To || r.Actual != own.Actual {
				return nil, fmt.Errorf("from %v on, %s and %s are tracked over different periods or customers", own.From, t.name(), o.name())
			}
		}
	}
	if err := cmp.Or(t.Band.check(len(t.Rows)), t.CumulativeBand.check(len(t.Rows))); err != nil {
		return nil, err
	}
	return ts, tooMany(len(ts))
}

// WriteCSV writes a row for each period, counts in purchases.
func (t *Tracking) WriteCSV(w io.Writer) error {
	if _, err := t.all(); err != nil {
		return err
	}
	return writeTable(w, t.header(), len(t.Rows), func(i int) []string {
		r := t.Rows[i]
		phase, complete := "calibration", "yes"
		if r.From > t.Cut {
			phase = "holdout"
		}
		if !r.Complete {
			complete = "no"
		}
		row := []string{r.From.String(), r.To.String(), phase, complete,
			number(r.Actual), number(r.Expected), number(r.CumulativeActual), number(r.CumulativeExpected)}
		row = append(append(row, t.Band.columns(i)...), t.CumulativeBand.columns(i)...)
		for _, o := range t.Others {
			row = append(row, number(o.Rows[i].Expected), number(o.Rows[i].CumulativeExpected))
		}
		return row
	})
}

func (t *Tracking) header() []string {
	const expected, cumulative = "expected_repeat_purchases", "cumulative_expected_repeat_purchases"
	header := []string{"from", "to", "phase", "complete_" + t.Period.String(),
		"actual_repeat_purchases", expected, "cumulative_actual_repeat_purchases", cumulative}
	if t.Band.given() {
		header = append(header, expected+"_lo", expected+"_hi")
	}
	if t.CumulativeBand.given() {
		header = append(header, cumulative+"_lo", cumulative+"_hi")
	}
	for _, o := range t.Others {
		header = append(header, expected+" "+o.name(), cumulative+" "+o.name())
	}
	return header
}

// others lists the error of each other model, in percent.
func (t *Tracking) others(percent func(*Tracking) float64) string {
	var list []string
	for _, o := range t.Others {
		size := "unknown"
		if e := percent(o); !math.IsNaN(e) {
			size = fmt.Sprintf("%+.1f %%", e)
		}
		list = append(list, o.name()+" "+size)
	}
	if list == nil {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}
