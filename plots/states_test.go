package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestExpectedMatrix(t *testing.T) {
	h := &history.Table{Unit: history.Week}
	h.Append(history.Customer{T: 3}, history.Customer{Frequency: 4, Recency: 2, T: 5}, history.Customer{Frequency: 2, Recency: 20, T: 20})
	m := nbd{1}
	f, err := NewExpectedMatrix(m, h, history.Horizon{Value: 70, Unit: history.Day})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range f.Frequency {
		for j, tx := range f.Recency {
			want := m.CondExpected(history.Customer{Frequency: x, Recency: tx, T: 20}, 10) // 70 days are 10 weeks
			if possible := (x == 0) == (j == 0); !possible {
				want = math.NaN()
			}
			if got := f.Purchases[i][j]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("purchases expected at x = %d, t_x = %v are %v, want %v", x, tx, got, want)
			}
		}
	}
	if c, want := f.Caption(), "at most 2.38 purchases are expected (of 4 repeat purchases, the last at age 20.0)."; !strings.HasSuffix(c, want) { // 50/21
		t.Errorf("caption %q does not end with %q", c, want)
	}
	if _, err := NewExpectedMatrix(broken{}, h, f.Horizon); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one that tells the NaN", err)
	}
}

// A customer of age 5 silent for 3 weeks stands where one of age 20 is silent
// for 3 weeks: at recency 17 of 20, row 42.5 of 50, rounded up.
func TestCustomersStandBySilence(t *testing.T) {
	h := &history.Table{Unit: history.Week, N: []float64{7, 2, 3, 4},
		Frequency: []int{0, 4, 1, 121}, Recency: []float64{0, 2, 20, 20}, T: []float64{3, 5, 20, 20}}
	f, err := NewAliveMatrix(nbd{1}, h)
	if err != nil {
		t.Fatal(err)
	}
	want := map[[2]int]float64{{0, 0}: 7, {1, 43}: 2, {1, 50}: 3, {len(f.Frequency) - 1, 50}: 4} // every third frequency
	for i, column := range f.Customers {
		for j, n := range column {
			if n != want[[2]int{i, j}] {
				t.Errorf("%v customers at x = %d, row %d, want %v", n, f.Frequency[i], j, want[[2]int{i, j}])
			}
		}
	}
	f.Marks = true
	var b bytes.Buffer
	if err := f.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.HasPrefix(s, "frequency_repeat_purchases,recency_weeks,T_weeks,p_alive,customers\n0,0,20,1,7\n") {
		t.Errorf("the table begins with %q", s[:100])
	}
}
