package forecast

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// realLog returns a source of a log of the field's real data, which are not
// part of the repository: from the folder that CLV_DATA names, or shared/data
// beside the checkout. The test is skipped where there is none.
func realLog(t *testing.T, name string, amounts bool) Source {
	t.Helper()
	folder := os.Getenv("CLV_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		t.Skipf("the real data are not here, so the published figures are not checked: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return func(cut, end history.Date) (*history.Log, error) {
		b := history.NewBuilder(&history.Options{Unit: history.Week, Cut: cut.Time(), End: end.Time()})
		for _, row := range rows[1:] {
			day, err := history.ParseDate(row[1])
			if err != nil {
				return nil, err
			}
			amount := math.NaN()
			if amounts {
				if amount, err = strconv.ParseFloat(row[len(row)-1], 64); err != nil {
					return nil, err
				}
			}
			if err := b.AddRow([]byte(row[0]), day, amount); err != nil {
				return nil, err
			}
		}
		return b.Build()
	}
}

func date(t *testing.T, s string) history.Date {
	t.Helper()
	d, err := history.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A reference is a row of a table that an independent program in Python with
// SciPy computed, by maximum likelihood on the same data. Numbers are printed
// digits, NaN where there is none.
type reference struct {
	quantity, model                              string
	mae, rmse, bias, spearman, gini, decile, auc float64
	brier, ece                                   float64
	maeUlp, rmseUlp, biasUlp                     float64 // the last printed digit of the columns whose width varies
}

var none = math.NaN()

func checkReference(t *testing.T, w Window, rows []reference) {
	t.Helper()
	for _, want := range rows {
		var got *Score
		for i, s := range w.Scores {
			if s.Model == want.model && s.Quantity == want.quantity {
				got = &w.Scores[i]
			}
		}
		if got == nil {
			t.Errorf("no score of %s, %s", want.model, want.quantity)
			continue
		}
		for _, c := range []struct {
			name            string
			got             Figure
			want, lastDigit float64
		}{
			{"MAE", got.MAE, want.mae, want.maeUlp}, {"RMSE", got.RMSE, want.rmse, want.rmseUlp}, {"bias %", 100 * got.Bias, want.bias, want.biasUlp},
			{"Spearman", got.Spearman, want.spearman, 1e-3}, {"nGini", got.Gini, want.gini, 1e-3}, {"decMAPE", got.DecileError, want.decile, 1e-3},
			{"AUC", got.AUC, want.auc, 1e-3}, {"Brier", got.Brier, want.brier, 1e-4}, {"ECE", got.ECE, want.ece, 1e-4},
		} {
			// Half a unit of the last digit, and 2 % of that for what the optimisers differ by.
			if !math.IsNaN(c.want) && !(math.Abs(float64(c.got)-c.want) <= 0.51*c.lastDigit) {
				t.Errorf("%s, %s: %s = %.6g, want %v", want.model, want.quantity, c.name, float64(c.got), c.want)
			}
		}
	}
}

func allFamilies() []Candidate {
	return []Candidate{NewCandidate(models.BGNBD{}, nil), NewCandidate(models.MBGNBD{}, nil), NewCandidate(models.ParetoNBD{}, nil)}
}

func TestCDNOWReference(t *testing.T) {
	src := realLog(t, "cdnow_sample_2357.csv", true)
	e, err := Evaluate(src, allFamilies(), &EvaluateOptions{Cuts: []history.Date{date(t, "1997-09-30")}, Horizons: []history.Horizon{{Value: 39, Unit: history.Week}}})
	if err != nil {
		t.Fatal(err)
	}
	w := e.Windows[0]
	if w.Orders != 1882 || w.Customers != 2357 {
		t.Errorf("%v orders of %d customers, want 1882 of 2357", w.Orders, w.Customers)
	}
	checkReference(t, w, []reference{
		{"orders", StatusQuo, 1.0237, 2.212, 55.7, .490, .651, .933, none, none, none, 1e-4, 1e-3, .1},
		{"orders", "bg-nbd", .7855, 1.608, -12.1, .449, .662, .188, .757, .1612, .0525, 1e-4, 1e-3, .1},
		{"orders", "mbg-nbd", .7648, 1.607, -16.2, .450, .664, .239, .760, .1614, .0551, 1e-4, 1e-3, .1},
		// The table prints .0683 for the last number. The forecast is too low in every
		// tenth, so it is (684 − ΣP)/2357 for any division into tenths, and two
		// formulas, ProbOrder and 1 − CondProb(0), agree on ΣP = 523.174.
		{"orders", "pareto-nbd", .7545, 1.603, -11.5, .460, .673, .346, .771, .1619, .0682, 1e-4, 1e-3, .1},
		{"money", StatusQuo, 43.31, 200.0, 61.2, .480, .660, .838, none, none, none, 1e-2, .1, .1},
		{"money", "bg-nbd", 30.41, 72.30, -15.6, .426, .638, .255, none, none, none, 1e-2, 1e-2, .1},
		{"money", "pareto-nbd", 29.45, 72.18, -14.8, .445, .659, .374, none, none, none, 1e-2, 1e-2, .1},
	})
	// Cumulative repeat purchases at week 78, by the same program.
	for _, want := range []struct {
		model string
		bias  float64
	}{{"bg-nbd", -.0411}, {"pareto-nbd", -.0159}} {
		i := slices.IndexFunc(w.Scores, func(s Score) bool { return s.Model == want.model && s.Quantity == "orders" })
		if got := w.Scores[i].TrackingAtEnd; math.Abs(float64(got)-want.bias) > 0.51e-4 {
			t.Errorf("%s: %+.4f at week 78, want %+.4f", want.model, float64(got), want.bias)
		}
	}
	reportCoverage(t, w)
}

// reportCoverage logs how the intervals fared on real customers, whom no model
// made.
func reportCoverage(t *testing.T, w Window) {
	for _, s := range w.Scores {
		for _, c := range s.Coverage {
			t.Logf("%s, %s, %v: %.3f of the customers inside, total %v in %.0f–%.0f: %v", s.Model, s.Quantity, c.Level, c.Customers, s.Actual, c.Total.Lo, c.Total.Hi, c.Held)
		}
	}
}

func TestGroceryReference(t *testing.T) {
	src := realLog(t, "grocery_elog.csv", false)
	e, err := Evaluate(src, allFamilies(), &EvaluateOptions{Cuts: []history.Date{date(t, "2006-12-31")}, Horizons: []history.Horizon{{Value: 52, Unit: history.Week}}})
	if err != nil {
		t.Fatal(err)
	}
	w := e.Windows[0]
	if w.Orders != 3389 || w.Customers != 1525 {
		t.Errorf("%v orders of %d customers, want 3389 of 1525", w.Orders, w.Customers)
	}
	checkReference(t, w, []reference{
		{"orders", StatusQuo, 2.5651, 4.915, 87.6, .626, .824, .981, none, none, none, 1e-4, 1e-3, .1},
		{"orders", "bg-nbd", 1.5774, 3.150, 17.9, .633, .827, .745, .859, .1252, .1067, 1e-4, 1e-3, .1},
		{"orders", "mbg-nbd", 1.5130, 3.209, 18.8, .645, .835, .347, .869, .1130, .0429, 1e-4, 1e-3, .1},
		{"orders", "pareto-nbd", 1.5079, 3.194, 17.8, .643, .834, .316, .868, .1130, .0413, 1e-4, 1e-3, .1},
	})
	reportCoverage(t, w)
}
