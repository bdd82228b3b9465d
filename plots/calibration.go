package plots

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// Calibration draws the mean forecast and the mean actual value of each tenth of
// the customers, from those with the highest forecast on.
type Calibration struct{ *Ranking }

// Plot draws a pair of bars for each tenth. Others are not drawn: their tenths
// are other customers.
func (f Calibration) Plot() (*plot.Plot, error) {
	const width = 0.38
	actual := bars{offset: -width/2 - 0.01, width: width, fill: actualHue}
	forecast := bars{offset: width/2 + 0.01, width: width, fill: expectHue}
	var ticks []plot.Tick
	for k := 1; k <= 10; k++ {
		e, a := f.Decile(k)
		actual.values, forecast.values = append(actual.values, a), append(forecast.values, e)
		ticks = append(ticks, plot.Tick{Value: float64(k - 1), Label: strconv.Itoa(k)})
	}
	_, _, _, top := actual.DataRange()
	_, _, _, high := forecast.DataRange()
	if top = max(top, high); top < 100 {
		actual.decimals = 2 - int(math.Log10(max(top, 1)))
		forecast.decimals = actual.decimals
	}
	p := newPlot(fmt.Sprintf("Actual and forecast %s, by tenths of the customers", f.What))
	p.Add(gridLines(), actual, forecast)
	p.Add(key{entries: []keyEntry{{"actual", actual}, {"forecast", forecast}}})
	p.X.Tick.Marker, p.X.Tick.LineStyle.Color = plot.ConstantTicks(ticks), white
	p.X.Label.Text = "tenth of the customers, 1 with the highest forecasts"
	p.Y.Label.Text = f.What + " of a customer, on average"
	if f.What == "revenue" {
		p.Y.Label.Text += inCurrency
	}
	fromZero(&p.Y, 1.06*top, numberTicks{})
	p.Y.Min = min(0, p.Y.Min, lowest(actual.values), lowest(forecast.values))
	return p, nil
}

func lowest(values []float64) float64 {
	low := math.Inf(1)
	for _, v := range values {
		low = min(low, v)
	}
	return low
}

// Error returns the mean over the tenths of |forecast/actual - 1|; NaN if some
// tenth has no positive actual value.
func (f Calibration) Error() float64 {
	var sum float64
	for k := 1; k <= 10; k++ {
		e, a := f.Decile(k)
		if !(a > 0) {
			return math.NaN()
		}
		sum += math.Abs(e/a-1) / 10
	}
	return sum
}

// WriteCSV writes a row for each tenth.
func (f Calibration) WriteCSV(w io.Writer) error {
	header := []string{"tenth", "mean_forecast", "mean_actual"}
	return writeTable(w, header, 10, func(i int) []string {
		e, a := f.Decile(i + 1)
		return []string{strconv.Itoa(i + 1), number(e), number(a)}
	})
}

// Caption tells the mean error of the tenths.
func (f Calibration) Caption() string {
	e, a := f.Decile(1)
	s := fmt.Sprintf("Good: the bars of each pair are equally high and fall from left to right; the top tenth is forecast %s a customer and made %s",
		significant(e), significant(a))
	if err := f.Error(); !math.IsNaN(err) {
		s += fmt.Sprintf(", and the tenths are off by %.0f %% on average", 100*err)
	}
	return s + "."
}
