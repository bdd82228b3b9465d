package models

import (
	"math/bits"
	"strings"
)

// Quantities are a set of what a Score holds.
type Quantities uint8

// What a Score may hold.
const (
	Alive  Quantities = 1 << iota // P(alive)
	Order                         // P(order within the horizon)
	Orders                        // orders expected within the horizon
	Spend                         // expected value of an order
	CLV                           // value of the orders within the horizon
	Net                           // the same less the costs

	AllQuantities = Alive | Order | Orders | Spend | CLV // without Net, which is CLV where there are no costs
)

var quantityNames = [...]string{"p_alive", "p_order", "orders", "spend", "clv", "net"}

// String names the quantities as JSON does, "p_alive, orders".
func (q Quantities) String() string { return joined(uint(q), quantityNames[:]) }

// ScoreFlags are a set of what a reader of a Score should know about it.
type ScoreFlags uint16

// What may be said of a Score.
const (
	// Newcomer: the state has no purchase. The forecast is that for a customer
	// acquired on the day of the score, at the moment of the first purchase.
	Newcomer ScoreFlags = 1 << iota
	// BeyondTraining: more purchases, or a longer time since the first one, than
	// any customer had whom the model was fitted to.
	BeyondTraining
	// AfterAt: the state holds purchases after the day of the score, which cannot
	// be taken out of it. The score is that at the last of them.
	AfterAt
	// NoSpend: the model file has no spend model, or that has no mean (q ≤ 1) and
	// the customer no repeat purchase. There is no spend, no CLV and no Net.
	NoSpend
	// UnknownMoney: the money of the customer's repeat purchases is not known.
	// Spend is the mean of all customers.
	UnknownMoney
	// NegativeMoney: refunds exceed the customer's repeat purchases, and spend may
	// be negative.
	NegativeMoney
	// Doubtful: the state has [history.Doubts].
	Doubtful
	// Impossible: the state is none, see [history.State.Check]. There is no
	// quantity.
	Impossible
)

var flagNames = [...]string{"newcomer", "beyond_training", "after_at", "no_spend", "unknown_money", "negative_money", "doubtful", "impossible"}

// String names the flags as JSON does, "newcomer, no_spend". It is empty
// without any.
func (f ScoreFlags) String() string { return joined(uint(f), flagNames[:]) }

// joined names the bits of a set.
func joined(set uint, names []string) string {
	var out []string
	for ; set != 0; set &= set - 1 {
		out = append(out, names[bits.TrailingZeros(set)])
	}
	return strings.Join(out, ", ")
}
