package portfolio

import (
	"slices"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

// A Funnel is how customers come from the first order to the next ones.
type Funnel struct {
	Steps  []FunnelStep   `json:"steps"`  // the first order, the second, …
	Second []SecondWithin `json:"second"` // the second order in time
}

// A FunnelStep is the customers who have made so many orders up to now. Those
// who were acquired late have had little time for it.
type FunnelStep struct {
	Order     int     `json:"order"`
	Customers int     `json:"customers"`
	Share     float64 `json:"share"`       // of those with the order before
	Days      float64 `json:"median_days"` // since the order before; 0 for the first
}

// A SecondWithin is the share of customers who made the second order within some
// days, of those who were acquired so many days ago or more.
type SecondWithin struct {
	Days     int     `json:"days"`
	Watched  int     `json:"watched"`
	Bought   int     `json:"bought"`
	Share    float64 `json:"share"`
	Expected float64 `json:"expected,omitempty"` // share of new customers, by the model
}

const mostSteps = 5

var secondDays = [...]int{30, 60, 90, 180, 365}

// funnel counts the orders of the customers of some rows.
func (b *cohortMaker) funnel(rows []int) (f Funnel) {
	var gaps [mostSteps][]float64
	customers := [mostSteps]int{}
	second := [len(secondDays)]SecondWithin{}
	for _, i := range rows {
		days := b.log.Purchases[i].Days
		for k := range min(len(days), mostSteps) {
			customers[k]++
			if k > 0 {
				gaps[k] = append(gaps[k], float64(days[k]-days[k-1]))
			}
		}
		for k, within := range secondDays {
			if b.end-days[0] < history.Date(within) {
				continue
			}
			second[k].Watched++
			if len(days) > 1 && days[1]-days[0] <= history.Date(within) {
				second[k].Bought++
			}
		}
	}
	for k := 0; k < mostSteps && customers[k] > 0; k++ {
		s := FunnelStep{Order: k + 1, Customers: customers[k], Share: 1}
		if k > 0 {
			s.Share, s.Days = float64(s.Customers)/float64(customers[k-1]), median(gaps[k])
		}
		f.Steps = append(f.Steps, s)
	}
	for k, s := range second {
		if s.Days = secondDays[k]; s.Watched > 0 {
			s.Share = float64(s.Bought) / float64(s.Watched)
			f.Second = append(f.Second, s)
		}
	}
	return f
}

// expect sets what a model says of new customers.
func (f *Funnel) expect(m *forecast.Model) {
	for k, s := range f.Second {
		t := history.Horizon{Value: float64(s.Days), Unit: history.Day}.In(m.Unit)
		f.Second[k].Expected = m.Purchase.ProbOrder(history.Customer{}, t)
	}
}

// within returns the second orders within some days, nil if nobody has been
// watched for so long.
func (f *Funnel) within(days int) *SecondWithin {
	for k := range f.Second {
		if f.Second[k].Days == days {
			return &f.Second[k]
		}
	}
	return nil
}

// median sorts the values, of which there is at least one.
func median(v []float64) float64 {
	slices.Sort(v)
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}
