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

func (m nbd) CondExpected(c history.Customer, t float64) float64 {
	return t * float64(1+c.Frequency) / (m.alpha + c.T)
}

func (m nbd) PriorRate(lambda float64) float64 { return m.alpha * math.Exp(-m.alpha*lambda) }

// PriorDropout is Beta(1/2, 1), with an infinite density at 0.
func (nbd) PriorDropout(p float64) float64 { return 0.5 / math.Sqrt(p) }

// LogDensity is uniform over the logarithm of the mean value, from 1 to 100.
func (nbd) LogDensity(_ int, mean float64) float64 {
	if mean < 1-1e-12 || mean > 100+1e-12 {
		return math.Inf(-1)
	}
	return -math.Log(mean) - math.Log(math.Log(100))
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

func (broken) CondExpected(history.Customer, float64) float64 { return math.NaN() }
func (broken) PriorRate(float64) float64                      { return math.NaN() }
func (broken) PriorDropout(float64) float64                   { return math.NaN() }
func (broken) LogDensity(int, float64) float64                { return math.NaN() }

func date(t *testing.T, s string) history.Date {
	t.Helper()
	d, err := history.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shopPurchases are those of 60 customers who first bought on some of the 45
// days from 2024-01-03 on, and then every 9 to 40 days, up to 2024-12-31.
func shopPurchases(t *testing.T) []Purchases {
	t.Helper()
	var ps []Purchases
	for i := range 60 {
		day := date(t, "2024-01-03") + history.Date(i*i%45)
		p := Purchases{ID: string(rune('A'+i/26)) + string(rune('a'+i%26))}
		for n := range max(i%12*2, 1) {
			if d := day + history.Date(n*(9+i%32)); d <= date(t, "2024-12-31") {
				p.Days = append(p.Days, d)
				p.Values = append(p.Values, float64(4+(7*i+3*n)%90))
			}
		}
		ps = append(ps, p)
	}
	return ps
}

// shop returns the log of shopPurchases. The cut is 2024-09-30 or, without a
// holdout, the end.
func shop(t *testing.T, holdout bool) *history.Log {
	t.Helper()
	o := &history.Options{End: date(t, "2024-12-31").Time()}
	if holdout {
		o.Cut = date(t, "2024-09-30").Time()
	}
	b := history.NewBuilder(o)
	for _, p := range shopPurchases(t) {
		for k, d := range p.Days {
			if err := b.Add(history.Transaction{Customer: p.ID, Time: d.Time().Add(13 * time.Hour), Amount: p.Values[k]}); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// near reports whether got is want within a relative error, or within the
// same absolute error near zero.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}
