package forecast

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// A Season is how much faster, or slower, customers buy at some times of the
// year and on some days of the week than on average. A nil Season is none.
//
// It works on the customers' clock: a day with factor 1.3 counts as 1.3 days
// of the model's time. Their purchases, and dropout after a purchase, then
// come at 1.3 times the rate; so does the dropout of models in which it does
// not wait for a purchase.
type Season struct {
	Months   []SeasonFactor `json:"months,omitempty"`   // January to December; none: the year has no season
	Weekdays []SeasonFactor `json:"weekdays,omitempty"` // Monday to Sunday
}

// A SeasonFactor is the factor of one month or weekday. Purchases and Expected
// are what it was estimated from and 0 if it was given.
type SeasonFactor struct {
	Name      string  `json:"name"`
	Factor    float64 `json:"factor"`
	Purchases float64 `json:"purchases"` // repeat purchases in the log
	Expected  float64 `json:"expected"`  // as many the model expects there, without season
}

// Factor returns the factor of a day.
func (s *Season) Factor(d history.Date) float64 {
	f := 1.0
	if s == nil {
		return f
	}
	if s.Months != nil {
		f *= s.Months[monthOf(d)].Factor
	}
	if s.Weekdays != nil {
		f *= s.Weekdays[weekdayOf(d)].Factor
	}
	return f
}

func monthOf(d history.Date) int   { return int(d.Time().Month()) - 1 }
func weekdayOf(d history.Date) int { return (int(d.Time().Weekday()) + 6) % 7 }

