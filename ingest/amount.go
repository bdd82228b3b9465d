package ingest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseAmount reads an amount of money or a quantity: a decimal number, with a
// currency sign before it and thousands separated by commas if there is no
// doubt: 1,234.50 and 1,234,567 have one meaning, 1,234 and 12,50 depend on
// the country.
func parseAmount(s string) (float64, error) {
	if v, ok := plainNumber(s); ok {
		return v, nil
	}
	t := strings.TrimSpace(s)
	if v, ok := plainNumber(t); ok {
		return v, nil
	}
	if t == "" {
		return 0, errors.New("the field is empty: a number is expected")
	}
	digits, negative := strings.CutPrefix(t, "-")
	for _, sign := range []string{"$", "£", "€", "¥"} {
		if rest, ok := strings.CutPrefix(digits, sign); ok {
			digits = strings.TrimLeft(rest, " ")
			break
		}
	}
	if !negative {
		digits, negative = strings.CutPrefix(digits, "-")
	}
	if plain, ok := withoutThousands(digits); ok {
		if v, ok := plainNumber(plain); ok && digits[0] != '-' && digits[0] != '+' {
			if negative {
				v = -v
			}
			return v, nil
		}
	}
	if strings.Contains(t, ",") && strings.Trim(t, "-$£€¥0123456789,. ") == "" {
		return 0, fmt.Errorf("%q cannot be read without a guess: write it with a decimal point and without thousands separators, like 1234.50", s)
	}
	return 0, fmt.Errorf("%q is not a number: write it like 1234.50", s)
}

// plainNumber reads digits with a decimal point, a sign and an exponent.
func plainNumber(s string) (float64, bool) {
	d := s
	if d != "" && (d[0] == '-' || d[0] == '+') {
		d = d[1:]
	}
	if d == "" || d[0] != '.' && (d[0] < '0' || d[0] > '9') || len(d) > 1 && (d[1] == 'x' || d[1] == 'X') {
		return 0, false // Inf, NaN and hexadecimal numbers among them
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsInf(v, 0) && strings.IndexByte(s, '_') < 0 // 1_000 is a number in Go only
}

// withoutThousands takes the separators out of 1,234.50 or 1,234,567. It
// returns false if there are any that need not separate thousands.
func withoutThousands(s string) (string, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	if len(groups) == 1 {
		return s, true
	}
	if len(groups) == 2 && !point || len(groups[0]) == 0 || len(groups[0]) > 3 {
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
