package plots

import (
	"math"
	"testing"
)

func TestLogTicks(t *testing.T) {
	for _, c := range []struct {
		min, max float64
		want     string
	}{
		{0.01, 1000, "0.01|0.1|1|10|100|1,000"},
		{4, 290, "5|10|20|50|100|200"},
		{1e-5, 1, "1e-05|0.0001|0.001|0.01|0.1|1"},
		{0.1, 40, "0.1|0.2|0.5|1|2|5|10|20"},
		{0.1991, 0.2008, "0.1995|0.2000|0.2005"},
		{2e-7, 9e-7, "2e-07|4e-07|6e-07|8e-07"},
		{1e-3, 1e9, "0.01|1|100|10,000|1,000,000|1e+08"},
	} {
		if got := labels(logTicks{}.Ticks(math.Log10(c.min), math.Log10(c.max))); got != c.want {
			t.Errorf("marks from %v to %v are %s, want %s", c.min, c.max, got, c.want)
		}
	}
	if at := (logTicks{}).Ticks(0, 1)[1].Value; !near(at, math.Log10(2), 1e-12) {
		t.Errorf("the mark of 2 is at %v, want its logarithm", at)
	}
}

func TestSignificant(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 12345: "12,345", 123.4: "123", 12.345: "12.3", 1: "1.00", 0.012345: "0.0123", -2.5: "-2.50", 1.5e-7: "1.5e-07", 2.5e11: "2.5e+11",
	} {
		if got := significant(v); got != want {
			t.Errorf("significant(%v) = %q, want %q", v, got, want)
		}
	}
	if got := significant(math.NaN()); got != "unknown" {
		t.Errorf("significant(NaN) = %q", got)
	}
}
