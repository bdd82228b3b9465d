package forecast

import (
	"fmt"
	"math"
	"time"

	"github.com/predictive-clv/clv/history"
)

// A span is a run of days, the first and the last included.
type span struct {
	from, to history.Date
	complete bool // a whole day, week or calendar month
}

// calendar divides the days after the cut into days, weeks of seven days or
// calendar months. The first month is the rest of the one that the cut lies
// in, and the last period is shortened to the end.
func calendar(cut, end history.Date, period history.Unit) (spans []span, err error) {
	for from := cut + 1; from <= end; {
		var to history.Date
		complete := true
		switch period {
		case history.Day:
			to = from
		case history.Week:
			to = from + 6
		case history.Month:
			to = monthEnd(from)
			complete = from.Time().Day() == 1
		default:
			return nil, fmt.Errorf("there is no forecast by %v: use day, week or month", period)
		}
		spans = append(spans, span{from, min(to, end), complete && to <= end})
		from = to + 1
	}
	return spans, nil
}

// spansTo returns the spans after the cut that end with the given days.
func spansTo(cut history.Date, ends []history.Date) (spans []span, err error) {
	from := cut + 1
	for _, to := range ends {
		if to < from {
			return nil, fmt.Errorf("a period that begins on %v cannot end on %v", from, to)
		}
		spans = append(spans, span{from, to, true})
		from = to + 1
	}
	return spans, nil
}

// monthEnd returns the last day of the month of d.
func monthEnd(d history.Date) history.Date {
	t := d.Time()
	return history.DateOf(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
}

// endOf returns the last day of a horizon. Whole months and years are those of
// the calendar, three months from 30 November being the last of February; other
// horizons are rounded to days.
func endOf(cut history.Date, h history.Horizon) (history.Date, error) {
	if months := wholeMonths(h); months > 0 {
		t := cut.Time()
		first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
		last := monthEnd(history.DateOf(first))
		if cut == monthEnd(cut) {
			return last, nil
		}
		return min(history.DateOf(first)+history.Date(t.Day()-1), last), nil
	}
	days := math.Round(h.In(history.Day))
	if !(days >= 1 && days < 1e6) {
		return 0, fmt.Errorf("horizon %v: it must be at least a day and less than a million", h)
	}
	return cut + history.Date(days), nil
}

// wholeMonths returns the length of a horizon of whole months or years, up to
// a thousand years, in months, else 0.
func wholeMonths(h history.Horizon) int {
	months := h.Value
	if h.Unit == history.Year {
		months *= 12
	}
	if h.Unit != history.Month && h.Unit != history.Year || months != math.Trunc(months) || months > 12000 {
		return 0
	}
	return int(months)
}

// A clock tells how much time has passed for the customers by the end of each
// day after the cut. In a season above the average it runs faster.
type clock []float64 // clock[d]: days, by the end of day cut+d

func newClock(cut, end history.Date, s *Season) clock {
	c := make(clock, end-cut+1)
	for d := 1; d < len(c); d++ {
		c[d] = c[d-1] + s.Factor(cut+history.Date(d))
	}
	return c
}
