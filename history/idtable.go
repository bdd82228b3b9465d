package history

import (
	"bytes"
	"hash/maphash"
)

// An idTable numbers identifiers in order of first appearance. It holds no
// pointers but the three of its columns, so that the garbage collector has
// nothing to follow. A slot tells identifiers apart by 64 bits of hash before
// their text is looked at.
type idTable struct {
	seed  maphash.Seed
	slots []idSlot // open addressing; the length is a power of two
	text  []byte   // the identifiers, one after the other
	end   []int    // where each ends in text
}

type idSlot struct {
	hash   uint64
	number int32 // 1 + the identifier's number; 0 in a free slot
}

// reset forgets all identifiers.
func (t *idTable) reset() {
	clear(t.slots)
	t.text, t.end = t.text[:0], t.end[:0]
}

// number returns the number of the identifier, a new one if it is new.
func (t *idTable) number(id []byte) int32 {
	if 2*len(t.end) >= len(t.slots) {
		t.grow()
	}
	hash := maphash.Bytes(t.seed, id)
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch s := &t.slots[i]; {
		case s.number == 0:
			t.text = append(t.text, id...)
			t.end = append(t.end, len(t.text))
			*s = idSlot{hash, int32(len(t.end))}
			return s.number - 1
		case s.hash == hash && bytes.Equal(t.at(int(s.number-1)), id):
			return s.number - 1
		}
	}
}

func (t *idTable) grow() {
	old := t.slots
	t.slots = make([]idSlot, max(64, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].number != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// at returns identifier i.
func (t *idTable) at(i int) []byte { return t.text[t.begin(i):t.end[i]] }

func (t *idTable) begin(i int) int {
	if i == 0 {
		return 0
	}
	return t.end[i-1]
}

// len returns how many identifiers there are.
func (t *idTable) len() int { return len(t.end) }
