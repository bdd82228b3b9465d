package portfolio

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Five states of Hachemeister (1975): mean claims, numbers of claims, and what
// R's actuar 3.3 makes of them (vignette "Credibility theory features", cm).
func TestCredibilityOfHachemeister(t *testing.T) {
	c := credibility{own: []float64{2060.921, 1511.224, 1805.843, 1352.976, 1599.829}, weight: []float64{100155, 19895, 13735, 4152, 36110},
		within: 139120026 * 55, free: 55} // 5 states of 12 quarters
	if err := c.estimate(); err != nil {
		t.Fatal(err)
	}
	near(t, "collective premium", c.mean, 1683.713, 1e-6)
	near(t, "σ²/τ²", c.half, 139120026/89638.73, 1e-5)
	for i, want := range []float64{2055.165, 1523.706, 1793.444, 1442.967, 1603.285} {
		near(t, "credibility premium", c.at(i), want, 1e-6) // of own means to seven digits
	}
}

// margins makes orders of 100 with a margin that varies between and within
// customers.
func margins(between, within float64) (sales, profits []history.Purchases, truth []float64) {
	rng := rand.New(rand.NewPCG(5, 5))
	for i := range 2000 {
		true := 0.3 + between*rng.NormFloat64()
		var s, p history.Purchases
		for j := range 1 + i%8 {
			s.Days, p.Days = append(s.Days, history.Date(j+1)), append(p.Days, history.Date(j+1))
			s.Values, p.Values = append(s.Values, 100), append(p.Values, 100*(true+within*rng.NormFloat64()))
		}
		sales, profits, truth = append(sales, s), append(profits, p), append(truth, true)
	}
	return sales, profits, truth
}

func TestMarginsAreDrawnToTheMean(t *testing.T) {
	sales, profits, truth := margins(0.1, 0.3)
	m, err := NewMargins(sales, profits, 100)
	if err != nil {
		t.Fatal(err)
	}
	var own, drawn float64
	for i := range truth {
		var p float64
		for _, v := range profits[i].Values {
			p += v / (100 * float64(len(profits[i].Values)))
		}
		own += (p - truth[i]) * (p - truth[i])
		drawn += (m.Of[i] - truth[i]) * (m.Of[i] - truth[i])
	}
	// A customer of n orders has a variance of 0.09/n around a truth of variance
	// 0.01: the mean over n = 1 … 8 is 0.0306 for the own margin and 0.0068 for the
	// best linear one.
	if !(own > 0.9*2000*0.0306 && drawn < 1.1*2000*0.0068) {
		t.Errorf("squared errors of %v for own margins and %v for drawn ones", own/2000, drawn/2000)
	}
	near(t, "mean margin", m.Mean, 0.3, 0.02)
	near(t, "money at which the own margin counts half", m.Half, 100*0.09/0.01, 0.25)

	// Customers who do not differ all have nearly the mean.
	sales, profits, _ = margins(0, 0.3)
	if m, err = NewMargins(sales, profits, 100); err != nil {
		t.Fatal(err)
	}
	if !(m.Half > 8000) {
		t.Errorf("customers are alike, and their own margin counts half from %v on", m.Half)
	}
}

func TestMarginsAreCounted(t *testing.T) {
	sales := []history.Purchases{{Days: []history.Date{1, 2, 5, 9}, Values: []float64{10, 20, 30, 1000}}, {Days: []history.Date{1}, Values: []float64{0}}}
	profits := []history.Purchases{{Days: []history.Date{1, 3, 5, 9}, Values: []float64{-4, 7, 31, 1}}, {Days: []history.Date{1}, Values: []float64{-2}}}
	m, err := NewMargins(sales, profits, 8)
	if err != nil {
		t.Fatal(err)
	}
	if m.Orders != 3 || m.Unknown != 1 || m.Losing != 2 || m.Losses != -6 || m.Above != 1 || m.Negative != 0 {
		t.Errorf("counted are %+v", m)
	}
	near(t, "the margin of money", m.Mean, 27./40, 1e-15)
	near(t, "the margin without money", m.Of[1], 27./40, 1e-15)

	for what, c := range map[string][2][]history.Purchases{
		"profits of 1":        {sales, profits[:1]},
		"amount and a profit": {{{Days: []history.Date{1}}}, profits[:1]},
		"there is no margin":  {sales[1:], profits[1:]},
	} {
		if _, err := NewMargins(c[0], c[1], math.MaxInt32); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("error %v does not say %q", err, what)
		}
	}
}
