package history

import "strings"

// Doubts are a set of reasons for which a State may differ from what all
// orders together would give. They stay once they are there.
type Doubts uint8

const (
	// MaybeSameDay: a late order between the first and the last day, or one of
	// two states that were merged, was counted as a day of its own, which it is
	// not if the customer bought on that day already.
	MaybeSameDay Doubts = 1 << iota
	// LateRefund: a refund came for a day that is closed. On the first and the
	// last day it was subtracted, which may leave a day that is no purchase; on
	// a day between them it was left out, as a refund without a purchase on its
	// day is.
	LateRefund

	allDoubts = MaybeSameDay | LateRefund
)

// String names the doubts, "maybe same day, late refund", and is empty without
// any.
func (d Doubts) String() string {
	var names []string
	if d&MaybeSameDay != 0 {
		names = append(names, "maybe same day")
	}
	if d&LateRefund != 0 {
		names = append(names, "late refund")
	}
	return strings.Join(names, ", ")
}
