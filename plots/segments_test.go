package plots

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The quantiles of 0 … 100 are the percentages; the median's interval runs
// between the ranks nearest to 50.5 - 9.85 and 51.5 + 9.85, the 41st and the 61st.
func TestSegments(t *testing.T) {
	var names []string
	var values []float64
	for i := range 101 {
		names, values = append(names, "low", "high"), append(values, float64(i*37%101), 1000+float64(i*37%101))
	}
	f, err := NewSegments("CLV", append(names, ""), append(values, 5))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Rows) != 3 || f.Rows[0].Name != "high" || f.Rows[1].Name != "low" || f.Rows[2].Name != "(none)" {
		t.Fatalf("segments %+v, want high, low, (none)", f.Rows)
	}
	low := f.Rows[1]
	want := Segment{Name: "low", Customers: 101, Mean: low.Mean, P5: 5, P25: 25, P50: 50, P75: 75, P95: 95, Lo: 40, Hi: 60}
	if low != want || !near(low.Mean, 50, 1e-12) {
		t.Errorf("segment is %+v, want %+v with a mean of 50", low, want)
	}
	if one := f.Rows[2]; one.Lo != 5 || one.Hi != 5 || one.P5 != 5 || one.P95 != 5 {
		t.Errorf("the segment of one customer is %+v", one)
	}
	if c, want := f.Caption(), "the highest median is 1,050 (high) and the lowest 5.00 ((none)); under 30 customers say little: 1 segment."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
}

// The interval holds the median of the population in about 95 of 100 samples:
// of 20, 100 and 1000 customers 95.9, 96.5 and 95.4 by the binomial distribution.
// 2,000 samples have a standard error of 0.5 %; five of these are allowed.
func TestMedianInterval(t *testing.T) {
	for _, n := range []int{20, 100, 1000} {
		held, state := 0, uint64(n)
		for range 2000 {
			v := make([]float64, n)
			for i := range v {
				state = state*6364136223846793005 + 1442695040888963407
				v[i] = float64(state>>11) / (1 << 53)
			}
			if s := newSegment("", v); s.Lo <= 0.5 && 0.5 <= s.Hi {
				held++
			}
		}
		if share := float64(held) / 2000; share < 0.925 || share > 0.985 {
			t.Errorf("of %d customers, the interval holds the median in %v of samples", n, share)
		}
	}
}

func TestSegmentsTogether(t *testing.T) {
	var names []string
	var values []float64
	for k := range 14 {
		for range 50 - k {
			names, values = append(names, fmt.Sprintf("s%02d", k)), append(values, float64(k))
		}
	}
	f, err := NewSegments("CLV", names, values)
	if err != nil {
		t.Fatal(err)
	}
	last := f.Rows[len(f.Rows)-1]
	if len(f.Rows) != 12 || !f.Others || last.Name != "3 others" || last.Customers != 39+38+37 || f.Rows[0].Name != "s10" || f.Rows[10].Name != "s00" {
		t.Errorf("segments %+v, want s10 to s00 and 3 others of 114 customers", f.Rows)
	}
	if c, want := f.Caption(), "the highest median is 10.0 (s10) and the lowest 0 (s00)."; !strings.HasSuffix(c, want) {
		t.Errorf("caption %q does not end with %q", c, want)
	}
}

func TestSegmentsAxis(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   bool
	}{{[]float64{1, 10, 1000}, true}, {[]float64{1, 2, 3}, false}, {[]float64{0, 10, 1000}, false}, {[]float64{-1, 10, 1000}, false}} {
		f, err := NewSegments("CLV", []string{"a", "a", "a"}, c.values)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.logarithmic(); got != c.want {
			t.Errorf("logarithmic axis for %v: %v, want %v", c.values, got, c.want)
		}
	}
}

func TestSegmentsRefuses(t *testing.T) {
	if _, err := NewSegments("CLV", []string{"a"}, []float64{math.NaN()}); err == nil {
		t.Error("no error for NaN")
	}
	if _, err := NewSegments("CLV", nil, nil); err == nil {
		t.Error("no error without customers")
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for segments of other customers")
		}
	}()
	NewSegments("CLV", []string{"a"}, nil)
}
