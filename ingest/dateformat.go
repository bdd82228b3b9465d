package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// directives are what strftime's letters mean as a Go layout: with leading
// zeros, and with or without.
var directives = map[byte][2]string{
	'Y': {"2006", "2006"}, 'y': {"06", "06"}, 'm': {"01", "1"}, 'd': {"02", "2"}, 'e': {"_2", "_2"},
	'b': {"Jan", "Jan"}, 'h': {"Jan", "Jan"}, 'B': {"January", "January"}, 'a': {"Mon", "Mon"}, 'A': {"Monday", "Monday"},
	'H': {"15", "15"}, 'I': {"03", "3"}, 'M': {"04", "4"}, 'S': {"05", "5"}, 'p': {"PM", "PM"}, 'z': {"-0700", "-0700"}, 'Z': {"MST", "MST"},
	'F': {"2006-01-02", "2006-01-02"}, 'T': {"15:04:05", "15:04:05"}, 'R': {"15:04", "15:04"}, '%': {"%", "%"},
}

// dateLayout returns the Go layout of a format that is one already or is
// written for strftime. It returns an error if year, month and day do not all
// follow from a date of that format.
func dateLayout(format string) (string, error) {
	layout := format
	if strings.Contains(format, "%") {
		var err error
		if layout, err = fromStrftime(format); err != nil {
			return "", err
		}
	}
	for _, day := range []time.Time{time.Date(2003, 2, 14, 0, 0, 0, 0, time.UTC), time.Date(1998, 11, 5, 0, 0, 0, 0, time.UTC)} {
		t, err := time.Parse(layout, day.Format(layout))
		if err != nil || history.DateOf(t) != history.DateOf(day) {
			return "", fmt.Errorf("--date-format %q does not have a year, a month and a day: write it like %%d/%%m/%%Y, or like 02/01/2006, which is how the format writes 2 January 2006", format)
		}
	}
	return layout, nil
}

// fromStrftime translates a format. Numbers may lack their leading zeros,
// unless two directives touch, as in %Y%m%d.
func fromStrftime(format string) (string, error) {
	var b strings.Builder
	width := 1
	if directivesTouch(format) {
		width = 0
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		if i == len(format) {
			return "", fmt.Errorf("--date-format %q ends in a %%", format)
		}
		d, ok := directives[format[i]]
		if !ok {
			return "", fmt.Errorf("--date-format %q: %%%c is not known: use %%Y %%m %%d %%H %%M %%S %%b %%y and the like", format, format[i])
		}
		b.WriteString(d[width])
	}
	return b.String(), nil
}

// directivesTouch reports whether one directive follows another at once.
func directivesTouch(format string) bool {
	for i := 0; i+2 < len(format); i++ {
		if format[i] == '%' {
			if format[i+2] == '%' {
				return true
			}
			i++
		}
	}
	return false
}
