package ingest

import (
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// inZone returns the day in the zone of a moment that is written as a date and
// what follows it, if that tells the offset from UTC; else the date.
func inZone(date history.Date, written string, zone *time.Location) history.Date {
	at := strings.IndexAny(written, "Tt ")
	if zone == nil || at < 0 || date == 0 {
		return date
	}
	seconds, rest := clockSeconds(strings.TrimLeft(written[at:], "Tt "))
	offset, known := 0, false
	for rest = strings.TrimLeft(rest, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		n := 2
		switch {
		case rest[0] == '+' || rest[0] == '-':
			n = zoneOffset(rest, &offset)
			known = true
		case strings.EqualFold(rest[:1], "Z"):
			n, known = 1, true
		case len(rest) >= 3 && (strings.EqualFold(rest[:3], "UTC") || strings.EqualFold(rest[:3], "GMT")):
			n, known = 3, true
		case strings.EqualFold(rest[:2], "PM") && seconds < 12*60*60:
			seconds += 12 * 60 * 60
		case strings.EqualFold(rest[:2], "AM") && seconds >= 12*60*60:
			seconds -= 12 * 60 * 60
		}
		rest = rest[n:]
	}
	if !known {
		return date
	}
	return history.DateOf(date.Time().Add(time.Duration(seconds-offset) * time.Second).In(zone))
}

// clockSeconds returns the seconds since midnight of a time of day that
// isClock has seen, and what follows it.
func clockSeconds(s string) (seconds int, rest string) {
	n := digits(s)
	if n == 6 { // 140500
		return 3600*value(s[:2]) + 60*value(s[2:4]) + value(s[4:6]), s[6:]
	}
	seconds = 3600*value(s[:n]) + 60*value(s[n+1:n+3])
	s = s[n+3:]
	if strings.HasPrefix(s, ":") {
		seconds += value(s[1:3])
		s = s[3:]
		if s != "" && (s[0] == '.' || s[0] == ',') {
			s = s[1+digits(s[1:]):]
		}
	}
	return seconds, s
}

// zoneOffset reads +02, +0200 or +02:00 into seconds and returns its length.
func zoneOffset(s string, seconds *int) int {
	n := offset(s)
	*seconds = 3600 * value(s[1:3])
	switch n {
	case 5:
		*seconds += 60 * value(s[3:5])
	case 6:
		*seconds += 60 * value(s[4:6])
	}
	if s[0] == '-' {
		*seconds = -*seconds
	}
	return n
}
