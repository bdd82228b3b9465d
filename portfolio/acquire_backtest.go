package portfolio

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

// An AcquireBacktest says how well what is known at acquisition ranks customers
// by the money of their orders in a time that the estimates have not seen.
type AcquireBacktest struct {
	Cut        string           `json:"cut"`
	End        string           `json:"end"`
	Customers  int              `json:"customers"` // acquired up to the cut
	Value      forecast.Ranking `json:"value_of_segment"`
	FirstOrder forecast.Ranking `json:"first_order"` // its amount: the bar
	Both       forecast.Ranking `json:"both"`        // the segment's value, and within it the first order's amount
	Noise      float64          `json:"noise"`       // 2/√n: smaller differences of Spearman are none
	Text       string           `json:"text"`
}

// BacktestAcquisition compares the value of each customer's segment, estimated
// up to the cut of the log, with the money, or without amounts the orders, of the
// holdout. It returns an error if nobody bought then.
func BacktestAcquisition(a *Acquisition, log *history.Log, segment []string) (*AcquireBacktest, error) {
	h := log.Table
	clv := map[string]float64{}
	for _, s := range a.Segments {
		clv[s.Segment] = float64(s.CLV.Value)
	}
	actual := h.HoldoutSpend
	if actual == nil {
		for _, x := range h.HoldoutFrequency {
			actual = append(actual, float64(x))
		}
	}
	if len(actual) == 0 || !slices.ContainsFunc(actual, func(v float64) bool { return v > 0 }) {
		return nil, fmt.Errorf("nobody bought after the cut: there is nothing to compare with")
	}
	value, first, both := make([]float64, h.Len()), make([]float64, h.Len()), make([]float64, h.Len())
	var top float64
	for i := range value {
		value[i], first[i] = clv[segment[i]], 1
		if v := log.Purchases[i].Values; v != nil {
			first[i] = v[0]
		}
		top = max(top, math.Abs(first[i]))
	}
	gap := leastGap(value)
	for i := range both {
		both[i] = value[i] + gap*first[i]/(4*top+1)
	}
	b := &AcquireBacktest{Cut: h.Cut.Format("2006-01-02"), End: h.End.Format("2006-01-02"), Customers: h.Len(), Noise: 2 / math.Sqrt(float64(h.Len())),
		Value: forecast.Rank(value, actual), FirstOrder: forecast.Rank(first, actual), Both: forecast.Rank(both, actual)}
	b.Text = b.words()
	return b, nil
}

// leastGap returns the least difference between two different values.
func leastGap(v []float64) float64 {
	sorted := slices.Compact(slices.Sorted(slices.Values(v)))
	gap := math.Inf(1)
	for i, x := range sorted[1:] {
		gap = min(gap, x-sorted[i])
	}
	if math.IsInf(gap, 1) {
		return 1
	}
	return gap
}

func (b *AcquireBacktest) words() string {
	s, f := float64(b.Value.Spearman), float64(b.FirstOrder.Spearman)
	switch d := s - f; {
	case math.IsNaN(s):
		return "All segments are worth the same: their value ranks nobody."
	case math.IsNaN(f):
		return "There are no amounts, so that the first order ranks nobody to compare with."
	case d > b.Noise:
		return fmt.Sprintf("The segment's value ranks customers better than the first order's amount alone: Spearman %.3f against %.3f.", s, f)
	case d < -b.Noise:
		return fmt.Sprintf("The first order's amount alone ranks customers better than the segment's value: Spearman %.3f against %.3f. Rank by the amount, and use the value for what may be paid.", f, s)
	default:
		return fmt.Sprintf("The segment's value ranks customers no better and no worse than the first order's amount alone: Spearman %.3f against %.3f, a difference within chance (%.3f).", s, f, b.Noise)
	}
}

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
