package fit

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
)

// resamplerOf returns how to draw as many observations from the data as there
// are, with replacement; nil if that is not known.
func resamplerOf[D Data](data D) func(rng *rand.Rand) D {
	switch d := any(data).(type) {
	case Resampler[D]:
		return d.Resample
	case *history.Table:
		return func(rng *rand.Rand) D { return any(resampledTable(rng, d)).(D) }
	case *history.Spending:
		return func(rng *rand.Rand) D { return any(resampledSpending(rng, d)).(D) }
	}
	return nil
}

func resampledTable(rng *rand.Rand, h *history.Table) *history.Table {
	out := &history.Table{Unit: h.Unit, Cut: h.Cut, End: h.End, N: []float64{}}
	for i, n := range multinomial(rng, h.Len(), h.Weight) {
		if n > 0 {
			out.Frequency = append(out.Frequency, h.Frequency[i])
			out.Recency = append(out.Recency, h.Recency[i])
			out.T = append(out.T, h.T[i])
			out.N = append(out.N, n)
		}
	}
	return out.Compress()
}

func resampledSpending(rng *rand.Rand, s *history.Spending) *history.Spending {
	out := &history.Spending{SetAside: s.SetAside}
	for i, n := range multinomial(rng, s.Len(), func(i int) float64 { return s.N[i] }) {
		if n > 0 {
			out.Frequency = append(out.Frequency, s.Frequency[i])
			out.Mean = append(out.Mean, s.Mean[i])
			out.N = append(out.N, n)
		}
	}
	return out.Compress()
}

// multinomial draws as many observations as the weights add up to, with
// probabilities in proportion to them, and returns how often each row came up.
// Row after row is binomial, given what is left.
func multinomial(rng *rand.Rand, rows int, weight func(i int) float64) []float64 {
	rest := make([]float64, rows+1) // the weight of the rows from i on
	for i := rows - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + weight(i)
	}
	left, counts := math.Round(rest[0]), make([]float64, rows)
	for i := range rows {
		counts[i] = binomial(rng, left, weight(i)/rest[i])
		left -= counts[i]
	}
	return counts
}

// binomial draws from Binomial(n, p). Most rows of a table stand for a handful
// of customers among thousands, where adding up the probabilities from zero is
// quickest.
func binomial(rng *rand.Rand, n, p float64) float64 {
	switch {
	case n == 0 || p >= 1:
		return n
	case n*p > 10 || p > 0.5:
		return distuv.Binomial{N: n, P: p, Src: rng}.Rand()
	}
	term := math.Exp(n * math.Log1p(-p))
	k := 0.0
	for u := rng.Float64(); u > term && k < n; k++ {
		u -= term
		term *= (n - k) / (k + 1) * (p / (1 - p))
	}
	return k
}
