package plots

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// A LogDensityer gives the log of the density of the mean value of x purchases
// of a customer.
type LogDensityer interface {
	LogDensity(x int, mean float64) float64
}

// SpendDensity is the number of customers by the mean value of their repeat
// purchases, actual against expected. The axis is logarithmic: the classes
// have equal ratios.
type SpendDensity struct {
	Edges            []float64 // of the classes, ascending, one more than these
	Actual, Expected []float64 // customers in each class

	curve plotter.XYs // expected customers in a class around a place
}

// NewSpendDensity sorts the customers of s by mean value. Of N_x customers with
// x repeat purchases the model expects in a class
//
//	Σ_x N_x · ∫ f(m | x) dm
//
// over the class, by Simpson's rule in ln m. s has the customers whose mean
// value is positive, as history.Table.Spending returns them.
func NewSpendDensity(m LogDensityer, s *history.Spending) (*SpendDensity, error) {
	if s.Len() == 0 {
		return nil, errors.New("there are no customers with repeat purchases of a known positive value")
	}
	low, high := math.Inf(1), 0.0
	for i, mean := range s.Mean {
		if !(mean > 0 && mean <= math.MaxFloat64) || s.Frequency[i] < 1 {
			return nil, fmt.Errorf("row %d: a mean value of %v in %d purchases", i+1, mean, s.Frequency[i])
		}
		low, high = min(low, mean), max(high, mean)
	}
	width, first, n := spendClasses(math.Log10(low), math.Log10(high))
	f := &SpendDensity{Actual: make([]float64, n), Expected: make([]float64, n)}
	for k := range n + 1 {
		f.Edges = append(f.Edges, math.Pow(10, width*(first+float64(k))))
	}
	for i, mean := range s.Mean {
		k := int(math.Log10(mean)/width - first)
		f.Actual[min(max(k, 0), n-1)] += s.N[i]
	}
	return f, f.expect(m, s, width, first)
}

// spendClasses returns the width, in powers of ten, of at most about 40 classes,
// the place of the first in widths, and their number.
func spendClasses(low, high float64) (width, first float64, n int) {
	for _, width = range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 10} {
		if high-low <= 40*width {
			break
		}
	}
	first = math.Floor(low/width + 1e-9)
	return width, first, max(int(math.Ceil(high/width-first-1e-9)), 1)
}

// expect integrates the model's density, class by class.
func (f *SpendDensity) expect(m LogDensityer, s *history.Spending, width, first float64) error {
	const pieces = 8 // of a class, an even number
	customers := map[int]float64{}
	top := 0
	for i, x := range s.Frequency {
		customers[x] += s.N[i]
		top = max(top, x)
	}
	for j := range pieces*len(f.Expected) + 1 {
		at := width * (first + float64(j)/pieces)
		mean := math.Pow(10, at)
		var density float64 // customers in a class around the place
		for x := 1; x <= top; x++ {
			if n := customers[x]; n > 0 {
				density += n * math.Exp(m.LogDensity(x, mean)) * mean * math.Ln10 * width
			}
		}
		if math.IsNaN(density) || math.IsInf(density, 0) {
			return fmt.Errorf("the model gives a mean value of %v the density %v", mean, density)
		}
		f.curve = append(f.curve, plotter.XY{X: float64(j)/pieces - 0.5, Y: density})
	}
	for k := range f.Expected {
		c := f.curve[pieces*k : pieces*k+pieces+1]
		sum := c[0].Y + c[pieces].Y
		for j := 1; j < pieces; j++ {
			sum += float64(2+2*(j%2)) * c[j].Y
		}
		f.Expected[k] = sum / (3 * pieces)
	}
	return nil
}

// Plot draws the actual customers as bars and the expected ones as a curve.
func (f *SpendDensity) Plot() (*plot.Plot, error) {
	b := bars{values: f.Actual, decimals: -1, width: 0.94, fill: paleBlue}
	l, err := plotter.NewLine(f.curve)
	if err != nil {
		return nil, fmt.Errorf("draw the expected customers: %w", err)
	}
	l.LineStyle = solid(expectHue)
	p := newPlot("Customers by mean value of repeat purchases, actual and expected")
	p.Add(gridLines(), b, l)
	p.Add(key{entries: []keyEntry{{"actual", b}, {"expected by the model", l}}})
	low, width := math.Log10(f.Edges[0]), math.Log10(f.Edges[1]/f.Edges[0])
	p.X.Tick.Marker = plot.TickerFunc(func(from, to float64) []plot.Tick {
		ticks := logTicks{}.Ticks(low+(from+0.5)*width, low+(to+0.5)*width)
		for i := range ticks {
			ticks[i].Value = (ticks[i].Value-low)/width - 0.5
		}
		return ticks
	})
	p.X.Label.Text = "mean value of a customer's repeat purchases" + inCurrency
	p.Y.Label.Text = "customers"
	fromZero(&p.Y, p.Y.Max, numberTicks{whole: true})
	return p, nil
}

// WriteCSV writes a row for each class, in customers.
func (f *SpendDensity) WriteCSV(w io.Writer) error {
	header := []string{"mean_value_from", "mean_value_to", "actual_customers", "expected_customers"}
	return writeTable(w, header, len(f.Actual), func(k int) []string {
		return []string{number(f.Edges[k]), number(f.Edges[k+1]), number(f.Actual[k]), number(f.Expected[k])}
	})
}

// Misplaced returns the share of customers whom the model expects in another
// class than the one they are in, or outside the figure.
func (f *SpendDensity) Misplaced() float64 {
	var all, apart float64
	for k, n := range f.Actual {
		all += n
		apart += max(0, n-f.Expected[k])
	}
	return apart / all
}

// Caption tells the share of customers that are misplaced.
func (f *SpendDensity) Caption() string {
	top, most := 0, 0
	for k := range f.Actual {
		if f.Actual[k] > f.Actual[top] {
			top = k
		}
		if f.Expected[k] > f.Expected[most] {
			most = k
		}
	}
	middle := func(k int) string { return significant(math.Sqrt(f.Edges[k] * f.Edges[k+1])) }
	return fmt.Sprintf("Good: the curve follows the tops of the bars; the model puts %.0f %% of the customers into another bar than theirs, "+
		"and its highest point is near %s where most customers are near %s.", 100*f.Misplaced(), middle(most), middle(top))
}
