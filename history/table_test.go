package history

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawTable draws a table of few values, so that rows meet.
func drawTable(t *rapid.T) *Table {
	tab := &Table{Unit: Week}
	if rapid.Bool().Draw(t, "weights") {
		tab.N = []float64{}
	}
	for range rapid.IntRange(0, 40).Draw(t, "rows") {
		x := rapid.IntRange(0, 3).Draw(t, "x")
		days := rapid.IntRange(1, 3).Draw(t, "days")
		recency, age := 0.0, float64(rapid.IntRange(days, 5).Draw(t, "T"))/7
		if x > 0 {
			recency = float64(days) / 7
		}
		tab.Frequency = append(tab.Frequency, x)
		tab.Recency = append(tab.Recency, recency)
		tab.T = append(tab.T, age)
		if tab.N != nil {
			tab.N = append(tab.N, float64(rapid.IntRange(1, 9).Draw(t, "n")))
		}
	}
	return tab
}

func TestCompress(t *testing.T) {
	type state struct {
		x     int
		tx, T float64
	}
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t)
		want := map[state]float64{}
		for i := range tab.Len() {
			want[state{tab.Frequency[i], tab.Recency[i], tab.T[i]}] += tab.Weight(i)
		}
		c := tab.Compress()
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		if c.Len() != len(want) || c.Customers() != tab.Customers() || c.Unit != tab.Unit {
			t.Errorf("%d states of %v customers, want %d of %v", c.Len(), c.Customers(), len(want), tab.Customers())
		}
		for i := range c.Len() {
			s := state{c.Frequency[i], c.Recency[i], c.T[i]}
			if c.N[i] != want[s] {
				t.Errorf("state %v has %v customers, want %v", s, c.N[i], want[s])
			}
			delete(want, s)
		}
		checkIndex(t, c)
		checkIndex(t, tab)
		if c.Compress() != c {
			t.Error("Compress of a compressed table must be the table")
		}
	})
}

// Rows in another order compress to the same table.
func TestCompressPermuted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := drawTable(t)
		order := make([]int, tab.Len())
		for i := range order {
			order[i] = i
		}
		other := &Table{Unit: tab.Unit}
		for _, i := range rapid.Permutation(order).Draw(t, "order") {
			other.Frequency = append(other.Frequency, tab.Frequency[i])
			other.Recency = append(other.Recency, tab.Recency[i])
			other.T = append(other.T, tab.T[i])
			if tab.N != nil {
				other.N = append(other.N, tab.N[i])
			}
		}
		a, b := tab.Compress(), other.Compress()
		if !slices.Equal(a.Frequency, b.Frequency) || !slices.Equal(a.Recency, b.Recency) || !slices.Equal(a.T, b.T) || !slices.Equal(a.N, b.N) {
			t.Errorf("%+v\nand %+v", a, b)
		}
	})
}

// A changed table must not keep the index of the old one.
func TestCompressedIndexDropped(t *testing.T) {
	tab := &Table{Unit: Week, Frequency: []int{1}, Recency: []float64{1}, T: []float64{3}}
	c := tab.Compress()
	if got := c.In(Day).Index().T[0]; got != 21 {
		t.Errorf("the index in days has T = %v, want 21", got)
	}
	if got := c.Index().T[0]; got != 3 {
		t.Errorf("In changed the index of its table: T = %v, want 3", got)
	}
}

func TestTableIn(t *testing.T) {
	tab := &Table{Unit: Day, ID: []string{"a"}, Frequency: []int{2}, Recency: []float64{100}, T: []float64{365.25}, Spend: []float64{3}}
	for _, tc := range []struct {
		u     Unit
		tx, T float64
	}{{Hour, 2400, 8766}, {Day, 100, 365.25}, {Week, 100.0 / 7, 365.25 / 7}, {Month, 100 / 30.4375, 12}, {Year, 100 / 365.25, 1}} {
		in := tab.In(tc.u)
		if in.Unit != tc.u || in.Recency[0] != tc.tx || in.T[0] != tc.T || in.Spend[0] != 3 || in.ID[0] != "a" {
			t.Errorf("In(%v) = %+v, want t_x %v and T %v", tc.u, in, tc.tx, tc.T)
		}
	}
	if tab.Recency[0] != 100 {
		t.Error("In changed its table")
	}
}

// A table is refused for a customer who is.
func TestTableCheckCustomers(t *testing.T) {
	times := []float64{math.Copysign(0, -1), 0, 1, 2, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64}
	for _, x := range []int{-1, 0, 1, 3} {
		for _, tx := range times {
			for _, T := range times {
				c := Customer{Frequency: x, Recency: tx, T: T}
				tab := &Table{}
				tab.Append(Customer{T: 1}, c)
				if got, want := tab.Check(), c.Check(); (got == nil) != (want == nil) {
					t.Errorf("%+v: Check() of the table = %v, of the customer %v", c, got, want)
				}
			}
		}
	}
}

