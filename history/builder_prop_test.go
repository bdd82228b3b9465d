package history

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A drawnRow is a row with its amount in cents, in which refunds cancel
// exactly.
type drawnRow struct {
	customer string
	day      int // after 1997-01-01
	cents    int
}

func (r drawnRow) transaction(amounts bool) Transaction {
	t := Transaction{r.customer, dayOf(r.day), math.NaN()}
	if amounts {
		t.Amount = float64(r.cents) / 100
	}
	return t
}

func dayOf(n int) time.Time { return time.Date(1997, 1, 1+n, 15, 4, 5, 0, time.UTC) }

// A drawnLog is a small crowded log: few customers, few days, many meetings.
type drawnLog struct {
	rows    []drawnRow
	amounts bool
	o       Options
	cut     int // days after 1997-01-01
	end     int
}

func drawLog(t *rapid.T) drawnLog {
	row := rapid.Custom(func(t *rapid.T) drawnRow {
		return drawnRow{
			customer: rapid.SampledFrom([]string{"", "a", "a\x00", "b", "0001", "1", "8 bytes.", "8 bytes.\x00", "no UTF-8: \xff"}).Draw(t, "customer"),
			day:      rapid.IntRange(0, 20).Draw(t, "day"),
			cents:    rapid.SampledFrom([]int{0, 1010, 2020, -3030, 1, -1, 4999, -1010, 123456, -123456}).Draw(t, "cents"),
		}
	})
	l := drawnLog{
		rows:    rapid.SliceOfN(row, 1, 60).Draw(t, "rows"),
		amounts: rapid.IntRange(0, 4).Draw(t, "amounts") > 0,
		o: Options{
			Unit:    rapid.SampledFrom([]Unit{0, Hour, Day, Week, Month, Year}).Draw(t, "unit"),
			Refunds: rapid.SampledFrom([]Refunds{Net, Drop}).Draw(t, "refunds"),
		},
	}
	for _, r := range l.rows {
		l.end = max(l.end, r.day)
	}
	if rapid.Bool().Draw(t, "has end") {
		l.end = rapid.IntRange(0, 25).Draw(t, "end")
		l.o.End = dayOf(l.end)
	}
	l.cut = l.end
	if rapid.Bool().Draw(t, "has cut") {
		l.cut = rapid.IntRange(0, l.end).Draw(t, "cut")
		l.o.Cut = dayOf(l.cut)
	}
	return l
}

func (l drawnLog) build() (*Log, error) {
	b := NewBuilder(&l.o)
	for _, r := range l.rows {
		if err := b.Add(r.transaction(l.amounts)); err != nil {
			return nil, err
		}
	}
	return b.Build()
}

func TestBuildAgainstNaive(t *testing.T) {
	built := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		want := l.naive()
		log, err := l.build()
		switch {
		case len(want.histories) == 0 && err == nil:
			t.Fatalf("Build gives %d histories, want an error", log.Table.Len())
		case len(want.histories) == 0:
			return
		case err != nil:
			t.Fatal(err)
		}
		built++
		sameHistories(t, log.Table, want)
		if got, want := rowsOf(log.Reconciliation), rowsOf(want.rec); got != want {
			t.Errorf("reconciliation\n%s\nwant\n%s", got, want)
		}
	})
	if built < 50 && !testing.Short() { // rapid draws fewer then
		t.Errorf("only %d of the logs drawn could be built: the test tests little", built)
	}
}

func sameHistories(t *rapid.T, tab *Table, want *naive) {
	if tab.Len() != len(want.histories) {
		t.Fatalf("%d histories, want %d", tab.Len(), len(want.histories))
	}
	for i, id := range tab.ID {
		got, history := tab.Customer(i), want.histories[id]
		// The naive mean is of whole cents, the Builder's of up to 60 binary
		// fractions up to 1234.56.
		if math.Abs(got.Spend-history.Spend) < 1e-10 || math.IsNaN(got.Spend) && math.IsNaN(history.Spend) {
			got.Spend, history.Spend = 0, 0
		}
		if got != history {
			t.Errorf("customer %q: %+v, want %+v", id, got, history)
		}
		if h := tab.HoldoutFrequency; h != nil && h[i] != want.holdout[id] || h == nil && want.holdout[id] != 0 {
			t.Errorf("customer %q: holdout %v, want %d", id, h, want.holdout[id])
		}
	}
}

