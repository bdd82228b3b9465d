package portfolio

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Thresholds say where stages and states begin.
type Thresholds struct {
	NewDays int `json:"new_days"` // a customer without a repeat purchase is new for so long

	// Of P(order), below which a customer is at risk, lapsing, lost; and of P(alive).
	AtRisk  float64 `json:"at_risk"`
	Lapsing float64 `json:"lapsing"`
	Lost    float64 `json:"lost"`

	AtRiskAlive  float64 `json:"at_risk_alive"`
	LapsingAlive float64 `json:"lapsing_alive"`
	LostAlive    float64 `json:"lost_alive"`

	// Of the grid: P(order) from which it is high or middling, and the shares of
	// the customers whose value is high or middling.
	HighOrder float64 `json:"high_order"`
	MidOrder  float64 `json:"mid_order"`
	HighValue float64 `json:"high_value"`
	MidValue  float64 `json:"mid_value"`
}

// DefaultThresholds are meant for a horizon of a year.
var DefaultThresholds = Thresholds{NewDays: 90,
	AtRisk: 0.5, Lapsing: 0.3, Lost: 0.15, AtRiskAlive: 0.8, LapsingAlive: 0.5, LostAlive: 0.2,
	HighOrder: 0.6, MidOrder: 0.3, HighValue: 0.2, MidValue: 0.5}

// Stages are the stages of life, in the order in which they usually come.
var Stages = []string{"new", "active", "at risk", "lapsing", "lost"}

// notYet is the stage, at an earlier day, of those who came later.
const notYet = "not yet"

// stage returns the first that fits of: new, without a repeat purchase and young;
// lost, lapsing, at risk, with P(order) or P(alive) below their limits; active.
func (t *Thresholds) stage(repeats int, age, alive, order float64) string {
	switch {
	case repeats == 0 && age < float64(t.NewDays):
		return "new"
	case order < t.Lost || alive < t.LostAlive:
		return "lost"
	case order < t.Lapsing || alive < t.LapsingAlive:
		return "lapsing"
	case order < t.AtRisk || alive < t.AtRiskAlive:
		return "at risk"
	}
	return "active"
}

// states are the cells of the grid, by P(order) from high to low and by value
// likewise.
var states = [3][3]string{
	{"champion", "loyal", "steady"},
	{"must keep", "wavering", "drifting"},
	{"cannot lose", "slipping", "dormant"},
}

// tierShares are where tiers end, as shares of the customers by value.
var tierShares = []float64{0.01, 0.05, 0.10, 0.25, 0.50, 1}

// Tiers are the names of the tiers, the best first.
var Tiers = []string{"top 1%", "1-5%", "5-10%", "10-25%", "25-50%", "50-100%"}

// Divisions are the names of the divisions of a segmentation.
var Divisions = []string{"tier", "stage", "state", "rfm"}

// A Segmentation puts every customer of a scoring into one cell of each division.
type Segmentation struct {
	Scoring    *Scoring
	Thresholds Thresholds

	Tier  []string // by percentile of value
	Stage []string // of life
	State []string // by P(order) and value
	RFM   []string // by quintiles of recency, frequency and, if there are amounts, money: 555 is best
	Then  []string // the stage at the earlier day; nil without one
}

// Segment divides the customers of a scoring.
//
// A tier holds ⌈n·share⌉ customers up to its lower end, in the order of value;
// equals stand in the order of the log. The quintiles of RFM are of the days
// since the last purchase, the number of purchases and their total amount;
// equal customers get equal digits, that of their middle. A nil t means the
// default. It returns an error if a value is not known.
func (s *Scoring) Segment(t *Thresholds) (*Segmentation, error) {
	if t == nil {
		t = &DefaultThresholds
	}
	if i := slices.IndexFunc(s.Now.Net, math.IsNaN); i >= 0 {
		return nil, fmt.Errorf("the value of customer %q is not known, as the spend model has no mean (q ≤ 1): segments by value cannot be made", s.Table.ID[i])
	}
	n := s.Table.Len()
	g := &Segmentation{Scoring: s, Thresholds: *t, Tier: make([]string, n), Stage: make([]string, n), State: make([]string, n), RFM: make([]string, n)}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Now.Net[b], s.Now.Net[a]) })
	tier := 0
	for rank, i := range order {
		for rank >= firstRows(n, tierShares[tier]) {
			tier++
		}
		g.Tier[i] = Tiers[tier]
		g.State[i] = states[level(s.Now.ProbOrder[i] >= t.HighOrder, s.Now.ProbOrder[i] >= t.MidOrder)][level(rank < firstRows(n, t.HighValue), rank < firstRows(n, t.MidValue))]
	}
	g.stages()
	g.quintiles()
	return g, nil
}

// firstRows returns ⌈n·share⌉.
func firstRows(n int, share float64) int { return int(math.Ceil(float64(n)*share - 1e-9)) }

// level is 0 if high, else 1 if at least middling, else 2.
func level(high, mid bool) int {
	switch {
	case high:
		return 0
	case mid:
		return 1
	}
	return 2
}

func (g *Segmentation) stages() {
	s := g.Scoring
	for i := range g.Stage {
		age := float64(s.Day - s.Purchases[i].Days[0])
		g.Stage[i] = g.Thresholds.stage(s.Table.Frequency[i], age, s.Now.Alive[i], s.Now.ProbOrder[i])
	}
	if s.Then == nil {
		return
	}
	g.Then = make([]string, len(g.Stage))
	for i, b := range s.Purchases {
		if math.IsNaN(s.Then.ProbOrder[i]) {
			g.Then[i] = notYet
			continue
		}
		repeats := 0
		if len(b.Days) > 1 && b.Days[1] <= s.Since {
			repeats = 1
		}
		g.Then[i] = g.Thresholds.stage(repeats, float64(s.Since-b.Days[0]), s.Then.Alive[i], s.Then.ProbOrder[i])
	}
}

// quintiles fills the digits of RFM.
func (g *Segmentation) quintiles() {
	s := g.Scoring
	n := s.Table.Len()
	recent, often, money := make([]float64, n), make([]float64, n), make([]float64, n)
	amounts := false
	for i, b := range s.Purchases {
		recent[i], often[i] = -s.Gap[i], float64(len(b.Days))
		for _, v := range b.Values {
			money[i] += v
			amounts = true
		}
	}
	r, f, m := fifths(recent), fifths(often), fifths(money)
	for i := range g.RFM {
		digits := []byte{'0' + r[i], '0' + f[i], '0' + m[i]}
		if !amounts {
			digits = digits[:2]
		}
		g.RFM[i] = string(digits)
	}
}

// fifths returns the quintile of each value, 5 for the greatest; equal values
// share that of their middle.
func fifths(v []float64) []byte {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	out := make([]byte, len(v))
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		fifth := byte(5*(lo+hi)/(2*len(v))) + 1
		for _, i := range order[lo:hi] {
			out[i] = min(fifth, 5)
		}
		lo = hi
	}
	return out
}
