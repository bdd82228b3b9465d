package plots

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// A Prober gives the probability that a new customer makes n repeat purchases
// by age t, P(X(t) = n).
type Prober interface {
	Prob(n int, t float64) float64
}

// Frequency is the number of customers by repeat purchases in the calibration,
// actual against expected. The last class is open: it holds all customers with
// len(Actual)-1 repeat purchases or more.
type Frequency struct{ Actual, Expected []float64 }

// NewFrequency returns the customers of h in the classes 0, 1, … top-1 and
// "top or more". The model expects in class n
//
//	Σ_i N_i · P(X(T_i) = n)
//
// and in the open class the remaining customers. P is computed once for each
// distinct T. NewFrequency panics if top is less than 1.
func NewFrequency(m Prober, h *history.Table, top int) (*Frequency, error) {
	if top < 1 {
		panic("plots: the open class must begin at 1 or more")
	}
	if err := check(h); err != nil {
		return nil, err
	}
	f := &Frequency{Actual: make([]float64, top+1), Expected: make([]float64, top+1)}
	ix := h.Index()
	ages := make([]float64, len(ix.T)) // customers by T
	for i, x := range h.Frequency {
		f.Actual[min(x, top)] += h.Weight(i)
		ages[ix.Row[i].T] += h.Weight(i)
	}
	for j, T := range ix.T {
		rest := 1.0
		for n := range top {
			p := m.Prob(n, T)
			if !(p >= 0 && p <= 1) {
				return nil, fmt.Errorf("the model gives %d repeat purchases by age %v the probability %v", n, T, p)
			}
			f.Expected[n] += ages[j] * p
			rest -= p
		}
		f.Expected[top] += ages[j] * max(rest, 0)
	}
	return f, nil
}

// Plot draws a pair of bars for each class.
func (f *Frequency) Plot() (*plot.Plot, error) {
	const width = 0.38
	p := newPlot("Customers by repeat purchases in the calibration, actual and expected")
	actual := bars{values: f.Actual, offset: -width/2 - 0.01, width: width, fill: actualHue}
	expected := bars{values: f.Expected, offset: width/2 + 0.01, width: width, fill: expectHue}
	p.Add(gridLines(), actual, expected)
	p.Add(key{entries: []keyEntry{{"actual", actual}, {"expected by the model", expected}}})
	ticks := make([]plot.Tick, len(f.Actual))
	for n := range ticks {
		ticks[n] = plot.Tick{Value: float64(n), Label: f.class(n)}
	}
	p.X.Tick.Marker, p.X.Tick.LineStyle.Color = plot.ConstantTicks(ticks), white
	p.X.Label.Text = "repeat purchases of a customer"
	p.Y.Label.Text = "customers"
	p.Y.Max *= 1.08 // room for the numbers above the bars
	p.Y.Tick.Marker = numberTicks{whole: true}
	return p, nil
}

// class names a class: "3", or "7+" for the open one.
func (f *Frequency) class(n int) string {
	if n == len(f.Actual)-1 {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}

// WriteCSV writes a row for each class, in customers.
func (f *Frequency) WriteCSV(w io.Writer) error {
	header := []string{"repeat_purchases", "actual_customers", "expected_customers"}
	return writeTable(w, header, len(f.Actual), func(n int) []string {
		return []string{f.class(n), number(f.Actual[n]), number(f.Expected[n])}
	})
}

// Caption names the class where the bars differ most.
func (f *Frequency) Caption() string {
	worst, gap := 0, 0.0
	for n := range f.Actual {
		if d := f.Expected[n] - f.Actual[n]; math.Abs(d) > math.Abs(gap) {
			worst, gap = n, d
		}
	}
	return fmt.Sprintf("Good: the bars of each pair are equally high; they differ most at %s, "+
		"where the model expects %s customers and there are %s.",
		repeats(f.class(worst)), Separated(f.Expected[worst], 0), Separated(f.Actual[worst], 0))
}

// repeats names a class of customers in a sentence.
func repeats(class string) string {
	if class == "1" {
		return "1 repeat purchase"
	}
	return class + " repeat purchases"
}
