package plots

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// A Grouping says by what the customers of a Holdout are put into classes.
type Grouping uint8

// The groupings. All are known at the cut.
const (
	ByFrequency Grouping = iota // x
	ByRecency                   // t_x, customers without a repeat purchase apart
	ByT                         // T
	BySilence                   // T - t_x, the time since the last purchase
)

// label is the title of the axis; the classes of ByFrequency have no unit.
func (g Grouping) label(unit history.Unit) string {
	switch g {
	case ByRecency:
		return fmt.Sprintf("recency: age at the last purchase up to the cut, in %vs", unit)
	case ByT:
		return fmt.Sprintf("age at the cut T, in %vs", unit)
	case BySilence:
		return fmt.Sprintf("time since the last purchase at the cut, in %vs", unit)
	}
	return "repeat purchases of a customer in the calibration"
}

// name is the word for the grouping in titles and tables.
func (g Grouping) name() string {
	return [...]string{"frequency", "recency", "T", "time since the last purchase"}[g]
}

// Holdout is the mean number of purchases that customers made in the holdout,
// by what was known of them at the cut, actual against expected.
type Holdout struct {
	Unit    history.Unit
	By      Grouping
	Classes []HoldoutClass
	Of      []int // the class of each row of the table
	Band    Band  // of the mean in each class; may be set
}

// A HoldoutClass holds the customers whose value lies in [From, To], or in
// [From, To) unless the class is the last. The class of customers without a
// repeat purchase under ByRecency runs from 0 to 0, and the open class of
// ByFrequency to +Inf.
type HoldoutClass struct {
	From, To         float64
	Customers        float64
	Actual, Expected float64 // holdout purchases of a customer, on average
}

// NewHoldout sorts the customers of h into classes and averages their holdout
// purchases and those that were expected: expected[i] of each customer in row
// i. A class without customers has NaN for both. NewHoldout panics if expected
// has another length than the table.
func NewHoldout(h *history.Table, expected []float64, by Grouping) (*Holdout, error) {
	if err := check(h); err != nil {
		return nil, err
	}
	if len(expected) != h.Len() {
		panic("plots: there must be a forecast for each row of the table")
	}
	if h.HoldoutFrequency == nil {
		return nil, errors.New("the table has no holdout: set a cut before the end of the log")
	}
	f := &Holdout{Unit: h.Unit, By: by, Of: make([]int, h.Len())}
	place := f.classes(h)
	for i, e := range expected {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return nil, fmt.Errorf("the forecast of row %d is %v", i+1, e)
		}
		f.Of[i] = place(i)
		c, n := &f.Classes[f.Of[i]], h.Weight(i)
		c.Customers += n
		c.Actual += n * float64(h.HoldoutFrequency[i])
		c.Expected += n * e
	}
	for i := range f.Classes {
		c := &f.Classes[i]
		c.Actual, c.Expected = c.Actual/c.Customers, c.Expected/c.Customers
	}
	return f, nil
}

// openFrequency is where the open class of ByFrequency begins.
const openFrequency = 7

// classes makes the empty classes and returns the place of each row among them.
func (f *Holdout) classes(h *history.Table) func(row int) int {
	if f.By == ByFrequency {
		for n := range openFrequency {
			f.Classes = append(f.Classes, HoldoutClass{From: float64(n), To: float64(n)})
		}
		f.Classes = append(f.Classes, HoldoutClass{From: openFrequency, To: math.Inf(1)})
		return func(i int) int { return min(h.Frequency[i], openFrequency) }
	}
	value := f.By.value(h)
	low, high := math.Inf(1), 0.0
	for i := range h.Len() {
		low, high = min(low, value(i)), max(high, value(i))
	}
	step := numberTicks{}.step(max(high-low, 1e-6))
	first := math.Floor(low / step)
	apart := 0
	if f.By == ByRecency {
		f.Classes, apart = append(f.Classes, HoldoutClass{}), 1
	}
	n := max(int(math.Ceil(high/step-first)), 1)
	for k := range n {
		f.Classes = append(f.Classes, HoldoutClass{From: (first + float64(k)) * step, To: (first + float64(k) + 1) * step})
	}
	return func(i int) int {
		if apart == 1 && h.Frequency[i] == 0 {
			return 0
		}
		return apart + min(int(value(i)/step-first), n-1)
	}
}

// value returns the quantity of each row that the grouping goes by.
func (g Grouping) value(h *history.Table) func(row int) float64 {
	switch g {
	case ByRecency:
		return func(i int) float64 { return h.Recency[i] }
	case ByT:
		return func(i int) float64 { return h.T[i] }
	}
	return func(i int) float64 { return h.T[i] - h.Recency[i] }
}

