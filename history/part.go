package history

import (
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// A part holds the histories of one shelf's customers in the order of their
// first rows, in columns as narrow as can be: they are there besides those of
// the whole table.
type part struct {
	frequency, holdoutFrequency []int32
	recency, age                []int32 // days
	spend, holdoutSpend         []float64

	kept  []Purchases
	first []place // of each customer; its row of the whole table after rank
	text  strings.Builder
	end   []uint32 // of each customer's identifier in text
}

// newPart returns a part with room for the customers of a shelf.
func (a *assembly) newPart(s *shelf) *part {
	n := s.ids.len()
	p := &part{first: make([]place, 0, n), end: make([]uint32, 0, n)}
	p.text.Grow(s.ids.bytes())
	p.frequency, p.recency, p.age = make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	if a.options.Purchases {
		p.kept = make([]Purchases, 0, n)
		a.kept.Add(int64(n) * int64(unsafe.Sizeof(Purchases{})))
	}
	if a.amounts {
		p.spend = make([]float64, 0, n)
	}
	if a.cut < a.end {
		p.holdoutFrequency = make([]int32, 0, n)
		if a.amounts {
			p.holdoutSpend = make([]float64, 0, n)
		}
	}
	return p
}

// id takes customer number c of a shelf.
func (p *part) id(s *shelf, c int) {
	p.first = append(p.first, s.first[c])
	p.text.Write(s.ids.at(c))
	p.end = append(p.end, uint32(p.text.Len()))
}

// rank finds the customers' rows in the whole table, which stands in the order
// of their first rows in the log, and returns how many there are. A row's rank
// is the number of first rows before it: they are marked, a bit a row, and the
// bits counted.
func rank(parts []*part, racks []*rack) (customers int) {
	word := make([]place, len(racks)) // that has the first bit of a rack
	words := 0
	for i, r := range racks {
		word[i] = place(words)
		words += (r.n + 63) / 64
	}
	marks := make([]uint64, words)
	for _, p := range parts {
		for i, at := range p.first {
			at = word[at>>rowBits]<<6 + at&(1<<rowBits-1)
			marks[at>>6] |= 1 << (at & 63)
			p.first[i] = at
		}
	}
	before := make([]place, words)
	for i, m := range marks {
		before[i] = place(customers)
		customers += bits.OnesCount64(m)
	}
	parallel(len(parts), func(next func() (int, bool)) {
		for k, ok := next(); ok; k, ok = next() {
			for i, at := range parts[k].first {
				parts[k].first[i] = before[at>>6] + place(bits.OnesCount64(marks[at>>6]&(1<<(at&63)-1)))
			}
		}
	})
	return customers
}

// join returns the whole table. It takes the columns from the parts one after
// the other, so that there is hardly more than one table at any time.
func join(parts []*part, racks []*rack, unitDays float64) (*Table, []Purchases) {
	w := windowsOf(rank(parts, racks), parts)
	t := &Table{
		Frequency:        gather[int](w, 1, func(p *part) *[]int32 { return &p.frequency }),
		Recency:          gather(w, unitDays, func(p *part) *[]int32 { return &p.recency }),
		T:                gather(w, unitDays, func(p *part) *[]int32 { return &p.age }),
		Spend:            gather[float64](w, 1, func(p *part) *[]float64 { return &p.spend }),
		HoldoutFrequency: gather[int](w, 1, func(p *part) *[]int32 { return &p.holdoutFrequency }),
		HoldoutSpend:     gather[float64](w, 1, func(p *part) *[]float64 { return &p.holdoutSpend }),
	}
	var kept []Purchases
	if parts[0].kept != nil {
		kept = make([]Purchases, w.rows)
		w.scatter(func(p *part, begin, end int) {
			for i := begin; i < end; i++ {
				kept[p.first[i]] = p.kept[i]
			}
		})
	}
	t.ID = make([]string, w.rows)
	w.scatter(func(p *part, begin, end int) {
		text := p.text.String()
		for i := begin; i < end; i++ {
			t.ID[p.first[i]] = text[p.begin(i):p.end[i]]
		}
	})
	return t, kept
}

func (p *part) begin(i int) uint32 {
	if i == 0 {
		return 0
	}
	return p.end[i-1]
}

// gather returns a column of the whole table in the given unit, nil if the parts
// do not have it, and frees those of the parts.
func gather[E int | float64, F int32 | float64](w *windows, unit E, column func(*part) *[]F) []E {
	if *column(w.parts[0]) == nil {
		return nil
	}
	out := make([]E, w.rows)
	w.scatter(func(p *part, begin, end int) {
		from := *column(p)
		for i := begin; i < end; i++ {
			v := E(from[i])
			if unit != 1 {
				v /= unit
			}
			out[p.first[i]] = v
		}
	})
	for _, p := range w.parts {
		*column(p) = nil
	}
	return out
}

// windows cut the rows of the whole table into pieces that fit into the cache.
type windows struct {
	parts []*part
	rows  int
	begin [][]int32 // of each window and one more: its first customer in each part
}

const windowRows = 1 << 16

func windowsOf(rows int, parts []*part) *windows {
	w := &windows{parts: parts, rows: rows, begin: make([][]int32, (rows+windowRows-1)/windowRows+1)}
	parallel(len(w.begin), func(next func() (int, bool)) {
		for k, ok := next(); ok; k, ok = next() {
			w.begin[k] = make([]int32, len(parts))
			for i, p := range parts {
				at, _ := slices.BinarySearch(p.first, place(k*windowRows))
				w.begin[k][i] = int32(at)
			}
		}
	})
	return w
}

// scatter calls put for the customers of each part, window after window, on all
// cores.
func (w *windows) scatter(put func(p *part, begin, end int)) {
	parallel(len(w.begin)-1, func(next func() (int, bool)) {
		for k, ok := next(); ok; k, ok = next() {
			for i, p := range w.parts {
				put(p, int(w.begin[k][i]), int(w.begin[k+1][i]))
			}
		}
	})
}
