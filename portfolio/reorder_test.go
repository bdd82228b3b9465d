package portfolio

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// gammaBuys makes customers of different rates, from 3 days to 60 between
// purchases, who drop out after each with probability 0.05.
func gammaBuys(shape int) func(rng *rand.Rand) (days, values []float64) {
	return func(rng *rand.Rand) (days, values []float64) {
		mean := 3 * math.Pow(20, rng.Float64())
		for d := 0.0; d < 500; {
			days, values = append(days, d), append(values, 20+10*rng.Float64())
			if rng.Float64() < 0.05 {
				break
			}
			var gap float64
			for range shape {
				gap += rng.ExpFloat64()
			}
			d += mean * gap / float64(shape)
		}
		return days, values
	}
}

// TestRegularityErrorRates: at random the test calls 1 % regular, to 4 standard
// deviations of 1,000 logs (0.31 %); of gamma gaps of shape 3 it misses none of
// 100 logs with 150 customers.
func TestRegularityErrorRates(t *testing.T) {
	called := func(shape, logs int) (n int, k float64) {
		rng := rand.New(rand.NewPCG(5, uint64(shape)))
		for range logs {
			bought := make([]history.Purchases, 150)
			for i := range bought {
				days, _ := gammaBuys(shape)(rng)
				last := history.Date(-1)
				for _, d := range days {
					if day := history.Date(math.Ceil(d)); day > last && day < 250 {
						bought[i].Days, last = append(bought[i].Days, day), day
					}
				}
			}
			r := RegularityOf(bought)
			if r.Supported() {
				n++
			}
			k += r.Shape / float64(logs)
		}
		return n, k
	}
	n, k := called(1, 1000)
	if n > 22 || math.Abs(k-1) > 0.05 {
		t.Errorf("%d of 1000 logs at random are called regular, want about 10; mean shape %.3f", n, k)
	}
	if n, k = called(3, 100); n < 100 || math.Abs(k-3) > 0.4 {
		t.Errorf("%d of 100 logs of shape 3 are called regular; mean shape %.2f", n, k)
	}
}

// TestReorderDates: of the customers who do order, 80 % do so between the times
// for 10 and 90 %, and half by that for 50 %, to 4 standard deviations of 900
// customers.
func TestReorderDates(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	s := newShop(t, rng, 3000, gammaBuys(3))
	sc := scored(t, s, 0)
	l := listed(t, sc, "reorder", &ListOptions{})
	if math.Abs(l.Regularity.Shape-3) > 0.5 {
		t.Errorf("shape %v, want 3", l.Regularity.Shape)
	}
	var n, within, early float64
	for _, item := range l.Items {
		if l.Due(item, 0.9) > shopEnd+90 || s.next[item.Row] == 0 {
			continue // it is not known when, or that there is no order
		}
		n++
		r := sc.rhythm(item.Row, l.Regularity.Shape)
		days := float64(s.next[item.Row]-shopEnd) - rng.Float64() // at some hour of that day
		if days >= r.due(0.1) && days <= r.due(0.9) {
			within++
		}
		if days <= r.due(0.5) {
			early++
		}
	}
	t.Logf("%v customers, %.3f within, %.3f by the median", n, within/n, early/n)
	if n < 500 || math.Abs(within/n-0.8) > 0.053 || math.Abs(early/n-0.5) > 0.067 {
		t.Errorf("of %v customers %.3f order between the dates, want 0.8, and %.3f by the median, want 0.5", n, within/n, early/n)
	}
}

func TestReorderRefuses(t *testing.T) {
	s := newShop(t, rand.New(rand.NewPCG(7, 0)), 800, buys)
	_, err := scored(t, s, 0).List("reorder", &ListOptions{})
	refusal, ok := errors.AsType[*PoissonError](err)
	if !ok || !strings.Contains(err.Error(), fmt.Sprintf("%.4f", refusal.Regularity.Variance)) || !strings.Contains(err.Error(), "at random") {
		t.Errorf("a log at random: error %v", err)
	}
	few := newShop(t, rand.New(rand.NewPCG(8, 0)), 20, gammaBuys(3))
	if _, err := scored(t, few, 0).List("reorder", &ListOptions{}); err == nil || !strings.Contains(err.Error(), "30 are needed") {
		t.Errorf("20 customers: error %v", err)
	}
}
