package history

import (
	"fmt"
	"strings"
)

// A Unit is a unit of time. Its zero value is no unit.
type Unit uint8

// The units. A month is 365.25/12 days and a year 365.25 days, so that twelve
// months are a year and no conversion depends on the date.
const (
	Hour Unit = iota + 1
	Day
	Week
	Month
	Year
)

var units = [...]struct {
	name  string
	days  float64
	short string
}{Hour: {"hour", 1.0 / 24, "h"}, Day: {"day", 1, "d"}, Week: {"week", 7, "w"}, Month: {"month", 365.25 / 12, "m"}, Year: {"year", 365.25, "y"}}

// Days returns the length of the unit in days. It panics for the zero Unit.
func (u Unit) Days() float64 {
	if u == 0 || int(u) >= len(units) {
		panic("history: no unit of time")
	}
	return units[u].days
}

// PerYear returns how many of the unit make a year of 365.25 days.
func (u Unit) PerYear() float64 { return 365.25 / u.Days() }

// String returns the unit's English name in the singular.
func (u Unit) String() string {
	if u == 0 || int(u) >= len(units) {
		return "no unit"
	}
	return units[u].name
}

// ParseUnit reads a unit: its name in the singular or the plural, or its first
// letter ("m" is a month).
func ParseUnit(s string) (Unit, error) {
	w := strings.ToLower(strings.TrimSpace(s))
	for u := Hour; u <= Year; u++ {
		if w == units[u].short || w == units[u].name || w == units[u].name+"s" {
			return u, nil
		}
	}
	return 0, fmt.Errorf("unit %q is not known: use hour, day, week, month or year", s)
}

// MarshalText writes the unit's name.
func (u Unit) MarshalText() ([]byte, error) {
	if u == 0 || int(u) >= len(units) {
		return nil, fmt.Errorf("history: unit %d has no name", u)
	}
	return []byte(units[u].name), nil
}

// UnmarshalText reads what ParseUnit reads.
func (u *Unit) UnmarshalText(b []byte) (err error) {
	*u, err = ParseUnit(string(b))
	return err
}
