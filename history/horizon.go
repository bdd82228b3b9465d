package history

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Horizon is a length of time that carries its unit: 52 weeks, 12 months.
type Horizon struct {
	Value float64
	Unit  Unit
}

// ParseHorizon reads a positive number and a unit, "52w", "12 months", "365d",
// "1.5 years". A number without a unit is an error: which unit was meant is
// the most expensive guess in this field.
func ParseHorizon(s string) (Horizon, error) {
	const want = "write a number and a unit: 52w, 12 months, 365d"
	text := strings.TrimSpace(s)
	i := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.+-", r) })
	switch i {
	case 0:
		return Horizon{}, fmt.Errorf("horizon %q does not begin with a number: %s", s, want)
	case -1:
		return Horizon{}, fmt.Errorf("horizon %q has no unit: %s", s, want)
	}
	v, err := strconv.ParseFloat(text[:i], 64)
	if err != nil {
		return Horizon{}, fmt.Errorf("horizon %q does not begin with a number: %s", s, want)
	}
	u, err := ParseUnit(text[i:])
	if err != nil {
		return Horizon{}, fmt.Errorf("horizon %q: %w", s, err)
	}
	if !(v > 0) || math.IsInf(v, 0) {
		return Horizon{}, fmt.Errorf("horizon %q is not positive: %s", s, want)
	}
	return Horizon{v, u}, nil
}

// In returns the length of the horizon in units u.
func (h Horizon) In(u Unit) float64 { return h.Value * h.Unit.Days() / u.Days() }

// String returns the short form that names output columns: "52w", "12m".
func (h Horizon) String() string {
	if h.Unit == 0 {
		return "no horizon"
	}
	return strconv.FormatFloat(h.Value, 'f', -1, 64) + units[h.Unit].short
}
