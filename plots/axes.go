package plots

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// inCurrency ends the label of an axis of money.
const inCurrency = ", in the log's currency"

// numberTicks marks round numbers, about five of them, with separators between
// thousands. If whole is set, no fractions are marked.
type numberTicks struct{ whole bool }

// Ticks returns the multiples of 1, 2 or 5 times a power of ten in [min, max].
func (t numberTicks) Ticks(min, max float64) []plot.Tick {
	step := t.step(max - min)
	decimals := decimalsOf(step)
	var ticks []plot.Tick
	for k := math.Ceil(min/step - 1e-9); k*step <= max+step*1e-9; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step, Label: Separated(k*step, decimals)})
	}
	return ticks
}

// decimalsOf returns the decimals that multiples of step have.
func decimalsOf(step float64) int {
	return int(math.Max(0, -math.Floor(math.Log10(step)+1e-9)))
}

func (t numberTicks) step(span float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(span/6)))
	step := 10 * power
	for _, m := range []float64{5, 2, 1} {
		if m*power >= span/6 {
			step = m * power
		}
	}
	if t.whole {
		step = math.Max(step, 1)
	}
	return step
}

// fromZero lets the axis reach from 0 to the first mark at or above top.
func fromZero(a *plot.Axis, top float64, t numberTicks) {
	if !(top > 0) {
		top = 1
	}
	step := t.step(top)
	a.Min, a.Max = 0, step*math.Ceil(top/step-1e-9)
	a.Tick.Marker = t
}

// Separated writes a number with a comma between thousands.
func Separated(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 && strings.ContainsAny(s, "123456789") {
		return "-" + whole
	}
	return whole
}

// dateTicks marks the first days of years, quarters or months, or single days,
// at most eight of them, on an axis of history.Date. The year stands
// below the first mark and below the first of each year.
type dateTicks struct{}

// A calendarStep is a distance between marks and the layout of their labels.
type calendarStep struct {
	months, days int
	layout       string
}

var calendarSteps = []calendarStep{
	{days: 1, layout: "2 Jan"}, {days: 2, layout: "2 Jan"}, {days: 7, layout: "2 Jan"}, {days: 14, layout: "2 Jan"},
	{months: 1, layout: "Jan"}, {months: 3, layout: "Jan"}, {months: 6, layout: "Jan"},
	{months: 12}, {months: 24}, {months: 60}, {months: 120}, {months: 240},
}

// Ticks returns the marks of the finest step that needs no more than eight.
func (dateTicks) Ticks(min, max float64) []plot.Tick {
	var ticks []plot.Tick
	for _, s := range calendarSteps {
		if ticks = s.ticks(min, max); len(ticks) <= 8 {
			break
		}
	}
	return ticks
}

func (s calendarStep) ticks(min, max float64) []plot.Tick {
	var ticks []plot.Tick
	year := 0
	for d := s.first(history.Date(math.Floor(min)).Time()); axisValue(d) <= max; d = d.AddDate(0, s.months, s.days) {
		if axisValue(d) < min {
			continue
		}
		label, yearLabel := d.Format("2006"), " " // all labels have two lines, or their first would not align
		if d.Year() != year {
			yearLabel = label
		}
		if s.layout != "" {
			label = d.Format(s.layout) + "\n" + yearLabel
		}
		year = d.Year()
		ticks = append(ticks, plot.Tick{Value: axisValue(d), Label: label})
	}
	return ticks
}

// first returns a day of the step's own grid at or before t, so that quarters
// begin in January, April, July and October.
func (s calendarStep) first(t time.Time) time.Time {
	if s.months == 0 {
		return t
	}
	m := t.Year()*12 + int(t.Month()) - 1
	m -= m % s.months
	return time.Date(m/12, time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC)
}

var unixEpoch = history.DateOf(time.Unix(0, 0).UTC())

// axisValue returns the place of a midnight on an axis of dates.
func axisValue(t time.Time) float64 {
	return float64(unixEpoch) + float64(t.Unix())/(24*60*60)
}
