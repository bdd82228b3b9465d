package plots

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// An exponential rate with mean 1/α has its median at ln 2/α and the highest
// density of its logarithm, ln 10/e, at the mean.
func TestRateDensity(t *testing.T) {
	for _, alpha := range []float64{1e-6, 6, 1e9} {
		d, err := NewPurchaseRate(nbd{alpha}, history.Week)
		if err != nil {
			t.Fatal(err)
		}
		below := -math.Expm1(-alpha * d.Rate[0])
		top := 0.0
		for k, rate := range d.Rate {
			top = max(top, d.Density[k])
			if want := math.Ln10 * rate * alpha * math.Exp(-alpha*rate); !near(d.Density[k], want, 1e-12) {
				t.Errorf("α = %v: density at %v is %v, want %v", alpha, rate, d.Density[k], want)
			}
		}
		for _, c := range []struct {
			name                 string
			got, want, tolerance float64
		}{
			{"mean", d.Mean * alpha, 1, 1e-4},                  // 600 trapezia
			{"median", d.Median * alpha, math.Ln2, 1e-4},       // the same
			{"highest density", top, math.Ln10 / math.E, 1e-4}, // between two of 600 points
			{"share below", d.Below, below, 1e-4},
			{"third quartile", d.quantile(0.75) * alpha, math.Log(4), 1e-4},
		} {
			if math.Abs(c.got-c.want) > c.tolerance {
				t.Errorf("α = %v: %s = %v, want %v", alpha, c.name, c.got, c.want)
			}
		}
	}
}

func TestRateDensityOfLikeCustomers(t *testing.T) {
	d, err := NewPurchaseRate(alike{}, history.Week)
	if err != nil {
		t.Fatal(err)
	}
	if !near(d.Mean, 0.2, 1e-5) || !near(d.Median, 0.2, 1e-5) || d.Below > 1e-4 || len(d.Rate) != rateSteps+1 {
		t.Errorf("mean %v, median %v, %v below: want 0.2, 0.2, 0", d.Mean, d.Median, d.Below)
	}
}

// never has all dropout rates at 0, as a model without dropout has.
type never struct{}

func (never) PriorDropout(mu float64) float64 {
	if mu == 0 {
		return math.Inf(1)
	}
	return 0
}

// mostlyNever has nearly all dropout rates far below 1e-15: μ^0.001 is uniform.
type mostlyNever struct{}

func (mostlyNever) PriorDropout(mu float64) float64 {
	if mu > 1 {
		return 0
	}
	return 0.001 * math.Pow(mu, -0.999)
}

func TestRateDensityAtTheLimits(t *testing.T) {
	for name, m := range map[string]PriorDropouter{"no dropout": never{}, "NaN": broken{}, "practically none": gammaRate{1e-9, 1e14}} {
		if _, err := NewDropoutRate(m, history.Week); err == nil || !strings.Contains(err.Error(), "dropout rate") {
			t.Errorf("%s: error %v, want one about the dropout rate", name, err)
		}
	}
	d, err := NewDropoutRate(mostlyNever{}, history.Week)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(d.Median) || math.Abs(d.Below-math.Pow(d.Rate[0], 0.001)) > 0.01 { // a step at 1 is cut by the trapezia
		t.Errorf("median %v and %v below %v: want NaN and most", d.Median, d.Below, d.Rate[0])
	}
	if c := d.Caption(); !strings.Contains(c, "more than half of the customers (99 %)") {
		t.Errorf("caption %q does not tell that most are below the figure", c)
	}
}

// gammaRate is a dropout rate with the gamma distribution.
type gammaRate struct{ s, beta float64 }

func (m gammaRate) PriorDropout(mu float64) float64 {
	ls, _ := math.Lgamma(m.s)
	return math.Exp(m.s*math.Log(m.beta) + (m.s-1)*math.Log(mu) - m.beta*mu - ls)
}

