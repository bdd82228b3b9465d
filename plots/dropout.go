package plots

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
)

// DropoutShares is the distribution across customers of the probability p of
// dropping out after a purchase. Its density is often infinite at 0 or 1, so the
// figure shows the shares of customers in twenty equal parts of [0, 1].
type DropoutShares struct {
	Share []float64 // of the customers with p in [k/20, (k+1)/20)
	Mean  float64   // E[p]
}

const dropoutParts = 20

// NewDropoutProbability integrates the density of p, for models with a dropout
// probability.
func NewDropoutProbability(m PriorDropouter) (*DropoutShares, error) {
	d := &DropoutShares{Share: make([]float64, dropoutParts)}
	var sum float64
	for k := range d.Share {
		share, mean := integrate(m.PriorDropout, float64(k)/dropoutParts, float64(k+1)/dropoutParts)
		d.Share[k] = share
		d.Mean += mean
		sum += share
	}
	// What the integral misses lies at the end where most customers are: closer
	// to 0 or to 1 than the numbers go.
	end := 0
	if last := dropoutParts - 1; d.Share[last] > d.Share[0] {
		end = last
	}
	missing := 1 - sum
	if !(missing > -0.1) || missing > 0.1 && d.Share[end] <= sum/2 {
		return nil, fmt.Errorf("the density of the dropout probability integrates to %v: it is no density, or all customers are alike", sum)
	}
	d.Share[end] = max(0, d.Share[end]+missing)
	if end > 0 {
		d.Mean += missing
	}
	return d, nil
}

// integrate returns ∫ f(p) dp and ∫ p f(p) dp from low to high by the
// double-exponential rule, which stands infinite values of f at the ends.
func integrate(f func(p float64) float64, low, high float64) (share, mean float64) {
	const step = 1. / 512 // narrow peaks need it
	for t := -6.0; t <= 6; t += step {
		e := math.Exp(-math.Pi * math.Sinh(math.Abs(t)))
		near, far := e/(1+e), 1/(1+e) // distances from the two ends
		if t > 0 {
			near, far = far, near
		}
		p := low + (high-low)*near
		v := f(p) * near * far * math.Pi * math.Cosh(t) * (high - low) * step
		if p < 1 && v > 0 && v <= math.MaxFloat64 {
			share += v
			mean += p * v
		}
	}
	return share, mean
}

// Plot draws a bar for each part.
func (d *DropoutShares) Plot() (*plot.Plot, error) {
	b := bars{values: make([]float64, len(d.Share)), decimals: 1, empty: true, width: 0.94, fill: expectHue}
	for k, s := range d.Share {
		b.values[k] = 100 * s
	}
	mean := upright{at: d.Mean*dropoutParts - 0.5}
	p := newPlot("Dropout probability across customers")
	p.Add(gridLines(), b, mean)
	p.Add(key{entries: []keyEntry{{"customers by the model", b}, {"mean " + d.mean(), mean}}})
	var ticks []plot.Tick
	for k := 0; k <= dropoutParts; k += 4 {
		ticks = append(ticks, plot.Tick{Value: float64(k) - 0.5, Label: Separated(float64(k)/dropoutParts, 1)})
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	p.X.Label.Text = "probability p that a customer drops out after a purchase"
	p.Y.Label.Text = "% of customers"
	fromZero(&p.Y, 1.1*p.Y.Max, numberTicks{})
	p.Y.Max = min(p.Y.Max, 110) // no mark beyond 100 %
	return p, nil
}

// WriteCSV writes a row for each part.
func (d *DropoutShares) WriteCSV(w io.Writer) error {
	header := []string{"p_from", "p_to", "percent_of_customers"}
	return writeTable(w, header, len(d.Share), func(k int) []string {
		return []string{number(float64(k) / dropoutParts), number(float64(k+1) / dropoutParts), number(100 * d.Share[k])}
	})
}

// noDropout is the mean below which a model sees no dropout: one in a million
// purchases is the last.
const noDropout = 1e-6

func (d *DropoutShares) mean() string {
	if d.Mean < noDropout {
		return "below 1e-6"
	}
	return significant(d.Mean)
}

// Caption tells the mean and the share of loyal customers.
func (d *DropoutShares) Caption() string {
	if d.Mean < noDropout {
		return "Good: the bars spread over a range; here the model sees no dropout: not even one purchase in a million is a customer's last by it."
	}
	return fmt.Sprintf("Good: the bars spread over a range, or the model sees no differences in loyalty; on average a customer drops out "+
		"after %s %% of purchases, and %.0f %% of customers do after less than 5 %% of theirs.",
		significant(100*d.Mean), 100*d.Share[0])
}
