package ingest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// amounts reads amounts of money and quantities. Its zero value takes what has
// one meaning in every country.
type amounts struct {
	decimal rune // the decimal mark, '.' or ','; zero: not said
}

// parse reads a decimal number, with a currency sign before it. While the
// decimal mark is not known, it is a point, and thousands may be separated by
// commas if there is no doubt: 1,234.50 and 1,234,567 have one meaning, 1,234
// and 12,50 depend on the country.
func (a amounts) parse(s string) (float64, error) {
	if a.decimal != ',' {
		if v, ok := plainNumber(s); ok {
			return v, nil
		}
	}
	t := strings.TrimSpace(s)
	if t == "" {
		return 0, errNoNumber
	}
	digits, negative := withoutCurrency(t, a.decimal == ',')
	if digits != "" && digits[0] != '-' && (digits[0] != '+' || digits == t) {
		if plain, ok := a.plain(digits); ok {
			if v, ok := plainNumber(plain); ok {
				if negative {
					v = -v
				}
				return v, nil
			}
		}
	}
	if a.decimal == 0 && strings.Contains(t, ",") && strings.Trim(t, "-$£€¥0123456789,. ") == "" {
		return 0, fmt.Errorf("%q cannot be read without a guess: write it with a decimal point and without thousands separators, like 1234.50, or tell the decimal mark with --decimal", s)
	}
	return 0, fmt.Errorf("%q is not a number: write it like %s", s, a.example())
}

// withoutCurrency takes a sign and a currency sign off, in either order. The
// currency sign may be behind where countries write it there.
func withoutCurrency(s string, behind bool) (digits string, negative bool) {
	digits, negative = strings.CutPrefix(s, "-")
	for _, sign := range []string{"$", "£", "€", "¥"} {
		if rest, ok := strings.CutPrefix(digits, sign); ok {
			digits = strings.TrimLeft(rest, spaces)
			break
		}
		if rest, ok := strings.CutSuffix(digits, sign); ok && behind {
			digits = strings.TrimRight(rest, spaces)
			break
		}
	}
	if !negative {
		digits, negative = strings.CutPrefix(digits, "-")
	}
	return digits, negative
}

// plain returns the number as Go writes it.
func (a amounts) plain(digits string) (string, bool) {
	switch {
	case a.decimal == ',' && strings.ContainsAny(digits, spaces):
		if strings.Contains(digits, ".") {
			return "", false
		}
		return withoutThousands(spaceMarks.Replace(digits), true)
	case a.decimal == ',':
		return withoutThousands(swapMarks.Replace(digits), true)
	case a.decimal == '.':
		return withoutThousands(digits, true)
	}
	return withoutThousands(digits, false)
}

// spaces separate thousands where the decimal mark is a comma: the plain one
// and those that do not break a line.
const spaces = " \u00a0\u202f"

var (
	swapMarks  = strings.NewReplacer(",", ".", ".", ",")
	spaceMarks = strings.NewReplacer(",", ".", " ", ",", "\u00a0", ",", "\u202f", ",")
)

func (a amounts) example() string {
	if a.decimal == ',' {
		return "1234,50"
	}
	return "1234.50"
}

// plainNumber reads digits with a decimal point, a sign and an exponent.
func plainNumber(s string) (float64, bool) {
	d := s
	if d != "" && (d[0] == '-' || d[0] == '+') {
		d = d[1:]
	}
	if v, ok := shortNumber(d); ok {
		if s[0] == '-' {
			v = -v
		}
		return v, true
	}
	if d == "" || d[0] != '.' && (d[0] < '0' || d[0] > '9') || len(d) > 1 && (d[1] == 'x' || d[1] == 'X') {
		return 0, false // Inf, NaN and hexadecimal numbers among them
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsInf(v, 0) && strings.IndexByte(s, '_') < 0 // 1_000 is a number in Go only
}

// shortNumber reads up to 15 digits with a decimal point. Whole numbers of 15
// digits and the powers of ten up to 1e22 are exact, so that their quotient is
// the nearest to the number, as [strconv.ParseFloat] has it.
func shortNumber(d string) (float64, bool) {
	whole, digits, point := 0, 0, -1
	for i, c := range []byte(d) {
		switch {
		case c >= '0' && c <= '9':
			whole = 10*whole + int(c-'0')
			digits++
		case c == '.' && point < 0:
			point = i
		default:
			return 0, false
		}
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	v := float64(whole)
	if point >= 0 {
		v /= powersOfTen[digits-point]
	}
	return v, true
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// withoutThousands takes the separators out of 1,234.50 or 1,234,567. It
// returns false if there are any that need not separate thousands; where it is
// sure that commas do, 1,234 has one meaning too.
func withoutThousands(s string, sure bool) (string, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	if len(groups) == 1 {
		return s, true
	}
	if len(groups) == 2 && !point && !sure || len(groups[0]) == 0 || len(groups[0]) > 3 {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 || strings.Trim(g, "0123456789") != "" {
			return "", false
		}
	}
	if strings.Trim(fraction, "0123456789") != "" {
		return "", false
	}
	plain := strings.Join(groups, "")
	if point {
		plain += "." + fraction
	}
	return plain, true
}
