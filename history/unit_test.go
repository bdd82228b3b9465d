package history

import (
	"encoding/json"
	"testing"
)

func TestUnit(t *testing.T) {
	for _, tc := range []struct {
		u       Unit
		days    float64
		perYear float64
		names   []string
	}{
		{Hour, 1.0 / 24, 8766, []string{"h", "hour", "hours", "H", " Hours "}},
		{Day, 1, 365.25, []string{"d", "day", "days", "DAY"}},
		{Week, 7, 365.25 / 7, []string{"w", "week", "weeks"}},
		{Month, 30.4375, 12, []string{"m", "month", "months", "M"}},
		{Year, 365.25, 1, []string{"y", "year", "years"}},
	} {
		if tc.u.Days() != tc.days || tc.u.PerYear() != tc.perYear {
			t.Errorf("%v: %v days, %v in a year; want %v and %v", tc.u, tc.u.Days(), tc.u.PerYear(), tc.days, tc.perYear)
		}
		for _, s := range tc.names {
			if u, err := ParseUnit(s); u != tc.u || err != nil {
				t.Errorf("ParseUnit(%q) = %v, %v, want %v", s, u, err, tc.u)
			}
		}
		b, err := json.Marshal(tc.u)
		var back Unit
		if err != nil || string(b) != `"`+tc.u.String()+`"` || json.Unmarshal(b, &back) != nil || back != tc.u {
			t.Errorf("%v is written %s and read as %v", tc.u, b, back)
		}
	}
}

func TestNoUnit(t *testing.T) {
	for _, s := range []string{"", "minute", "min", "quarter", "dayss", "no unit"} {
		if u, err := ParseUnit(s); err == nil {
			t.Errorf("ParseUnit(%q) = %v, want an error", s, u)
		}
	}
	for _, u := range []Unit{0, Year + 1} {
		if u.String() != "no unit" {
			t.Errorf("Unit(%d) is %q, want no unit", u, u)
		}
		if b, err := u.MarshalText(); err == nil {
			t.Errorf("Unit(%d) is written %q, want an error", u, b)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Unit(%d).Days() does not panic", u)
				}
			}()
			u.Days()
		}()
	}
}
