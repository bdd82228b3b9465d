package forecast

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// A Plan says how many customers will make their first purchase, and when.
type Plan struct {
	Arrivals   []Arrival        // numbers as planned; they come true
	Recent     []RecentArrivals // or as they were lately; they vary as they did then
	FirstValue float64          // mean value of a first order; 0: that of any other
}

// An Arrival is a number of customers acquired from one day to another, the
// same on each.
type Arrival struct {
	From, To  history.Date
	Segment   string
	Customers float64
}

// RecentArrivals are the customers of a segment acquired per day in each of
// some recent periods.
type RecentArrivals struct {
	Segment string    `json:"segment"`
	PerDay  []float64 `json:"per_day"` // the latest last
}

// ReadPlan reads a plan from a CSV file with the columns from, to and
// customers, and segment if there are segments. Dates are written like
// 2026-01-31; both days belong to the row.
func ReadPlan(r io.Reader) (*Plan, error) {
	lines, err := readLines(r, "from,to,customers\n2026-01-01,2026-01-31,120", "from", "to", "customers")
	if err != nil {
		return nil, err
	}
	type when struct {
		from, to history.Date
		segment  string
	}
	p, first := &Plan{}, map[when]int{}
	for _, l := range lines {
		a := Arrival{Segment: l.cells["segment"]}
		for k, day := range []*history.Date{&a.From, &a.To} {
			name := []string{"from", "to"}[k]
			if *day, err = history.ParseDate(l.cells[name]); err != nil {
				return nil, l.errorf("%s %q is not a date: write it like 2026-01-31", name, l.cells[name])
			}
		}
		if a.To < a.From {
			return nil, l.errorf("the days from %v to %v end before they begin: exchange them", a.From, a.To)
		}
		if a.Customers, err = strconv.ParseFloat(l.cells["customers"], 64); err != nil || !(a.Customers >= 0 && a.Customers <= mostArrivals) {
			return nil, l.errorf("customers %q is not a number from 0 to %g", l.cells["customers"], mostArrivals)
		}
		k := when{a.From, a.To, a.Segment}
		if at, twice := first[k]; twice {
			return nil, l.errorf("line %d has the same days and segment: put their customers into one line", at)
		}
		first[k] = l.at
		p.Arrivals = append(p.Arrivals, a)
	}
	return p, nil
}

const mostArrivals = 1e12

func (p *Plan) check() error {
	for i, a := range p.Arrivals {
		if a.From == 0 || a.To < a.From || !(a.Customers >= 0) || a.Customers > mostArrivals {
			return fmt.Errorf("row %d of the plan: %v customers from %v to %v", i+1, a.Customers, a.From, a.To)
		}
	}
	if !(p.FirstValue >= 0) || math.IsInf(p.FirstValue, 0) {
		return fmt.Errorf("the first order has the value %v", p.FirstValue)
	}
	return nil
}

// RecentPlan returns the plan that customers will be acquired as in the last n
// whole periods of the table, a period being Day, Week or Month. The labels,
// nil for none, are the segments of its rows. The value of a first order is
// that of the same time if the daily counts, which may be nil, have money.
func RecentPlan(h *history.Table, labels []string, days []history.DayCount, period history.Unit, n int) (*Plan, error) {
	if h.Cut.IsZero() {
		return nil, errors.New("the table has no dates: when customers were acquired is not known")
	}
	if n < 1 {
		return nil, fmt.Errorf("the last %d periods", n)
	}
	names, group, err := segments(labels, h.Len())
	if err != nil {
		return nil, err
	}
	cut := history.DateOf(h.Cut)
	spans, err := before(cut, period, n)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	for _, name := range names {
		p.Recent = append(p.Recent, RecentArrivals{name, make([]float64, n)})
	}
	for i, T := range h.T {
		born := cut - history.Date(math.Round(T*h.Unit.Days()))
		for k, s := range spans {
			if s.from <= born && born <= s.to {
				p.Recent[group[i]].PerDay[k] += h.Weight(i) / float64(s.to-s.from+1)
			}
		}
	}
	var money, first float64
	for _, d := range days {
		if d.Date >= spans[0].from && d.Date <= spans[n-1].to {
			money += d.FirstMoney
			first += float64(d.First)
		}
	}
	if money > 0 {
		p.FirstValue = money / first
	}
	return p, nil
}

// before returns the last n whole periods up to the cut, the latest last.
func before(cut history.Date, period history.Unit, n int) ([]span, error) {
	spans := make([]span, n)
	to := cut
	if period == history.Month && monthEnd(cut) != cut {
		to = cut - history.Date(cut.Time().Day())
	}
	for k := n - 1; k >= 0; k-- {
		from := to
		switch period {
		case history.Day:
		case history.Week:
			from = to - 6
		case history.Month:
			from = to - history.Date(to.Time().Day()) + 1
		default:
			return nil, fmt.Errorf("there are no arrivals by %v: use day, week or month", period)
		}
		spans[k] = span{from, to, true}
		to = from - 1
	}
	if spans[0].from < 1 {
		return nil, fmt.Errorf("the last %d %vs before %v reach beyond the calendar", n, period, cut)
	}
	return spans, nil
}

// names returns the segments of the plan.
func (p *Plan) names() (names []string) {
	for _, a := range p.Arrivals {
		names = append(names, a.Segment)
	}
	for _, r := range p.Recent {
		names = append(names, r.Segment)
	}
	return names
}

// expected returns the arrivals of a segment expected on each day after the
// cut; day 0 is the cut and has none.
func (p *Plan) expected(segment string, cut history.Date, days int) []float64 {
	daily := make([]float64, days+1)
	for _, a := range p.Arrivals {
		for d := max(a.From, cut+1); a.Segment == segment && d <= min(a.To, cut+history.Date(days)); d++ {
			daily[d-cut] += a.Customers / float64(a.To-a.From+1)
		}
	}
	for _, r := range p.Recent {
		for d := 1; r.Segment == segment && d <= days; d++ {
			daily[d] += mean(r.PerDay)
		}
	}
	return daily
}

// draw calls add with the day, counted from the cut, of each arrival of a
// segment. Recent arrivals are drawn from a resample of the recent periods, so
// that what these few leave open about the average is in the draws too.
func (p *Plan) draw(rng *rand.Rand, segment string, cut history.Date, spans []span, add func(day int)) {
	end := spans[len(spans)-1].to
	for _, a := range p.Arrivals {
		from, to := max(a.From, cut+1), min(a.To, end)
		if a.Segment != segment || from > to {
			continue
		}
		share := float64(to-from+1) / float64(a.To-a.From+1)
		scatter(rng, a.Customers*share, from-cut, to-cut, add)
	}
	for _, r := range p.Recent {
		if r.Segment != segment {
			continue
		}
		sample := make([]float64, len(r.PerDay))
		for i := range sample {
			sample[i] = r.PerDay[rng.IntN(len(r.PerDay))]
		}
		for _, s := range spans {
			rate := sample[rng.IntN(len(sample))]
			scatter(rng, rate*float64(s.to-s.from+1), s.from-cut, s.to-cut, add)
		}
	}
}

// scatter calls add for n customers on random days from lo to hi; a fraction
// of a customer is one with that probability.
func scatter(rng *rand.Rand, n float64, lo, hi history.Date, add func(day int)) {
	whole := math.Floor(n)
	if rng.Float64() < n-whole {
		whole++
	}
	for range int(whole) {
		add(int(lo) + rng.IntN(int(hi-lo)+1))
	}
}
