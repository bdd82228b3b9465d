package history

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"unsafe"
)

// Identifiers are kept in words, the last one filled up with zeros: short ones
// are copied, hashed and compared in an instruction or two.

// wordsOf returns how many words n bytes fill.
func wordsOf(n int) int { return (n + 7) / 8 }

// bytesOf returns words as the bytes that they are made of.
func bytesOf(words []uint64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))
}

// A hashSeed makes hashes that nobody can foresee.
type hashSeed struct{ start, factor uint64 }

func newHashSeed() hashSeed { return hashSeed{rand.Uint64(), rand.Uint64() | 1} }

// hash folds words into one: each product has twice the bits, and its halves
// meet.
//
// Source: Wang Yi, wyhash (2019), the step of its main loop.
func (s hashSeed) hash(words []uint64) uint64 {
	h := s.start
	for _, w := range words {
		high, low := bits.Mul64(h^w, s.factor)
		h = high ^ low
	}
	return h
}

// An idTable numbers identifiers in order of first appearance. It holds no
// pointers but the three of its columns, so that the garbage collector has
// nothing to follow. A slot tells identifiers apart by 64 bits of hash before
// their text is looked at.
type idTable struct {
	seed  hashSeed
	slots []idSlot // open addressing; the length is a power of two
	text  []uint64 // the identifiers, one after the other, each behind its length
	end   []uint32 // where each ends in text
}

type idSlot struct {
	hash   uint64
	number int32  // 1 + the identifier's number; 0 in a free slot
	begin  uint32 // of the identifier in text
}

// reset forgets all identifiers.
func (t *idTable) reset() {
	clear(t.slots)
	t.text, t.end = t.text[:0], t.end[:0]
}

// number returns the number of the identifier of so many bytes, a new one if it
// is new.
func (t *idTable) number(id []uint64, length int) int32 {
	if 2*len(t.end) >= len(t.slots) {
		t.grow()
	}
	hash := t.seed.hash(id)
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch s := &t.slots[i]; {
		case s.number == 0:
			s.hash, s.number, s.begin = hash, int32(len(t.end)+1), uint32(len(t.text))
			t.text = append(append(t.text, uint64(length)), id...)
			t.end = append(t.end, uint32(len(t.text)))
			return s.number - 1
		case s.hash == hash && t.text[s.begin] == uint64(length) && slices.Equal(t.text[int(s.begin)+1:][:len(id)], id):
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
func (t *idTable) at(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = t.end[i-1]
	}
	return bytesOf(t.text[begin+1 : t.end[i]])[:t.text[begin]]
}

// len returns how many identifiers there are.
func (t *idTable) len() int { return len(t.end) }
