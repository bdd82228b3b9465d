package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// A form is a way of writing dates.
type form uint8

const (
	unknownForm form = iota
	yearFirst        // 1997-09-30, 1997/9/30
	compact          // 19970930
	dayOrMonth       // 05/06/1997, while it is not known which is the day
	dayFirst         // 30/09/1997, 30.9.1997
	monthFirst       // 09/30/1997
)

var formNames = [...]string{yearFirst: "year, month, day", compact: "yyyymmdd", dayOrMonth: "year last", dayFirst: "day, month, year", monthFirst: "month, day, year"}

// dates reads the dates of one file, all of which must have the form of the
// first one: where some dates of a file are written another way, a program has
// taken days for months in the others.
type dates struct {
	layout string         // as the user gave it; empty: the form is found
	zone   *time.Location // of the days; nil: a day is what is written
	form   form
	proof  string // the date that told days from months
}

// A dateReading is the day that a date means. While days and months cannot be
// told apart it has two meanings.
type dateReading struct {
	date       history.Date
	monthFirst history.Date // the other meaning; zero if there is only one
	text       string       // how it is written, if it has two
}

// format returns the layout given or found, empty if there were no dates.
func (d *dates) format() string {
	if d.layout != "" {
		return d.layout
	}
	return [...]string{yearFirst: "2006-01-02", compact: "20060102", dayFirst: "02/01/2006", monthFirst: "01/02/2006"}[d.form]
}

// settled reports whether the form of the dates is known for good.
func (d *dates) settled() bool {
	return d.layout != "" || d.form != unknownForm && d.form != dayOrMonth
}

// parse reads a date. A time of day after it must be one, and does not matter.
func (d *dates) parse(s string) (dateReading, error) {
	if d.form == yearFirst {
		if date, ok := isoDate(s); ok {
			if d.zone != nil {
				date = inZone(date, s, d.zone)
			}
			return dateReading{date: date}, nil
		}
	}
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return dateReading{}, errNoDate
	case d.layout != "":
		return d.parseLayout(s)
	}
	p, err := splitDate(s)
	if err != nil {
		return dateReading{}, err
	}
	return d.interpret(s, p)
}

// isoDate is the fast path for 1997-09-30 and 1997-09-30 14:05:00.
func isoDate(s string) (history.Date, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || len(s) > 10 && !isClock(s[10:]) {
		return 0, false
	}
	century, ok1 := twoDigits(s[0:])
	year, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return 0, false
	}
	return history.DateFrom(100*century+year, month, day)
}

func twoDigits(s string) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func (d *dates) parseLayout(s string) (dateReading, error) {
	t, err := time.Parse(d.layout, s)
	if err != nil {
		return dateReading{}, fmt.Errorf("%q is not a date of the form %q that --date-format asks for", s, d.layout)
	}
	if d.zone != nil && (strings.Contains(d.layout, "-07") || strings.Contains(d.layout, "Z07")) {
		t = t.In(d.zone)
	}
	year, month, day := t.Date()
	date, ok := history.DateFrom(year, int(month), day)
	if !ok {
		return dateReading{}, fmt.Errorf("%q lies outside the years 1 to 9999", s)
	}
	return dateReading{date: date}, nil
}

// interpret decides what the parts of a date mean, and learns from them how
// the dates of the file are written.
func (d *dates) interpret(s string, p dateParts) (dateReading, error) {
	form := p.form
	if form == dayOrMonth {
		switch {
		case p.a > 12:
			form = dayFirst
		case p.b > 12:
			form = monthFirst
		case d.form == dayFirst || d.form == monthFirst:
			form = d.form
		}
	}
	day := func(year, month, day int) (date history.Date, err error) {
		date, ok := history.DateFrom(year, month, day)
		if !ok {
			err = fmt.Errorf("%q is not a date: there is no such day", s)
		}
		return date, err
	}
	var r dateReading
	var err error
	switch form {
	case yearFirst, compact:
		r.date, err = day(p.a, p.b, p.c)
	case monthFirst:
		r.date, err = day(p.c, p.a, p.b)
	case dayOrMonth:
		r.monthFirst, _ = day(p.c, p.a, p.b)
		r.text = s
		fallthrough
	case dayFirst:
		r.date, err = day(p.c, p.b, p.a)
	}
	if err != nil {
		return dateReading{}, err
	}
	if d.zone != nil {
		r.date, r.monthFirst = inZone(r.date, s, d.zone), inZone(r.monthFirst, s, d.zone)
	}
	return r, d.settle(s, form)
}

// settle takes note of the form of a date, or says that it is not the form of
// the dates before it.
func (d *dates) settle(s string, form form) error {
	proves := form == dayFirst || form == monthFirst
	switch {
	case d.form == form:
	case d.form == unknownForm || d.form == dayOrMonth && proves:
		if d.form = form; proves {
			d.proof = s
		}
	case proves && d.proof != "":
		return fmt.Errorf("%q is written %s, but %q before it %s: write all dates of a file in one way", s, formNames[form], d.proof, formNames[d.form])
	default:
		return fmt.Errorf("%q is written %s, but the dates before it %s: write all dates of a file in one way", s, formNames[form], formNames[d.form])
	}
	return nil
}
