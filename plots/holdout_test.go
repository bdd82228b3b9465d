package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// five customers: two without a repeat purchase, one of them twice as many as
// the row says, and three with some.
func fiveHistories() (h *history.Table, expected []float64) {
	h = &history.Table{Unit: history.Week, N: []float64{2, 1, 1, 1}, Frequency: []int{0, 0, 3, 9},
		Recency: []float64{0, 0, 4, 21}, T: []float64{12, 25, 24, 30}, HoldoutFrequency: []int{1, 0, 2, 6}}
	return h, []float64{0.5, 0.25, 1, 8}
}

func TestHoldout(t *testing.T) {
	for by, want := range map[Grouping]string{
		ByFrequency: "frequency,customers,actual_mean_purchases,expected_mean_purchases\n" +
			"0,3,0.6666666667,0.4166666667\n3,1,2,1\n7+,1,6,8\n",
		ByRecency: "recency_weeks,customers,actual_mean_purchases,expected_mean_purchases\n" +
			"none,3,0.6666666667,0.4166666667\n0–5,1,2,1\n20–25,1,6,8\n",
		ByT: "T_weeks,customers,actual_mean_purchases,expected_mean_purchases\n" +
			"10–15,2,1,0.5\n20–25,1,2,1\n25–30,2,3,4.125\n",
		BySilence: "time_since_the_last_purchase_weeks,customers,actual_mean_purchases,expected_mean_purchases\n" +
			"5–10,1,6,8\n10–15,2,1,0.5\n20–25,2,1,0.625\n",
	} {
		h, expected := fiveHistories()
		f, err := NewHoldout(h, expected, by)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("by %s the table is\n%swant\n%s", by.name(), b.String(), want)
		}
	}
}

// In all 10 purchases happened and 10.25 were expected, and the class 7+ is most
// wrong, by 2.
func TestHoldoutCaption(t *testing.T) {
	h, expected := fiveHistories()
	f, err := NewHoldout(h, expected, ByFrequency)
	if err != nil {
		t.Fatal(err)
	}
	const want = "the model expects 2.5 % more than happened, most wrongly for 7+ repeat purchases: 8.00 a customer where there are 6.00."
	if c := f.Caption(); !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
}

func TestHoldoutBand(t *testing.T) {
	h, expected := fiveHistories()
	f, err := NewHoldout(h, expected, ByT)
	if err != nil {
		t.Fatal(err)
	}
	f.Band.Lo, f.Band.Hi = []float64{1, 2, 3}, []float64{2, 3, 4}
	if _, err := f.Plot(); err == nil {
		t.Errorf("a band of 3 intervals was drawn over %d classes", len(f.Classes))
	}
	f.Band.Lo, f.Band.Hi = append(f.Band.Lo, 3.5), append(f.Band.Hi, 5)
	if _, err := f.Plot(); err != nil {
		t.Error(err)
	}
	var b bytes.Buffer
	if err := f.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "expected_lo,expected_hi\n10–15,2,1,0.5,1,2\n20–25,1,2,1,3,4\n25–30,2,3,4.125,3.5,5\n"; !strings.HasSuffix(got, want) {
		t.Errorf("table is\n%swhich does not end with\n%s", got, want)
	}
}

func TestHoldoutRefuses(t *testing.T) {
	h, expected := fiveHistories()
	for name, spoil := range map[string]func(){
		"no holdout":   func() { h.HoldoutFrequency = nil },
		"NaN":          func() { expected[2] = math.NaN() },
		"infinite":     func() { expected[2] = math.Inf(1) },
		"no customers": func() { h, expected = &history.Table{}, nil },
	} {
		h, expected = fiveHistories()
		spoil()
		if _, err := NewHoldout(h, expected, ByT); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a forecast of other customers")
		}
	}()
	h, expected = fiveHistories()
	NewHoldout(h, expected[1:], ByT)
}
