package plots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// With r = 1 and T = α, P(X(T) = n) = 2^-(n+1), exactly.
func TestFrequency(t *testing.T) {
	h := &history.Table{Unit: history.Week, N: []float64{40, 20, 4}, Frequency: []int{0, 1, 9},
		Recency: []float64{0, 3, 8}, T: []float64{8, 8, 8}}
	f, err := NewFrequency(nbd{8}, h, 3)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = "repeat_purchases,actual_customers,expected_customers\n0,40,32\n1,20,16\n2,0,8\n3+,4,8\n"
	if b.String() != want {
		t.Errorf("table is\n%swant\n%s", b.String(), want)
	}
	const caption = "they differ most at 0 repeat purchases, where the model expects 32 customers and there are 40."
	if c := f.Caption(); !strings.HasSuffix(c, caption) {
		t.Errorf("caption %q does not end with %q", c, caption)
	}
}

func TestFrequencyMixesAges(t *testing.T) {
	l := shop(t, true)
	m := nbd{6}
	f, err := NewFrequency(m, l.Table, 7)
	if err != nil {
		t.Fatal(err)
	}
	var actual, expected float64
	for n := range f.Actual {
		actual += f.Actual[n]
		expected += f.Expected[n]
		var want float64 // customer by customer
		for _, T := range l.Table.T {
			want += m.Prob(n, T)
		}
		if n < 7 && !near(f.Expected[n], want, 1e-12) {
			t.Errorf("expected customers with %d purchases = %v, want %v", n, f.Expected[n], want)
		}
	}
	if actual != 60 || !near(expected, 60, 1e-12) {
		t.Errorf("the classes hold %v and %v customers, want 60 each", actual, expected)
	}
}

func TestFrequencyRefuses(t *testing.T) {
	l := shop(t, true)
	if _, err := NewFrequency(broken{}, l.Table, 7); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one that tells the NaN", err)
	}
	if _, err := NewFrequency(nbd{6}, &history.Table{}, 7); err == nil {
		t.Error("no error for a table without customers")
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for an open class from 0 on")
		}
	}()
	NewFrequency(nbd{6}, l.Table, 0)
}
