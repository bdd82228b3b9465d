package ingest

import (
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
)

func TestParseDate(t *testing.T) {
	for _, tc := range []struct {
		s    string
		want string
		form form
	}{
		{"1997-09-30", "1997-09-30", yearFirst},
		{"1997-9-3", "1997-09-03", yearFirst},
		{"1997/09/30", "1997-09-30", yearFirst},
		{"1997.9.30", "1997-09-30", yearFirst},
		{"19970930", "1997-09-30", compact},
		{"19970930T140500Z", "1997-09-30", compact},
		{"30/09/1997", "1997-09-30", dayFirst},
		{"30.9.1997", "1997-09-30", dayFirst},
		{"30-09-1997 14:05", "1997-09-30", dayFirst},
		{"09/30/1997", "1997-09-30", monthFirst},
		{"9/30/1997 2:05 PM", "1997-09-30", monthFirst},
		{"2000-02-29", "2000-02-29", yearFirst},
		{" 1997-09-30 ", "1997-09-30", yearFirst},

		// The day is the one that is written, whatever the zone.
		{"1997-09-30 14:05:00", "1997-09-30", yearFirst},
		{"1997-09-30 14:05", "1997-09-30", yearFirst},
		{"1997-09-30T23:59:59Z", "1997-09-30", yearFirst},
		{"1997-09-30t23:59:60z", "1997-09-30", yearFirst}, // a leap second
		{"1997-09-30T00:00:00.000000001-11:00", "1997-09-30", yearFirst},
		{"1997-09-30T00:00:00,5+14", "1997-09-30", yearFirst},
		{"1997-09-30T00:00:00+1400", "1997-09-30", yearFirst},
		{"1997-09-30 00:00:00 +0000 UTC", "1997-09-30", yearFirst},
		{"1997-09-30 00:00:00 GMT", "1997-09-30", yearFirst},
	} {
		var d dates
		got, err := d.parse(tc.s)
		if err != nil || got.date.String() != tc.want || got.monthFirst != 0 || d.form != tc.form {
			t.Errorf("parse(%q) = %v, form %s, %v; want %s, form %s", tc.s, got.date, formNames[d.form], err, tc.want, formNames[tc.form])
		}
	}
}

func TestParseNoDate(t *testing.T) {
	for _, s := range []string{
		"", " ", "x", "1997", "1997-09", "1997-09-", "1997-09-30-", "1997--30", "1997-09-30x", "1997-09-30 x", "1997-09-30T", "1997-09-30 14", "1997-09-30 14:5",
		"1997-09-30 24:00", "1997-09-30 14:60", "1997-09-30 14:05:61", "1997-09-30 14:05:00.", "1997-09-30 14:05:00+2", "1997-09-30 14:05:00+02:0", "1997-09-30 14:05 CET",
		"1997-13-01", "1997-02-29", "1900-02-29", "0000-01-01", "19970931", "199709301", "1997093", "997-09-30", "12345-09-30", "30/09/97", "30/09/1997/", "30 09 1997", "30/9.1997",
		"32/01/1997", "13/13/1997", "99999999999999999999999/1/1", "1/1/99999999999999999999999", "１９９７-09-30", "-1997-09-30", "Sep 30, 1997",
	} {
		var d dates
		if got, err := d.parse(s); err == nil {
			t.Errorf("parse(%q) = %v, want an error", s, got.date)
		}
		if d.form != unknownForm {
			t.Errorf("parse(%q) learned the form %s from what is no date", s, formNames[d.form])
		}
	}
}

// Until a part is greater than 12 a date has two meanings; then all have one.
func TestParseDayOrMonth(t *testing.T) {
	for _, tc := range []struct {
		proof string
		after string
	}{{"13/01/1997", "1997-02-01"}, {"01/13/1997", "1997-01-02"}} {
		var d dates
		got, err := d.parse("01/02/1997")
		if err != nil || got.date.String() != "1997-02-01" || got.monthFirst.String() != "1997-01-02" {
			t.Errorf("parse(01/02/1997) = %v or %v, %v, want both", got.date, got.monthFirst, err)
		}
		if got, err = d.parse(tc.proof); err != nil || got.date.String() != "1997-01-13" || got.monthFirst != 0 {
			t.Errorf("parse(%s) = %v or %v, %v", tc.proof, got.date, got.monthFirst, err)
		}
		if got, err = d.parse("01/02/1997"); err != nil || got.date.String() != tc.after || got.monthFirst != 0 {
			t.Errorf("parse(01/02/1997) after %s = %v or %v, %v; want %s", tc.proof, got.date, got.monthFirst, err, tc.after)
		}
	}
}

