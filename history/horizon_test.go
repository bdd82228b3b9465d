package history

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseHorizon(t *testing.T) {
	for _, tc := range []struct {
		s     string
		want  Horizon
		short string
	}{
		{"52w", Horizon{52, Week}, "52w"},
		{"12 months", Horizon{12, Month}, "12m"},
		{" 365d ", Horizon{365, Day}, "365d"},
		{"1.5 Years", Horizon{1.5, Year}, "1.5y"},
		{"+36h", Horizon{36, Hour}, "36h"},
		{".25y", Horizon{.25, Year}, "0.25y"},
	} {
		if got, err := ParseHorizon(tc.s); got != tc.want || err != nil || got.String() != tc.short {
			t.Errorf("ParseHorizon(%q) = %v, %v, want %v", tc.s, got, err, tc.short)
		}
	}
	for _, s := range []string{"", " ", "52", "w", "weeks 52", "0w", "-1w", "1.2.3w", "52 fortnights", "1e3d", "infy", "NaNd", "--3d", "1w2", "1,5y"} {
		if got, err := ParseHorizon(s); err == nil {
			t.Errorf("ParseHorizon(%q) = %v, want an error", s, got)
		}
	}
}

// Conversions that must be exact.
func TestHorizonIn(t *testing.T) {
	for _, tc := range []struct {
		h    Horizon
		u    Unit
		want float64
	}{
		{Horizon{52, Week}, Week, 52}, {Horizon{52, Week}, Day, 364}, {Horizon{365, Day}, Week, 365.0 / 7},
		{Horizon{12, Month}, Year, 1}, {Horizon{1, Year}, Month, 12}, {Horizon{12, Month}, Day, 365.25}, {Horizon{2, Day}, Hour, 48},
		{Horizon{1, Year}, Week, 365.25 / 7},
	} {
		if got := tc.h.In(tc.u); got != tc.want {
			t.Errorf("%v in %ss = %v, want %v", tc.h, tc.u, got, tc.want)
		}
	}
}

// What String writes, ParseHorizon reads.
func TestHorizonRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Horizon{rapid.Float64Range(1e-9, 1e9).Draw(t, "value"), Unit(rapid.IntRange(int(Hour), int(Year)).Draw(t, "unit"))}
		if back, err := ParseHorizon(h.String()); back != h || err != nil {
			t.Errorf("ParseHorizon(%q) = %v, %v", h, back, err)
		}
	})
	if got := (Horizon{}).String(); got != "no horizon" {
		t.Errorf("the zero Horizon is %q", got)
	}
}