// rowsOf returns the counts of a reconciliation.
func rowsOf(r Reconciliation) string {
	var rows []int
	for _, p := range r.parts() {
		rows = append(rows, p.Rows)
	}
	return fmt.Sprint(r.Read.Rows, rows, r.Customers, r.CustomersBornAfterCut, r.PurchasesBornAfterCut, r.CustomersNoPurchase)
}

// The account adds up, the calendar and the table tell the same, and every
// history is possible.
func TestBuildAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, err := drawLog(t).build()
		if err != nil {
			return
		}
		if err := log.Reconciliation.Check(); err != nil {
			t.Errorf("%v\n%v", err, &log.Reconciliation)
		}
		if err := log.Table.Check(); err != nil {
			t.Error(err)
		}
		var first, repeat, holdout, x, later int
		var money, spent float64
		for i, d := range log.Days {
			first, repeat, holdout = first+d.First, repeat+d.Repeat, holdout+d.Holdout
			money += d.HoldoutMoney
			if i > 0 && d.Date != log.Days[i-1].Date+1 {
				t.Errorf("%v follows %v", d.Date, log.Days[i-1].Date)
			}
		}
		for i := range log.Table.ID {
			x += log.Table.Frequency[i]
			if log.Table.HoldoutFrequency != nil {
				later += log.Table.HoldoutFrequency[i]
			}
			if log.Table.HoldoutSpend != nil {
				spent += log.Table.HoldoutSpend[i]
			}
		}
		r := log.Reconciliation
		if first != r.First.Rows || repeat != r.Repeat.Rows || holdout != r.Holdout.Rows || first != log.Table.Len() || x != repeat || later != holdout {
			t.Errorf("days have %d, %d, %d purchases, the table %d, %d, %d, the account %v, %v, %v",
				first, repeat, holdout, log.Table.Len(), x, later, r.First, r.Repeat, r.Holdout)
		}
		// 60 amounts of up to 1234.56: rounding is below 1e-9.
		if math.Abs(money-r.Holdout.Money) > 1e-9 || math.Abs(spent-r.Holdout.Money) > 1e-9 {
			t.Errorf("holdout money: days %v, table %v, account %v", money, spent, r.Holdout.Money)
		}
	})
}

// Another order of the rows gives the same bits.
func TestBuildPermuted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		for i := range l.rows { // amounts of all sizes, so that sums round
			l.rows[i].cents *= rapid.SampledFrom([]int{1, 3, 1e9}).Draw(t, "factor")
		}
		a, errA := l.build()
		l.rows = rapid.Permutation(l.rows).Draw(t, "permuted")
		b, errB := l.build()
		if errA != nil || errB != nil {
			if fmt.Sprint(errA) != fmt.Sprint(errB) {
				t.Errorf("errors %v and %v", errA, errB)
			}
			return
		}
		if a.Reconciliation != b.Reconciliation {
			t.Errorf("reconciliations\n%v\n%v", a.Reconciliation, b.Reconciliation)
		}
		if !slices.Equal(a.Days, b.Days) {
			t.Errorf("days\n%v\n%v", a.Days, b.Days)
		}
		if got, want := byID(b.Table), byID(a.Table); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("histories\n%v\nwant\n%v", got, want)
		}
	})
}

// byID returns the bits of each customer's row.
func byID(tab *Table) map[string][]uint64 {
	rows := map[string][]uint64{}
	for i, id := range tab.ID {
		c := tab.Customer(i)
		bits := []uint64{uint64(c.Frequency), math.Float64bits(c.Recency), math.Float64bits(c.T), math.Float64bits(c.Spend)}
		if tab.HoldoutFrequency != nil {
			bits = append(bits, uint64(tab.HoldoutFrequency[i]))
		}
		if tab.HoldoutSpend != nil {
			bits = append(bits, math.Float64bits(tab.HoldoutSpend[i]))
		}
		rows[id] = bits
	}
	return rows
}

// Histories in another unit are the same histories: built in days and
// converted they equal those built in the unit, to the last bit.
func TestBuildUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		l.o.Unit = Day
		days, err := l.build()
		if err != nil {
			return
		}
		u := rapid.SampledFrom([]Unit{Hour, Week, Month, Year}).Draw(t, "to")
		l.o.Unit = u
		other, err := l.build()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := byID(days.Table.In(u)), byID(other.Table); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("days in %ss: %v, want %v", u, got, want)
		}
		if !slices.Equal(days.Days, other.Days) {
			t.Error("the calendar depends on the unit")
		}
	})
}
