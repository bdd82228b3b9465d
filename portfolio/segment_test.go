package portfolio

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func segmented(t *testing.T, seed uint64, n int) *Segmentation {
	t.Helper()
	g, err := scored(t, newShop(t, rand.New(rand.NewPCG(seed, 0)), n, buys), shopEnd-200).Segment(nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestDivisionsAddUp: every division has each customer once, and its sums are
// those of all.
func TestDivisionsAddUp(t *testing.T) {
	g := segmented(t, 1, 1003)
	now := g.Scoring.Now
	var orders, revenue, value float64
	for i := range now.Net {
		orders += now.Orders[i]
		revenue += now.Revenue[i]
		value += now.Net[i]
	}
	for _, division := range Divisions {
		var sum Cell
		for _, c := range g.Cells(division) {
			sum.Customers += c.Customers
			sum.Share += c.Share
			sum.Orders += c.Orders
			sum.Revenue += c.Revenue
			sum.Value += c.Value
			sum.ValueOf += c.ValueOf
			if division != "rfm" && c.Customers > 0 {
				near(t, "mean of "+c.Name, c.MeanValue, c.Value/float64(c.Customers), 1e-12)
			}
		}
		if sum.Customers != 1003 {
			t.Errorf("%s has %d customers, want 1003", division, sum.Customers)
		}
		near(t, division+": orders", sum.Orders, orders, 1e-12)
		near(t, division+": revenue", sum.Revenue, revenue, 1e-12)
		near(t, division+": value", sum.Value, value, 1e-12)
		near(t, division+": share", sum.Share, 1, 1e-12)
		near(t, division+": share of value", sum.ValueOf, 1, 1e-12)
	}
	var sizes []int
	for _, c := range g.Cells("tier") {
		sizes = append(sizes, c.Customers)
	}
	// ⌈1003·share⌉ = 11, 51, 101, 251, 502, 1003.
	if want := []int{11, 40, 50, 150, 251, 501}; !slices.Equal(sizes, want) {
		t.Errorf("tiers of %v customers, want %v", sizes, want)
	}
	lowest := math.Inf(1)
	for _, name := range Tiers {
		low, high := math.Inf(1), math.Inf(-1)
		for i, tier := range g.Tier {
			if tier == name {
				low, high = min(low, now.Net[i]), max(high, now.Net[i])
			}
		}
		if high > lowest {
			t.Errorf("tier %s has a customer worth %v, and the tier above one of %v", name, high, lowest)
		}
		lowest = low
	}
}

func TestSmallCellsAreDrawnToAll(t *testing.T) {
	g := segmented(t, 2, 400)
	now := g.Scoring.Now
	var all float64
	for _, v := range now.Net {
		all += v / 400
	}
	small, large := 0, 0
	for _, c := range g.Cells("rfm") {
		weight := float64(c.Customers) / 30
		if c.Small != (weight < 1) {
			t.Errorf("cell %s of %d customers: small is %v", c.Name, c.Customers, c.Small)
		}
		if c.Small {
			small++
		} else {
			large++
			weight = 1
		}
		near(t, "mean value of "+c.Name, c.MeanValue, weight*c.Value/float64(c.Customers)+(1-weight)*all, 1e-12)
	}
	if small == 0 || large == 0 {
		t.Errorf("%d small cells and %d others: the test sees one kind only", small, large)
	}
}

func TestStages(t *testing.T) {
	d := &DefaultThresholds
	for _, tt := range []struct {
		repeats           int
		age, alive, order float64
		want              string
	}{
		{0, 89, 0.1, 0.1, "new"},
		{0, 90, 1, 0.3, "at risk"},
		{1, 20, 0.9, 0.9, "active"},
		{5, 900, 0.79, 0.9, "at risk"},
		{5, 900, 0.49, 0.9, "lapsing"},
		{5, 900, 0.19, 0.9, "lost"},
		{5, 900, 1, 0.24, "lapsing"},
		{5, 900, 1, 0.09, "lost"},
	} {
		if got := d.stage(tt.repeats, tt.age, tt.alive, tt.order); got != tt.want {
			t.Errorf("stage(%d, %v, %v, %v) = %s, want %s", tt.repeats, tt.age, tt.alive, tt.order, got, tt.want)
		}
	}
}

func TestTransitionsCountEveryCustomer(t *testing.T) {
	g := segmented(t, 3, 500)
	n, late := 0, 0
	for _, tr := range g.Transitions() {
		n += tr.Customers
		if tr.From == notYet {
			late += tr.Customers
		}
	}
	came := 0
	for _, b := range g.Scoring.Purchases {
		if b.Days[0] > g.Scoring.Since {
			came++
		}
	}
	if n != 500 || late != came || came == 0 {
		t.Errorf("%d customers, %d not yet there; want 500 and %d", n, late, came)
	}
}

func TestFifths(t *testing.T) {
	for _, tt := range []struct {
		v    []float64
		want []byte
	}{
		{[]float64{5, 1, 4, 2, 3}, []byte{5, 1, 4, 2, 3}},
		{[]float64{1, 1, 1, 1, 2, 2, 3, 4, 5, 6}, []byte{2, 2, 2, 2, 3, 3, 4, 4, 5, 5}}, // middles at 2, 5, 6.5, 7.5, 8.5 and 9.5 of 10, halves rounded down
		{[]float64{7, 7}, []byte{3, 3}},
		{[]float64{7}, []byte{3}},
	} {
		if got := fifths(tt.v); !slices.Equal(got, tt.want) {
			t.Errorf("fifths(%v) = %v, want %v", tt.v, got, tt.want)
		}
	}
}

func TestConcentration(t *testing.T) {
	hundred := make([]float64, 100)
	hundred[17] = 3
	equal := make([]float64, 100)
	for i := range equal {
		equal[i] = 2
	}
	for _, tt := range []struct {
		v         []float64
		gini, top float64 // share of the top 1 %
	}{
		{equal, 0, 0.01},
		{hundred, 0.99, 1},
		{[]float64{1, 2, 3, 4}, 0.25, 0.4}, // Σ(2i−5)·i = 10, over 4·10
		{[]float64{4, -7, 4}, 1. / 3, 0.5},
		{[]float64{-1, 0}, 0, 0},
	} {
		c := ConcentrationOf(tt.v)
		near(t, "Gini", c.Gini, tt.gini, 1e-12)
		near(t, "top 1 %", c.Top[0].Value, tt.top, 1e-12)
	}
}
