package plots

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/predictive-clv/clv/history"
)

// Cohorts follow the customers acquired in each calendar month from month to
// month of their own age. [Retention], [CohortRevenue] and [PerCustomer] draw
// them.
type Cohorts struct {
	End   history.Date
	Money bool   // whether purchases have values
	By    string // what the cohorts' names are; empty: month of acquisition
	Rows  []Cohort

	// Model is what the model expects of a customer by age, the first purchase
	// included, as Continue finds it: purchases, or money if there is any. nil: not
	// known.
	Model []float64
}

// A Cohort holds the customers acquired in a month. Month k of age is the time
// of more than k-1 and up to k months since a customer's own first purchase, a
// month being 365.25/12 days; the slices hold the months 1, 2, … that all
// customers of the cohort have completed.
type Cohort struct {
	Month     history.Date // the first of the month
	Name      string       // in the place of the month, if it is set
	Customers float64
	Active    []float64 // customers who bought in the month of age
	Purchases []float64 // repeat purchases in it
	Revenue   []float64 // their value; nil without money
	First     float64   // value of the first purchases
}

// NewCohorts counts the purchases of all customers up to the end, the last day
// of the log. A cohort of which no month of age is complete is left out.
func NewCohorts(customers []Purchases, end history.Date) (*Cohorts, error) {
	if err := checkPurchases(customers, end); err != nil {
		return nil, err
	}
	c := &Cohorts{End: end, Money: customers[0].Values != nil}
	byDay := map[history.Date]int{} // the cohort of each day of first purchases
	var youngest []history.Date     // the last first purchase of each cohort
	for i := range customers {
		first := customers[i].Days[0]
		k, known := byDay[first]
		if !known {
			month := firstOfMonth(first)
			k = slices.IndexFunc(c.Rows, func(r Cohort) bool { return r.Month == month })
			if k < 0 {
				k = len(c.Rows)
				c.Rows = append(c.Rows, Cohort{Month: month})
				youngest = append(youngest, first)
			}
			byDay[first] = k
		}
		youngest[k] = max(youngest[k], first)
		c.Rows[k].Customers++
	}
	for k, r := range c.Rows {
		months := int(float64(end-youngest[k])/history.Month.Days() + 1e-9)
		c.Rows[k] = r.open(months, c.Money)
	}
	for i := range customers {
		c.Rows[byDay[customers[i].Days[0]]].add(&customers[i])
	}
	c.Rows = slices.DeleteFunc(c.Rows, func(r Cohort) bool { return len(r.Active) == 0 })
	if len(c.Rows) == 0 {
		return nil, errors.New("no customer has been observed for a month after the first purchase")
	}
	slices.SortFunc(c.Rows, func(a, b Cohort) int { return int(a.Month - b.Month) })
	return c, nil
}

func firstOfMonth(d history.Date) history.Date {
	t := d.Time()
	return history.DateOf(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

func (r Cohort) open(months int, money bool) Cohort {
	r.Active, r.Purchases = make([]float64, months), make([]float64, months)
	if money {
		r.Revenue = make([]float64, months)
	}
	return r
}

// add counts the purchases of a customer of the cohort.
func (r *Cohort) add(p *Purchases) {
	counted := -1 // the month in which the customer was last found active
	for i, d := range p.Days {
		if i == 0 {
			if r.Revenue != nil {
				r.First += p.Values[0]
			}
			continue
		}
		k := int(math.Ceil(float64(d-p.Days[0])/history.Month.Days())) - 1
		if k >= len(r.Active) {
			return
		}
		r.Purchases[k]++
		if r.Revenue != nil {
			r.Revenue[k] += p.Values[i]
		}
		if k != counted {
			r.Active[k]++
			counted = k
		}
	}
}

// Months returns the number of months of age that the oldest cohort has
// completed.
func (c *Cohorts) Months() int {
	months := 0
	for _, r := range c.Rows {
		months = max(months, len(r.Active))
	}
	return months
}

// average returns f of month k of age, 1 the first, per acquired customer, over
// the cohorts that have completed the month watched.
func (c *Cohorts) average(k, watched int, f func(r Cohort) []float64) float64 {
	var sum, customers float64
	for _, r := range c.Rows {
		if len(r.Active) >= watched {
			sum += f(r)[k-1]
			customers += r.Customers
		}
	}
	return sum / customers
}

// name is the cohort's in words, in the layout of a month.
func (r Cohort) name(layout string) string {
	return cmp.Or(r.Name, r.Month.Time().Format(layout))
}

func (r Cohort) active() []float64    { return r.Active }
func (r Cohort) purchases() []float64 { return r.Purchases }
func (r Cohort) revenue() []float64   { return r.Revenue }

// Continue sets Model for a horizon from the first purchase on,
//
//	first purchase + E[X(t)] · spend
//
// for a model whose unit of time is unit, where spend is the expected value of a
// repeat purchase and the first purchase is taken at its mean value in the log.
// Without money both are 1. The horizon is rounded up to months, and is at least
// as long as the oldest cohort has been observed.
func (c *Cohorts) Continue(m Expecter, unit history.Unit, spend float64, horizon history.Horizon) error {
	first := 1.0
	if c.Money {
		var sum, customers float64
		for _, r := range c.Rows {
			sum += r.First
			customers += r.Customers
		}
		first = sum / customers
	} else {
		spend = 1
	}
	c.Model = nil
	months := max(int(math.Ceil(horizon.In(history.Month)-1e-9)), c.Months())
	for k := range months + 1 {
		v := first + spend*m.Expected(history.Horizon{Value: float64(k), Unit: history.Month}.In(unit))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the model expects %v of a customer by %d months", v, k)
		}
		c.Model = append(c.Model, v)
	}
	return nil
}

// WriteCSV writes a row for each month of age of each cohort.
func (c *Cohorts) WriteCSV(w io.Writer) error {
	header := []string{"acquired", "customers", "age_month", "active_customers", "active_percent", "repeat_purchases"}
	if c.Money {
		header = append(header, "revenue", "revenue_per_customer")
	}
	var rows [][]string
	for _, r := range c.Rows {
		for k, n := range r.Active {
			row := []string{r.name("2006-01"), number(r.Customers), strconv.Itoa(k + 1),
				number(n), number(100 * n / r.Customers), number(r.Purchases[k])}
			if c.Money {
				row = append(row, number(r.Revenue[k]), number(r.Revenue[k]/r.Customers))
			}
			rows = append(rows, row)
		}
	}
	return writeTable(w, header, len(rows), func(i int) []string { return rows[i] })
}