// With parameters that a fit to a log without dropout gave, the figure says so
// in the place of powers of ten, and no mark of its axis is above 100 %.
func TestDropoutSharesOfNobody(t *testing.T) {
	d, err := NewDropoutProbability(beta{62.35, 4.49e11})
	if err != nil {
		t.Fatal(err)
	}
	if c := d.Caption(); !strings.Contains(c, "here the model sees no dropout") {
		t.Errorf("caption %q", c)
	}
	p, err := d.Plot()
	if err != nil {
		t.Fatal(err)
	}
	ticks := p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max)
	if last := ticks[len(ticks)-1]; last.Label != "100" {
		t.Errorf("the last mark is at %s %% of the customers, want 100", last.Label)
	}
}

// The square root of p is uniform: a share of √b - √a lies between a and b.
func TestDropoutShares(t *testing.T) {
	d, err := NewDropoutProbability(nbd{})
	if err != nil {
		t.Fatal(err)
	}
	for k, got := range d.Share {
		if want := math.Sqrt(float64(k+1)/20) - math.Sqrt(float64(k)/20); math.Abs(got-want) > 1e-10 {
			t.Errorf("share of part %d = %v, want %v", k, got, want)
		}
	}
	if math.Abs(d.Mean-1./3) > 1e-10 {
		t.Errorf("mean = %v, want 1/3", d.Mean)
	}
}

// beta is a dropout probability with the beta distribution.
type beta struct{ a, b float64 }

func (m beta) PriorDropout(p float64) float64 {
	la, _ := math.Lgamma(m.a)
	lb, _ := math.Lgamma(m.b)
	lab, _ := math.Lgamma(m.a + m.b)
	return math.Exp((m.a-1)*math.Log(p) + (m.b-1)*math.Log1p(-p) + lab - la - lb)
}

// The first row by mpmath 1.3 (betainc, regularised); the others in closed form,
// or where all customers are.
func TestDropoutSharesOfBeta(t *testing.T) {
	for _, c := range []struct {
		m                 beta
		first, last, mean float64
		tolerance         float64
	}{
		{beta{0.7929220, 2.4259068}, 0.189421026620459, 0.000483378851639638, 0.7929220 / (0.7929220 + 2.4259068), 1e-9},
		{beta{1e-4, 1}, 1 - 1e-4*math.Log(20), -1, 1e-4 / 1.0001, 1e-4}, // 0.05^1e-4
		{beta{1, 0.05}, -1, math.Pow(0.05, 0.05), 1 / 1.05, 0.02},       // numbers end at 1-1e-16
		{beta{62.35, 4.49e11}, 1, 0, 62.35 / 4.49e11, 1e-9},
		{beta{1e5, 3e5}, 0, 0, 0.25, 1e-9},
		{beta{4.84e-9, 0.049}, 1, 0, 4.84e-9 / 0.049, 1e-6},
	} {
		d, err := NewDropoutProbability(c.m)
		if err != nil {
			t.Errorf("%+v: %v", c.m, err)
			continue
		}
		var sum float64
		for _, s := range d.Share {
			sum += s
		}
		if math.Abs(sum-1) > 1e-9 || math.Abs(d.Mean-c.mean) > c.tolerance {
			t.Errorf("%+v: shares add up to %v, mean = %v, want %v", c.m, sum, d.Mean, c.mean)
		}
		if c.first > 0 && math.Abs(d.Share[0]-c.first) > c.tolerance || c.last > 0 && math.Abs(d.Share[19]-c.last) > c.tolerance {
			t.Errorf("%+v: first share %v, last %v, want %v and %v", c.m, d.Share[0], d.Share[19], c.first, c.last)
		}
	}
	for name, m := range map[string]PriorDropouter{"no dropout": never{}, "NaN": broken{}, "not found": beta{3e14, 9e14}} {
		if _, err := NewDropoutProbability(m); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
