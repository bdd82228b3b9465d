package ingest

import (
	"testing"
	"time"
)

// A moment whose offset is written becomes a day in the zone asked for; Go's
// own parser says which.
func TestInZone(t *testing.T) {
	for _, name := range []string{"Asia/Tokyo", "America/Los_Angeles", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip(err)
		}
		for _, tc := range []struct{ layout, text string }{
			{"2006-01-02T15:04:05Z07:00", "1997-01-01T23:59:59Z"}, {"2006-01-02T15:04:05.000Z07:00", "1997-01-01T00:10:00.500+02:00"},
			{"2006-01-02 15:04:05-0700", "1997-03-01 20:00:00-0500"}, {"2006-01-02 15:04:05 -0700 MST", "1997-01-01 01:00:00 +0000 UTC"},
			{"2006-01-02 15:04Z07", "1997-01-01 10:00-08"}, {"02/01/2006 3:04 PM Z0700", "31/12/1996 11:30 PM +0100"}, {"20060102T150405Z0700", "19970101T153000Z"},
			{"02.01.2006 03:04 PM -0700", "31.12.1996 12:30 AM +0900"},
		} {
			want, err := time.Parse(tc.layout, tc.text)
			if err != nil {
				t.Fatal(err)
			}
			d := dates{zone: zone}
			got, err := d.parse(tc.text)
			if err != nil || got.date.String() != want.In(zone).Format(time.DateOnly) {
				t.Errorf("%s in %s is %v, %v; want %v", tc.text, name, got.date, err, want.In(zone))
			}
			d = dates{zone: zone, layout: tc.layout}
			if got, err := d.parse(tc.text); err != nil || got.date.String() != want.In(zone).Format(time.DateOnly) {
				t.Errorf("%s with its layout in %s is %v, %v; want %v", tc.text, name, got.date, err, want.In(zone))
			}
			if got, err = d.parse(tc.text); err != nil { // the fast path, once the form is known
				t.Error(err)
			}
		}
		d := dates{zone: zone}
		for _, s := range []string{"1997-01-01 23:59:59", "1997-01-01", "1997-01-01 11:59 PM"} {
			if got, err := d.parse(s); err != nil || got.date.String() != "1997-01-01" {
				t.Errorf("%s in %s is %v, %v: no offset is written", s, name, got.date, err)
			}
		}
	}
}
