package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// everybody is so many picks that no group is a crowd.
const everybody = 1 << 40

// crowded returns a model with replicates and 1,500 customers in three groups,
// of whom some 250, 30 and 90 buy within a year: with three picks of two
// buyers each the first and the last are crowds.
func crowded(t *testing.T, family string) (*Model, *population) {
	t.Helper()
	w := newWorld(rand.New(rand.NewPCG(7, 7)), trueBG, 1500, 0)
	group := make([]int32, w.h.Len())
	for i := range group {
		switch {
		case i%100 < 4:
			group[i] = 1
		case i%4 == 0:
			group[i] = 2
		}
	}
	p, err := newPopulation(w.h, group)
	if err != nil {
		t.Fatal(err)
	}
	m := testModel(t)
	if family == "pareto-nbd" {
		for i := range m.Replicates {
			f := 0.9 + 0.2*float64(i%7)/6
			m.Replicates[i].Purchase = Of(models.ParetoNBD{R: truePareto.R * f, Alpha: truePareto.Alpha / f, S: truePareto.S, Beta: truePareto.Beta * f})
		}
		m.Purchase = Of(truePareto)
	}
	return m, p
}

// futuresWith simulates with so many picks.
func futuresWith(m *Model, p *population, picks, futures int, seed uint64) *sums {
	m.picks = picks
	b := &bins{ends: []float64{1, 8, 26, 52}, delta: 0.01}
	s := newSums(futures, 3, len(b.ends))
	m.simulate(s, p, b, m.expectAll(p, b, 3), seed)
	return s
}

var quantities = map[string]func(s sum) float64{"orders": ordersOf, "active": activeOf, "new": returnersOf, "money": moneyOf,
	"discounted": func(s sum) float64 { return s.discounted }}

// apart compares the means and the standard deviations of every quantity, of
// each group and of all, in each bin and from the first to each: the latter's
// deviations hold the correlations. It returns the largest difference in
// standard errors, and where. Futures of crowds share a pool of samples, whose
// own variance varies: with the excess kurtosis κ of a sum of k samples, that of
// a sample being kκ, by √((2+kκ)/futures).
func apart(crowds, full *sums, k float64) (worst float64, where string) {
	for name, of := range quantities {
		for g := -1; g < full.groups; g++ {
			for hi := range full.bins {
				for _, lo := range []int{0, hi} {
					ma, va, ea, fa := moments(crowds, of, g, lo, hi)
					mb, vb, eb, fb := moments(full, of, g, lo, hi)
					n := float64(len(full.at))
					pool := math.Sqrt((2+k*max(fb*fb/vb/vb*n-2, 0))/n) * vb
					for what, z := range map[string]float64{"mean": (ma - mb) / math.Hypot(ea, eb), "variance": (va - vb) / math.Hypot(pool, math.Hypot(fa, fb))} {
						if math.Abs(z) > math.Abs(worst) {
							worst, where = z, fmt.Sprintf("%s of %s, group %d, bins %d to %d", what, name, g, lo, hi)
						}
					}
				}
			}
		}
	}
	return worst, where
}

// moments returns the mean and the variance with their standard errors.
func moments(s *sums, of func(s sum) float64, g, lo, hi int) (mean, variance, meanErr, varianceErr float64) {
	n := float64(len(s.at))
	for r := range s.at {
		mean += of(s.total(r, g, lo, hi)) / n
	}
	var fourth float64
	for r := range s.at {
		d := of(s.total(r, g, lo, hi)) - mean
		variance += d * d / n
		fourth += d * d * d * d / n
	}
	return mean, variance, math.Sqrt(variance / n), math.Sqrt((fourth - variance*variance) / n)
}

// The noise of crowds is distributed as if everybody were simulated. Of 320
// comparisons, half of which repeat the others, one is 4.5 standard errors off by
// chance with a probability of 1 in 500; the seeds are fixed. Deviations that
// are 15 % too small must be told apart.
func TestCrowdNoise(t *testing.T) {
	const futures = 1200
	for _, family := range []string{"bg-nbd", "pareto-nbd"} {
		m, p := crowded(t, family)
		m.Replicates, m.picks = nil, 3
		largest := 0.0
		for g, c := range m.crowds(p, &bins{ends: []float64{52}}, 3) {
			if (c != nil) != (g != 1) {
				t.Fatalf("%s: group %d is a crowd: %v", family, g, c != nil)
			}
			if c != nil {
				largest = max(largest, c.futures)
			}
		}
		full, crowds := futuresWith(m, p, everybody, futures, 1), futuresWith(m, p, 3, futures, 2)
		if z, where := apart(crowds, full, largest); math.Abs(z) > 4.5 {
			t.Errorf("%s: %s: %.1f standard errors from the simulation of everybody", family, where, z)
		}
		narrow := newSums(futures, full.groups, full.bins)
		for r := range narrow.at {
			addTimes(narrow.at[r], crowds.at[r], 0.85)
			for _, other := range crowds.at {
				addTimes(narrow.at[r], other, 0.15/futures)
			}
		}
		if z, _ := apart(narrow, full, largest); math.Abs(z) < 4.5 {
			t.Errorf("%s: deviations 15 %% too small are %.1f standard errors off and pass", family, z)
		}
	}
}

