package forecast

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func day(t *testing.T, s string) history.Date { t.Helper(); return date(t, s) }

// seasonalLog simulates a log from 2022 on, of customers who live for ever, buy at rates of Gamma(1, 8 weeks), faster in some months and on
// some weekdays.
func seasonalLog(t *testing.T, end string, factor func(d history.Date) float64) *history.Log {
	t.Helper()
	rng := rand.New(rand.NewPCG(12, 12))
	start, cut := day(t, "2022-01-01"), day(t, end)
	b := history.NewBuilder(&history.Options{Unit: history.Week, Cut: cut.Time()})
	add := func(id int, d history.Date) {
		if err := b.AddRow([]byte{byte(id), byte(id >> 8)}, d, math.NaN()); err != nil {
			t.Fatal(err)
		}
	}
	for id := 1; id <= 3000; id++ {
		born := start + history.Date(rng.IntN(int(cut-start)/2))
		lambda := rng.ExpFloat64() / 8
		add(id, born)
		for d := born + 1; d <= cut; d++ {
			if rng.Float64() < -math.Expm1(-lambda/7*factor(d)) {
				add(id, d)
			}
		}
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// The estimated factors are within 4.5 standard errors, 1/√purchases with half
// as much again for the differences between customers, of those the log was
// made with.
func TestEstimateSeason(t *testing.T) {
	months := [12]float64{0.8, 0.8, 0.9, 1, 1, 1, 0.9, 0.9, 1, 1.1, 1.3, 1.6}
	log := seasonalLog(t, "2023-12-30", func(d history.Date) float64 {
		f := months[monthOf(d)]
		if weekdayOf(d) == 6 {
			f *= 0.4
		}
		return f
	})
	m := Of(models.NBD{R: 1, Alpha: 8})
	year, err := EstimateSeason(m, log.Table, log.Days, history.Year)
	if err != nil {
		t.Fatal(err)
	}
	var average float64
	for i, v := range months {
		average += v * monthDays[i] / 365.25
	}
	for i, s := range year.Months {
		want := months[i] / average
		if se := 1.5 * s.Factor / math.Sqrt(s.Purchases); math.Abs(s.Factor-want) > 4.5*se {
			t.Errorf("%s: %.3f ± %.3f, want %.3f", s.Name, s.Factor, se, want)
		}
	}
	week, err := EstimateSeason(m, log.Table, log.Days, history.Week)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := week.Weekdays[6], 0.4*7/6.4; got.Name != "Sunday" || math.Abs(got.Factor-want) > 4.5*1.5*want/math.Sqrt(got.Purchases) {
		t.Errorf("%s: %.3f, want Sunday: %.3f", got.Name, got.Factor, want)
	}
	both := &Season{Months: year.Months, Weekdays: week.Weekdays}
	sunday := day(t, "2024-12-01")
	if got, want := both.Factor(sunday), year.Months[11].Factor*week.Weekdays[6].Factor; got != want {
		t.Errorf("a Sunday in December has the factor %v, want %v", got, want)
	}
}

func TestEstimateSeasonRefuses(t *testing.T) {
	src := fakeLog(t)
	log, err := src(day(t, "2020-06-30"), day(t, "2020-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	m := Of(trueBG)
	if _, err := EstimateSeason(m, log.Table, log.Days, history.Year); err == nil || !strings.Contains(err.Error(), "needs a log over two") {
		t.Errorf("half a year: %v", err)
	}
	log = seasonalLog(t, "2023-11-30", func(history.Date) float64 { return 1 })
	if _, err := EstimateSeason(m, log.Table, log.Days, history.Year); err == nil || !strings.Contains(err.Error(), "December has 31 days") {
		t.Errorf("one December: %v", err)
	}
	if _, err := EstimateSeason(m, log.Table, log.Days, history.Month); err == nil {
		t.Error("a monthly season: no error")
	}
	if _, err := EstimateSeason(m, log.Table, nil, history.Year); err == nil {
		t.Error("no daily counts: no error")
	}
}

// expectedDaily adds up to what the customers have been expected to buy.
func TestExpectedDaily(t *testing.T) {
	h := &history.Table{Unit: history.Week, Cut: day(t, "2020-03-31").Time(), Frequency: []int{0, 0, 0}, Recency: []float64{0, 0, 0},
		T: []float64{0, 3.0 / 7, 10.0 / 7}, N: []float64{1, 2, 1}}
	daily, start := expectedDaily(Of(trueBG), h)
	want := 2*trueBG.Expected(3.0/7) + trueBG.Expected(10.0/7)
	if start != day(t, "2020-03-21") || len(daily) != 11 || !close(total(daily), want, 1e-13) || daily[0] != 0 {
		t.Errorf("%v from %v, sum %v, want %v", daily, start, total(daily), want)
	}
	if got, want := daily[1], trueBG.Expected(1.0/7); !close(got, want, 1e-13) {
		t.Errorf("the first day after the first purchase has %v, want %v", got, want)
	}
}

func TestReadSeason(t *testing.T) {
	s, err := ReadSeason(strings.NewReader("\uFEFFSlot,Factor\nMon, 2\ntuesday,1\nWed,1\nThu,1\nFri,1\nSat,1\nSun,0.5\n"))
	if err != nil || s.Months != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	if got := s.Factor(day(t, "2024-01-01")); !close(got, 2*7/7.5, 1e-14) { // a Monday
		t.Errorf("Monday has %v, want %v", got, 2*7/7.5)
	}
	for text, want := range map[string]string{
		"":                            "no lines below its header: it should look like\nslot,factor\nJanuary,1.2",
		"slot,factor\n":               "no lines below its header",
		"month,factor\nJan,1\n":       "line 1: there is no column slot",
		"slot;factor\nJan;1\n":        "line 1: there is no column slot",
		"slot,factor\nJan,1\nFeb,1\n": "no factor for March, April, May, June, July, August, September, October, November and December: a season by the year has all 12",
		"slot,factor\nMon,1\nTue,1\nWed,1\nThu,1\n": "no factor for Friday, Saturday and Sunday: a season by the week has all 7",
		"slot,factor\n\nJan,1\nJon,1\n":             `line 4: slot "Jon" is neither`,
		"slot,factor\nJan,-1\n":                     `line 2: factor "-1" of January`,
		"slot,factor\nJan,NaN\n":                    `line 2: factor "NaN" of January`,
		"slot,factor\nMon,1\nMonday,1\n":            "line 3: Monday has a factor in line 2 already",
		"slot,factor\nMon,1\nTue,1\nTue,2,3\n":      "line 4: the header has 2 columns, and this line 3",
		"slot,factor\nMon,\"1\n":                    "line 2: ",
	} {
		if _, err := ReadSeason(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestUnseen(t *testing.T) {
	for _, c := range []struct{ first, cut, end, want string }{
		{"1997-01-01", "1997-09-30", "1998-06-30", "October November December"},
		{"1997-01-01", "1997-09-30", "1997-09-30", ""},
		{"1996-12-17", "1997-09-30", "1997-12-31", "October November"},
		{"1996-12-20", "1997-09-30", "1997-12-31", "October November December"},
		{"1996-01-01", "1997-09-30", "1999-12-31", ""},
	} {
		if got := strings.Join(unseen(day(t, c.first), day(t, c.cut), day(t, c.end)), " "); got != c.want {
			t.Errorf("log from %s to %s, forecast to %s: unseen %q, want %q", c.first, c.cut, c.end, got, c.want)
		}
	}
}

func TestCalendar(t *testing.T) {
	for _, c := range []struct {
		cut, end string
		period   history.Unit
		want     string
	}{
		{"2024-01-31", "2024-04-30", history.Month, "2024-02-01–2024-02-29 2024-03-01–2024-03-31 2024-04-01–2024-04-30"},
		{"2023-01-10", "2023-03-05", history.Month, "2023-01-11–2023-01-31* 2023-02-01–2023-02-28 2023-03-01–2023-03-05*"},
		{"2023-11-30", "2024-01-31", history.Month, "2023-12-01–2023-12-31 2024-01-01–2024-01-31"},
		{"2024-02-26", "2024-03-08", history.Week, "2024-02-27–2024-03-04 2024-03-05–2024-03-08*"},
		{"2024-02-27", "2024-03-01", history.Day, "2024-02-28–2024-02-28 2024-02-29–2024-02-29 2024-03-01–2024-03-01"},
	} {
		spans, err := calendar(day(t, c.cut), day(t, c.end), c.period)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, s := range spans {
			w := s.from.String() + "–" + s.to.String()
			if !s.complete {
				w += "*"
			}
			words = append(words, w)
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("from %s to %s by %v:\n%s, want\n%s", c.cut, c.end, c.period, got, c.want)
		}
	}
	if _, err := calendar(1, 9, history.Year); err == nil {
		t.Error("years: no error")
	}
}

// fakeLog is a source of a small log without amounts: customers acquired from
// 2020-01-01 on, one a day, each buying every 20 days for a while.
func fakeLog(t *testing.T) Source {
	t.Helper()
	start := day(t, "2020-01-01")
	return func(cut, end history.Date) (*history.Log, error) {
		b := history.NewBuilder(&history.Options{Unit: history.Week, Cut: cut.Time(), End: end.Time()})
		for id := range 120 {
			for k := range 1 + id%7 {
				if err := b.AddRow([]byte{'a' + byte(id%26), 'a' + byte(id/26)}, start+history.Date(id+20*k), 10); err != nil {
					return nil, err
				}
			}
		}
		return b.Build()
	}
}

func TestEndOf(t *testing.T) {
	for _, c := range []struct {
		cut     string
		horizon history.Horizon
		want    string
	}{
		{"1997-09-30", history.Horizon{Value: 6, Unit: history.Month}, "1998-03-31"},
		{"2023-11-30", history.Horizon{Value: 3, Unit: history.Month}, "2024-02-29"},
		{"2024-01-30", history.Horizon{Value: 1, Unit: history.Month}, "2024-02-29"},
		{"2024-02-15", history.Horizon{Value: 1, Unit: history.Year}, "2025-02-15"},
		{"1997-09-30", history.Horizon{Value: 39, Unit: history.Week}, "1998-06-30"},
		{"2024-02-28", history.Horizon{Value: 1.5, Unit: history.Month}, "2024-04-14"}, // 45.66 days
	} {
		if got, err := endOf(day(t, c.cut), c.horizon); err != nil || got.String() != c.want {
			t.Errorf("%v from %s: %v, %v, want %s", c.horizon, c.cut, got, err, c.want)
		}
	}
}
