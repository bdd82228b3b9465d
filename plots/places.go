package plots

import "math"

// Places are the ends of the periods.
func (f Cumulative) Places() []float64 { return f.places(f.line()) }

// Places are the middles of the periods.
func (f Incremental) Places() []float64 { return f.places(f.line()) }

func (t *Tracking) places(f trackedLine) []float64 {
	at := make([]float64, len(t.Rows))
	for i, r := range t.Rows {
		at[i] = math.NaN()
		if f.shows(r) {
			at[i] = f.at(r)
		}
	}
	return at
}

// Places are the middles of the pairs of bars.
func (f *Frequency) Places() []float64 { return upTo(len(f.Actual)) }

// Places are the middles of the pairs of bars of classes with customers.
func (f *Holdout) Places() (at []float64) {
	for i, c := range f.Classes {
		if c.Customers > 0 {
			at = append(at, float64(i))
		}
	}
	return at
}

// Places are the middles of the pairs of bars.
func (f Calibration) Places() []float64 { return upTo(10) }

// Places are the percentiles.
func (f Gain) Places() []float64 { return upTo(percentiles + 1) }

// Places are the percentiles.
func (f Lift) Places() []float64 { return upTo(percentiles + 1) }

// Places are the ages.
func (f *Newcomer) Places() []float64 { return f.Age }

// Places are the shares of the customers in percent.
func (f *Lorenz) Places() []float64 {
	at := make([]float64, len(f.Customers))
	for i, share := range f.Customers {
		at[i] = 100 * share
	}
	return at
}

func upTo(n int) []float64 {
	at := make([]float64, n)
	for i := range at {
		at[i] = float64(i)
	}
	return at
}
