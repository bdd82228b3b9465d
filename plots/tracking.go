package plots

import (
	"errors"
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// An Expecter expects a number of repeat purchases of a new customer by age t.
type Expecter interface{ Expected(t float64) float64 }

// Tracking sets the repeat purchases that the customers of a table made, by
// calendar period, against those that a model expects. [Cumulative] and
// [Incremental] draw it.
type Tracking struct {
	Period history.Unit // Day, Week or Month
	Cut    history.Date // last day of the calibration
	End    history.Date // last day of the holdout, or Cut if there is none
	Rows   []TrackedPeriod

	// What follows may be set before the figures are drawn.
	Band           Band        // of the purchases expected in each of Rows
	CumulativeBand Band        // of those expected up to its end
	Name           string      // of the model, in keys; "" means "the model"
	Others         []*Tracking // what other models expect of the same customers
}

// A TrackedPeriod is a period with the repeat purchases in it and the
// cumulative ones, from the first day of all to its end.
type TrackedPeriod struct {
	From, To                             history.Date // first and last day
	Complete                             bool         // false if the data begin or end inside the period
	Actual, Expected                     float64
	CumulativeActual, CumulativeExpected float64
}

// NewTracking returns the actual and the expected repeat purchases of the
// customers of h from the first purchase to the end of the holdout. By the end
// of day d the model expects
//
//	Σ_i N_i · E[X(d - first_i)],  first_i = Cut - T_i ≤ d
//
// where ages are whole days: T is rounded to the nearest. E is computed once
// for each age that occurs. Periods are counted from the cut in both
// directions; the unit is Day, Week or Month, and 0 means Week.
//
// The table must have a cut, and the daily counts must be those of its own
// customers: NewTracking returns an error if they do not hold as many repeat
// purchases up to the cut as the table.
func NewTracking(m Expecter, h *history.Table, days []history.DayCount, period history.Unit) (*Tracking, error) {
	if err := check(h); err != nil {
		return nil, err
	}
	if h.Cut.IsZero() || len(days) == 0 {
		return nil, errors.New("the table has no dates or no daily counts: purchases can be tracked over real dates only")
	}
	if period == 0 {
		period = history.Week
	}
	t := &Tracking{Period: period, Cut: history.DateOf(h.Cut), End: max(history.DateOf(h.Cut), history.DateOf(h.End))}
	cohorts, err := cohortsByAge(h, t.Cut)
	if err != nil {
		return nil, err
	}
	start := t.Cut - history.Date(len(cohorts)-1)
	spans, err := periods(start, t.Cut, t.End, period)
	if err != nil {
		return nil, err
	}
	actual, err := dailyRepeats(h, days, start, t.End)
	if err != nil {
		return nil, err
	}
	expected := expectedBy(m, h.Unit, cohorts)
	var row TrackedPeriod
	for _, s := range spans {
		e := expected(int(s.to - t.Cut))
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return nil, fmt.Errorf("the model expects %v repeat purchases by %v", e, s.to)
		}
		row = row.next(s, actual[s.from-start:s.to-start+1], e)
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// next returns the row that follows p, given its daily repeat purchases and
// those expected by its end.
func (p TrackedPeriod) next(s span, actual []float64, expected float64) TrackedPeriod {
	n := TrackedPeriod{From: s.from, To: s.to, Complete: s.complete}
	for _, a := range actual {
		n.Actual += a
	}
	n.Expected = expected - p.CumulativeExpected
	n.CumulativeActual, n.CumulativeExpected = p.CumulativeActual+n.Actual, expected
	return n
}

// check returns an error if there are no customers or impossible ones.
func check(h *history.Table) error {
	if h.Len() == 0 {
		return errors.New("the table has no customers")
	}
	return h.Check()
}

// cohortsByAge returns the number of customers by their age at the cut in days.
func cohortsByAge(h *history.Table, cut history.Date) ([]float64, error) {
	var cohorts []float64
	for i, T := range h.T {
		days := math.Round(T * h.Unit.Days())
		if days >= float64(cut) {
			return nil, fmt.Errorf("row %d: T of %v %vs before %v is no date", i+1, T, h.Unit, cut)
		}
		for len(cohorts) <= int(days) {
			cohorts = append(cohorts, 0)
		}
		cohorts[int(days)] += h.Weight(i)
	}
	return cohorts, nil
}

// expectedBy returns the function that gives the repeat purchases expected of
// all customers by the end of the k-th day after the cut.
func expectedBy(m Expecter, unit history.Unit, cohorts []float64) func(k int) float64 {
	var known []float64 // by age in days; NaN if not yet computed
	at := func(age int) float64 {
		for len(known) <= age {
			known = append(known, math.NaN())
		}
		if math.IsNaN(known[age]) {
			known[age] = m.Expected(float64(age) / unit.Days())
		}
		return known[age]
	}
	return func(k int) float64 {
		var sum float64
		for age, n := range cohorts {
			if n > 0 && age+k > 0 {
				sum += n * at(age+k)
			}
		}
		return sum
	}
}

// dailyRepeats returns the repeat purchases of each day from start to end.
func dailyRepeats(h *history.Table, days []history.DayCount, start, end history.Date) ([]float64, error) {
	byDay := make([]float64, end-start+1)
	var counted, want float64
	for _, d := range days {
		if d.Date < start || d.Date > end {
			return nil, fmt.Errorf("the daily counts hold %v, and the table's customers were observed from %v to %v", d.Date, start, end)
		}
		byDay[d.Date-start] += float64(d.Repeat + d.Holdout)
		counted += float64(d.Repeat)
	}
	for i, x := range h.Frequency {
		want += h.Weight(i) * float64(x)
	}
	if math.Abs(counted-want) > 1e-6*want {
		return nil, fmt.Errorf("the daily counts hold %v repeat purchases up to the cut and the table %v: they are not of the same customers", counted, want)
	}
	return byDay, nil
}

// ErrorAtCut returns by how many percent the expected repeat purchases up to
// the cut exceed the actual ones; NaN if there are none.
func (t *Tracking) ErrorAtCut() float64 { return percentOver(t.at(t.Cut)) }

// ErrorAtEnd is like ErrorAtCut for the purchases up to the end of the holdout.
func (t *Tracking) ErrorAtEnd() float64 { return percentOver(t.at(t.End)) }

// HoldoutError is like ErrorAtCut for the purchases of the holdout alone,
// which a good calibration cannot hide; NaN without a holdout.
func (t *Tracking) HoldoutError() float64 {
	actual, expected := t.at(t.End)
	a, e := t.at(t.Cut)
	return percentOver(actual-a, expected-e)
}

// at returns the repeat purchases by the end of a day that ends a period.
func (t *Tracking) at(day history.Date) (actual, expected float64) {
	for _, r := range t.Rows {
		if r.To == day {
			return r.CumulativeActual, r.CumulativeExpected
		}
	}
	return math.NaN(), math.NaN()
}

func percentOver(actual, expected float64) float64 {
	if actual == 0 {
		return math.NaN()
	}
	return 100 * (expected/actual - 1)
}
