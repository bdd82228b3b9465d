package forecast

import (
	"fmt"

	"github.com/predictive-clv/clv/history"
)

// A baseline is a forecast that needs no model: orders and money within the
// horizon for each row. Either is nil where there is none.
type baseline struct {
	name          string
	orders, money []float64
}

// The baselines. None of them knows that customers drop out.
const (
	StatusQuo  = "status quo"  // x/T·H: every customer goes on at the average rate so far
	LastPeriod = "last period" // the repeat purchases in the H before the cut, once more
	Average    = "average"     // the same for everybody: Σx/ΣT·H

	// Money alone, and the only rule that tells customers without a repeat
	// purchase apart: the value of the first order, times what customers have spent
	// since, per unit of it and of time.
	FirstOrder = "first order"
)

// baselines returns the forecasts that a model has to beat, for the customers
// of the log from the cut to the end. Money is the repeat purchases' money in
// the place of their number.
func baselines(src Source, log *history.Log) ([]baseline, error) {
	h := log.Table
	t := spanIn(h)
	x, spent := make([]float64, h.Len()), make([]float64, h.Len())
	for i, f := range h.Frequency {
		x[i] = float64(f)
		if h.Spend != nil && f > 0 {
			spent[i] = x[i] * h.Spend[i]
		}
	}
	lastX, lastSpent, err := lastPeriod(src, log, x, spent)
	if err != nil {
		return nil, err
	}
	all := []baseline{
		{StatusQuo, atOwnRate(h, x, t), atOwnRate(h, spent, t)},
		{LastPeriod, lastX, lastSpent},
		{Average, atAverageRate(h, x, t), atAverageRate(h, spent, t)},
	}
	for i := range all {
		if h.Spend == nil {
			all[i].money = nil
		}
	}
	if first := firstValues(log); first != nil {
		all = append(all, baseline{FirstOrder, nil, atFirstRate(h, first, spent, t)})
	}
	return all, nil
}

// firstValues returns the value of each customer's first purchase, nil if the
// log does not hold it.
func firstValues(log *history.Log) []float64 {
	if log.Table.Spend == nil || log.Purchases == nil {
		return nil
	}
	first := make([]float64, len(log.Purchases))
	for i, p := range log.Purchases {
		first[i] = p.Values[0]
	}
	return first
}

// atFirstRate returns v·Σspent/Σ(v·T)·t for each row, of a first value v; 0 if
// nothing has been spent since.
func atFirstRate(h *history.Table, first, spent []float64, t float64) []float64 {
	out := make([]float64, len(first))
	var exposed float64
	for i, v := range first {
		exposed += v * h.T[i]
	}
	if sum := total(spent); sum != 0 && exposed != 0 {
		for i, v := range first {
			out[i] = v * sum / exposed * t
		}
	}
	return out
}

// atOwnRate returns v/T·t for each row, 0 where v is.
func atOwnRate(h *history.Table, v []float64, t float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		if v[i] != 0 {
			out[i] = v[i] / h.T[i] * t
		}
	}
	return out
}

// atAverageRate returns Σv/ΣT·t for each row, 0 if all ages are.
func atAverageRate(h *history.Table, v []float64, t float64) []float64 {
	out := make([]float64, len(v))
	if sum := total(v); sum != 0 {
		rate := sum / total(h.T)
		for i := range out {
			out[i] = rate * t
		}
	}
	return out
}

// spanIn returns the time from the cut to the end in the unit of the table.
func spanIn(h *history.Table) float64 {
	return float64(history.DateOf(h.End)-history.DateOf(h.Cut)) / h.Unit.Days()
}

// lastPeriod returns the repeat purchases, and their money, in the time before
// the cut that is as long as the time to forecast: those up to the cut less
// those up to the beginning of that time. A first purchase is none.
func lastPeriod(src Source, log *history.Log, x, spent []float64) (orders, money []float64, err error) {
	h := log.Table
	cut, end := history.DateOf(h.Cut), history.DateOf(h.End)
	begin := cut - (end - cut)
	orders, money = append(orders, x...), append(money, spent...)
	if len(log.Days) == 0 || log.Days[0].Date > begin {
		return orders, money, nil // nobody had bought by then
	}
	earlier, err := src(begin, cut)
	if err != nil {
		return nil, nil, fmt.Errorf("the period before the cut %v: %w", cut, err)
	}
	row := make(map[string]int, h.Len())
	for i, id := range h.ID {
		row[id] = i
	}
	for k, id := range earlier.Table.ID {
		i, ok := row[id]
		if !ok {
			return nil, nil, fmt.Errorf("customer %q has bought by %v and is not in the table of %v", id, begin, cut)
		}
		if n := earlier.Table.Frequency[k]; n > 0 {
			orders[i] -= float64(n)
			if earlier.Table.Spend != nil {
				money[i] -= float64(n) * earlier.Table.Spend[k]
			}
		}
	}
	return orders, money, nil
}
