package ingest

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// The rows of customers are those that a map finds, over several sizes of the
// table; customers without an identifier are all different.
func TestCustomerRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	rows, want := newCustomerRows(), map[string]int{}
	var ids []string
	again := 0
	for range 30_000 {
		id := strconv.Itoa(rng.IntN(20_000))
		if id == "0" {
			id = ""
		}
		got := rows.first(id, ids)
		row, known := want[id]
		if known && id != "" {
			again++
		} else {
			row = len(ids)
			ids = append(ids, id)
		}
		if want[id] = row; got != row {
			t.Fatalf("%q has row %d, want %d", id, got, row)
		}
	}
	if len(ids) < 10_000 || again < 10_000 {
		t.Errorf("%d customers, of whom %d came again: the test sees too little", len(ids), again)
	}
}
