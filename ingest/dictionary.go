package ingest

import "math/bits"

// A dictionary numbers the distinct fields of a column as they come.
type dictionary struct {
	places  []place // by hash, at most a fourth of them taken
	shift   int     // 64 less the logarithm of their number
	fields  []uint64
	numbers []int32
}

// A place holds a field and 1 + its number; 0 is free.
type place struct {
	field  uint64
	number int32
}

const (
	dictionaryFields = groupRows / 4 // at most
	dictionaryTrial  = 1 << 13       // the number of fields that tells whether they come again
)

// reset empties the dictionary.
func (d *dictionary) reset() {
	if d.places == nil {
		d.places, d.numbers = make([]place, 4*dictionaryFields), make([]int32, 0, groupRows)
	}
	d.fields, d.numbers = d.fields[:0], d.numbers[:0]
	d.size(1 << 8)
}

// promises tells whether fields come again so often that there will be a fourth
// of them in the end.
func (d *dictionary) promises() bool {
	return len(d.fields) <= dictionaryFields && len(d.fields) <= max(dictionaryTrial, len(d.numbers))/8*3
}

// pays tells whether the fields are much shorter by their numbers.
func (d *dictionary) pays() bool { return d.promises() && len(d.fields) < len(d.numbers)/4 }

// add numbers fields, as long as there are not too many.
func (d *dictionary) add(fields []uint64) {
	from := len(d.numbers)
	d.numbers = d.numbers[:from+len(fields)]
	numbers := d.numbers[from:]
	places, shift := d.places, d.shift&63
	for i, f := range fields {
		h := spread(f) >> shift
		p := places[h]
		if p.field != f || p.number == 0 {
			if len(d.fields) > dictionaryFields {
				return
			}
			p.number = d.find(f, h)
			places, shift = d.places, d.shift&63
		}
		numbers[i] = p.number - 1
	}
}

// find returns the number in the place of a field from h on, which it takes if
// the field is new.
func (d *dictionary) find(f, h uint64) int32 {
	for d.places[h].number > 0 {
		if d.places[h].field == f {
			return d.places[h].number
		}
		h = (h + 1) & uint64(len(d.places)-1)
	}
	d.fields = append(d.fields, f)
	n := int32(len(d.fields))
	d.places[h] = place{f, n}
	if 4*len(d.fields) > len(d.places) && len(d.places) < cap(d.places) {
		d.size(2 * len(d.places))
	}
	return n
}

// size sets the number of places.
func (d *dictionary) size(n int) {
	d.places, d.shift = d.places[:n], 64-bits.TrailingZeros(uint(n))
	clear(d.places)
	for k, f := range d.fields {
		h := spread(f) >> d.shift
		for d.places[h].number > 0 {
			h = (h + 1) & uint64(n-1)
		}
		d.places[h] = place{f, int32(k + 1)}
	}
}

// spread is a hash in the high bits, by the golden ratio.
func spread(f uint64) uint64 { return (f ^ f>>32) * 0x9e3779b97f4a7c15 }
