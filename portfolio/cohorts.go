package portfolio

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/predictive-clv/clv/history"
)

// Cohorts follow customers who were acquired together, at the same time or by
// the same channel, from month to month of their own age.
type Cohorts struct {
	By       string       `json:"by"`
	End      history.Date `json:"end"`
	Money    bool         `json:"money"`           // whether orders have values; without, every margin counts orders
	Level    float64      `json:"level,omitempty"` // of the bands; 0: the model does not go on
	Rows     []Cohort     `json:"cohorts"`
	All      Cohort       `json:"all"`
	Warnings []string     `json:"warnings,omitempty"`
	Not      string       `json:"not"` // what this is not
}

// A Cohort is what its customers did, and will.
//
// Margin is value × margin − cost per order, with the first order and less the
// cost of acquisition, nothing discounted. What it costs to keep a customer is
// not in it until [Cohorts.KeepAlive] takes it off: that depends on who is
// alive, which nobody has seen and a model must say.
type Cohort struct {
	Name      string       `json:"cohort"`
	Customers int          `json:"customers"`
	First     history.Date `json:"first"` // of the customers' first orders
	Last      history.Date `json:"last"`
	MeanAge   float64      `json:"mean_age"`      // months
	AtFirst   float64      `json:"at_first"`      // margin of an acquired customer's first order
	SoFar     float64      `json:"margin_so_far"` // margin of an acquired customer up to the end
	Ages      []CohortAge  `json:"ages"`          // months of age 1, 2, …
	Ahead     []CohortNext `json:"ahead,omitempty"`
	Funnel    Funnel       `json:"funnel"`

	revenue float64 // of all orders, and what it leaves before the cost of orders
	gross   float64
}

// A CohortAge is what customers did in a month of their own age: more than
// Month−1 and up to Month months after their first order, a month being
// 365.25/12 days. Only those count who have completed it.
type CohortAge struct {
	Month   int     `json:"month"`
	Watched int     `json:"watched"` // customers who have completed the month
	Active  int     `json:"active"`  // of them, those who bought in it
	Orders  int     `json:"orders"`
	Revenue float64 `json:"revenue"`

	// Margin is that of an acquired customer from the first order to the end of
	// the month: each month adds what those watched made in it.
	Margin float64 `json:"margin"`

	margin float64 // made in the month by those watched
}

// CohortOptions say what makes a cohort. Only Label is needed.
type CohortOptions struct {
	By        string     // what the labels are
	Label     []string   // the cohort of each row of the table
	Segment   []string   // of each row, for margins and costs by segment; nil: the Label
	Economics *Economics // nil: an order leaves its whole amount
}

// fewWatched is the number of customers below which a month of age says little.
// Smaller cohorts must have been watched as a whole.
const fewWatched = 30

// NewCohorts follows the customers of a log whose purchases were kept, up to its
// end; a holdout would be neither past nor future, and is an error.
func NewCohorts(log *history.Log, o *CohortOptions) (*Cohorts, error) {
	h := log.Table
	if err := checkCohorts(log, o); err != nil {
		return nil, err
	}
	rows := map[string][]int{}
	for i, name := range o.Label {
		rows[name] = append(rows[name], i)
	}
	b := cohortMaker{log: log, o: *o, end: history.DateOf(h.End)}
	if b.o.Economics == nil {
		b.o.Economics = &Economics{}
	}
	if b.o.Segment == nil {
		b.o.Segment = o.Label
	}
	c := &Cohorts{By: o.By, End: b.end, Money: log.Purchases[0].Values != nil, Not: NotCausal}
	all := make([]int, h.Len())
	for i := range all {
		all[i] = i
	}
	c.All = b.cohort("", all)
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		c.Rows = append(c.Rows, b.cohort(name, rows[name]))
	}
	return c, nil
}

