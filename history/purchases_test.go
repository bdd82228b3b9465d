package history

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestPurchasesAgainstNaive: the purchases are the naive program's days and
// cents, and the histories can be computed from them.
func TestPurchasesAgainstNaive(t *testing.T) {
	kept := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		l.o.Purchases = true
		log, err := l.build()
		if err != nil {
			return
		}
		if len(log.Purchases) != log.Table.Len() {
			t.Fatalf("purchases of %d customers, want %d", len(log.Purchases), log.Table.Len())
		}
		n := l.naive()
		days := n.days()
		for i, id := range log.Table.ID {
			p := log.Purchases[i]
			kept += len(p.Days)
			samePurchases(t, p, n.purchases(days[id]), l.amounts)
			sameHistory(t, p, log.Table, i)
		}
	})
	if kept < 50 && !testing.Short() { // rapid draws fewer then
		t.Errorf("only %d purchases were compared: the test tests little", kept)
	}
}

func samePurchases(t *rapid.T, p Purchases, want map[int]int, amounts bool) {
	if len(p.Days) != len(want) || (p.Values != nil) != amounts || amounts && len(p.Values) != len(p.Days) {
		t.Fatalf("%d days and %d values, want %d of either (amounts: %v)", len(p.Days), len(p.Values), len(want), amounts)
	}
	for k, day := range p.Days {
		cents, ok := want[int(day-DateOf(dayOf(0)))]
		if !ok {
			t.Fatalf("a purchase on %v, which has none", day)
		}
		// Sums of up to 60 binary fractions up to 1234.56.
		if amounts && math.Abs(p.Values[k]-float64(cents)/100) > 1e-10 {
			t.Errorf("%v: %v, want %v within 1e-10", day, p.Values[k], float64(cents)/100)
		}
	}
}

// sameHistory compares row i of the table with what the purchases tell, in the
// same operations.
func sameHistory(t *rapid.T, p Purchases, tab *Table, i int) {
	cut, x, holdout, spend := DateOf(tab.Cut), 0, 0, 0.0
	last := p.Days[0]
	for k, day := range p.Days[1:] {
		if day <= p.Days[k] {
			t.Fatalf("days %v do not ascend", p.Days)
		}
		if day > cut {
			holdout++
			continue
		}
		last = day
		x++
		if p.Values != nil {
			spend += p.Values[k+1]
		}
	}
	want := Customer{Frequency: x, Recency: float64(last-p.Days[0]) / tab.Unit.Days(), T: float64(cut-p.Days[0]) / tab.Unit.Days(), Spend: spend / float64(x)}
	got := tab.Customer(i)
	if p.Values == nil || x == 0 {
		got.Spend, want.Spend = 0, 0
	}
	if got != want {
		t.Errorf("history %+v, and from the purchases %+v", got, want)
	}
	if tab.HoldoutFrequency != nil && tab.HoldoutFrequency[i] != holdout {
		t.Errorf("holdout %d, and from the purchases %d", tab.HoldoutFrequency[i], holdout)
	}
}

func TestPurchasesAreKeptOnlyIfAskedFor(t *testing.T) {
	b := NewBuilder(nil)
	if err := b.Add(Transaction{"a", dayOf(0), 1}); err != nil {
		t.Fatal(err)
	}
	log, err := b.Build()
	if err != nil || log.Purchases != nil {
		t.Errorf("purchases %v, error %v; want none of either", log.Purchases, err)
	}
}
