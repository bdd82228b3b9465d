package portfolio

import (
	"cmp"
	"math"
	"slices"
)

// giniDifference returns by how much the normalised Gini coefficient of forecast
// a exceeds that of b, and its standard error. With F the share of forecasts
// below, half of the equal ones counted, and y what happened,
//
//	Gini(a) − Gini(b) = cov(F_a − F_b, y) / cov(F_y, y)
//
// The numerator is a U-statistic: customer i moves it by the mean over all of
//
//	(F_a(i) − F_b(i))·(yᵢ − ȳ) + T_a(i) − T_b(i),  T(i) = mean over j of (yⱼ − ȳ)·[fⱼ > fᵢ],
//
// whose standard deviation over √n is the error; that of the denominator, which
// counts only as far as there is a difference, is left out.
//
// Source: Hoeffding (1948); Frees, Meyers and Cummings (2011), Summarizing
// insurance scores using a Gini index.
func giniDifference(a, b, y []float64) (difference, err float64) {
	n := float64(len(y))
	var mean float64
	for _, v := range y {
		mean += v / n
	}
	shareA, aboveA := ranked(a, y, mean)
	shareB, aboveB := ranked(b, y, mean)
	shareY, _ := ranked(y, y, mean)
	var moves meanOf
	var best float64
	for i, v := range y {
		difference += (shareA[i] - shareB[i]) * (v - mean) / n
		best += shareY[i] * (v - mean) / n
		moves.add((shareA[i]-shareB[i])*(v-mean) + aboveA[i] - aboveB[i])
	}
	return difference / best, moves.stdErr() / math.Abs(best)
}

// ranked returns for each forecast the share of those below it, and the mean
// excess of y of those above it; equal ones count half in both.
func ranked(forecast, y []float64, mean float64) (share, above []float64) {
	n := len(forecast)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(forecast[i], forecast[j]) })
	share, above = make([]float64, n), make([]float64, n)
	var passed float64 // excess of all up to here; that of all is 0
	for lo := 0; lo < n; {
		hi, tied := lo, 0.0
		for ; hi < n && forecast[order[hi]] == forecast[order[lo]]; hi++ {
			tied += y[order[hi]] - mean
		}
		for _, i := range order[lo:hi] {
			share[i] = float64(lo+hi) / float64(2*n)
			above[i] = -(passed + tied/2) / float64(n)
		}
		passed += tied
		lo = hi
	}
	return share, above
}
