package history

import (
	"math"
	"testing"
)

func TestParseRate(t *testing.T) {
	for _, tc := range []struct {
		s    string
		want Rate
	}{{"10%/y", .1}, {"0.1/year", .1}, {" 12.5 % / years ", .125}, {"0%/y", 0}, {"0/y", 0}} {
		if got, err := ParseRate(tc.s); got != tc.want || err != nil {
			t.Errorf("ParseRate(%q) = %v, %v, want %v", tc.s, got, err, float64(tc.want))
		}
	}
	for _, s := range []string{"", "10%", "0.1", "10%/w", "10%/", "/y", "%/y", "-1%/y", "NaN/y", "Inf/y", "ten%/y", "10%/y/y"} {
		if got, err := ParseRate(s); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", s, got)
		}
	}
}

// A year of discounting at δ per unit is 1/(1+d), whatever the unit.
func TestRatePer(t *testing.T) {
	for u := Hour; u <= Year; u++ {
		for _, r := range []Rate{0, 1e-9, .1, .25, 1} {
			got, want := math.Exp(-r.Per(u)*u.PerYear()), 1/(1+float64(r))
			if math.Abs(got-want) > 4e-16*want { // two roundings
				t.Errorf("a year at %v per %v discounts by %v, want %v", float64(r), u, got, want)
			}
		}
	}
	// ln 1.1 · 7/365.25 to 20 digits, by bc.
	if got, want := Rate(.1).Per(Week), 0.0018266153555928104594; math.Abs(got-want) > 4e-16*want {
		t.Errorf("10%%/y per week = %v, want %v", got, want)
	}
}
