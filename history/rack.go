package history

// A rack holds the rows of some batches, one after the other, on shelves: by
// bits of the identifiers' hash, so that all rows of a customer stand on one
// shelf. On each they keep their order.
type rack struct {
	n    int      // rows
	rows []uint64 // shelf after shelf
	end  []uint32 // of each shelf in the rows; nil: there is only one
}

const (
	shelfBits = 10
	shelves   = 1 << shelfBits

	// A rack takes so many rows, or what their identifiers need, and those of
	// one batch more.
	rackRows  = 1 << 18
	rackWords = 1 << 23
)

// fill puts the rows of the batches on the shelves.
func (r *rack) fill(batches []*Batch) {
	r.end = make([]uint32, shelves)
	for _, b := range batches {
		for shelf, n := range b.words {
			r.end[shelf] += n
		}
	}
	begin := uint32(0)
	for shelf, n := range r.end {
		r.end[shelf] = begin
		begin += n
	}
	r.rows = make([]uint64, begin)
	for _, b := range batches {
		at := 0
		for _, shelf := range b.on {
			row := b.rows[at : at+rowWords(b.rows[at])]
			to := r.rows[r.end[shelf]:][:len(row)]
			//lint:ignore S1001 it is short: quicker than copy
			for i, w := range row {
				to[i] = w
			}
			to[0] += uint64(r.n) // the row's place in the rack
			r.end[shelf] += uint32(len(row))
			at += len(row)
		}
		r.n += b.n
	}
}

// size returns the number of words on a shelf.
func (r *rack) size(shelf int) int { return int(r.end[shelf]) - r.begin(shelf) }

func (r *rack) begin(shelf int) int {
	if shelf == 0 {
		return 0
	}
	return int(r.end[shelf-1])
}

// shelf returns the rows on a shelf.
func (r *rack) shelf(shelf int) []uint64 {
	if r.end == nil {
		return r.rows
	}
	return r.rows[r.begin(shelf):r.end[shelf]]
}
