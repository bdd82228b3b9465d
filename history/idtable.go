package history

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// An idTable numbers identifiers in order of first appearance. It holds no
// pointers but the three of its columns, so that the garbage collector has
// nothing to follow. With millions of customers nearly every look at a slot or
// at a text waits for memory. Therefore a slot tells identifiers of up to eight
// bytes apart by itself, and longer ones by 64 bits of hash before their text
// is looked at.
type idTable struct {
	seed  maphash.Seed
	slots []idSlot // open addressing; the length is a power of two
	text  []byte   // the identifiers, one after the other
	end   []int    // where each ends in text
}

type idSlot struct {
	key    uint64 // the identifier itself if it is short, else its hash
	number uint32 // 1 + the identifier's number; 0 in a free slot
	length uint32 // of the identifier
}

// number returns the number of the identifier, a new one if it is new.
func (t *idTable) number(id []byte) int32 {
	if 2*len(t.end) >= len(t.slots) {
		t.grow()
	}
	key, hash := t.key(id)
	length := uint32(len(id))
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch s := &t.slots[i]; {
		case s.number == 0:
			t.text = append(t.text, id...)
			t.end = append(t.end, len(t.text))
			*s = idSlot{key, uint32(len(t.end)), length}
			return int32(len(t.end) - 1)
		case s.key == key && s.length == length && (length <= 8 || bytes.Equal(t.at(int(s.number-1)), id)):
			return int32(s.number - 1)
		}
	}
}

// key returns what a slot holds of an identifier, and where to look for it.
func (t *idTable) key(id []byte) (key, hash uint64) {
	if len(id) > 8 {
		hash = maphash.Bytes(t.seed, id)
		return hash, hash
	}
	var b [8]byte
	copy(b[:], id)
	key = binary.LittleEndian.Uint64(b[:])
	return key, spread(key)
}

// spread mixes the bits of a short identifier.
//
// Source: Appleby (2008), the finalizer of MurmurHash3.
func spread(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func (t *idTable) grow() {
	if t.slots == nil {
		t.seed = maphash.MakeSeed()
	}
	old := t.slots
	t.slots = make([]idSlot, max(1024, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		hash := s.key
		if s.length <= 8 {
			hash = spread(s.key)
		}
		i := hash & mask
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
