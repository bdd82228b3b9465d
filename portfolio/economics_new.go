package portfolio

import "math"

// OfNewcomers returns what the economics of the customers of a table are for one
// who is acquired as they were: the CAC is the mean of each segment's customers,
// and the margin that of the segment, the less its own the fewer customers it
// has, as [NewMargins] draws the margins of customers toward the mean. Where
// orders tell the profit, m has it; else it is nil, and customers count alike.
// Without segments there are the means of all.
func (e *Economics) OfNewcomers(segment []string, m *Margins) (*Economics, error) {
	out := *e
	out.MarginOf, out.CACOf = nil, nil
	if e.CACOf != nil {
		out.CAC, out.CACBy = meansBy(segment, len(e.CACOf), e.CACIn)
	}
	if e.MarginOf == nil {
		return &out, nil
	}
	amount, profit := make([]float64, len(e.MarginOf)), make([]float64, len(e.MarginOf))
	for i := range amount {
		amount[i], profit[i] = 1, e.MarginIn(segmentOf(segment, i), i)
	}
	mean, _ := meansBy(nil, len(profit), func(_ string, i int) float64 { return profit[i] })
	if m != nil {
		amount, profit, mean = m.Amount, m.Profit, m.Mean
	}
	out.Margin = &mean
	if segment == nil {
		return &out, nil
	}
	var err error
	out.MarginBy, err = marginsBy(segment, amount, profit)
	return &out, err
}

// meansBy returns the mean of rows 0 … n−1, and that of each segment.
func meansBy(segment []string, n int, of func(segment string, row int) float64) (mean float64, by map[string]float64) {
	by = map[string]float64{}
	if segment == nil {
		segment = make([]string, n)
	}
	names, rows := groupRows(segment)
	for g, name := range names {
		var sum float64
		for _, i := range rows[g] {
			sum += of(name, i)
		}
		by[name] = sum / float64(len(rows[g]))
		mean += sum / float64(n)
	}
	return mean, by
}

// marginsBy returns the margin of each segment, of which the customers are the
// observations, drawn toward the mean.
func marginsBy(segment []string, amount, profit []float64) (map[string]float64, error) {
	names, rows := groupRows(segment)
	c := credibility{own: make([]float64, len(names)), weight: make([]float64, len(names))}
	for g := range names {
		c.own[g] = math.NaN()
		c.add(g, pick(amount, rows[g]), pick(profit, rows[g]))
	}
	if err := c.estimate(); err != nil {
		return nil, err
	}
	by := map[string]float64{}
	for g, name := range names {
		by[name] = c.at(g)
	}
	return by, nil
}
