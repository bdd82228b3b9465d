package portfolio

import (
	"cmp"
	"slices"
)

// A Transition is how many customers went from one stage to another.
type Transition struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Customers int    `json:"customers"`
}

// Transitions counts the customers by their stages at the earlier day and now,
// every pair of stages; nil without an earlier day.
func (g *Segmentation) Transitions() (ts []Transition) {
	if g.Then == nil {
		return nil
	}
	n := map[[2]string]int{}
	for i, from := range g.Then {
		n[[2]string{from, g.Stage[i]}]++
	}
	for _, from := range slices.Concat([]string{notYet}, Stages) {
		for _, to := range Stages {
			ts = append(ts, Transition{from, to, n[[2]string{from, to}]})
		}
	}
	return ts
}

// smallCell is the number of customers below which a cell is small.
const smallCell = 30

// A Cell is a group of customers of one division.
type Cell struct {
	Division  string  `json:"division"` // tier, stage, state or rfm
	Name      string  `json:"name"`
	Customers int     `json:"customers"`
	Share     float64 `json:"share"` // of the customers
	Orders    float64 `json:"orders"`
	Revenue   float64 `json:"revenue"`
	Value     float64 `json:"clv"`
	ValueOf   float64 `json:"clv_share"` // of the value of all

	// Means of a customer; 0 in an empty cell. In one of RFM with n < 30 customers
	// each is n/30·mean of the cell + (1 − n/30)·mean of all: those cells are cut
	// by what happened, chance included, and the others by forecasts, which have
	// been drawn to the whole by the model.
	MeanOrder float64 `json:"p_order_mean,omitzero"`
	MeanValue float64 `json:"clv_mean,omitzero"`
	Small     bool    `json:"small"` // fewer than 30 customers
}

// Cells returns the cells of a division, in the order of their names' list; those
// of RFM in the order of their value, without empty ones.
func (g *Segmentation) Cells(division string) []Cell {
	var labels, names []string
	switch division {
	case "tier":
		labels, names = g.Tier, Tiers
	case "stage":
		labels, names = g.Stage, Stages
	case "state":
		labels, names = g.State, slices.Concat(states[0][:], states[1][:], states[2][:])
	case "rfm":
		labels = g.RFM
		names = slices.Clone(g.RFM)
		slices.Sort(names)
		names = slices.Compact(names)
	default:
		panic("portfolio: no division " + division)
	}
	cells := g.sums(division, labels, names)
	if division == "rfm" {
		slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(b.Value, a.Value) })
	}
	return cells
}

// sums adds the customers up by their labels.
func (g *Segmentation) sums(division string, labels, names []string) []Cell {
	cells, at := make([]Cell, len(names)), map[string]int{}
	for k, name := range names {
		cells[k], at[name] = Cell{Division: division, Name: name}, k
	}
	var all Cell
	now := g.Scoring.Now
	for i, label := range labels {
		for _, c := range []*Cell{&cells[at[label]], &all} {
			c.Customers++
			c.Orders += now.Orders[i]
			c.Revenue += now.Revenue[i]
			c.Value += now.Net[i]
			c.MeanOrder += now.ProbOrder[i]
		}
	}
	n := float64(all.Customers)
	for k := range cells {
		c := &cells[k]
		c.Share, c.ValueOf = float64(c.Customers)/n, c.Value/all.Value
		c.Small = c.Customers < smallCell
		if c.Customers == 0 {
			continue
		}
		weight := 1.0
		if division == "rfm" {
			weight = min(1, float64(c.Customers)/smallCell)
		}
		c.MeanOrder = weight*c.MeanOrder/float64(c.Customers) + (1-weight)*all.MeanOrder/n
		c.MeanValue = weight*c.Value/float64(c.Customers) + (1-weight)*all.Value/n
	}
	return cells
}
