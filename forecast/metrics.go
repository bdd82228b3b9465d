package forecast

import (
	"math"
	"slices"
)

// bias returns Σ forecast/Σ actual − 1, NaN if nothing happened.
func bias(forecast, actual []float64) float64 {
	a := total(actual)
	if a == 0 {
		return math.NaN()
	}
	return total(forecast)/a - 1
}

// total returns the sum of a column.
func total(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

func meanAbsoluteError(forecast, actual []float64) float64 {
	var sum float64
	for i, f := range forecast {
		sum += math.Abs(f - actual[i])
	}
	return sum / float64(len(forecast))
}

func rootMeanSquareError(forecast, actual []float64) float64 {
	var sum float64
	for i, f := range forecast {
		sum += (f - actual[i]) * (f - actual[i])
	}
	return math.Sqrt(sum / float64(len(forecast)))
}

// spearman returns the correlation of the ranks, NaN if one does not vary.
func spearman(forecast, actual *ordered) float64 {
	x, y := forecast.rank, actual.rank
	return covariance(x, y) / math.Sqrt(covariance(x, x)*covariance(y, y))
}

func covariance(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var sum float64
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my)
	}
	return sum
}

// gini returns the normalised Gini coefficient: the area between the diagonal
// and the curve of the share of what happened that lies with the best part of
// the customers by forecast, over the same area for those who turned out best,
//
//	Σ_k (S_k/S_n) − (n+1)/2,  S_k the sum over the first k customers.
//
// It is 1 for the right order and about 0 for none; NaN if nothing happened.
// Customers with equal forecasts stand in the order of the table.
func gini(forecast, actual *ordered) float64 {
	return lorenzArea(forecast.down, actual.v) / lorenzArea(actual.down, actual.v)
}

func lorenzArea(order []int32, actual []float64) float64 {
	var sum, area float64
	for _, i := range order {
		sum += actual[i]
		area += sum
	}
	return area/sum - float64(len(order)+1)/2
}

// tiedGini is gini with equal forecasts in random order, on average: it gives
// no credit for the order of the table. A covariance with mean ranks is the
// same area,
//
//	Σ (rank forecast − (n+1)/2)·actual / Σ (rank actual − (n+1)/2)·actual.
func tiedGini(forecast, actual *ordered) float64 {
	return covariance(forecast.rank, actual.v) / covariance(actual.rank, actual.v)
}

// topDecile compares the tenth of the customers that the forecast puts first
// with what happened; customers tied at its edge belong to it in part. hit is
// the share of it that did turn out to be among the best tenth, or as good;
// captured is its share of everything that happened, and best what the best
// tenth had. Where fewer than a tenth did anything, hit counts those who did.
func topDecile(forecast, actual *ordered) (hit, captured, best float64) {
	n := len(forecast.v)
	size := max(1, int(math.Round(float64(n)/10)))
	all := total(actual.v)
	for _, i := range actual.down[:size] {
		best += actual.v[i] / all
	}
	threshold := actual.v[actual.down[size-1]]
	buyers := float64(size)
	if !(threshold > 0) {
		threshold, buyers = math.SmallestNonzeroFloat64, 0
		for _, a := range actual.v {
			if a > 0 {
				buyers++
			}
		}
	}
	for i, w := range membership(forecast, size) {
		captured += w * actual.v[i] / all
		if actual.v[i] >= threshold {
			hit += w / buyers
		}
	}
	return hit, captured, best
}

// membership returns how far each belongs to the first size by forecast: 1 or
// 0, those tied at the edge in part.
func membership(forecast *ordered, size int) []float64 {
	edge := forecast.v[forecast.down[size-1]]
	var above, tied float64
	for _, f := range forecast.v {
		switch {
		case f > edge:
			above++
		case f == edge:
			tied++
		}
	}
	out := make([]float64, len(forecast.v))
	for i, f := range forecast.v {
		switch {
		case f > edge:
			out[i] = 1
		case f == edge:
			out[i] = (float64(size) - above) / tied
		}
	}
	return out
}

// tenths returns the tenth, 0 to 9, of each customer by ascending forecast, ties
// in the order of the table. Rank k of n belongs to the d-th tenth if it is at
// most the d-th decile of the ranks, 1 + (n−1)·d/10.
func tenths(forecast *ordered) []int {
	n := len(forecast.v)
	out := make([]int, n)
	for k, i := range forecast.up {
		if n > 1 {
			out[i] = max(0, (10*k+n-2)/(n-1)-1)
		}
	}
	return out
}

// decileError returns the mean over the tenths by forecast of
// |mean forecast/mean actual − 1|, +Inf if nothing happened in one of them.
func decileError(forecast, actual *ordered) float64 {
	var f, a [10]float64
	for i, d := range tenths(forecast) {
		f[d] += forecast.v[i]
		a[d] += actual.v[i]
	}
	var sum float64
	for d := range f {
		sum += math.Abs(f[d]/a[d]-1) / 10
	}
	return sum
}

// auc returns the probability that a customer who bought had a higher forecast
// than one who did not, ties counting half; NaN if all did or none.
//
// Source: Mann and Whitney (1947).
func auc(prob *ordered, bought []float64) float64 {
	n1 := total(bought)
	n0 := float64(len(bought)) - n1
	var sum float64
	for i, r := range prob.rank {
		sum += r * bought[i]
	}
	return (sum - n1*(n1+1)/2) / (n1 * n0)
}

// brier returns the mean of (probability − outcome)².
func brier(prob, bought []float64) float64 {
	e := rootMeanSquareError(prob, bought)
	return e * e
}

// calibrationError returns the expected calibration error: over the tenths by
// probability, the mean of |mean probability − share who bought|, each
// weighted with its customers.
func calibrationError(prob *ordered, bought []float64) float64 {
	var p, b [10]float64
	for i, d := range tenths(prob) {
		p[d] += prob.v[i]
		b[d] += bought[i]
	}
	var sum float64
	for d := range p {
		sum += math.Abs(p[d] - b[d])
	}
	return sum / float64(len(prob.v))
}

// rankedScore returns the continuous ranked probability score of a count,
//
//	Σ_n (P(N ≤ n) − [y ≤ n])²,
//
// given P(N > n) from n = 0 to where it no longer matters. It is in units of
// orders, the absolute error of a forecast that is one number, and least on
// average for the true distribution.
//
// Source: Gneiting and Raftery (2007), equation (20).
func rankedScore(exceed []float64, y int) float64 {
	var sum float64
	for n, p := range exceed {
		if n < y {
			p = 1 - p
		}
		sum += p * p
	}
	return sum + float64(max(0, y-len(exceed)))
}

// distance returns the Kolmogorov–Smirnov distance of the values from the
// uniform distribution on [0, 1].
func distance(u []float64) float64 {
	v := slices.Clone(u)
	slices.Sort(v)
	n := float64(len(v))
	var d float64
	for i, x := range v {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	return d
}
