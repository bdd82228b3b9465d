package ingest

import (
	"fmt"
	"strings"
)

// dateParts are the three numbers of a date in the order in which they stand.
type dateParts struct {
	a, b, c int
	form    form // yearFirst, compact or dayOrMonth
}

// splitDate takes a date apart: three numbers with one and the same separator
// between them, the year with four digits, or eight digits. It does not say
// which number is what in dayOrMonth.
func splitDate(s string) (dateParts, error) {
	unknown := fmt.Errorf("%q is not a date: write dates like 1997-09-30, or tell how they are written with --date-format, like %%d/%%m/%%Y or 02/01/2006", s)
	n := digits(s)
	if n == 8 {
		if len(s) > n && !isClock(s[n:]) {
			return dateParts{}, unknown
		}
		return dateParts{value(s[:4]), value(s[4:6]), value(s[6:8]), compact}, nil
	}
	if n == 0 || n == len(s) || strings.IndexByte("-/.", s[n]) < 0 {
		return dateParts{}, unknown
	}
	first, separator, rest := s[:n], s[n], s[n+1:]
	n = digits(rest)
	if n == 0 || n > 2 || n == len(rest) || rest[n] != separator {
		return dateParts{}, unknown
	}
	second, rest := rest[:n], rest[n+1:]
	n = digits(rest)
	third, clock := rest[:n], rest[n:]
	if clock != "" && !isClock(clock) {
		return dateParts{}, unknown
	}
	p := dateParts{value(first), value(second), value(third), dayOrMonth}
	switch {
	case len(first) == 4 && (n == 1 || n == 2):
		p.form = yearFirst
		return p, nil
	case len(first) <= 2 && n == 4:
		return p, nil
	case len(first) <= 2 && n == 2:
		return dateParts{}, fmt.Errorf("%q has a year of two digits: tell how the dates are written with --date-format, like %%d/%%m/%%y", s)
	}
	return dateParts{}, unknown
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// value returns the number that a few digits write.
func value(s string) int {
	v := 0
	for _, c := range []byte(s) {
		v = 10*v + int(c-'0')
	}
	return v
}

// isClock reports whether s, which follows a date, is a time of day: a T or a
// space, hours and minutes, and if they are there seconds, a fraction, AM or
// PM, and a time zone.
func isClock(s string) bool {
	if len(s) < 2 || s[0] != 'T' && s[0] != 't' && s[0] != ' ' {
		return false
	}
	s = strings.TrimLeft(s, "Tt ")
	n := digits(s)
	if n == 6 { // 140500, as after 19970930T
		return value(s[:2]) < 24 && value(s[2:4]) < 60 && value(s[4:6]) <= 60 && isZone(s[6:])
	}
	if n == 0 || n > 2 || value(s[:n]) > 23 || len(s) < n+3 || s[n] != ':' || !upTo(59, s[n+1:]) {
		return false
	}
	s = s[n+3:]
	if strings.HasPrefix(s, ":") {
		if !upTo(60, s[1:]) {
			return false
		}
		s = s[3:]
		if s != "" && (s[0] == '.' || s[0] == ',') {
			if n = digits(s[1:]); n == 0 {
				return false
			}
			s = s[1+n:]
		}
	}
	return isZone(s)
}

// upTo reports whether s begins with two digits and they are at most most. A
// leap second is 60.
func upTo(most int, s string) bool { return digits(s) == 2 && value(s[:2]) <= most }

// isZone reports whether s is what may follow a time of day: nothing, AM or
// PM, Z, UTC, GMT, an offset, or these one after the other.
func isZone(s string) bool {
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		n := 0
		for _, word := range []string{"AM", "PM", "UTC", "GMT", "Z"} {
			if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
				n = len(word)
			}
		}
		if n == 0 && (s[0] == '+' || s[0] == '-') {
			n = offset(s)
		}
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return true
}

// offset returns the length of a zone offset, +02, +0200 or +02:00, at the
// beginning of s, or 0.
func offset(s string) int {
	switch n := digits(s[1:]); {
	case n == 4:
		return 5
	case n == 2 && len(s) >= 6 && s[3] == ':' && digits(s[4:]) == 2:
		return 6
	case n == 2 && len(s) == 3:
		return 3
	}
	return 0
}
