package history

import (
	"math"
	"slices"
)

// A shelf holds the rows of some customers, all that these have, while their
// histories are made.
type shelf struct {
	ids   idTable
	first []place // of each customer: its first row

	// of each row, in the order of the log
	customer []int32
	rows     []entry

	entries []entry // the rows, customer after customer
	begin   []int32 // of each customer in entries

	buffer []uint64 // for rows from the file
}

// A place is a row of the log: the number of its rack, and in the lower bits
// its place there.
type place uint64

// take takes the rows on the k-th shelf of the store.
func (s *shelf) take(rows *store, k int) (err error) {
	s.ids.reset()
	s.first, s.customer, s.rows = s.first[:0], s.customer[:0], s.rows[:0]
	s.buffer, err = rows.read(k, s.buffer, s.add)
	s.sort()
	return err
}

// add adds rows of a rack.
func (s *shelf) add(rack int, rows []uint64) {
	for len(rows) > 0 {
		head := rows[0]
		end := rowWords(head)
		c := s.ids.number(rows[rowHead:end], idBytes(head))
		if int(c) == len(s.first) {
			s.first = append(s.first, place(rack)<<rowBits|place(head&(1<<rowBits-1)))
		}
		s.customer = append(s.customer, c)
		s.rows = append(s.rows, entry{Date(head >> rowBits & (1<<dateBits - 1)), math.Float64frombits(rows[1])})
		rows = rows[end:]
	}
}

// sort brings the rows of each customer together.
func (s *shelf) sort() {
	s.begin = append(s.begin[:0], make([]int32, s.ids.len()+2)...)
	for _, c := range s.customer {
		s.begin[c+2]++
	}
	for c := 2; c < len(s.begin); c++ {
		s.begin[c] += s.begin[c-1]
	}
	s.entries = slices.Grow(s.entries[:0], len(s.rows))[:len(s.rows)]
	for i, c := range s.customer {
		s.entries[s.begin[c+1]] = s.rows[i]
		s.begin[c+1]++
	}
}

// of returns the rows of a customer.
func (s *shelf) of(customer int) []entry { return s.entries[s.begin[customer]:s.begin[customer+1]] }
