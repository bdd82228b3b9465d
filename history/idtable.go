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

// An idTable numbers identifiers in order of first appearance. It is small, so
// that it stays in the cache, and holds no pointers but the three of its
// columns, so that the garbage collector has nothing to follow. A slot tells
// identifiers apart by half of their hash before their text is looked at.
type idTable struct {
	seed  hashSeed
	slots []idSlot // open addressing; the length is a power of two
	text  []uint64 // the identifiers, one after the other, each behind its head
	begin []uint32 // of each head in text
}

type idSlot struct {
	hash uint32 // the upper half
	head uint32 // 1 + the place of the identifier's head in text; 0 in a free slot
}

// idHead stands before an identifier: its number and length.
func idHead(number, length int) uint64 { return uint64(number)<<32 | uint64(length) }

// reset forgets all identifiers.
func (t *idTable) reset() {
	clear(t.slots)
	t.text, t.begin = t.text[:0], t.begin[:0]
}

// number returns the number of the identifier of so many bytes, a new one if it
// is new.
func (t *idTable) number(id []uint64, length int) int32 {
	if 3*len(t.begin) >= 2*len(t.slots) {
		t.grow()
	}
	hash := t.seed.hash(id)
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.head == 0 {
			s.hash, s.head = uint32(hash>>32), uint32(len(t.text)+1)
			t.begin = append(t.begin, uint32(len(t.text)))
			t.text = append(append(t.text, idHead(len(t.begin)-1, length)), id...)
			return int32(len(t.begin) - 1)
		}
		if s.hash != uint32(hash>>32) {
			continue
		}
		head := t.text[s.head-1]
		if int(uint32(head)) == length && slices.Equal(t.text[s.head:][:len(id)], id) {
			return int32(head >> 32)
		}
	}
}

func (t *idTable) grow() {
	t.slots = make([]idSlot, max(64, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for n, begin := range t.begin {
		hash := t.seed.hash(t.words(n))
		i := hash & mask
		for t.slots[i].head != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = idSlot{uint32(hash >> 32), begin + 1}
	}
}

// words returns identifier i.
func (t *idTable) words(i int) []uint64 {
	begin := t.begin[i]
	return t.text[begin+1:][:wordsOf(int(uint32(t.text[begin])))]
}

// at returns identifier i.
func (t *idTable) at(i int) []byte { return bytesOf(t.words(i))[:uint32(t.text[t.begin[i]])] }

// bytes returns how many bytes all identifiers have.
func (t *idTable) bytes() (n int) {
	for _, begin := range t.begin {
		n += int(uint32(t.text[begin]))
	}
	return n
}

// len returns how many identifiers there are.
func (t *idTable) len() int { return len(t.begin) }
