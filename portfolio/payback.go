package portfolio

import "math"

// paysBack returns the months after which a customer who cost so much has
// brought it back, by a curve of cumulative net value that is straight between
// its points; NaN if not by its end.
func paysBack(months, value []float64, cac float64) float64 {
	for k, v := range value {
		switch {
		case v < cac:
		case k == 0:
			return months[0]
		default:
			return months[k-1] + (months[k]-months[k-1])*(cac-value[k-1])/(v-value[k-1])
		}
	}
	return math.NaN()
}

// payableWithin returns the most that a customer may cost to pay back within so
// many months, the highest value of the curve by then, 0 if it has none above:
// the inverse of paysBack.
func payableWithin(months, value []float64, within float64) float64 {
	top := 0.0
	for k, v := range value {
		if months[k] <= within {
			top = max(top, v)
			continue
		}
		if k > 0 {
			top = max(top, value[k-1]+(v-value[k-1])*(within-months[k-1])/(months[k]-months[k-1]))
		}
		break
	}
	return top
}