func TestTableCheck(t *testing.T) {
	good := func() *Table {
		return &Table{ID: []string{"a", "b"}, Frequency: []int{0, 1}, Recency: []float64{0, 2}, T: []float64{3, 3}, N: []float64{1, 4}}
	}
	if err := good().Check(); err != nil {
		t.Errorf("Check: %v", err)
	}
	for _, tc := range []struct {
		name   string
		change func(t *Table)
		want   string
	}{
		{"history", func(t *Table) { t.Recency[1] = 4 }, `row 2, customer "b": recency 4 is greater than T 3`},
		{"no names", func(t *Table) { t.ID = nil; t.Recency[1] = 4 }, "row 2: recency 4 is greater than T 3"},
		{"weight", func(t *Table) { t.N[0] = 0 }, `row 1, customer "a": weight is 0`},
		{"weight NaN", func(t *Table) { t.N[1] = math.NaN() }, "weight is NaN"},
		{"weight infinite", func(t *Table) { t.N[1] = math.Inf(1) }, "weight is +Inf"},
		{"recency", func(t *Table) { t.Recency = t.Recency[:1] }, "differ in length (frequency has 2 rows)"},
		{"T", func(t *Table) { t.T = nil }, "differ in length"},
		{"ID", func(t *Table) { t.ID = t.ID[:1] }, "differ in length"},
		{"spend", func(t *Table) { t.Spend = []float64{1} }, "differ in length"},
		{"n", func(t *Table) { t.N = []float64{} }, "differ in length"},
		{"holdout", func(t *Table) { t.HoldoutFrequency = []int{1} }, "differ in length"},
		{"holdout spend", func(t *Table) { t.HoldoutSpend = []float64{1} }, "differ in length"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tab := good()
			tc.change(tab)
			if err := tab.Check(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Check() = %v, want %s", err, tc.want)
			}
		})
	}
}

func TestAppend(t *testing.T) {
	cs := []Customer{{2, 3, 4, 5}, {0, 0, 1, math.NaN()}}
	var tab Table
	tab.Append(cs...)
	if err := tab.Check(); err != nil {
		t.Fatal(err)
	}
	for i, c := range cs {
		if got := tab.Customer(i); fmt.Sprint(got) != fmt.Sprint(c) {
			t.Errorf("Customer(%d) = %+v, want %+v", i, got, c)
		}
	}
	if tab.Customers() != 2 || tab.Weight(1) != 1 {
		t.Errorf("%v customers, weight %v; want 2 and 1", tab.Customers(), tab.Weight(1))
	}
}

// The rows that a table has without a spend column keep no spend.
func TestAppendToNoSpend(t *testing.T) {
	tab := &Table{Frequency: []int{1}, Recency: []float64{1}, T: []float64{2}}
	if c := tab.Customer(0); !math.IsNaN(c.Spend) {
		t.Errorf("spend without a column is %v, want NaN", c.Spend)
	}
	tab.Append(Customer{1, 1, 2, 7})
	if err := tab.Check(); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(tab.Spend[0]) || tab.Spend[1] != 7 {
		t.Errorf("Spend = %v, want NaN and 7", tab.Spend)
	}
}

func TestAppendPanics(t *testing.T) {
	for _, tab := range []*Table{{N: []float64{}}, {ID: []string{}}, {HoldoutFrequency: []int{}}, {HoldoutSpend: []float64{}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Append to %+v does not panic", tab)
				}
			}()
			tab.Append(Customer{})
		}()
	}
}

func TestThin(t *testing.T) {
	h := &Table{Unit: Day}
	for x := range 200 {
		for tx := range 200 {
			h.Append(Customer{Frequency: x + 1, Recency: float64(tx + 1), T: 300})
		}
	}
	if h.Thin() != nil {
		t.Error("Thin of a table that is not sorted is not nil")
	}
	thin := h.Compress().Thin()
	if n := thin.Len(); n < 8192 || n > 16383 {
		t.Errorf("Thin of %d rows has %d", h.Len(), n)
	}
	var whole, part float64
	for _, x := range h.Frequency {
		whole += float64(x)
	}
	for _, x := range thin.Frequency {
		part += float64(x)
	}
	if whole, part = whole/float64(h.Len()), part/float64(thin.Len()); math.Abs(part/whole-1) > 0.01 {
		t.Errorf("the mean of x is %v in the whole and %v in its even part", whole, part)
	}
}
