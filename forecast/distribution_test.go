package forecast

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func TestSample(t *testing.T) {
	h := &history.Table{Frequency: []int{0, 1, 2, 3, 4, 5, 6}, Recency: make([]float64, 7), T: []float64{9, 8, 7, 6, 5, 4, 3}, HoldoutFrequency: []int{0, 1, 2, 3, 4, 5, 6}}
	if sample(h, 7) != h {
		t.Error("not all rows where there are no more than that")
	}
	s := sample(h, 3)
	if want := []int{0, 2, 4}; !slices.Equal(s.Frequency, want) || !slices.Equal(s.HoldoutFrequency, want) || !slices.Equal(s.T, []float64{9, 7, 5}) || s.Spend != nil {
		t.Errorf("%+v, want rows 0, 2 and 4 of 7", s)
	}
}

// A part of the customers changes nothing but what is judged by them, and that
// within its error: 4 standard errors of a mean of so many, with one order of
// spread in the CRPS and at most a half in the share inside.
func TestEvaluateSample(t *testing.T) {
	o := &EvaluateOptions{Cuts: []history.Date{day(t, "2022-09-30")}, Horizons: []history.Horizon{{Value: 13, Unit: history.Week}}, Futures: 40}
	candidates := []Candidate{NewCandidate(models.BGNBD{}, nil)}
	all, err := Evaluate(simulatedLog(t), candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Judged = 150
	part, err := Evaluate(simulatedLog(t), candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	v, w := all.Windows[0], part.Windows[0]
	if v.Judged != v.Customers || w.Judged != 150 || w.Customers != v.Customers {
		t.Errorf("judged by %d of %d and %d of %d, want all and 150", v.Judged, v.Customers, w.Judged, w.Customers)
	}
	a, b := v.Scores[3], w.Scores[3]
	if a.CRPS == b.CRPS || math.Abs(float64(a.CRPS-b.CRPS)) > 4/math.Sqrt(150) || a.RMSE != b.RMSE || a.Brier != b.Brier {
		t.Errorf("CRPS %v and %v, RMSE %v and %v", a.CRPS, b.CRPS, a.RMSE, b.RMSE)
	}
	for k, c := range b.Coverage {
		if math.Abs(c.Customers-a.Coverage[k].Customers) > 4*0.5/math.Sqrt(150) || c.Total != a.Coverage[k].Total || c.Held != a.Coverage[k].Held {
			t.Errorf("coverage %+v and %+v", a.Coverage[k], c)
		}
	}
	for e, said := range map[*Evaluation]bool{all: false, part: true} {
		var table strings.Builder
		if err := e.WriteTable(&table); err != nil || strings.Contains(table.String(), "judged by 150 of these") != said {
			t.Errorf("error %v, of the part said %v in:\n%s", err, !said, table.String())
		}
	}
	o.Judged = -1
	if _, err := Evaluate(simulatedLog(t), candidates, o); err == nil {
		t.Error("no error for -1 customers")
	}
}
