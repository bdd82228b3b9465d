package history

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Rate is an annual effective discount rate: 0.1 makes a payment a year
// from now worth 1/1.1 of the same payment today.
type Rate float64

// ParseRate reads an annual rate that says so: "10%/y", "0.1/year", "0%/y". A
// rate without "/y" is an error.
func ParseRate(s string) (Rate, error) {
	const want = "write an annual effective rate: 10%/y"
	number, unit, ok := strings.Cut(strings.ReplaceAll(s, " ", ""), "/")
	if !ok {
		return 0, fmt.Errorf("discount rate %q has no period: %s", s, want)
	}
	if u, err := ParseUnit(unit); err != nil || u != Year {
		return 0, fmt.Errorf("discount rate %q is not annual: %s", s, want)
	}
	digits, percent := strings.CutSuffix(number, "%")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, fmt.Errorf("discount rate %q does not begin with a number: %s", s, want)
	}
	if percent {
		v /= 100
	} else if v > 1 {
		return 0, fmt.Errorf("discount rate %q is %g %% a year: %s", s, 100*v, want)
	}
	if !(v >= 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("discount rate %q is negative: %s", s, want)
	}
	return Rate(v), nil
}

// Per returns the continuous rate δ per unit u with the same effect over a
// year: δ = ln(1+d)/(units per year).
func (r Rate) Per(u Unit) float64 { return math.Log1p(float64(r)) / u.PerYear() }
