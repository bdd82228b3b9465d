package history

import (
	"fmt"
	"time"
)

// A Date is a civil day of the Gregorian calendar, counted so that 1 January
// of year 1 is 1. Its zero value is no date.
type Date int32

// lastDate is 31 December 9999, the last day that four digits can write.
const lastDate Date = 3652059

// unixEpoch is 1 January 1970.
const unixEpoch Date = 719163

// DateOf returns the civil day of t in the time zone that t carries. It is
// zero for the zero time and outside the years 1 to 9999.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return 0
	}
	year, month, day := t.Date()
	d, _ := DateFrom(year, int(month), day)
	return d
}

// DateFrom returns the date of a year from 1 to 9999, a month and a day of the
// month, and whether there is such a day.
func DateFrom(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > monthDays(year, month) {
		return 0, false
	}
	// A year that begins in March has its leap day last, and its months before
	// any month sum to ⌊(153m+2)/5⌋ days.
	m := month - 3
	if m < 0 {
		m += 12
		year--
	}
	return Date(365*year + year/4 - year/100 + year/400 + (153*m+2)/5 + day - 306), true
}

func monthDays(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// ParseDate reads a date as ISO 8601 writes it, 1997-09-30.
func ParseDate(s string) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		year, month, day := t.Date()
		if d, ok := DateFrom(year, int(month), day); ok {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is not a date: write it like 1997-09-30", s)
}

// Time returns midnight UTC of the day, the form in which a Table holds dates.
// For no date it is the zero time.
func (d Date) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d-unixEpoch)*24*60*60, 0).UTC()
}

// String returns the date as ISO 8601 writes it.
func (d Date) String() string {
	if d == 0 {
		return "no date"
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText writes what String returns, and nothing for no date.
func (d Date) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d = 0
	if len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}
