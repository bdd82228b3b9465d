package plots

import (
	"fmt"
	"io"
	"math"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Newcomer is the number of repeat purchases that a new customer is expected to
// make by age.
type Newcomer struct {
	Unit     history.Unit
	Age      []float64 // from 0 to the horizon
	Expected []float64

	// Actual is what customers made by that age, on average, as Observe finds
	// it; NaN where too few have been observed that long. nil: not known.
	Actual []float64
}

const ageSteps = 100

// NewNewcomer returns E[X(t)] at 101 ages from 0 to the horizon, for a model
// whose unit of time is unit.
func NewNewcomer(m Expecter, unit history.Unit, horizon history.Horizon) (*Newcomer, error) {
	n := &Newcomer{Unit: unit}
	for k := range ageSteps + 1 {
		t := horizon.In(unit) * (float64(k) / ageSteps)
		e := m.Expected(t)
		if !(e >= 0 && e <= math.MaxFloat64) {
			return nil, fmt.Errorf("the model expects %v repeat purchases by age %v", e, t)
		}
		n.Age, n.Expected = append(n.Age, t), append(n.Expected, e)
	}
	return n, nil
}

// Observe adds what the customers did who have been observed up to the end.
// Each age counts those only who are that old,
//
//	Σ_{a ≤ t} purchases at age a / customers of age a or more
//
// and the sum ends where less than a tenth of the customers are left.
func (f *Newcomer) Observe(customers []Purchases, end history.Date) error {
	if err := checkPurchases(customers, end); err != nil {
		return err
	}
	var repeats, leaving []float64 // by age in days
	count := func(s *[]float64, age history.Date) {
		for len(*s) <= int(age) {
			*s = append(*s, 0)
		}
		(*s)[age]++
	}
	for _, c := range customers {
		for _, d := range c.Days[1:] {
			count(&repeats, d-c.Days[0])
		}
		count(&leaving, end-c.Days[0])
	}
	f.Actual = make([]float64, len(f.Age))
	watched, sum, age := float64(len(customers)), 0.0, 0
	for k, t := range f.Age {
		for ; float64(age) <= t*f.Unit.Days()+1e-9; age++ {
			if watched*10 < float64(len(customers)) {
				sum = math.NaN()
			}
			if age < len(repeats) {
				sum += repeats[age] / watched
			}
			if age < len(leaving) {
				watched -= leaving[age]
			}
		}
		f.Actual[k] = sum
	}
	return nil
}

// Plot draws one curve or two.
func (f *Newcomer) Plot() (*plot.Plot, error) {
	var expected, actual plotter.XYs
	for k, t := range f.Age {
		expected = append(expected, plotter.XY{X: t, Y: f.Expected[k]})
		if f.observed(k) {
			actual = append(actual, plotter.XY{X: t, Y: f.Actual[k]})
		}
	}
	p := newPlot("Repeat purchases of a new customer, by age")
	p.Add(gridLines())
	ls := lines{p: p}
	if len(actual) > 0 {
		if err := ls.add("actual, on average", actual, solid(actualHue)); err != nil {
			return nil, err
		}
	}
	if err := ls.add("expected by the model", expected, dashed(expectHue)); err != nil {
		return nil, err
	}
	p.Add(ls.key)
	p.X.Label.Text = fmt.Sprintf("age: %vs since the first purchase", f.Unit)
	p.Y.Label.Text = "repeat purchases of a customer by that age"
	fromZero(&p.Y, ls.top, numberTicks{})
	return p, nil
}

func (f *Newcomer) observed(k int) bool { return f.Actual != nil && !math.IsNaN(f.Actual[k]) }

// WriteCSV writes a row for each age, in repeat purchases of a customer.
func (f *Newcomer) WriteCSV(w io.Writer) error {
	header := []string{"age_" + f.Unit.String() + "s", "expected_repeat_purchases"}
	if f.Actual != nil {
		header = append(header, "actual_repeat_purchases")
	}
	return writeTable(w, header, len(f.Age), func(k int) []string {
		row := []string{number(f.Age[k]), number(f.Expected[k])}
		if f.Actual != nil {
			row = append(row, number(f.Actual[k]))
		}
		return row
	})
}

// Caption tells the expectation at the horizon and how it held so far.
func (f *Newcomer) Caption() string {
	last := len(f.Age) - 1
	s := fmt.Sprintf("a new customer is expected to make %s repeat purchases by the age of %s %vs",
		significant(f.Expected[last]), Separated(f.Age[last], 0), f.Unit)
	k := last
	for k > 0 && !f.observed(k) {
		k--
	}
	if k == 0 {
		return "Good: the curve bends only as much as customers drop out; " + s + "."
	}
	return fmt.Sprintf("Good: the dashed curve stays on the solid one; by the age of %s %vs the model expects %s, and %s.",
		Separated(f.Age[k], 0), f.Unit, overOrUnder(percentOver(f.Actual[k], f.Expected[k])), s)
}