// Plot draws a pair of bars for each class, and the band on the second.
func (f *Holdout) Plot() (*plot.Plot, error) {
	if err := f.Band.check(len(f.Classes)); err != nil {
		return nil, err
	}
	const width = 0.38
	actual := bars{decimals: 2, offset: -width/2 - 0.01, width: width, fill: actualHue}
	expected := bars{decimals: 2, offset: width/2 + 0.01, width: width, fill: expectHue}
	for _, c := range f.Classes {
		actual.values, expected.values = append(actual.values, c.Actual), append(expected.values, c.Expected)
	}
	k := key{entries: []keyEntry{{"actual", actual}, {"expected by the model", expected}}}
	p := newPlot("Holdout purchases by " + f.By.name() + ", actual and expected")
	p.Add(gridLines())
	if f.Band.given() {
		// Whiskers would cross the numbers on the bars.
		actual.decimals, expected.decimals = -1, -1
		w := whiskers{band: f.Band, offset: expected.offset, width: width / 3}
		k.entries = append(k.entries, keyEntry{f.Band.name(), w})
		p.Add(actual, expected, w, k)
	} else {
		p.Add(actual, expected, k)
	}
	p.X.Tick.Marker, p.X.Label.Text = plot.ConstantTicks(f.ticks()), f.By.label(f.Unit)
	if f.By == ByFrequency {
		p.X.Tick.LineStyle.Color = white
	}
	p.Y.Label.Text = "holdout purchases of a customer, on average"
	fromZero(&p.Y, p.Y.Max*1.06, numberTicks{})
	return p, nil
}

// ticks marks classes of counts at their middles and classes of times at their
// edges.
func (f *Holdout) ticks() []plot.Tick {
	var ticks []plot.Tick
	for i, c := range f.Classes {
		switch at := float64(i); {
		case f.By == ByFrequency || c.To == 0:
			ticks = append(ticks, plot.Tick{Value: at, Label: f.class(c)})
		default:
			decimals := decimalsOf(c.To - c.From)
			ticks = append(ticks, plot.Tick{Value: at - 0.5, Label: Separated(c.From, decimals)})
			if i == len(f.Classes)-1 {
				ticks = append(ticks, plot.Tick{Value: at + 0.5, Label: Separated(c.To, decimals)})
			}
		}
	}
	return ticks
}

// WriteCSV writes a row for each class with customers, in purchases of a
// customer.
func (f *Holdout) WriteCSV(w io.Writer) error {
	if err := f.Band.check(len(f.Classes)); err != nil {
		return err
	}
	header := []string{strings.ReplaceAll(f.By.name(), " ", "_"), "customers", "actual_mean_purchases", "expected_mean_purchases"}
	if f.By != ByFrequency {
		header[0] += "_" + f.Unit.String() + "s"
	}
	if f.Band.given() {
		header = append(header, "expected_lo", "expected_hi")
	}
	var rows [][]string
	for i, c := range f.Classes {
		if c.Customers > 0 {
			rows = append(rows, append([]string{f.class(c), number(c.Customers), number(c.Actual), number(c.Expected)}, f.Band.columns(i)...))
		}
	}
	return writeTable(w, header, len(rows), func(i int) []string { return rows[i] })
}

// class names a class: "3", "7+", "10–15" or "none".
func (f *Holdout) class(c HoldoutClass) string {
	switch {
	case math.IsInf(c.To, 1):
		return number(c.From) + "+"
	case f.By == ByFrequency:
		return number(c.From)
	case c.To == 0:
		return "none"
	}
	return number(c.From) + "–" + number(c.To)
}

// Caption names the class that puts the total most wrong.
func (f *Holdout) Caption() string {
	var worst HoldoutClass
	var actual, expected, gap float64
	for _, c := range f.Classes {
		if c.Customers == 0 {
			continue
		}
		actual += c.Customers * c.Actual
		expected += c.Customers * c.Expected
		if d := c.Customers * (c.Expected - c.Actual); math.Abs(d) >= math.Abs(gap) {
			worst, gap = c, d
		}
	}
	return fmt.Sprintf("Good: the bars of each pair are equally high; here the model expects %s, most wrongly for %s: "+
		"%.2f a customer where there are %.2f.", overOrUnder(percentOver(actual, expected)), f.words(worst), worst.Expected, worst.Actual)
}

// words names a class in a sentence.
func (f *Holdout) words(c HoldoutClass) string {
	switch {
	case f.By == ByFrequency:
		return repeats(f.class(c))
	case c.To == 0:
		return "no repeat purchase"
	}
	return f.class(c) + " " + f.Unit.String() + "s"
}
