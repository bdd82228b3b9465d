package forecast

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// PeriodOptions say what to forecast by period.
type PeriodOptions struct {
	Horizon history.Horizon // from the cut on, rounded to days
	Period  history.Unit    // Day, Week or Month; 0: Month
	Ends    []history.Date  // last days of the periods, ascending; if given, in the place of Horizon and Period
	Labels  []string        // segment of each row; nil: no segments
	Plan    *Plan           // customers still to be acquired; nil: none
	Season  *Season         // nil: none
	Level   float64         // probability that a band holds; 0: 0.95
	Rate    history.Rate    // by which revenue is discounted
	Futures int             // simulated futures of all customers; 0: 400
	Orders  bool            // transactions alone: active customers and money stay 0, which is quicker
	Seed    uint64
}

// Periods is a forecast by calendar period.
type Periods struct {
	Period   history.Unit  `json:"period"`
	Cut      history.Date  `json:"cut"`
	End      history.Date  `json:"end"`
	Level    float64       `json:"level"`
	Futures  int           `json:"futures"`
	Rows     []PeriodTotal `json:"rows"`   // by segment, then kind of customer, then period
	Totals   []PeriodTotal `json:"totals"` // the same over the whole horizon
	ByEnd    []PeriodTotal `json:"-"`      // like Rows, each from the cut to the end of the period; with Ends alone
	Season   *Season       `json:"season,omitempty"`
	Warnings []string      `json:"warnings,omitempty"`
}

// The kinds of customers that a forecast tells apart.
const (
	Existing = "existing" // in the table
	Acquired = "acquired" // still to come
	Everyone = "all"
)

// A PeriodTotal is what the customers of a segment do from one day to another,
// both included. The bands are for this sum alone: they do not add up over
// periods or segments.
type PeriodTotal struct {
	Segment      string       `json:"segment"` // empty: all segments
	Customers    string       `json:"customers"`
	From         history.Date `json:"from"`
	To           history.Date `json:"to"`
	Complete     bool         `json:"complete"` // a whole calendar period
	Arrivals     Band         `json:"arrivals"` // customers acquired
	Transactions Band         `json:"transactions"`
	Active       Band         `json:"active"` // customers with at least one transaction
	Revenue      *Band        `json:"revenue,omitempty"`
	Discounted   *Band        `json:"discounted_revenue,omitempty"`
	Net          *PeriodNet   `json:"net,omitempty"`
}

// Periods forecasts transactions, active customers and revenue by day, week or
// month: of the customers in the table, of those still to be acquired if there
// is a plan, and of both. The first order of an acquired customer counts as a
// transaction.
//
// What is expected is exact, of the model at its estimates; the bands come from
// simulated futures of all customers as in [Model.Totals]. Revenue is discounted
// from the middle of its period; by the month and at 10 % a year this differs
// from discounting each order by less than 1e-4.
//
// Warnings name months that lie in the horizon and not in the log, unless a
// season is given. It returns an error if the table has no cut date.
func (m *Model) Periods(h *history.Table, o *PeriodOptions) (*Periods, error) {
	f, err := m.newPeriods(h, o)
	if err != nil {
		return nil, err
	}
	f.simulate()
	for g := -1; g < len(f.names); g++ {
		if g >= 0 && len(f.names) == 1 && f.names[0] == "" {
			continue
		}
		for _, kind := range f.kinds() {
			for k := range f.spans {
				f.out.Rows = append(f.out.Rows, f.row(kind, g, k, k))
				if f.o.Ends != nil {
					f.out.ByEnd = append(f.out.ByEnd, f.row(kind, g, 0, k))
				}
			}
			f.out.Totals = append(f.out.Totals, f.row(kind, g, 0, len(f.spans)-1))
		}
	}
	return f.out, nil
}

// A periods is a forecast by period in the making.
type periods struct {
	m     *Model
	o     PeriodOptions
	p     *population
	cut   history.Date
	spans []span
	clock clock
	names []string // segments
	bins  *bins
	money bool
	out   *Periods

	existing, acquired       *sums
	expectedOld, expectedNew []sum   // of the existing and of the acquired, at the estimates
	daily                    [][]sum // of a customer acquired on each day after the cut
}

func (m *Model) newPeriods(h *history.Table, o *PeriodOptions) (*periods, error) {
	f := &periods{m: m}
	if o != nil {
		f.o = *o
	}
	var err error
	if h, err = m.table(h); err != nil {
		return nil, err
	}
	if h.Cut.IsZero() {
		return nil, errors.New("the table has no dates: when the forecast begins is not known")
	}
	f.cut = history.DateOf(h.Cut)
	if err := f.defaults(); err != nil {
		return nil, err
	}
	if f.spans, err = f.divide(); err != nil {
		return nil, err
	}
	end := f.spans[len(f.spans)-1].to
	if err := f.populate(h); err != nil {
		return nil, err
	}
	f.clock = newClock(f.cut, end, f.o.Season)
	f.bins = f.newBins()
	money, why := m.hasMoney()
	f.money = money
	f.out = &Periods{Period: f.o.Period, Cut: f.cut, End: end, Level: f.o.Level, Futures: f.o.Futures, Season: f.o.Season,
		Warnings: m.warnings(why, f.unseen(h, end), f.planned(end))}
	return f, nil
}

