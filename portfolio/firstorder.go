package portfolio

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// shrunkMeans returns the mean amount of the first order of all customers and of
// each group with its standard error, the groups' drawn toward the whole,
//
//	m_g + (1 − w_g)·(m − m_g),  w_g = τ²/(τ² + s_g²/n_g),
//
// with the variance τ² between groups by moments: of the sum of squares between
// them what the variance within them does not explain.
//
// Source: DerSimonian and Laird (1986), equation (8).
func shrunkMeans(bought []history.Purchases, rows [][]int) (mean, err []float64) {
	amount := func(i int) float64 {
		if bought[i].Values == nil {
			return 1
		}
		return bought[i].Values[0]
	}
	var all meanOf
	for i := range bought {
		all.add(amount(i))
	}
	mean, err = []float64{all.mean}, []float64{all.stdErr()}
	parts := make([]meanOf, len(rows))
	var sw, sw2, q float64
	for g, r := range rows {
		for _, i := range r {
			parts[g].add(amount(i))
		}
		w := parts[g].n / all.variance()
		sw, sw2 = sw+w, sw2+w*w
		q += w * (parts[g].mean - all.mean) * (parts[g].mean - all.mean)
	}
	between := 0.0
	if len(rows) > 1 && all.variance() > 0 {
		between = max(0, (q-float64(len(rows)-1))/(sw-sw2/sw))
	}
	for _, p := range parts {
		within := all.variance() / p.n
		if p.n > 30 { // its own variance is known well enough
			within = p.variance() / p.n
		}
		w := 0.0
		if between+within > 0 {
			w = between / (between + within)
		}
		mean = append(mean, all.mean+w*(p.mean-all.mean))
		err = append(err, math.Sqrt(w*within+(1-w)*(1-w)*all.variance()/all.n))
	}
	return mean, err
}

// meanOf is a mean and a sum of squares in the making (Welford 1962).
type meanOf struct{ n, mean, square float64 }

func (m *meanOf) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.square += d * (x - m.mean)
}

func (m *meanOf) variance() float64 {
	if m.n < 2 {
		return 0
	}
	return m.square / (m.n - 1)
}

func (m *meanOf) stdErr() float64 { return math.Sqrt(m.variance() / m.n) }

// FirstOrderBands names for each customer the band of the first order's amount,
// of n bands with about as many customers each; fewer where many amounts are
// equal. It returns an error without amounts.
func FirstOrderBands(bought []history.Purchases, n int) ([]string, error) {
	if n < 2 || n > 9 {
		return nil, fmt.Errorf("%d bands of the first order: there may be 2 to 9", n)
	}
	amounts := make([]float64, len(bought))
	for i, b := range bought {
		if b.Values == nil {
			return nil, fmt.Errorf("the log has no amounts: there are no bands of the first order")
		}
		amounts[i] = b.Values[0]
	}
	sorted := slices.Sorted(slices.Values(amounts))
	var edges []float64 // the highest amount of each band but the last
	for k := 1; k < n && len(sorted) > 0; k++ {
		edge := sorted[k*(len(sorted)-1)/n]
		if edge < sorted[len(sorted)-1] && (len(edges) == 0 || edge > edges[len(edges)-1]) {
			edges = append(edges, edge)
		}
	}
	labels := make([]string, len(bought))
	for i, v := range amounts {
		k, _ := slices.BinarySearch(edges, v)
		labels[i] = bandName(edges, k)
	}
	return labels, nil
}

func bandName(edges []float64, k int) string {
	text := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	switch {
	case len(edges) == 0:
		return "1: all"
	case k == 0:
		return "1: up to " + text(edges[0])
	case k == len(edges):
		return fmt.Sprintf("%d: over %s", k+1, text(edges[k-1]))
	default:
		return fmt.Sprintf("%d: %s to %s", k+1, text(edges[k-1]), text(edges[k]))
	}
}
