package history

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func civil(s string) time.Time {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d.Time()
}

// buildOf builds the log of lines "customer date amount".
func buildOf(t *testing.T, o *Options, lines string) *Log {
	t.Helper()
	l, err := builderOf(t, o, lines).Build()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Reconciliation.Check(); err != nil {
		t.Error(err)
	}
	if err := l.Table.Check(); err != nil {
		t.Error(err)
	}
	return l
}

func builderOf(t *testing.T, o *Options, lines string) *Builder {
	t.Helper()
	b := NewBuilder(o)
	for line := range strings.Lines(lines) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		tr := Transaction{Customer: strings.Trim(f[0], "-"), Time: civil(f[1]), Amount: math.NaN()}
		if len(f) == 3 {
			if _, err := fmt.Sscan(f[2], &tr.Amount); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Add(tr); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// Every number by hand: 1997-01-01 to the cut 1997-09-30 are 272 days.
func TestBuildByHand(t *testing.T) {
	l := buildOf(t, &Options{Cut: civil("1997-09-30"), End: civil("1998-06-30")}, `
		b 1997-01-11 8
		a 1997-08-02 20
		a 1997-01-01 10
		a 1997-01-18 5
		a 1997-01-18 7
		a 1997-10-01 3
		b 1998-06-30 4
		b 1998-07-01 99
		c 1997-10-01 50
		c 1997-11-01 60
		- 1997-05-05 1`)
	tab := l.Table
	same(t, "ID", tab.ID, "b", "a") // in order of first appearance
	same(t, "Frequency", tab.Frequency, 0, 2)
	same(t, "Recency", tab.Recency, 0, 213.0/7) // 2 August is day 213 after 1 January
	same(t, "T", tab.T, 262.0/7, 272.0/7)
	if !math.IsNaN(tab.Spend[0]) || tab.Spend[1] != (20+12)/2 {
		t.Errorf("Spend = %v, want NaN and 16", tab.Spend)
	}
	same(t, "HoldoutFrequency", tab.HoldoutFrequency, 1, 1)
	same(t, "HoldoutSpend", tab.HoldoutSpend, 4, 3)
	if !tab.Cut.Equal(civil("1997-09-30")) || !tab.End.Equal(civil("1998-06-30")) || tab.Unit != Week {
		t.Errorf("Cut, End, Unit = %v, %v, %v", tab.Cut, tab.End, tab.Unit)
	}

	want := Reconciliation{
		Unit: Week, Amounts: true,
		FirstDay: DateOf(civil("1997-01-01")), LastDay: DateOf(civil("1998-07-01")),
		Cut: DateOf(tab.Cut), End: DateOf(tab.End),
		Read: Tally{11, 267}, NoCustomer: Tally{1, 1}, AfterEnd: Tally{1, 99}, BornAfterCut: Tally{2, 110}, Merged: Tally{1, 0},
		First: Tally{2, 18}, Repeat: Tally{2, 32}, Holdout: Tally{2, 7},
		Customers: 2, CustomersBornAfterCut: 1, PurchasesBornAfterCut: 2,
	}
	if l.Reconciliation != want {
		t.Errorf("Reconciliation = %+v\nwant %+v", l.Reconciliation, want)
	}
}

func same[E comparable](t *testing.T, name string, got []E, want ...E) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// The calendar has every day from the first purchase to the end.
func TestBuildDays(t *testing.T) {
	l := buildOf(t, &Options{Cut: civil("1997-01-05"), End: civil("1997-01-08")}, `
		- 1997-01-01 9
		a 1997-01-03 1
		b 1997-01-03 2
		a 1997-01-05 4
		a 1997-01-06 8
		b 1997-01-06 16
		c 1997-01-06 32`)
	day := func(s string) Date { return DateOf(civil(s)) }
	want := []DayCount{
		{Date: day("1997-01-03"), First: 2, FirstMoney: 3},
		{Date: day("1997-01-04")},
		{Date: day("1997-01-05"), Repeat: 1, RepeatMoney: 4},
		{Date: day("1997-01-06"), Holdout: 2, HoldoutMoney: 24},
		{Date: day("1997-01-07")},
		{Date: day("1997-01-08")},
	}
	same(t, "Days", l.Days, want...)
}

// 10.10 + 20.20 - 30.30 is 3.6e-15 in binary, which is no purchase.
func TestBuildRefunds(t *testing.T) {
	const log = `
		a 1997-01-01 50
		a 1997-01-08 10.10
		a 1997-01-08 -30.30
		a 1997-01-08 20.20
		a 1997-01-15 40
		a 1997-01-15 -10
		a 1997-01-22 -5
		a 1997-01-29 0
		b 1997-01-01 -5
		b 1997-01-02 -5
		b 1997-01-02 0`
	t.Run("net", func(t *testing.T) {
		l := buildOf(t, nil, log)
		same(t, "ID", l.Table.ID, "a")
		same(t, "Frequency", l.Table.Frequency, 2) // 15 and 29 January
		same(t, "Spend", l.Table.Spend, 15)        // (30 + 0)/2
		r := l.Reconciliation
		same(t, "Cancelled", []int{r.Cancelled.Rows, r.Merged.Rows, r.CustomersNoPurchase}, 7, 1, 1)
		same(t, "money", []float64{r.First.Money, r.Repeat.Money, r.RefundRows.Money}, 50, 30, -55.3)
		// To the rounding of the amounts: 10.10 + 20.20 - 30.30 - 15.
		if math.Abs(r.Cancelled.Money+15) > 1e-14 {
			t.Errorf("Cancelled.Money = %v, want -15", r.Cancelled.Money)
		}
		same(t, "rows", []int{r.RefundRows.Rows, r.ZeroRows}, 5, 2)
	})
	t.Run("drop", func(t *testing.T) {
		l := buildOf(t, &Options{Refunds: Drop}, log)
		same(t, "ID", l.Table.ID, "a", "b")
		same(t, "Frequency", l.Table.Frequency, 3, 0)
		same(t, "T", l.Table.T, 4, 27.0/7)
		if got, want := l.Table.Spend[0], (30.3+40+0)/3; math.Abs(got-want) > 1e-14*want {
			t.Errorf("Spend = %v, want %v", got, want)
		}
		r := l.Reconciliation
		same(t, "RefundsDropped", []int{r.RefundsDropped.Rows, r.Cancelled.Rows, r.Merged.Rows}, 5, 0, 1)
	})
}

// Half a cent beside ten million is a purchase still.
func TestBuildSmallRemainder(t *testing.T) {
	l := buildOf(t, nil, "a 1997-01-01 1\na 1997-01-08 10000000.005\na 1997-01-08 -10000000")
	same(t, "Frequency", l.Table.Frequency, 1)
}

func TestBuildWithoutAmounts(t *testing.T) {
	l := buildOf(t, &Options{Cut: civil("1997-01-08")}, "a 1997-01-01\na 1997-01-08\na 1997-01-09")
	if l.Table.Spend != nil || l.Table.HoldoutSpend != nil {
		t.Errorf("Spend = %v, HoldoutSpend = %v, want nil", l.Table.Spend, l.Table.HoldoutSpend)
	}
	same(t, "HoldoutFrequency", l.Table.HoldoutFrequency, 1)
	if r := l.Reconciliation; r.Amounts || r.ZeroRows != 0 {
		t.Errorf("Amounts = %v with %d rows of amount 0, want none", r.Amounts, r.ZeroRows)
	}
}

// Without a cut the whole log is calibration and there is no holdout.
func TestBuildDefaults(t *testing.T) {
	l := buildOf(t, nil, "a 1997-01-01 1\nb 1997-01-15 1")
	if tab := l.Table; tab.HoldoutFrequency != nil || tab.HoldoutSpend != nil || !tab.Cut.Equal(tab.End) || !tab.End.Equal(civil("1997-01-15")) {
		t.Errorf("cut %v, end %v, holdout %v: want the last day of the log and none", tab.Cut, tab.End, tab.HoldoutFrequency)
	}
	same(t, "T", l.Table.T, 2, 0)
}

// The civil day is the one in the zone of the time value: these are two days
// there and one in UTC.
func TestAddZone(t *testing.T) {
	zone := time.FixedZone("", -5*3600)
	b := NewBuilder(&Options{Unit: Day})
	for _, tm := range []time.Time{time.Date(1997, 1, 1, 23, 0, 0, 0, zone), time.Date(1997, 1, 2, 1, 0, 0, 0, zone), time.Date(1997, 1, 2, 23, 0, 0, 0, zone)} {
		if err := b.Add(Transaction{"a", tm, 1}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Frequency", l.Table.Frequency, 1)
	same(t, "Recency", l.Table.Recency, 1)
}

func TestAddErrors(t *testing.T) {
	day := civil("1997-01-01")
	for _, tc := range []struct {
		t    Transaction
		want string
	}{
		{Transaction{"a", time.Time{}, 1}, "the transaction has no time"},
		{Transaction{"a", day, math.Inf(1)}, "amount +Inf is not an amount of money"},
		{Transaction{"a", day, math.Inf(-1)}, "amount -Inf is not an amount of money"},
		{Transaction{"", day, 1e101}, "amount 1e+101 is not an amount of money"},
		{Transaction{"a", day.AddDate(9000, 0, 0), 1}, "the day lies outside the years 1 to 9999"},
	} {
		b := NewBuilder(nil)
		if err := b.Add(tc.t); err == nil || err.Error() != tc.want {
			t.Errorf("Add(%v) = %v, want %s", tc.t, err, tc.want)
		}
		if _, err := b.Build(); err == nil || err.Error() != "there are no transactions" {
			t.Errorf("Add(%v) counted the transaction: %v", tc.t, err)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	const log = "a 1997-01-10 1\na 1997-02-10 1"
	for _, tc := range []struct {
		name, log, cut, end, want string
	}{
		{"empty", "", "", "", "there are no transactions"},
		{"nobody", "- 1997-01-10 1", "", "", "none of the 1 transactions names a customer"},
		{"some amounts", "a 1997-01-10 1\na 1997-01-11", "", "", "1 of 2 transactions have no amount: give an amount to all of them or to none"},
		{"cut after end", log, "1997-02-01", "1997-01-31", "the cut 1997-02-01 is after the end 1997-01-31: set an earlier cut or a later end"},
		{"cut after log", log, "1997-02-11", "", "the cut 1997-02-11 is after the end 1997-02-10, the last day of the log: set an earlier cut or a later end"},
		{"cut before log", "- 1997-01-01 1\n" + log, "1997-01-09", "", "the cut 1997-01-09 is before the first transaction, 1997-01-10"},
		{"end before log", log, "", "1997-01-09", "the end 1997-01-09 is before the first transaction, 1997-01-10"},
		{"only refunds", "a 1997-01-10 -1\na 1997-02-10 1", "1997-02-01", "", "no customer has a purchase up to the cut, 1997-02-01: there is no history to build"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := &Options{}
			if tc.cut != "" {
				o.Cut = civil(tc.cut)
			}
			if tc.end != "" {
				o.End = civil(tc.end)
			}
			if _, err := builderOf(t, o, tc.log).Build(); err == nil || err.Error() != tc.want {
				t.Errorf("Build: %v\nwant %s", err, tc.want)
			}
		})
	}
}

// Rows can be added after Build, and counted in the next one.
func TestBuildAgain(t *testing.T) {
	b := builderOf(t, nil, "a 1997-01-01 1\na 1997-01-08 1")
	for want := 1; want <= 3; want++ {
		l, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		same(t, "Frequency", l.Table.Frequency, want)
		if err := b.Add(Transaction{"a", civil("1997-02-01").AddDate(0, 0, want), 1}); err != nil {
			t.Fatal(err)
		}
	}
}

// What the documentation promises about memory.
func TestBuilderMemory(t *testing.T) {
	b := NewBuilder(nil)
	id, day := []byte("a customer"), DateOf(civil("1997-01-01"))
	const rows = 10000
	for range rows {
		if err := b.AddRow(id, day, 1); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := 8*len(b.batch.rows), rows*(16+(len(id)+7)/8*8); got != want {
		t.Errorf("%d rows take %d bytes, want %d", rows, got, want)
	}
}
