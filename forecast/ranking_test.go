package forecast

import (
	"math"
	"testing"
)

func TestRank(t *testing.T) {
	actual := make([]float64, 20)
	for i := range actual {
		actual[i] = float64(i)
	}
	same := Rank(actual, actual)
	if same.Spearman != 1 || same.Gini != 1 || same.TopHit != 1 || same.TopShare != same.TopShareBest {
		t.Errorf("what happened ranks itself as %+v", same)
	}
	none := Rank(make([]float64, 20), actual)
	if !math.IsNaN(float64(none.Spearman)) || none.Gini != 0 || math.Abs(float64(none.TopShare)-0.1) > 1e-12 {
		t.Errorf("equal forecasts rank as %+v, want no more than chance", none)
	}
}