// Days of an average year in each month.
var monthDays = [12]float64{31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func newSeason(cycle history.Unit) (slots []SeasonFactor, slot func(history.Date) int) {
	if cycle == history.Week {
		slots, slot = make([]SeasonFactor, 7), weekdayOf
		for i := range slots {
			slots[i].Name = time.Weekday((i + 1) % 7).String()
		}
		return slots, slot
	}
	slots, slot = make([]SeasonFactor, 12), monthOf
	for i := range slots {
		slots[i].Name = time.Month(i + 1).String()
	}
	return slots, slot
}

// EstimateSeason estimates a season from a log: with the cycle Year a factor
// for each month, with Week one for each weekday. A factor is the repeat
// purchases up to the cut over those that the model expects on the same days,
//
//	f = Σ actual / Σ expected,
//
// scaled so that the average over the cycle is 1. The expected purchases grow
// and fade with the customers acquired so far, which therefore pass for no
// season.
//
// It returns an error unless every month, or weekday, has been seen twice, and
// bought in. The table must be the one that the daily counts belong to.
func EstimateSeason(m Purchaser, h *history.Table, days []history.DayCount, cycle history.Unit) (*Season, error) {
	if cycle != history.Year && cycle != history.Week {
		return nil, fmt.Errorf("a season recurs every year or every week, not every %v", cycle)
	}
	if h.Cut.IsZero() || len(days) == 0 {
		return nil, errors.New("the table has no dates or no daily counts: no season can be estimated")
	}
	expected, start := expectedDaily(m, h)
	slots, slot := newSeason(cycle)
	var whole, seen [12]float64 // days of each slot in two cycles, and in the log
	for i := range slots {
		whole[i] = 2
		if cycle == history.Year {
			whole[i] = 2*monthDays[i] - 1 // February, or a log that misses a day
		}
	}
	for i, e := range expected {
		k := slot(start + history.Date(i))
		slots[k].Expected += e
		seen[k]++
	}
	for _, d := range days {
		slots[slot(d.Date)].Purchases += float64(d.Repeat)
	}
	for i, s := range slots {
		if seen[i] < math.Floor(whole[i]) || !(s.Purchases > 0 && s.Expected > 0) {
			return nil, fmt.Errorf("a season by the %v needs a log over two of them: %s has %.0f days and %.0f repeat purchases", cycle, s.Name, seen[i], s.Purchases)
		}
	}
	scale(slots, cycle)
	if cycle == history.Week {
		return &Season{Weekdays: slots}, nil
	}
	return &Season{Months: slots}, nil
}

// scale sets the factors so that the average over a cycle is 1.
func scale(slots []SeasonFactor, cycle history.Unit) {
	var sum, days float64
	weight := func(i int) float64 {
		if cycle == history.Year {
			return monthDays[i]
		}
		return 1
	}
	for i := range slots {
		slots[i].Factor = slots[i].Purchases / slots[i].Expected
		sum += weight(i) * slots[i].Factor
		days += weight(i)
	}
	for i := range slots {
		slots[i].Factor *= days / sum
	}
}

// expectedDaily returns the repeat purchases that the model expects of the
// table's customers on each day from the first purchase of all to the cut.
func expectedDaily(m Purchaser, h *history.Table) (daily []float64, start history.Date) {
	var born []float64 // customers by age at the cut, in days
	for i, T := range h.T {
		age := int(math.Round(T * h.Unit.Days()))
		for len(born) <= age {
			born = append(born, 0)
		}
		born[age] += h.Weight(i)
	}
	n := len(born)
	daily = make([]float64, n)
	last := 0.0
	for age := 1; age < n; age++ {
		e := m.Expected(float64(age) / h.Unit.Days())
		for d := age; d < n; d++ { // day d is the one on which those born at age n−1−d+age turn age
			daily[d] += born[n-1-d+age] * (e - last)
		}
		last = e
	}
	return daily, history.DateOf(h.Cut) - history.Date(n-1)
}

// ReadSeason reads a season from a CSV file with the columns slot and factor,
// where a slot is the English name of a month or of a weekday, or its first
// three letters. All twelve months or all seven weekdays must be there, or
// both. The factors are scaled so that their average over a cycle is 1. Errors
// name the line.
func ReadSeason(r io.Reader) (*Season, error) {
	lines, err := readLines(r, "slot,factor\nJanuary,1.2\n… and so on to December, or from Monday to Sunday", "slot", "factor")
	if err != nil {
		return nil, err
	}
	months, _ := newSeason(history.Year)
	weekdays, _ := newSeason(history.Week)
	first := map[*SeasonFactor]int{}
	for _, l := range lines {
		s := slotOf(l.cells["slot"], months, weekdays)
		if s == nil {
			return nil, l.errorf("slot %q is neither a month nor a weekday: write January or Jan, Monday or Mon", l.cells["slot"])
		}
		f, err := strconv.ParseFloat(l.cells["factor"], 64)
		if err != nil || !(f > 0) || math.IsInf(f, 0) {
			return nil, l.errorf("factor %q of %s is not a number above 0: write 1.2 for 20 %% more purchases than on average", l.cells["factor"], s.Name)
		}
		if at, twice := first[s]; twice {
			return nil, l.errorf("%s has a factor in line %d already: leave one of them out", s.Name, at)
		}
		first[s], s.Purchases, s.Expected = l.at, f, 1
	}
	out := &Season{}
	if out.Months, err = given(months, history.Year); err != nil {
		return nil, err
	}
	out.Weekdays, err = given(weekdays, history.Week)
	return out, err
}

func slotOf(name string, lists ...[]SeasonFactor) *SeasonFactor {
	for _, list := range lists {
		for i := range list {
			if n := list[i].Name; strings.EqualFold(name, n) || strings.EqualFold(name, n[:3]) {
				return &list[i]
			}
		}
	}
	return nil
}

// given returns the slots with scaled factors, nil if none was given.
func given(slots []SeasonFactor, cycle history.Unit) ([]SeasonFactor, error) {
	var missing []string
	for _, s := range slots {
		if s.Purchases == 0 {
			missing = append(missing, s.Name)
		}
	}
	switch len(missing) {
	case len(slots):
		return nil, nil
	case 0:
		scale(slots, cycle)
		for i := range slots {
			slots[i].Purchases, slots[i].Expected = 0, 0
		}
		return slots, nil
	}
	return nil, fmt.Errorf("there is no factor for %s: a season by the %v has all %d from %s to %s, with 1 for those like the average",
		inWords(missing), cycle, len(slots), slots[0].Name, slots[len(slots)-1].Name)
}

// unseen returns the months from the day after the cut to the end of which the
// log, from its first day to the cut, holds less than half.
func unseen(first, cut, end history.Date) (names []string) {
	var seen [12]int
	for d := first; d <= cut; d++ {
		seen[monthOf(d)]++
	}
	told := [12]bool{}
	for d := cut + 1; d <= end; d++ {
		if k := monthOf(d); seen[k] < 15 && !told[k] {
			told[k] = true
			names = append(names, time.Month(k+1).String())
		}
	}
	return names
}
