package ingest

import (
	"hash/maphash"
	"math/bits"
)

// customerRows finds the row of a customer: an open hash table, at most half
// full, of which a place takes 8 bytes.
type customerRows struct {
	seed   maphash.Seed
	places []uint64 // the tag, and 1 + the row; 0 is free

	tags    []uint64 // of fetch
	fetched uint64   // what it has seen
}

func newCustomerRows() customerRows {
	return customerRows{seed: maphash.MakeSeed(), places: make([]uint64, 1<<10)}
}

// first returns the first row of the customer: that after the others, which have
// identifiers, if there is none so far. Without an identifier none is another's.
func (c *customerRows) first(id string, others []string) int {
	return c.firstOf(c.tag(id), id, others)
}

// firstOf is first for a customer whose tag is known.
func (c *customerRows) firstOf(tag uint64, id string, others []string) int {
	next := len(others)
	if id == "" {
		return next
	}
	c.expect(next + 1)
	at := c.place(tag)
	for ; c.places[at] != 0; at = (at + 1) & (len(c.places) - 1) {
		if row := int(uint32(c.places[at])) - 1; c.places[at]>>32 == tag && others[row] == id {
			return row
		}
	}
	c.places[at] = tag<<32 | uint64(next+1)
	return next
}

// fetch looks where customers may stand who are to come, and returns their tags,
// valid until the next call. The memory is fetched for many of them at a time
// then, and not for each in turn.
func (c *customerRows) fetch(ids []string) []uint64 {
	c.tags = c.tags[:0]
	for _, id := range ids {
		c.tags = append(c.tags, c.tag(id))
	}
	for _, tag := range c.tags { // nothing else, so that none waits for another
		c.fetched ^= c.places[c.place(tag)]
	}
	return c.tags
}

// tag is the upper half of the hash.
func (c *customerRows) tag(id string) uint64 { return maphash.String(c.seed, id) >> 32 }

// place is where to look for a tag first.
func (c *customerRows) place(tag uint64) int {
	return int(tag >> (32 - bits.TrailingZeros(uint(len(c.places)))))
}

// expect makes room for customers.
func (c *customerRows) expect(customers int) {
	old, n := c.places, len(c.places)
	for n < 2*customers {
		n *= 2
	}
	if n == len(old) {
		return
	}
	c.places = make([]uint64, n)
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
