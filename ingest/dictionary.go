package ingest

// A dictionary numbers the distinct fields of a column as they come.
type dictionary struct {
	places  []uint32 // by hash: 1 + the number of a field
	fields  []uint64
	numbers []int32
}

const (
	dictionaryBits   = 17
	dictionaryFields = 1 << (dictionaryBits - 1) // at most
	dictionaryTrial  = 1 << 12                   // the number from which on fields must come again
)

// number numbers the fields. It returns false if these are shorter without a
// dictionary.
func (d *dictionary) number(fields []uint64) bool {
	if d.places == nil {
		d.places = make([]uint32, 1<<dictionaryBits)
	}
	clear(d.places)
	d.fields, d.numbers = d.fields[:0], d.numbers[:0]
	for i, f := range fields {
		place := (f ^ f>>32) * 0x9e3779b97f4a7c15 >> (64 - dictionaryBits) // by the golden ratio
		for d.places[place] > 0 && d.fields[d.places[place]-1] != f {
			place = (place + 1) % (1 << dictionaryBits)
		}
		if d.places[place] == 0 {
			if n := len(d.fields); n == dictionaryFields || n >= dictionaryTrial && n > i/4*3 {
				return false
			}
			d.fields = append(d.fields, f)
			d.places[place] = uint32(len(d.fields))
		}
		d.numbers = append(d.numbers, int32(d.places[place]-1))
	}
	return len(d.fields) < len(fields)/4*3
}
