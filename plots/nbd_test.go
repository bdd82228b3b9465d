package plots

import (
	"math"
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
)

// nbd is the purchase model without dropout, with r = 1: each customer's count
// is geometric with q = t/(α+t), and all quantities are exact.
type nbd struct{ alpha float64 }

func (m nbd) Expected(t float64) float64 { return t / m.alpha }

func (m nbd) Prob(n int, t float64) float64 {
	q := t / (m.alpha + t)
	return (1 - q) * math.Pow(q, float64(n))
}

// ProbAlive is no model's, but falls with silence, and faster with frequency.
func (m nbd) ProbAlive(c history.Customer) float64 {
	return math.Exp(-float64(c.Frequency) * (c.T - c.Recency) / (m.alpha + c.T))
}

// broken is a model whose numbers are all NaN.
type broken struct{}

func (broken) Expected(float64) float64           { return math.NaN() }
func (broken) Prob(int, float64) float64          { return math.NaN() }
func (broken) ProbAlive(history.Customer) float64 { return math.NaN() }

func date(t *testing.T, s string) history.Date {
	t.Helper()
	d, err := history.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shop returns the log of 60 customers who first bought on some of the 45 days
// from 2024-01-03 on, and then every 9 to 40 days, up to 2024-12-31. The cut is
// 2024-09-30 or, without a holdout, the end.
func shop(t *testing.T, holdout bool) *history.Log {
	t.Helper()
	o := &history.Options{End: date(t, "2024-12-31").Time()}
	if holdout {
		o.Cut = date(t, "2024-09-30").Time()
	}
	b := history.NewBuilder(o)
	for i := range 60 {
		day := date(t, "2024-01-03") + history.Date(i*i%45)
		for n := range i % 12 * 2 {
			if d := day + history.Date(n*(9+i%32)); d <= date(t, "2024-12-31") {
				add(t, b, i, d)
			}
		}
		add(t, b, i, day)
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func add(t *testing.T, b *history.Builder, customer int, day history.Date) {
	t.Helper()
	id := string(rune('A'+customer/26)) + string(rune('a'+customer%26))
	if err := b.Add(history.Transaction{Customer: id, Time: day.Time().Add(13 * time.Hour), Amount: 10}); err != nil {
		t.Fatal(err)
	}
}

// near reports whether got is want within a relative error, or within the
// same absolute error near zero.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}