func checkCohorts(log *history.Log, o *CohortOptions) error {
	h := log.Table
	switch {
	case log.Purchases == nil:
		return errors.New("cohorts need the transaction log: a summary does not say when purchases happened")
	case h.Len() == 0:
		return errors.New("there are no customers")
	case !h.Cut.Equal(h.End):
		return fmt.Errorf("the calibration ends on %v and the log on %v: cohorts look at all of it", history.DateOf(h.Cut), history.DateOf(h.End))
	case len(o.Label) != h.Len() || o.Segment != nil && len(o.Segment) != h.Len():
		return fmt.Errorf("there are %d customers, %d cohorts and %d segments", h.Len(), len(o.Label), len(o.Segment))
	case o.Economics != nil:
		return o.Economics.Check()
	}
	return nil
}

// AcquiredIn names the calendar month or quarter of every customer's first
// purchase, so that the order of the names is that of time.
func AcquiredIn(bought []history.Purchases, quarter bool) []string {
	labels := make([]string, len(bought))
	for i, b := range bought {
		t := b.Days[0].Time()
		labels[i] = t.Format("2006-01")
		if quarter {
			labels[i] = fmt.Sprintf("%d Q%d", t.Year(), (int(t.Month())+2)/3)
		}
	}
	return labels
}

// A cohortMaker makes the cohorts of a log.
type cohortMaker struct {
	log *history.Log
	o   CohortOptions
	end history.Date
}

// months returns the months of age that a customer has completed.
func (b *cohortMaker) months(first history.Date) int {
	return int(float64(b.end-first)/history.Month.Days() + 1e-9)
}

// cohort follows the customers of some rows.
func (b *cohortMaker) cohort(name string, rows []int) Cohort {
	c := Cohort{Name: name, Customers: len(rows), First: math.MaxInt32, Ages: []CohortAge{}}
	n := float64(len(rows))
	for _, i := range rows {
		p := b.log.Purchases[i]
		first := p.Days[0]
		c.First, c.Last = min(c.First, first), max(c.Last, first)
		c.MeanAge += float64(b.end-first) / history.Month.Days() / n
		cac := b.o.Economics.CACIn(b.o.Segment[i], i)
		c.AtFirst -= cac / n
		c.SoFar -= cac / n
		for k := len(c.Ages); k < b.months(first); k++ {
			c.Ages = append(c.Ages, CohortAge{Month: k + 1})
		}
		for k := range b.months(first) {
			c.Ages[k].Watched++
		}
		b.add(&c, i)
	}
	c.Ages = slices.DeleteFunc(c.Ages, func(a CohortAge) bool { return a.Watched < min(fewWatched, c.Customers) })
	margin := c.AtFirst
	for k := range c.Ages {
		margin += c.Ages[k].margin / float64(c.Ages[k].Watched)
		c.Ages[k].Margin = margin
	}
	c.Funnel = b.funnel(rows)
	return c
}

// add counts the orders of row i.
func (b *cohortMaker) add(c *Cohort, i int) {
	p, e := b.log.Purchases[i], b.o.Economics
	share, n := e.MarginIn(b.o.Segment[i], i), float64(c.Customers)
	watched, counted := b.months(p.Days[0]), -1 // and the month in which the customer was last found active
	for j, d := range p.Days {
		value := 1.0
		if p.Values != nil {
			value = p.Values[j]
		}
		margin := value*share - e.CostPerOrder
		c.revenue += value
		c.gross += value * share
		c.SoFar += margin / n
		if j == 0 {
			c.AtFirst += margin / n
			continue
		}
		k := int(math.Ceil(float64(d-p.Days[0])/history.Month.Days())) - 1
		if k >= watched {
			continue
		}
		a := &c.Ages[k]
		a.Orders++
		a.Revenue += value
		a.margin += margin
		if k != counted {
			a.Active++
			counted = k
		}
	}
}

// At returns month k of age, nil if it is not known.
func (c *Cohort) At(k int) *CohortAge {
	if k < 1 || k > len(c.Ages) {
		return nil
	}
	return &c.Ages[k-1]
}