// What the replicates expect of a crowd, judged by the fewest customers that are
// picked, differs from what they expect of everybody by less than 0.2 of its
// standard deviation over the replicates: a band from parameters alone becomes
// √(1+0.2²), 2 %, wider. Two customers are too few for that.
func TestCrowdTilt(t *testing.T) {
	m, p := crowded(t, "bg-nbd")
	b := &bins{ends: []float64{8, 52}, delta: 0.01}
	expected := m.expectAll(p, b, 3)
	m.picks = 2 // that it is a crowd
	for _, c := range []struct {
		picks int
		close bool
	}{{fewPicks, true}, {2, false}} {
		crowd := *m.crowds(p, b, 3)[0]
		var worst float64
		got, want := newSums(len(m.Replicates), 1, 2), newSums(len(m.Replicates), 1, 2)
		for r, rep := range m.Replicates {
			s := newPath(stream(1, uint64(r)), rep, b, true)
			crowd.simulate(s, m, p, got.at[r], make([]sum, 2), expected, c.picks)
			at := *m
			at.Purchase, at.Spend = rep.Purchase, rep.Spend
			copy(want.at[r], at.expectAll(p, b, 3).sums)
		}
		for _, of := range quantities {
			for k := range b.ends {
				_, variance, _, _ := moments(want, of, 0, k, k)
				var square float64
				for r := range want.at {
					d := of(got.at[r][k]) - of(want.at[r][k])
					square += d * d / float64(len(want.at))
				}
				worst = max(worst, math.Sqrt(square/variance))
			}
		}
		if (worst < 0.2) != c.close {
			t.Errorf("%d picks: %.3f of a standard deviation", c.picks, worst)
		}
		t.Logf("%d picks: %.3f of a standard deviation", c.picks, worst)
	}
}

// The same seed gives the same crowds on any number of processors.
func TestCrowdDeterministic(t *testing.T) {
	m, p := crowded(t, "bg-nbd")
	a := futuresWith(m, p, 3, 50, 1)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if b := futuresWith(m, p, 3, 50, 1); !reflect.DeepEqual(a, b) {
		t.Error("one processor gives other sums")
	}
	if b := futuresWith(m, p, 3, 50, 2); reflect.DeepEqual(a, b) {
		t.Error("another seed gives the same sums")
	}
}

// Where the values of new customers have no variance everybody is simulated.
func TestNoCrowdWithHeavyTail(t *testing.T) {
	m, p := crowded(t, "bg-nbd")
	m.picks = 2
	m.Spend = &models.GammaGamma{P: 6, Q: 1.9, V: 15}
	for g, c := range m.crowds(p, &bins{ends: []float64{52}}, 3) {
		if c != nil {
			t.Errorf("group %d is a crowd", g)
		}
	}
}

// Customers to come are as if everybody were simulated, too.
func TestAcquiredCrowd(t *testing.T) {
	h := datedTable(t)
	plan := &Plan{FirstValue: 70, Arrivals: []Arrival{{From: day(t, "1997-10-01"), To: day(t, "1997-11-15"), Customers: 150}},
		Recent: []RecentArrivals{{"", []float64{2, 3, 1}}}}
	all := map[int]*sums{}
	const samples = 60 // some 330 arrivals, of which 6 make one
	for _, picks := range []int{3, everybody} {
		m := known(Of(trueBG), &trueSpend)
		m.picks = picks
		f, err := m.newPeriods(h, &PeriodOptions{Horizon: history.Horizon{Value: 92, Unit: history.Day}, Plan: plan, Rate: 0.1, Futures: 2000, Seed: uint64(picks)})
		if err != nil {
			t.Fatal(err)
		}
		f.simulate()
		all[picks] = f.acquired
	}
	if z, where := apart(all[3], all[everybody], samples); math.Abs(z) > 4.5 {
		t.Errorf("%s: %.1f standard errors from the simulation of everybody", where, z)
	}
	for r := range all[3].at {
		addTimes(all[3].at[r], all[3].at[r], 0.02)
	}
	if z, _ := apart(all[3], all[everybody], samples); math.Abs(z) < 4.5 {
		t.Errorf("2 %% too much is %.1f standard errors off and passes", z)
	}
}

// Asked for orders alone, a forecast is the same to the last bit, of a crowd and
// of customers simulated one by one.
func TestOrdersAlone(t *testing.T) {
	h, m := datedTable(t), testModel(t)
	for _, n := range []float64{1, 1e6} { // of each customer; of a million, the table is a crowd
		h.N = slices.Repeat([]float64{n}, h.Len())
		o := PeriodOptions{Horizon: history.Horizon{Value: 28, Unit: history.Day}, Period: history.Week, Futures: 20, Seed: 2}
		want, err := m.Periods(h, &o)
		if err != nil {
			t.Fatal(err)
		}
		o.Orders = true
		got, err := m.Periods(h, &o)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want.Rows {
			if g := got.Rows[i]; g.Transactions != w.Transactions || g.Active != (Band{}) || g.Revenue != nil || w.Active.Expected <= 0 {
				t.Errorf("%v of each, from %v: %+v, want the transactions of %+v alone", n, w.From, g, w)
			}
		}
	}
}
