package portfolio

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func day(t *testing.T, s string) history.Date {
	t.Helper()
	d, err := history.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// twoCohorts has two customers of January, on the 1st and the 11th, and one of
// 29 February, with everything up to 10 May.
func twoCohorts(t *testing.T) *history.Log {
	t.Helper()
	b := history.NewBuilder(&history.Options{Purchases: true, End: day(t, "2024-05-10").Time()})
	buy := func(id string, first history.Date, orders map[int]float64) {
		for after, value := range orders {
			if err := b.AddRow([]byte(id), first+history.Date(after), value); err != nil {
				t.Fatal(err)
			}
		}
	}
	buy("a", day(t, "2024-01-01"), map[int]float64{0: 10, 30: 1, 31: 2, 40: 3, 120: 500})
	buy("b", day(t, "2024-01-11"), map[int]float64{0: 20, 91: 7}) // 91.3 days are 3 months
	buy("c", day(t, "2024-02-29"), map[int]float64{0: 30, 1: 4, 2: 5})
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestCohortsCountByAge(t *testing.T) {
	log := twoCohorts(t)
	margin := 0.5
	e := &Economics{Margin: &margin, CostPerOrder: 1, CAC: 3}
	c, err := NewCohorts(log, &CohortOptions{By: "month", Label: AcquiredIn(log.Purchases, false), Economics: e})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	// The margin of January: (10+20)/2·0.5 − 1 − 3 at first, then half of
	// 1·0.5 − 1, of (2+3)·0.5 − 2 and of 7·0.5 − 1.
	const want = `2024-01,age,1,2,1,,,1,,,1,,,3.25,,
2024-01,age,2,2,1,,,2,,,5,,,3.5,,
2024-01,age,3,2,1,,,1,,,7,,,4.75,,
2024-02,age,1,1,1,,,2,,,9,,,13.5,,
2024-02,age,2,1,0,,,0,,,0,,,13.5,,
all,age,1,3,2,,,3,,,10,,,6.666666667,,
all,age,2,3,1,,,2,,,5,,,6.833333333,,
`
	if _, rows, _ := strings.Cut(b.String(), "\n"); rows != want {
		t.Errorf("the table is\n%swant\n%s", rows, want)
	}
	near(t, "January's margin at first", c.Rows[0].AtFirst, 3.5, 1e-12)
	near(t, "January's margin so far", c.Rows[0].SoFar, (516*0.5-5+27*0.5-2)/2-3, 1e-12)
	near(t, "January's age", c.Rows[0].MeanAge, 125/30.4375, 1e-12)
	if got := AcquiredIn(log.Purchases, true); got[0] != "2024 Q1" {
		t.Errorf("the quarter is %q", got[0])
	}
}

func TestFunnel(t *testing.T) {
	log := twoCohorts(t)
	c, err := NewCohorts(log, &CohortOptions{Label: make([]string, 3)})
	if err != nil {
		t.Fatal(err)
	}
	// Gaps to the second order: 30, 91 and 1 days; a and c made a third, after 1
	// day each.
	want := []FunnelStep{{1, 3, 1, 0}, {2, 3, 1, 30}, {3, 2, 2. / 3, 1}, {4, 1, 0.5, 9}, {5, 1, 1, 80}}
	if got := c.All.Funnel.Steps; !slices.Equal(got, want) {
		t.Errorf("the funnel is %v, want %v", got, want)
	}
	// On 10 May c is 71 days old, b 120 and a 130.
	for _, want := range []SecondWithin{{Days: 30, Watched: 3, Bought: 2}, {Days: 60, Watched: 3, Bought: 2}, {Days: 90, Watched: 2, Bought: 1}} {
		want.Share = float64(want.Bought) / float64(want.Watched)
		if got := c.All.Funnel.within(want.Days); got == nil || *got != want {
			t.Errorf("second orders are %v, want %v", got, want)
		}
	}
	if got := c.All.Funnel.within(180); got != nil {
		t.Errorf("nobody has been watched for 180 days, and there is %v", got)
	}
}

func TestCohortsGoOnAsTheModelSays(t *testing.T) {
	log := twoCohorts(t)
	margin := 0.5
	o := &CohortOptions{Label: AcquiredIn(log.Purchases, false), Economics: &Economics{Margin: &margin, CostPerOrder: 2, CAC: 3}}
	c, err := NewCohorts(log, o)
	if err != nil {
		t.Fatal(err)
	}
	m := &forecast.Model{Unit: history.Week, Purchase: forecast.Of(cdnow), Spend: &cdnowSpend}
	if err := c.Continue(m, log, o, &AheadOptions{Horizon: history.Horizon{Value: 1, Unit: history.Year}, Futures: 40}); err != nil {
		t.Fatal(err)
	}
	var orders, value float64
	span := 365. / 7 // the last day of a year from 10 May 2024 on: 365.25 days, rounded
	for i := range log.Table.Len() {
		customer := log.Table.Customer(i)
		x := cdnow.CondExpected(customer, span)
		orders += x
		value += x * cdnowSpend.ExpectedSpend(customer)
	}
	var sum float64
	for _, a := range c.All.Ahead {
		sum += a.Orders.Expected
	}
	near(t, "orders of a year", sum, orders, 1e-9)
	last := c.All.Ahead[11].Margin
	near(t, "margin by a year", last.Expected, c.All.SoFar+(0.5*value-2*orders)/3, 1e-9)
	if !(last.Lo < last.Expected && last.Expected < last.Hi) {
		t.Errorf("the band of the margin is %+v", last)
	}
	var margins float64
	for _, r := range c.Rows {
		margins += r.Ahead[11].Margin.Expected * float64(r.Customers)
	}
	near(t, "margin of the cohorts together", margins/3, last.Expected, 1e-12)
	near(t, "P(second order within 90 days)", c.All.Funnel.within(90).Expected, cdnow.ProbOrder(history.Customer{}, 90./7), 1e-15)
}

// A month of age that few have completed says nothing: a year of arrivals ends
// where fewer than 30 of 300 have been watched.
func TestCohortsEndWhereFewAreWatched(t *testing.T) {
	log := simulatedLog(t, models.NBD{R: 1, Alpha: 10}, 300, 365)
	c, err := NewCohorts(log, &CohortOptions{Label: make([]string, 300)})
	if err != nil {
		t.Fatal(err)
	}
	last := c.All.Ages[len(c.All.Ages)-1]
	if last.Watched < fewWatched || last.Watched > 2*fewWatched {
		t.Errorf("the last month has %d customers", last.Watched)
	}
}

func TestCohortsRefuse(t *testing.T) {
	log := twoCohorts(t)
	ok := CohortOptions{Label: make([]string, 3)}
	for what, change := range map[string]func(l *history.Log, o *CohortOptions){
		"transaction log": func(l *history.Log, o *CohortOptions) { l.Purchases = nil },
		"2 cohorts":       func(l *history.Log, o *CohortOptions) { o.Label = o.Label[:2] },
		"cac":             func(l *history.Log, o *CohortOptions) { o.Economics = &Economics{CAC: math.NaN()} },
		"all of it":       func(l *history.Log, o *CohortOptions) { l.Table.Cut = l.Table.Cut.AddDate(0, -1, 0) },
	} {
		l, table, o := *log, *log.Table, ok
		l.Table = &table
		change(&l, &o)
		if _, err := NewCohorts(&l, &o); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("error %v does not say %q", err, what)
		}
	}
	c, err := NewCohorts(log, &ok)
	if err != nil {
		t.Fatal(err)
	}
	m := &forecast.Model{Unit: history.Week, Purchase: forecast.Of(cdnow)}
	if err := c.Continue(m, log, &ok, &AheadOptions{Horizon: history.Horizon{Value: 50, Unit: history.Year}}); err == nil {
		t.Error("a continuation of 50 years")
	}
}

// simulatedLog has n customers of a model, acquired one after the other evenly
// over some days, each order worth 10.
func simulatedLog(t *testing.T, m models.NBD, n, days int) *history.Log {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	start := day(t, "2023-01-01")
	b := history.NewBuilder(&history.Options{Purchases: true, End: (start + history.Date(days)).Time()})
	for i := range n {
		first := i * days / n
		for _, age := range append([]float64{0}, m.Simulate(rng, float64(days-first)/7).Times...) {
			if err := b.AddRow([]byte(strconv.Itoa(i)), start+history.Date(first)+history.Date(age*7), 10); err != nil {
				t.Fatal(err)
			}
		}
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log
}
