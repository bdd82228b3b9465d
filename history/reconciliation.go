package history

import (
	"fmt"
	"math"
)

// A Tally is a number of rows and the money in them.
type Tally struct {
	Rows  int     `json:"rows"`
	Money float64 `json:"money"`
}

// A Reconciliation accounts for every row of a log: what became a purchase,
// and what did not and why. Rows add up exactly,
//
//	Read = Unreadable + Excluded + Duplicates + NoCustomer + AfterEnd
//	     + RefundsDropped + Cancelled + BornAfterCut + Merged
//	     + First + Repeat + Holdout + Histories
//
// and so does money, to rounding. Each row stands in the first line that fits
// it, in the order above.
type Reconciliation struct {
	Unit    Unit    `json:"unit"`
	Refunds Refunds `json:"refunds"`
	Amounts bool    `json:"amounts"` // whether the log has amounts; else all money is 0

	FirstDay Date `json:"first_day,omitzero"` // of all rows read
	LastDay  Date `json:"last_day,omitzero"`
	Cut      Date `json:"cut,omitzero"` // last day of calibration
	End      Date `json:"end,omitzero"` // last day of the holdout

	Read Tally `json:"read"`

	Unreadable     Tally `json:"unreadable"`      // set aside by a reader that was told to; the money of those whose amount can be read
	Excluded       Tally `json:"excluded"`        // of customers whom a reader was told to leave out
	Duplicates     Tally `json:"duplicates"`      // of orders that a reader has found in an earlier file
	NoCustomer     Tally `json:"no_customer"`     // the row does not say who bought
	AfterEnd       Tally `json:"after_end"`       // later than End
	RefundsDropped Tally `json:"refunds_dropped"` // negative amounts, under the rule Drop
	Cancelled      Tally `json:"cancelled"`       // days with a refund whose total is not positive, under the rule Net
	BornAfterCut   Tally `json:"born_after_cut"`  // of customers whose first purchase is after Cut
	Merged         Tally `json:"merged"`          // further rows of a purchase; their money stands with the purchase
	First          Tally `json:"first"`           // purchases: each customer's first one
	Repeat         Tally `json:"repeat"`          // purchases: the others up to Cut
	Holdout        Tally `json:"holdout"`         // purchases after Cut
	Histories      Tally `json:"histories"`       // rows that were histories when they were read

	// For information: these rows are among the lines above, from NoCustomer on.
	RefundRows Tally `json:"refund_rows"` // rows read with a negative amount
	ZeroRows   int   `json:"zero_rows"`   // rows read with amount 0; such a row is a purchase

	Customers             int `json:"customers"`                // in the table
	CustomersBornAfterCut int `json:"customers_born_after_cut"` // set aside
	PurchasesBornAfterCut int `json:"purchases_born_after_cut"` // theirs, up to End
	CustomersNoPurchase   int `json:"customers_no_purchase"`    // named in the log, with no purchase up to End
}

// parts are the lines that add up to Read.
func (r *Reconciliation) parts() []Tally {
	return []Tally{r.Unreadable, r.Excluded, r.Duplicates, r.NoCustomer, r.AfterEnd, r.RefundsDropped, r.Cancelled, r.BornAfterCut,
		r.Merged, r.First, r.Repeat, r.Holdout, r.Histories}
}

// Check returns an error if the account does not add up, or nil. Rows must add
// up exactly; money to the rounding of the lines, a few units in the last
// place of the sum of their absolute values.
func (r *Reconciliation) Check() error {
	var rows int
	var money, gross float64
	for _, t := range r.parts() {
		if t.Rows < 0 {
			return fmt.Errorf("a line of the reconciliation has %d rows", t.Rows)
		}
		rows += t.Rows
		money += t.Money
		gross += math.Abs(t.Money)
	}
	switch {
	case rows != r.Read.Rows:
		return fmt.Errorf("%d rows were read, but %d are accounted for", r.Read.Rows, rows)
	case !(math.Abs(money-r.Read.Money) <= 16*0x1p-52*gross):
		return fmt.Errorf("the rows read amount to %v, but %v is accounted for", r.Read.Money, money)
	case r.First.Rows > 0 && r.First.Rows != r.Customers:
		return fmt.Errorf("%d customers have %d first purchases", r.Customers, r.First.Rows)
	}
	return nil
}
