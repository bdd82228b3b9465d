package forecast

import (
	"fmt"
	"math"
	"strings"
)

// A Grade says in words how a model compares with the best of the baselines.
type Grade struct {
	Word   string   `json:"word"` // good, useful or poor
	Better []string `json:"better,omitempty"`
	Same   []string `json:"same,omitempty"`
	Worse  []string `json:"worse,omitempty"`
	Text   string   `json:"text"`
}

// The words of a Grade.
const (
	Good   = "good"
	Useful = "useful"
	Poor   = "poor"
)

// A criterion is one of the questions that a forecast is judged by. Loss is 0
// for a perfect forecast.
type criterion struct {
	name string
	loss func(s *Score) float64
	show func(s *Score) string
}

var criteria = []criterion{
	{"totals", func(s *Score) float64 { return math.Abs(float64(s.Bias)) }, func(s *Score) string { return fmt.Sprintf("%+.1f %%", 100*s.Bias) }},
	{"error", func(s *Score) float64 { return float64(s.RMSE) }, func(s *Score) string { return fmt.Sprintf("RMSE %.4g", s.RMSE) }},
	{"ranking", func(s *Score) float64 { return 1 - float64(s.TiedGini) }, func(s *Score) string { return fmt.Sprintf("Gini %.3f", s.TiedGini) }},
	{"calibration", func(s *Score) float64 { return float64(s.DecileError) }, func(s *Score) string { return fmt.Sprintf("decile error %.3f", s.DecileError) }},
}

// sameWithin is the relative difference in loss below which two forecasts are
// called the same.
const sameWithin = 0.02

// gradeAll grades the models among the scores against the baselines among
// them. A model is compared, question by question, with the baseline that
// answers this question best:
//
//	totals       |Σ forecast/Σ actual − 1|
//	error        root mean square error
//	ranking      1 − normalised Gini coefficient, ties shared
//	calibration  mean |forecast/actual − 1| over the deciles of the forecast
//
// It is better, or worse, where its loss is more than 2 % below, or above, that
// of the baseline. Better in three questions and worse in none is good; better
// in more than it is worse in is useful; anything else is poor: the baseline
// would do.
func gradeAll(scores []Score) {
	for i := range scores {
		if !scores[i].Baseline {
			scores[i].Grade = gradeOf(&scores[i], scores)
		}
	}
}

func gradeOf(s *Score, all []Score) *Grade {
	g := &Grade{}
	var better, same, worse []string
	for _, c := range criteria {
		best := bestBaseline(c, all)
		if best == nil || math.IsNaN(c.loss(s)) {
			continue
		}
		text := fmt.Sprintf("%s (%s, %s %s)", c.name, c.show(s), best.Model, c.show(best))
		switch loss, bar := c.loss(s), c.loss(best); {
		case loss < (1-sameWithin)*bar:
			g.Better, better = append(g.Better, c.name), append(better, text)
		case loss > (1+sameWithin)*bar:
			g.Worse, worse = append(g.Worse, c.name), append(worse, text)
		default:
			g.Same, same = append(g.Same, c.name), append(same, text)
		}
	}
	switch {
	case len(better) >= 3 && len(worse) == 0:
		g.Word = Good
	case len(better) > len(worse):
		g.Word = Useful
	default:
		g.Word = Poor
	}
	var parts []string
	for _, p := range []struct {
		intro string
		list  []string
	}{{"better than the best baseline in ", better}, {"no different in ", same}, {"worse in ", worse}} {
		if len(p.list) > 0 {
			parts = append(parts, p.intro+strings.Join(p.list, ", "))
		}
	}
	g.Text = g.Word + ": " + strings.Join(parts, "; ")
	return g
}

// bestBaseline returns the baseline with the least loss, nil if none has one.
func bestBaseline(c criterion, all []Score) (best *Score) {
	for i := range all {
		s := &all[i]
		if s.Baseline && !math.IsNaN(c.loss(s)) && (best == nil || c.loss(s) < c.loss(best)) {
			best = s
		}
	}
	return best
}

// Best returns the model that forecast best, and why: the one with the lowest
// mean rank over windows, quantities and the four questions of a Grade; of
// equal ones the first. It is empty if no model was judged.
func (e *Evaluation) Best() (model, why string) {
	rank, first, names := map[string]float64{}, map[string]int{}, []string{}
	n := 0.0
	for _, w := range e.Windows {
		for _, quantity := range []string{"orders", "money"} {
			for _, c := range criteria {
				if addRanks(rank, first, &names, w.Scores, quantity, c) {
					n++
				}
			}
		}
	}
	for _, name := range names {
		if model == "" || rank[name] < rank[model] {
			model = name
		}
	}
	if model == "" {
		return "", ""
	}
	over := "one cut and horizon"
	if len(e.Windows) > 1 {
		over = fmt.Sprintf("%d pairs of cut and horizon", len(e.Windows))
	}
	return model, fmt.Sprintf("%s forecast best in %d of %.0f comparisons over %s, with a mean rank of %.2f among %d models",
		model, first[model], n, over, rank[model]/n, len(names))
}

// addRanks adds the rank of each model by one question, ties sharing theirs,
// and counts who is first. It reports whether models were compared.
func addRanks(rank map[string]float64, first map[string]int, names *[]string, scores []Score, quantity string, c criterion) bool {
	var losses []float64
	var at []string
	for i := range scores {
		s := &scores[i]
		if s.Baseline || s.Quantity != quantity {
			continue
		}
		if _, ok := rank[s.Model]; !ok {
			rank[s.Model] = 0
			*names = append(*names, s.Model)
		}
		loss := c.loss(s)
		if math.IsNaN(loss) {
			loss = math.Inf(1)
		}
		losses, at = append(losses, loss), append(at, s.Model)
	}
	if len(losses) == 0 {
		return false
	}
	for i, r := range order(losses).rank {
		rank[at[i]] += r
		if r < 1.5 {
			first[at[i]]++
		}
	}
	return true
}
