package ingest

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/predictive-clv/clv/history"
)

// A Warning is something about a log that a model of purchases would not
// notice and its reader should know.
type Warning struct {
	Kind  string  `json:"kind"`  // contract, left_truncation, one_customer, calendar_gap or late_end
	Value float64 `json:"value"` // the figure that the warning rests on
	Text  string  `json:"text"`
}

// String returns the text.
func (w Warning) String() string { return w.Text }

// Warnings looks at a log for what makes its histories mean something else
// than they seem to:
//
//	contract         more than half of the customers with two repeat purchases or more buy every 28 to 31 days, or every year
//	left_truncation  first purchases are three times as frequent in the first tenth of the time in which there are any as in the others
//	one_customer     one customer has more than a tenth of the purchases
//	calendar_gap     a week or more without a purchase, ten times as long as usual
//	late_end         the last row is a week or more before the end, five times as long as usual
//
// A log that was read as a summary has no days; what needs them is left out.
func Warnings(l *history.Log) []Warning {
	looks := []func(*history.Log) (Warning, bool){contract, leftTruncation, oneCustomer, calendarGap, lateEnd}
	found := make([][]Warning, len(looks))
	var all sync.WaitGroup
	for k, look := range looks {
		all.Go(func() {
			if w, ok := look(l); ok {
				found[k] = []Warning{w}
			}
		})
	}
	all.Wait()
	return slices.Concat(found...)
}

// fewCustomers and fewPurchases are too few for a share of them to tell.
const (
	fewCustomers = 20
	fewPurchases = 100
)

// contract looks at the mean time between a customer's purchases. Where
// purchases are random such means spread widely; where a contract makes them
// they do not.
func contract(l *history.Log) (Warning, bool) {
	t := l.Table
	var all, monthly, yearly float64
	for i, x := range t.Frequency {
		if x < 2 {
			continue
		}
		n := t.Weight(i)
		gap := t.Recency[i] * t.Unit.Days() / float64(x)
		all += n
		switch {
		case gap >= 27.5 && gap <= 31.5:
			monthly += n
		case gap >= 364 && gap <= 367:
			yearly += n
		}
	}
	share, period := monthly/all, "28 to 31 days"
	if yearly > monthly {
		share, period = yearly/all, "year"
	}
	return Warning{"contract", share, fmt.Sprintf(
		"%.0f %% of the customers with two repeat purchases or more buy every %s: that is a contract, whose end can be seen, and not a shop, whose customers leave in silence",
		100*share, period)}, all >= fewCustomers && share > 0.5
}

// leftTruncation looks for customers who are older than the log: they all
// appear at its beginning.
func leftTruncation(l *history.Log) (Warning, bool) {
	last := -1 // day with a first purchase
	customers := 0
	for i, d := range l.Days {
		if d.First > 0 {
			last = i
			customers += d.First
		}
	}
	const parts = 10
	if customers < fewPurchases || last+1 < 7*parts {
		return Warning{}, false
	}
	var count [parts]float64
	for i, d := range l.Days[:last+1] {
		count[i*parts/(last+1)] += float64(d.First)
	}
	usual := slices.Clone(count[1:])
	slices.Sort(usual)
	times := count[0] / usual[len(usual)/2]
	return Warning{"left_truncation", times, fmt.Sprintf(
		"first purchases up to %v are %.1f times as frequent as later: many of these customers are older than the log, and their first purchase in it is not their first; begin with customers who came later, or with a longer log",
		l.Days[last/parts].Date, times)}, times > 3
}

func oneCustomer(l *history.Log) (Warning, bool) {
	t := l.Table
	var all float64
	most := 0
	for i, x := range t.Frequency {
		all += t.Weight(i) * float64(x+1)
		if x > t.Frequency[most] {
			most = i
		}
	}
	if t.Len() == 0 || all < fewPurchases {
		return Warning{}, false
	}
	share := float64(t.Frequency[most]+1) / all
	name := fmt.Sprintf("in row %d", most+1)
	if t.ID != nil {
		name = fmt.Sprintf("%q", t.ID[most])
	}
	return Warning{"one_customer", share, fmt.Sprintf(
		"the customer %s has %.0f %% of the purchases: a counter, a reseller or a test account is no customer; leave it out", name, 100*share)}, share > 0.1
}

// usualGap is the mean number of days from a day with a purchase to the next.
func usualGap(days []history.DayCount) float64 {
	active := 0
	for _, d := range days {
		if d.First+d.Repeat+d.Holdout > 0 {
			active++
		}
	}
	return float64(len(days)) / float64(active)
}

func calendarGap(l *history.Log) (Warning, bool) {
	longest, at, last := 0, 0, 0
	for i, d := range l.Days {
		if d.First+d.Repeat+d.Holdout == 0 {
			continue
		}
		if gap := i - last - 1; gap > longest {
			longest, at = gap, last+1
		}
		last = i
	}
	if longest < 7 || float64(longest) < 10*usualGap(l.Days[:last+1]) {
		return Warning{}, false
	}
	return Warning{"calendar_gap", float64(longest), fmt.Sprintf(
		"there is no purchase from %v to %v, %d days: is a file missing?", l.Days[at].Date, l.Days[at+longest-1].Date, longest)}, true
}

func lateEnd(l *history.Log) (Warning, bool) {
	r := &l.Reconciliation
	gap := float64(r.End - r.LastDay)
	if l.Days == nil || gap < 7 || gap < math.Min(5*usualGap(l.Days), 60) {
		return Warning{}, false
	}
	return Warning{"late_end", gap, fmt.Sprintf(
		"the last row is of %v, %.0f days before the end, %v: if the log stops there, every customer looks as if they had left; set the end to the log's last day", r.LastDay, gap, r.End)}, true
}
