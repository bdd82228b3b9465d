package forecast

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// A Score is how a forecast of orders, or of money, for each customer turned
// out. What does not exist, as the Brier score of a baseline, is NaN.
type Score struct {
	Model    string  `json:"model"`
	Baseline bool    `json:"baseline"`
	Quantity string  `json:"quantity"` // "orders" or "money"
	Forecast float64 `json:"forecast"` // sum over the customers
	Actual   float64 `json:"actual"`

	// Totals. A bias of 0.1 is a forecast 10 % too high. Tracking is the bias of
	// all repeat purchases since the first one of each customer.
	Bias          Figure `json:"bias"`
	TrackingAtCut Figure `json:"tracking_at_cut"`
	TrackingAtEnd Figure `json:"tracking_at_end"`

	MAE  Figure `json:"mae"`
	RMSE Figure `json:"rmse"`

	// Ranking. The top decile is the tenth of the customers with the highest
	// forecasts.
	Spearman     Figure `json:"spearman"`
	Gini         Figure `json:"gini"`      // normalised; equal forecasts in the order of the table
	TiedGini     Figure `json:"tied_gini"` // normalised; equal forecasts share their place
	TopHit       Figure `json:"top_decile_hit"`
	TopShare     Figure `json:"top_decile_share"`
	TopShareBest Figure `json:"top_decile_share_best"`

	// Calibration and probability of at least one order.
	DecileError Figure `json:"decile_error"`
	AUC         Figure `json:"auc"`
	Brier       Figure `json:"brier"`
	ECE         Figure `json:"ece"`

	// The predictive distribution of orders. The values of its probability
	// integral transform, randomised within the jump, would be uniform for the
	// true one.
	CRPS        Figure    `json:"crps"`
	PITDistance Figure    `json:"pit_distance"`  // from uniform, Kolmogorov–Smirnov
	PIT         []float64 `json:"pit,omitempty"` // share of customers in each tenth

	Coverage    []Coverage `json:"coverage,omitempty"`
	Deciles     []Class    `json:"deciles"` // by forecast, ascending
	ByFrequency []Class    `json:"by_frequency"`
	ByRecency   []Class    `json:"by_recency"`

	Grade *Grade `json:"grade,omitempty"` // of a model
}

// A Class is a part of the customers with the means of what was forecast for
// them and what happened.
type Class struct {
	Name      string `json:"name"`
	Customers int    `json:"customers"`
	Forecast  Figure `json:"forecast"`
	Actual    Figure `json:"actual"`
}

// point scores a forecast that is one number for each customer.
func (w *window) point(model, quantity string, f, a *ordered) Score {
	forecast, actual := f.v, a.v
	none := Figure(math.NaN())
	hit, share, best := topDecile(f, a)
	s := Score{Model: model, Quantity: quantity, Forecast: total(forecast), Actual: total(actual),
		Bias: Figure(bias(forecast, actual)), TrackingAtCut: none, TrackingAtEnd: none,
		MAE: Figure(meanAbsoluteError(forecast, actual)), RMSE: Figure(rootMeanSquareError(forecast, actual)),
		Spearman: Figure(spearman(f, a)), Gini: Figure(gini(f, a)), TiedGini: Figure(tiedGini(f, a)),
		TopHit: Figure(hit), TopShare: Figure(share), TopShareBest: Figure(best),
		DecileError: Figure(decileError(f, a)), AUC: none, Brier: none, ECE: none, CRPS: none, PITDistance: none}
	s.Deciles = classes(tenths(f), decileNames(), forecast, actual)
	of, names := frequencyClasses(w.log.Table)
	s.ByFrequency = classes(of, names, forecast, actual)
	of, names = recencyClasses(w.log.Table)
	s.ByRecency = classes(of, names, forecast, actual)
	return s
}

// classes returns the means of the classes that the customers belong to.
func classes(of []int, names []string, forecast, actual []float64) []Class {
	out := make([]Class, len(names))
	for k, name := range names {
		out[k].Name = name
	}
	for i, k := range of {
		out[k].Customers++
		out[k].Forecast += Figure(forecast[i])
		out[k].Actual += Figure(actual[i])
	}
	for k := range out {
		out[k].Forecast /= Figure(out[k].Customers)
		out[k].Actual /= Figure(out[k].Customers)
	}
	return out
}

func decileNames() (names []string) {
	for d := 1; d <= 10; d++ {
		names = append(names, strconv.Itoa(d))
	}
	return names
}

// frequencyClasses divides the customers by x, those from 7 on together.
func frequencyClasses(h *history.Table) (of []int, names []string) {
	for _, x := range h.Frequency {
		of = append(of, min(x, 7))
	}
	return of, []string{"0", "1", "2", "3", "4", "5", "6", "7+"}
}

// recencyClasses divides the customers by t_x: those without a repeat purchase,
// and the others in four parts of about equal size.
func recencyClasses(h *history.Table) (of []int, names []string) {
	var recency []float64
	for i, x := range h.Frequency {
		if x > 0 {
			recency = append(recency, h.Recency[i])
		}
	}
	slices.Sort(recency)
	names = []string{"no repeat purchase"}
	var edges []float64
	last := 0.0
	for q := 1; q <= 4 && len(recency) > 0; q++ {
		edge := recency[max(0, q*len(recency)/4-1)]
		edges = append(edges, edge)
		names = append(names, fmt.Sprintf("%.1f–%.1f %ss", last, edge, h.Unit))
		last = edge
	}
	of = make([]int, h.Len())
	for i, x := range h.Frequency {
		if x > 0 {
			k, _ := slices.BinarySearch(edges, h.Recency[i])
			of[i] = k + 1
		}
	}
	return of, names
}
