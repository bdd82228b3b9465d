package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// A Table holds many histories, a column a quantity, all of the same length.
// A column that is not known is nil.
type Table struct {
	Unit Unit      // the unit of Recency and T
	Cut  time.Time // last day of observation (midnight UTC of the civil day); zero if not known
	End  time.Time // last day of the holdout; equal to Cut if there is none

	ID        []string
	Frequency []int
	Recency   []float64
	T         []float64
	Spend     []float64 // mean value of the repeat purchases; NaN where Frequency is 0
	N         []float64 // customers sharing the row; nil means one each

	HoldoutFrequency []int     // purchases in (Cut, End]
	HoldoutSpend     []float64 // money in (Cut, End]

	index *Index // set by Compress
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.Frequency) }

// Customer returns row i.
func (t *Table) Customer(i int) Customer {
	c := Customer{Frequency: t.Frequency[i], Recency: t.Recency[i], T: t.T[i], Spend: math.NaN()}
	if t.Spend != nil {
		c.Spend = t.Spend[i]
	}
	return c
}

// Weight returns the number of customers that row i stands for.
func (t *Table) Weight(i int) float64 {
	if t.N == nil {
		return 1
	}
	return t.N[i]
}

// Customers returns the number of customers, Σ N.
func (t *Table) Customers() float64 {
	if t.N == nil {
		return float64(t.Len())
	}
	var n float64
	for _, w := range t.N {
		n += w
	}
	return n
}

// Append adds the customers to the table, each with weight 1. It panics if the
// table has weights, identifiers or a holdout, which it could not continue.
func (t *Table) Append(cs ...Customer) {
	if t.N != nil || t.ID != nil || t.HoldoutFrequency != nil || t.HoldoutSpend != nil {
		panic("history: Append to a table with weights, identifiers or a holdout")
	}
	t.index = nil
	for len(t.Spend) < t.Len() { // the column was not known so far
		t.Spend = append(t.Spend, math.NaN())
	}
	for _, c := range cs {
		t.Frequency = append(t.Frequency, c.Frequency)
		t.Recency = append(t.Recency, c.Recency)
		t.T = append(t.T, c.T)
		t.Spend = append(t.Spend, c.Spend)
	}
}

// Check returns an error that names the first impossible history and its
// place, or nil. See [Customer.Check] for what is possible.
func (t *Table) Check() error {
	n := t.Len()
	if len(t.Recency) != n || len(t.T) != n || wrong(t.ID, n) || wrong(t.Spend, n) || wrong(t.N, n) ||
		wrong(t.HoldoutFrequency, n) || wrong(t.HoldoutSpend, n) {
		return fmt.Errorf("the columns of the table differ in length (frequency has %d rows)", n)
	}
	blocks := blocksOf(n)
	errs := make([]error, len(blocks)) // the first of each
	eachBlock(blocks, func(b, lo, hi int) {
		if t.sound(lo, hi) {
			return
		}
		for i := lo; i < hi && errs[b] == nil; i++ {
			errs[b] = t.checkRow(i)
		}
	})
	return cmp.Or(errs...)
}

// sound reports whether no row from lo to before hi is impossible, which is
// sooner found than what is wrong with one.
func (t *Table) sound(lo, hi int) bool {
	recency, end := t.Recency[lo:hi], t.T[lo:hi]
	for i, x := range t.Frequency[lo:hi] {
		tx, T := recency[i], end[i]
		if !(x >= 0 && tx >= 0 && tx <= T && T <= math.MaxFloat64) || (x == 0) != (tx == 0) {
			return false
		}
	}
	if t.Spend != nil && slices.ContainsFunc(t.Spend[lo:hi], infinite) {
		return false
	}
	return t.N == nil || !slices.ContainsFunc(t.N[lo:hi], func(n float64) bool { return !(n > 0) || infinite(n) })
}

func infinite(v float64) bool { return math.IsInf(v, 0) }

func (t *Table) checkRow(i int) error {
	if err := t.Customer(i).Check(); err != nil {
		return fmt.Errorf("%s: %w", t.place(i), err)
	}
	if w := t.Weight(i); !(w > 0) || math.IsInf(w, 0) {
		return fmt.Errorf("%s: weight is %v: it must be positive and finite", t.place(i), w)
	}
	return nil
}

func wrong[E any](column []E, n int) bool { return column != nil && len(column) != n }

func (t *Table) place(i int) string {
	if t.ID != nil {
		return fmt.Sprintf("row %d, customer %q", i+1, t.ID[i])
	}
	return fmt.Sprintf("row %d", i+1)
}

// In returns the table with its times in another unit. Columns that do not
// change are shared with t.
func (t *Table) In(u Unit) *Table {
	out := *t
	out.Unit, out.index = u, nil
	out.Recency, out.T = converted(t.Recency, t.Unit, u), converted(t.T, t.Unit, u)
	return &out
}

// converted returns lengths of time in another unit. Whole days in weeks are
// days/7, as a Builder makes them, not days times a rounded 1/7.
func converted(xs []float64, from, to Unit) []float64 {
	if from == to {
		return xs // x·u/u is not always x
	}
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x * from.Days() / to.Days()
	}
	return out
}

// manyRows is the number of rows from which on a part of a table tells about
// where the whole leads.
const manyRows = 1 << 15

// Thin returns every k-th row of a table that Compress made, between 8,192 and
// 16,383 of them, or nil if the table has too few for that or is not sorted.
// The rows lie in the order of their values, so the part is an even sample.
func (t *Table) Thin() *Table {
	if t.index == nil || t.Len() < manyRows {
		return nil
	}
	k := t.Len() / (manyRows / 4)
	out := &Table{Unit: t.Unit, Cut: t.Cut, End: t.End}
	for i := k / 2; i < t.Len(); i += k {
		out.Frequency = append(out.Frequency, t.Frequency[i])
		out.Recency = append(out.Recency, t.Recency[i])
		out.T = append(out.T, t.T[i])
		out.N = append(out.N, t.Weight(i))
	}
	return out.Compress()
}
