package plots

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
)

// Ranking sets what was forecast of each customer against what happened.
// [Calibration], [Gain] and [Lift] draw it.
//
// Customers stand in the order of the forecast, the highest first; those with
// the same forecast share what they did evenly, so that their order in the
// input has no influence.
type Ranking struct {
	What      string // what is forecast: "purchases", "revenue in USD"
	Customers int

	// Of the first k in 100 customers, k = 0 … 100: the total forecast, and the
	// actual total in the order of the forecast and in that of the actual
	// values, which no forecast can exceed.
	Forecast, Actual, Best []float64

	// Gini is the area between Actual and the diagonal as a share of that between
	// Best and the diagonal: 1 for the right order, 0 for a random one.
	Gini float64

	Name   string     // of the model, in keys; "" means "the model"
	Others []*Ranking // more forecasts of the same customers, in Gain and Lift; may be set
}

const percentiles = 100

// NewRanking ranks customers by forecast, given what they did. It panics if the
// two are of different length, and returns an error for values that are not
// finite and where the actual total is not positive.
func NewRanking(what string, forecast, actual []float64) (*Ranking, error) {
	if len(forecast) != len(actual) {
		panic("plots: forecast and actual values must be of the same customers")
	}
	if len(actual) == 0 {
		return nil, errors.New("there are no customers")
	}
	for i, v := range actual {
		if bad := v - v + (forecast[i] - forecast[i]); bad != 0 { // NaN and infinities
			return nil, fmt.Errorf("customer %d: forecast %v, actual %v", i+1, forecast[i], v)
		}
	}
	r := &Ranking{What: what, Customers: len(actual)}
	var area, best float64
	r.Forecast, _ = totals(forecast, forecast)
	r.Actual, area = totals(forecast, actual)
	r.Best, best = totals(actual, actual)
	total := r.Best[percentiles]
	if !(total > 0 && total <= math.MaxFloat64) {
		return nil, fmt.Errorf("the actual %s are %v in total: there is nothing to rank", what, total)
	}
	r.Gini = math.NaN()
	if d := best - total/2; d > 0 {
		r.Gini = (area - total/2) / d
	}
	return r, nil
}

// totals sums values in the descending order of by. It returns the sums of the
// first 0, 1, … 100 in 100 values and the mean of the sum over all shares, which
// is the area under its curve.
func totals(by, values []float64) (sums []float64, area float64) {
	order := make([]int32, len(by))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Or(cmp.Compare(by[j], by[i]), cmp.Compare(values[j], values[i])) })
	var sum float64
	n := len(order)
	sums = []float64{0}
	for from := 0; from < n; {
		to, group := from, 0.0
		for to < n && by[order[to]] == by[order[from]] {
			group += values[order[to]]
			to++
		}
		for len(sums) <= percentiles && len(sums)*n <= to*percentiles {
			share := float64(len(sums))*float64(n)/percentiles - float64(from)
			sums = append(sums, sum+group*share/float64(to-from))
		}
		area += (sum + group/2) * float64(to-from) / float64(n)
		sum += group
		from = to
	}
	return sums, area
}

// Decile returns the mean forecast and the mean actual value of the k-th tenth
// of the customers, 1 being that with the highest forecasts.
func (r *Ranking) Decile(k int) (forecast, actual float64) {
	n := float64(r.Customers) / 10
	return (r.Forecast[10*k] - r.Forecast[10*k-10]) / n, (r.Actual[10*k] - r.Actual[10*k-10]) / n
}

// Captured returns the share of the actual total that the first k in 100
// customers hold.
func (r *Ranking) Captured(k int) float64 { return r.Actual[k] / r.Actual[percentiles] }

func (r *Ranking) best(k int) float64 { return r.Best[k] / r.Best[percentiles] }

func (r *Ranking) name() string { return cmp.Or(r.Name, "the model") }

// all returns the ranking and the others. It returns an error if they are too
// many or of other customers.
func (r *Ranking) all() ([]*Ranking, error) {
	rs := append([]*Ranking{r}, r.Others...)
	for _, o := range rs {
		same := math.Abs(o.Actual[percentiles]-r.Actual[percentiles]) <= 1e-9*r.Actual[percentiles]
		if o.Customers != r.Customers || !same {
			return nil, fmt.Errorf("the forecasts %q and %q are of different customers", r.name(), o.name())
		}
	}
	return rs, tooMany(len(rs))
}

// WriteCSV writes a row for each hundredth of the customers, from those with the
// highest forecast on, with running totals.
func (r *Ranking) WriteCSV(w io.Writer) error {
	rs, err := r.all()
	if err != nil {
		return err
	}
	header := []string{"percent_of_customers", "forecast_total", "actual_total", "best_possible_total"}
	for _, o := range r.Others {
		header = append(header, "forecast_total "+o.name(), "actual_total "+o.name())
	}
	return writeTable(w, header, percentiles+1, func(k int) []string {
		row := []string{number(float64(k)), number(r.Forecast[k]), number(r.Actual[k]), number(r.Best[k])}
		for _, o := range rs[1:] {
			row = append(row, number(o.Forecast[k]), number(o.Actual[k]))
		}
		return row
	})
}

// curve returns f of the percentiles from first on.
func curve(first int, f func(k int) float64) plotter.XYs {
	var line plotter.XYs
	for k := first; k <= percentiles; k++ {
		line = append(line, plotter.XY{X: float64(k), Y: f(k)})
	}
	return line
}
