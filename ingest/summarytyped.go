package ingest

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// numberRows are some rows of a summary whose numbers are numbers.
type numberRows struct {
	customers []string    // nil: there is no such column
	numbers   [][]float64 // a column each; NaN where there is none
}

func (r *numberRows) len() int { return len(r.numbers[0]) }

// A numberTable is a table that hands numbers over as such.
type numberTable interface {
	// numbers hands over a column of customers, unless its place is -1, and
	// columns of numbers, valid until yield returns, with the number of all rows.
	// It returns errOdd if a column must be read as text.
	numbers(ctx context.Context, customer int, places []int, yield func(total int, rows *numberRows) error) error
}

// errOdd says that there is something about a row that text has the words for.
var errOdd = errors.New("the rows must be read as text")

// histories reads the rows of a summary from a table of some bytes: as numbers
// up to the first about which there is anything odd, and as text from there on.
func (r *reading) histories(f *file, tab table, bytes int64) error {
	if t, ok := tab.(numberTable); ok {
		s := r.rows.(*summary)
		err := t.numbers(r.ctx, s.customer, s.places(), func(total int, rows *numberRows) error {
			if f.row == 0 {
				s.expect(min(total, int(bytes))) // whatever a damaged file says
			}
			n := s.take(f.row+1, rows)
			if f.row += n; n < rows.len() {
				return errOdd
			}
			return nil
		})
		if err != errOdd {
			return err
		}
	}
	taken := f.row
	f.row = 0
	return tab.records(r.ctx, func(record []string) error {
		if f.row++; f.row <= taken {
			return nil
		}
		return r.bad.take(r.rows.row(f, record), record)
	})
}

// expect makes room for rows.
func (s *summary) expect(rows int) {
	t := s.table
	t.Frequency = slices.Grow(t.Frequency, rows)
	t.Recency, t.T = slices.Grow(t.Recency, rows), slices.Grow(t.T, rows)
	if s.customer >= 0 {
		t.ID = slices.Grow(t.ID, rows)
		s.rows.expect(len(t.ID) + rows)
	}
	if s.spend >= 0 {
		t.Spend = slices.Grow(t.Spend, rows)
	}
	if s.weight >= 0 {
		t.N = slices.Grow(t.N, rows)
	}
}

// places are those of the columns of numbers.
func (s *summary) places() []int {
	places := []int{s.frequency, s.recency, s.age}
	for _, k := range []int{s.spend, s.weight} {
		if k >= 0 {
			places = append(places, k)
		}
	}
	return places
}

// fetchRows is the number of customers whose places are looked for at once: they
// are to be in the cache still when it is their turn.
const fetchRows = 1024

// take takes rows up to one that is odd, and returns their number. The first
// stands in the line.
func (s *summary) take(line int, rows *numberRows) int {
	ids := ownIDs(rows.customers)
	var tags []uint64
	for i := range rows.len() {
		if i%fetchRows == 0 && s.customer >= 0 {
			tags = s.rows.fetch(ids[i:min(i+fetchRows, len(ids))])
		}
		c, w, ok := s.history(rows.numbers, i)
		if !ok {
			return i
		}
		id := ""
		if s.customer >= 0 {
			id = ids[i]
			if s.rows.firstOf(tags[i%fetchRows], id, s.table.ID) != len(s.table.ID) {
				return i
			}
		}
		s.append(line+i, id, c, w)
	}
	return rows.len()
}

// history returns the history of row i and the number of customers who share
// it, if it is what row would make of them.
func (s *summary) history(numbers [][]float64, i int) (c history.Customer, w float64, ok bool) {
	x := numbers[0][i]
	if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		return c, 0, false
	}
	// no negative zeros
	c = history.Customer{Frequency: int(x), Recency: numbers[1][i] + 0, T: numbers[2][i] + 0, Spend: math.NaN()}
	if s.spend >= 0 {
		switch v := numbers[3][i]; {
		case x > 0 && !math.IsNaN(v):
			c.Spend = v + 0
		case x > 0, v != 0 && !math.IsNaN(v):
			return c, 0, false
		}
	}
	w = 1
	if s.weight >= 0 {
		w = numbers[len(numbers)-1][i]
	}
	return c, w, c.Check() == nil && w > 0 && w <= math.MaxFloat64
}

// ownIDs returns the identifiers of customers in memory of their own.
func ownIDs(customers []string) []string {
	n := 0
	for _, c := range customers {
		n += len(c)
	}
	var text strings.Builder
	text.Grow(n)
	for _, c := range customers {
		text.WriteString(customerID(c))
	}
	all := text.String()
	ids := make([]string, len(customers))
	for i, c := range customers {
		n := len(customerID(c))
		ids[i], all = all[:n], all[n:]
	}
	return ids
}
