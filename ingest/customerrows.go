package ingest

import (
	"hash/maphash"
	"math/bits"
)

// customerRows finds the row of a customer: an open hash table, at most half
// full, of which a place takes 8 bytes.
type customerRows struct {
	seed   maphash.Seed
	places []uint64 // the upper half of the hash, and 1 + the row; 0 is free
}

func newCustomerRows() customerRows {
	return customerRows{maphash.MakeSeed(), make([]uint64, 1<<10)}
}

// first returns the first row of the customer: that after the others, which have
// identifiers, if there is none so far. Without an identifier none is another's.
func (c *customerRows) first(id string, others []string) int {
	next := len(others)
	if id == "" {
		return next
	}
	if 2*next >= len(c.places) {
		c.grow()
	}
	tag := maphash.String(c.seed, id) >> 32
	at := c.place(tag)
	for ; c.places[at] != 0; at = (at + 1) & (len(c.places) - 1) {
		if row := int(uint32(c.places[at])) - 1; c.places[at]>>32 == tag && others[row] == id {
			return row
		}
	}
	c.places[at] = tag<<32 | uint64(next+1)
	return next
}

// place is where to look for a tag first.
func (c *customerRows) place(tag uint64) int {
	return int(tag >> (32 - bits.TrailingZeros(uint(len(c.places)))))
}

func (c *customerRows) grow() {
	old := c.places
	c.places = make([]uint64, 2*len(old))
	for _, p := range old {
		if p == 0 {
			continue
		}
		at := c.place(p >> 32)
		for c.places[at] != 0 {
			at = (at + 1) & (len(c.places) - 1)
		}
		c.places[at] = p
	}
}
