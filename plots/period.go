package plots

import (
	"fmt"
	"time"

	"github.com/predictive-clv/clv/history"
)

// A span is a run of days, the first and the last included.
type span struct {
	from, to history.Date
	complete bool // false if the data cut the period short
}

// periods divides the days from start to end into days, weeks or months that
// are counted from the cut in both directions, so that one of them ends with
// the cut. Months run from the day of the month that follows the cut: calendar
// months if the cut is the last of a month. The first and the last period
// are shortened to the data.
func periods(start, cut, end history.Date, unit history.Unit) ([]span, error) {
	begin, err := periodBegins(cut+1, unit)
	if err != nil {
		return nil, err
	}
	k := 0
	for begin(k) > start {
		k--
	}
	var spans []span
	for ; begin(k) <= end; k++ {
		from, to := begin(k), begin(k+1)-1
		s := span{max(from, start), min(to, end), from >= start && to <= end}
		spans = append(spans, s)
	}
	return spans, nil
}

// periodBegins returns the function that gives the first day of the k-th
// period counted from origin.
func periodBegins(origin history.Date, unit history.Unit) (func(k int) history.Date, error) {
	switch unit {
	case history.Day:
		return func(k int) history.Date { return origin + history.Date(k) }, nil
	case history.Week:
		return func(k int) history.Date { return origin + history.Date(7*k) }, nil
	case history.Month:
		return func(k int) history.Date {
			t := origin.Time()
			first := time.Date(t.Year(), t.Month()+time.Month(k), 1, 0, 0, 0, 0, time.UTC)
			days := first.AddDate(0, 1, -1).Day()
			return history.DateOf(first.AddDate(0, 0, min(t.Day(), days)-1))
		}, nil
	}
	return nil, fmt.Errorf("purchases are not tracked by %v: use day, week or month", unit)
}
