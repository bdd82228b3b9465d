package main

import (
	"errors"
	"os"
	"slices"
	"testing"
)

// A ledger that keeps little in memory gives the same sales as one that keeps
// all, and leaves nothing behind.
func TestLedger(t *testing.T) {
	dir := t.TempDir()
	small, large := newLedger(3, dir), newLedger(3, dir)
	small.room = 4 * saleBytes
	const n = 1000
	for i := range n {
		for _, l := range []*ledger{small, large} {
			if err := l.add(sale{customer: i, day: i * i % 3, amount: float64(i) / 8}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if small.file == nil || large.file != nil {
		t.Fatal("it is not the small ledger alone that has a file")
	}
	all := func(l *ledger) (sales []sale) {
		r := l.read(func(err error) { t.Error(err) })
		for i := range l.n {
			sales = append(sales, *r.at(i))
		}
		return sales
	}
	if got := all(small); !slices.Equal(got, all(large)) {
		t.Error("the two ledgers differ")
	} else if !slices.IsSortedFunc(got, func(a, b sale) int { return a.day*n + a.customer - b.day*n - b.customer }) {
		t.Error("the sales are not in order")
	}
	var failed error
	small.file.Truncate(small.size / 2)
	r := small.read(func(err error) { failed = errors.Join(failed, err) })
	for i := range small.n {
		r.at(i)
	}
	if failed == nil {
		t.Error("no error of a file that has lost its end")
	}
	if err := small.close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}