func TestDateLayout(t *testing.T) {
	for _, tc := range []struct{ format, layout, date string }{
		{"2006-01-02", "2006-01-02", "1997-09-05"},
		{"Jan 2, 2006", "Jan 2, 2006", "Sep 5, 1997"},
		{"%d/%m/%Y", "2/1/2006", "05/09/1997"},
		{"%d/%m/%Y", "2/1/2006", "5/9/1997"},
		{"%m/%d/%y %H:%M", "1/2/06 15:4", "9/5/97 8:26"},
		{"%Y%m%d", "20060102", "19970905"},
		{"%Y%m%d%H%M%S", "20060102150405", "19970905082600"},
		{"%F %T", "2006-01-02 15:04:05", "1997-09-05 23:59:59"},
		{"%e %B %Y", "_2 January 2006", " 5 September 1997"},
		{"%a %d %b %Y %I:%M %p", "Mon 2 Jan 2006 3:4 PM", "Fri 05 Sep 1997 11:26 PM"},
		{"%Y-%m-%dT%H:%M:%S%z", "2006-01-02T15:04:05-0700", "1997-09-05T23:59:59-0800"}, // two directives touch
		{"%d.%m.%Y %%", "2.1.2006 %", "5.9.1997 %"},
	} {
		layout, err := dateLayout(tc.format)
		if err != nil || layout != tc.layout {
			t.Errorf("dateLayout(%q) = %q, %v, want %q", tc.format, layout, err, tc.layout)
			continue
		}
		d := dates{layout: layout}
		if got, err := d.parse(tc.date); err != nil || got.date.String() != "1997-09-05" {
			t.Errorf("parse(%q) by %q = %v, %v, want 1997-09-05", tc.date, tc.format, got.date, err)
		}
	}
	for _, format := range []string{"", "dd/mm/yyyy", "%d/%m", "%Y", "2006", "01-02", "%Y-%j", "%", "15:04", "2007-01-02"} {
		if layout, err := dateLayout(format); err == nil {
			t.Errorf("dateLayout(%q) = %q, want an error", format, layout)
		}
	}
}

// Every day of 400 years, in the fast form and the others.
func TestParseEveryDay(t *testing.T) {
	for day := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2200; day = day.AddDate(0, 0, 1) {
		want := history.DateOf(day)
		for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "2006/1/2", "20060102"} {
			s := day.Format(layout)
			var d dates
			if got, err := d.parse(s); err != nil || got.date != want {
				t.Fatalf("parse(%s) = %v, %v", s, got.date, err)
			}
			if got, err := d.parse(s); err != nil || got.date != want { // the form is known now
				t.Fatalf("parse(%s) again = %v, %v", s, got.date, err)
			}
		}
	}
}

// What is read as a date is one, and written again it is read again.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"1997-09-30", "30/09/1997", "19970930T1405", "1997-09-30T23:59:59.5+02:00", "9/30/1997 2:05 PM", "01/02/1997", "1997-09-30 0:00 +0000 UTC"} {
		f.Add("1997-01-01", s)
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, first, s string) {
		var d dates
		d.parse(first)
		got, err := d.parse(s)
		if err != nil {
			return
		}
		if got.date < 1 || got.date.Time().Year() > 9999 {
			t.Fatalf("parse(%q) = %d", s, got.date)
		}
		var again dates
		if back, err := again.parse(got.date.String()); err != nil || back.date != got.date {
			t.Errorf("parse(%q) = %v, which is read as %v, %v", s, got.date, back.date, err)
		}
	})
}
