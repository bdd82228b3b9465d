package history

import "fmt"

// Refunds is the rule for rows with a negative amount.
type Refunds uint8

const (
	// Net adds a refund to what the customer bought on the same day. A day
	// that then holds no more than zero is no purchase.
	Net Refunds = iota
	// Drop sets every row with a negative amount aside.
	Drop
	// Keep lets negative amounts be, for columns such as profit that may well be
	// below zero: a day counts whatever its total. It is not for amounts.
	Keep
)

var refundRules = [...]string{Net: "net", Drop: "drop", Keep: "keep"}

// String returns the rule's name.
func (r Refunds) String() string {
	if int(r) >= len(refundRules) {
		return "no rule"
	}
	return refundRules[r]
}

// ParseRefunds reads the name of a rule for amounts.
func ParseRefunds(s string) (Refunds, error) {
	for r, name := range refundRules {
		if s == name && Refunds(r) != Keep {
			return Refunds(r), nil
		}
	}
	return 0, fmt.Errorf("rule for refunds %q is not known: use net or drop", s)
}

// MarshalText writes the rule's name.
func (r Refunds) MarshalText() ([]byte, error) {
	if int(r) >= len(refundRules) {
		return nil, fmt.Errorf("history: rule for refunds %d has no name", r)
	}
	return []byte(refundRules[r]), nil
}

// UnmarshalText reads what ParseRefunds reads.
func (r *Refunds) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRefunds(string(b))
	return err
}