// divide returns the periods.
func (f *periods) divide() ([]span, error) {
	if f.o.Ends != nil {
		return spansTo(f.cut, f.o.Ends)
	}
	end, err := endOf(f.cut, f.o.Horizon)
	if err != nil {
		return nil, err
	}
	return calendar(f.cut, end, f.o.Period)
}

func (f *periods) defaults() error {
	o := &f.o
	if n := len(o.Ends); n > 0 {
		o.Horizon = history.Horizon{Value: float64(o.Ends[n-1] - f.cut), Unit: history.Day}
	}
	t, err := (&TotalOptions{Horizons: []history.Horizon{o.Horizon}, Level: o.Level, Rate: o.Rate, Futures: o.Futures}).withDefaults()
	o.Level, o.Futures = t.Level, t.Futures
	if o.Period == 0 {
		o.Period = history.Month
	}
	if o.Plan != nil {
		err = errors.Join(err, o.Plan.check())
	}
	return err
}

// populate numbers the segments of the table and of the plan together.
func (f *periods) populate(h *history.Table) error {
	labels := f.o.Labels
	if labels == nil {
		labels = make([]string, h.Len())
	}
	if len(labels) != h.Len() {
		return fmt.Errorf("%d labels for %d customers", len(labels), h.Len())
	}
	if f.o.Plan != nil {
		labels = append(labels[:len(labels):len(labels)], f.o.Plan.names()...)
	}
	names, group, err := segments(labels, len(labels))
	if err != nil {
		return err
	}
	f.names = names
	f.p, err = newPopulation(h, group[:h.Len()])
	return err
}

func (f *periods) newBins() *bins {
	b := &bins{orders: f.o.Orders}
	for _, s := range f.spans {
		b.ends = append(b.ends, f.at(s.to))
		middle := float64(s.from-1-f.cut)/2 + float64(s.to-f.cut)/2
		b.factor = append(b.factor, math.Exp(-f.o.Rate.Per(history.Day)*middle))
	}
	return b
}

// at returns the customers' time from the cut to the end of a day, in the unit
// of the model.
func (f *periods) at(d history.Date) float64 { return f.clock[d-f.cut] / f.m.Unit.Days() }

func (f *periods) unseen(h *history.Table, end history.Date) string {
	if f.o.Season != nil && f.o.Season.Months != nil {
		return ""
	}
	oldest := 0.0
	for _, T := range h.T {
		oldest = max(oldest, T*h.Unit.Days())
	}
	names := unseen(f.cut-history.Date(math.Round(oldest)), f.cut, end)
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("the forecast covers %s, and the log does not: if sales have a season there, the forecast misses it", strings.Join(names, ", "))
}

// planned returns what is to be known of a plan that leaves the forecast's days.
func (f *periods) planned(end history.Date) string {
	if f.o.Plan == nil || len(f.o.Plan.Recent) > 0 {
		return ""
	}
	var last history.Date
	var all, inside float64
	for _, a := range f.o.Plan.Arrivals {
		last = max(last, a.To)
		all += a.Customers
		days := min(a.To, end) - max(a.From, f.cut+1) + 1
		inside += a.Customers * float64(max(days, 0)) / float64(a.To-a.From+1)
	}
	var words []string
	if out := all - inside; out > 1e-9*all {
		words = append(words, fmt.Sprintf("%.4g of the %.4g customers of the plan come on days outside the forecast, %v to %v, and do not count", out, all, f.cut+1, end))
	}
	if last < end {
		words = append(words, fmt.Sprintf("the plan ends with %v: from then to %v no customers are acquired", last, end))
	}
	return strings.Join(words, "; ")
}

func (f *periods) kinds() []string {
	if f.o.Plan == nil {
		return []string{Existing}
	}
	return []string{Existing, Acquired, Everyone}
}

// simulate simulates the existing customers and those to come, and says what
// is expected of them. Both kinds share the replicates.
func (f *periods) simulate() {
	groups, spans := len(f.names), len(f.spans)
	e := f.m.expectAll(f.p, f.bins, groups)
	f.expectedOld, f.expectedNew = e.sums, f.expectAcquired()
	f.existing, f.acquired = newSums(f.o.Futures, groups, spans), newSums(f.o.Futures, groups, spans)
	f.m.simulate(f.existing, f.p, f.bins, e, f.o.Seed)
	if f.o.Plan != nil {
		f.acquireAll(f.o.Seed)
	}
}
