package plots

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A PriorRater gives the density of the purchase rate across customers.
type PriorRater interface {
	PriorRate(lambda float64) float64
}

// A PriorDropouter gives the density of dropout across customers: of a rate, or
// of the probability at each purchase.
type PriorDropouter interface {
	PriorDropout(x float64) float64
}

// RateDensity is the distribution across customers of a rate: of purchases while
// alive, or of dropout. Rates differ by powers of ten, so the axis is
// logarithmic, and the density is that of the logarithm,
//
//	ln 10 · θ · f(θ)
//
// whose integral over a factor of ten is the share of customers there.
type RateDensity struct {
	Unit    history.Unit
	Dropout bool      // whether the rate is that of dropout
	Rate    []float64 // ascending, at equal factors, events per unit of time
	Density []float64
	Below   float64 // share of customers with a rate below the first
	Mean    float64
	Median  float64 // NaN if more than half of the customers are below the first
}

// NewPurchaseRate returns the density of λ of a model whose unit of time is unit.
func NewPurchaseRate(m PriorRater, unit history.Unit) (*RateDensity, error) {
	return newRateDensity(m.PriorRate, &RateDensity{Unit: unit})
}

// NewDropoutRate returns the density of μ of a model whose unit of time is
// unit, for models with a dropout rate.
func NewDropoutRate(m PriorDropouter, unit history.Unit) (*RateDensity, error) {
	return newRateDensity(m.PriorDropout, &RateDensity{Unit: unit, Dropout: true})
}

const (
	rateSteps   = 600
	rateDecades = 5.0  // the figure's greatest span
	negligible  = 1e-5 // of the highest density: where the figure ends
	nearlyAll   = 0.999
)

func newRateDensity(f func(rate float64) float64, d *RateDensity) (*RateDensity, error) {
	density := func(at float64) float64 { // of log10 θ
		rate := math.Pow(10, at)
		return math.Ln10 * rate * f(rate)
	}
	peak, err := highest(density)
	if err != nil {
		return nil, fmt.Errorf("density of the %s: %w", d.name(), err)
	}
	end := func(direction float64) float64 {
		reach := 1e-4
		for reach < rateDecades && density(peak+direction*reach) > negligible*density(peak) {
			reach *= 1.1
		}
		return peak + direction*min(reach, rateDecades)
	}
	hi := end(1)
	lo := max(end(-1), hi-rateDecades)
	step := (hi - lo) / rateSteps
	var share, mean float64
	for k := range rateSteps + 1 {
		at := lo + float64(k)*step
		d.Rate, d.Density = append(d.Rate, math.Pow(10, at)), append(d.Density, density(at))
		weight := step // by the trapezoidal rule
		if k == 0 || k == rateSteps {
			weight /= 2
		}
		share += weight * d.Density[k]
		mean += weight * d.Density[k] * d.Rate[k]
	}
	d.Below, d.Mean = max(0, 1-share), mean
	if d.Below > nearlyAll {
		return nil, fmt.Errorf("density of the %s: that of nearly all customers is below %s per %v, practically never", d.name(), significant(d.Rate[0]), d.Unit)
	}
	d.Median = d.quantile(0.5)
	return d, nil
}

// highest returns where a density of log10 θ with one peak is highest.
func highest(density func(at float64) float64) (float64, error) {
	const width = 0.02
	at, top := 0.0, 0.0
	for k := -15 / width; k <= 15/width; k++ {
		if v := density(k * width); v > top {
			at, top = k*width, v
		}
	}
	if !(top > 0 && top <= math.MaxFloat64) {
		return 0, errors.New("it is the same for all customers, or the model gives no density")
	}
	lo, hi := at-width, at+width
	for range 60 {
		a, b := lo+(hi-lo)/3, hi-(hi-lo)/3
		if density(a) < density(b) {
			lo = a
		} else {
			hi = b
		}
	}
	return (lo + hi) / 2, nil
}

// quantile returns the rate below which a share of the customers lies, NaN if
// that is below the first.
func (d *RateDensity) quantile(share float64) float64 {
	if d.Below > share {
		return math.NaN()
	}
	below := d.Below
	for k := 1; k < len(d.Rate); k++ {
		step := math.Log10(d.Rate[k] / d.Rate[k-1])
		piece := step * (d.Density[k] + d.Density[k-1]) / 2
		if below+piece >= share {
			return d.Rate[k-1] * math.Pow(10, step*(share-below)/piece)
		}
		below += piece
	}
	return d.Rate[len(d.Rate)-1]
}

func (d *RateDensity) name() string {
	if d.Dropout {
		return "dropout rate"
	}
	return "purchase rate"
}

// Plot draws the density, shaded, with lines at the median and the mean.
func (d *RateDensity) Plot() (*plot.Plot, error) {
	var line plotter.XYs
	for k, rate := range d.Rate {
		line = append(line, plotter.XY{X: math.Log10(rate), Y: d.Density[k]})
	}
	l, err := plotter.NewLine(line)
	if err != nil {
		return nil, fmt.Errorf("draw the density: %w", err)
	}
	l.LineStyle, l.FillColor = draw.LineStyle{Color: expectHue, Width: 1.6}, paleOrange
	title := "Purchase rate across customers, while alive"
	if d.Dropout {
		title = "Dropout rate across customers"
	}
	p := newPlot(title)
	mean := upright{at: math.Log10(d.Mean)}
	k := key{entries: []keyEntry{{"mean " + significant(d.Mean), mean}}}
	p.Add(gridLines(), l, mean)
	if !math.IsNaN(d.Median) {
		median := upright{at: math.Log10(d.Median), dashes: []vg.Length{3, 2}}
		p.Add(median)
		k.entries = append(k.entries, keyEntry{"median " + significant(d.Median), median})
	}
	p.Add(k)
	p.X.Tick.Marker = logTicks{}
	p.X.Label.Text = fmt.Sprintf("%s of a customer, per %v", d.name(), d.Unit)
	p.Y.Label.Text = "share of customers per factor of ten"
	fromZero(&p.Y, p.Y.Max, numberTicks{})
	return p, nil
}

// WriteCSV writes a row for each rate.
func (d *RateDensity) WriteCSV(w io.Writer) error {
	header := []string{"rate_per_" + d.Unit.String(), "density_per_factor_of_ten"}
	return writeTable(w, header, len(d.Rate), func(k int) []string {
		return []string{number(d.Rate[k]), number(d.Density[k])}
	})
}

// Caption tells the middle of the distribution and its spread.
func (d *RateDensity) Caption() string {
	s := "Good: one hill that ends inside the figure; "
	if math.IsNaN(d.Median) {
		return s + fmt.Sprintf("here more than half of the customers (%.0f %%) have a %s below %s per %v.",
			100*d.Below, d.name(), significant(d.Rate[0]), d.Unit)
	}
	low, high := d.quantile(0.1), d.quantile(0.9)
	s += fmt.Sprintf("the middle customer's %s is %s per %v, one in %s %vs", d.name(), significant(d.Median), d.Unit, significant(1/d.Median), d.Unit)
	if !math.IsNaN(low) {
		s += fmt.Sprintf(", and eight in ten lie between %s and %s", significant(low), significant(high))
	}
	if d.Below >= 0.005 {
		s += fmt.Sprintf(" (further left: %.0f %% of customers)", 100*d.Below)
	}
	return s + "."
}
