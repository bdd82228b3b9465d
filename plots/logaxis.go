package plots

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// logTicks marks round values on an axis whose places are logarithms to the
// base 10: powers of ten, and 2 and 5 times these where there is room.
type logTicks struct{}

// Ticks returns the marks in [min, max].
func (logTicks) Ticks(min, max float64) []plot.Tick {
	factors, every := []float64{1}, 1+int((max-min)/8)
	switch decades := max - min; {
	case decades < 0.7:
		return narrowTicks(min, max)
	case decades < 3.2:
		factors = []float64{1, 2, 5}
	}
	var ticks []plot.Tick
	for k := int(math.Floor(min)); float64(k) <= max; k++ {
		if k%every != 0 {
			continue
		}
		for _, f := range factors {
			at := float64(k) + math.Log10(f)
			if at >= min-1e-9 && at <= max+1e-9 {
				ticks = append(ticks, plot.Tick{Value: at, Label: powerLabel(f, k)})
			}
		}
	}
	return ticks
}

// narrowTicks marks round values at equal distances.
func narrowTicks(min, max float64) []plot.Tick {
	ticks := numberTicks{}.Ticks(math.Pow(10, min), math.Pow(10, max))
	for i, t := range ticks {
		ticks[i].Value = math.Log10(t.Value)
		if min < -4 || max > 7 {
			ticks[i].Label = strconv.FormatFloat(t.Value, 'g', 3, 64)
		}
	}
	return ticks
}

// powerLabel writes f·10ᵏ.
func powerLabel(f float64, k int) string {
	v := f * math.Pow(10, float64(k))
	if k < -4 || k > 6 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return Separated(v, max(0, -k))
}

// significant writes v with about three significant digits, for sentences.
func significant(v float64) string {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return "unknown"
	case size != 0 && (size < 1e-4 || size >= 1e9):
		return strconv.FormatFloat(v, 'g', 3, 64)
	case size == 0 || size >= 100:
		return Separated(v, 0)
	}
	return Separated(v, 2-int(math.Floor(math.Log10(size))))
}
