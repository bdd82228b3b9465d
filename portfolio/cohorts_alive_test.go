package portfolio

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// What customers cost while they are alive is off the margins: by every month of
// age as much as AliveTime says of those watched, up to the end as much as it
// says of all, and afterwards for as long as they are expected to live.
func TestCohortsKeepAlive(t *testing.T) {
	t.Run("bg-nbd", func(t *testing.T) {
		checkKeepAlive(t, Of(cdnow), forecast.Of(cdnow), func(c history.Customer, t float64) float64 {
			return cdnow.ProbAlive(c) * models.DiscountedLife(cdnow.GivenAlive(c.Frequency, c.T), t, 0)
		})
	})
	t.Run("pareto-nbd", func(t *testing.T) {
		checkKeepAlive(t, Of(pareto), forecast.Of(pareto), func(c history.Customer, t float64) float64 {
			return pareto.ProbAlive(c) * models.DiscountedLife(pareto.GivenAlive(c.Frequency, c.T), t, 0)
		})
	})
}

func checkKeepAlive(t *testing.T, purchase Purchaser, future forecast.Purchaser, life func(c history.Customer, t float64) float64) {
	log := twoCohorts(t)
	m, f := &Model{Unit: history.Week, Purchase: purchase}, &forecast.Model{Unit: history.Week, Purchase: future}
	cohorts := func(e *Economics) Cohort {
		o := &CohortOptions{Label: AcquiredIn(log.Purchases, false), Economics: e}
		c, err := NewCohorts(log, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Continue(f, log, o, &AheadOptions{Horizon: history.Horizon{Value: 3, Unit: history.Month}, Futures: 40}); err != nil {
			t.Fatal(err)
		}
		if err := c.KeepAlive(m, log, o); err != nil {
			t.Fatal(err)
		}
		return c.Rows[0]
	}
	before, after := cohorts(nil), cohorts(&Economics{CostAlive: Cost{7, history.Month}})
	taken := func(what string, before, after, want float64) {
		t.Helper()
		if got := before - after; !(math.Abs(got-want) < 1e-6*want) {
			t.Errorf("%s: %v is taken, want %v", what, got, want)
		}
	}
	upTo := func(age float64) float64 { // of an average customer of January, rows 0 and 1
		time, err := m.AliveTime(log.Table, age)
		if err != nil {
			t.Fatal(err)
		}
		return (time[0] + time[1]) / 2
	}
	month := history.Month.Days() / 7
	for age := 1; age <= 3; age++ {
		taken("a month of age", before.At(age).Margin, after.At(age).Margin, 7/month*upTo(float64(age)*month))
	}
	past := upTo(math.Inf(1))
	taken("the past", before.SoFar, after.SoFar, 7/month*past)
	h := log.Table.In(history.Week)
	for k := range 3 {
		until := float64(k+1) * month
		want := 7 / month * (past + (life(h.Customer(0), until)+life(h.Customer(1), until))/2)
		taken("a month to come", before.Ahead[k].Margin.Expected, after.Ahead[k].Margin.Expected, want)
		taken("its band", before.Ahead[k].Margin.Hi, after.Ahead[k].Margin.Hi, want)
	}
}
