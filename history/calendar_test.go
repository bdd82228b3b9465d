package history

import (
	"encoding/json"
	"testing"
	"time"
)

// Every day of the years 1 to 9999, against package time.
func TestDateEveryDay(t *testing.T) {
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for want := Date(1); want <= lastDate; want++ {
		year, month, dom := day.Date()
		if got, ok := DateFrom(year, int(month), dom); got != want || !ok {
			t.Fatalf("DateFrom(%d, %d, %d) = %d, %v, want %d", year, month, dom, got, ok, want)
		}
		if got := want.Time(); !got.Equal(day) {
			t.Fatalf("Date(%d).Time() = %v, want %v", want, got, day)
		}
		day = day.AddDate(0, 0, 1)
	}
	if day.Year() != 10000 {
		t.Errorf("the day after lastDate is %v, want the first of year 10000", day)
	}
}

func TestDateFromNoSuchDay(t *testing.T) {
	for _, d := range [][3]int{
		{1997, 2, 29}, {1900, 2, 29}, {1997, 4, 31}, {1997, 13, 1}, {1997, 0, 1}, {1997, 1, 0}, {1997, 1, 32}, {0, 1, 1}, {10000, 1, 1}, {-4, 1, 1},
	} {
		if got, ok := DateFrom(d[0], d[1], d[2]); ok || got != 0 {
			t.Errorf("DateFrom(%d, %d, %d) = %v, %v, want none", d[0], d[1], d[2], got, ok)
		}
	}
	if _, ok := DateFrom(2000, 2, 29); !ok {
		t.Error("2000-02-29 is a day")
	}
}

// The day is the one in the time value's own zone, also where UTC has another.
func TestDateOf(t *testing.T) {
	east, west := time.FixedZone("east", 14*3600), time.FixedZone("west", -11*3600)
	want, _ := DateFrom(1997, 9, 30)
	for _, tm := range []time.Time{
		time.Date(1997, 9, 30, 0, 0, 0, 0, east), time.Date(1997, 9, 30, 23, 59, 59, 999, west), time.Date(1997, 9, 30, 12, 0, 0, 0, time.UTC),
	} {
		if got := DateOf(tm); got != want {
			t.Errorf("DateOf(%v) = %v, want %v", tm, got, want)
		}
	}
	for _, tm := range []time.Time{{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if got := DateOf(tm); got != 0 {
			t.Errorf("DateOf(%v) = %v, want no date", tm, got)
		}
	}
}

func TestDateText(t *testing.T) {
	d, err := ParseDate("1997-09-30")
	if err != nil || d.String() != "1997-09-30" {
		t.Fatalf("ParseDate = %v, %v", d, err)
	}
	b, err := json.Marshal([]Date{d, 0})
	if err != nil || string(b) != `["1997-09-30",""]` {
		t.Errorf("Marshal = %s, %v", b, err)
	}
	var back []Date
	if err := json.Unmarshal(b, &back); err != nil || back[0] != d || back[1] != 0 {
		t.Errorf("Unmarshal = %v, %v", back, err)
	}
	for _, s := range []string{"", "1997-02-29", "30.9.1997", "0000-01-01", "1997-09-30T00:00:00Z"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
	if got := Date(0); !got.Time().IsZero() || got.String() != "no date" {
		t.Errorf("no date is %v, %q", got.Time(), got)
	}
}
