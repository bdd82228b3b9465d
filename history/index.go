package history

import "slices"

// An Index gives the distinct values of the three columns of a table, in
// ascending order, and for every row the places of its own values among them.
// Likelihoods use it to evaluate what depends on x, on t_x or on T alone once
// for each distinct value.
type Index struct {
	X       []int
	Recency []float64
	T       []float64
	Row     []Place
}

// A Place tells where the values of one row stand in the columns of an Index.
type Place struct{ X, Recency, T int32 }

// Index returns the index of the table: at once if Compress made the table,
// else newly built.
func (t *Table) Index() *Index {
	if t.index != nil {
		return t.index
	}
	return newIndex(t)
}

func newIndex(t *Table) *Index {
	ix := &Index{Row: make([]Place, t.Len())}
	ix.X = distinct(t.Frequency, func(i int, p int32) { ix.Row[i].X = p })
	ix.Recency = distinct(t.Recency, func(i int, p int32) { ix.Row[i].Recency = p })
	ix.T = distinct(t.T, func(i int, p int32) { ix.Row[i].T = p })
	return ix
}

// distinct returns the distinct values of the column in ascending order and
// tells set the place of each row's value.
func distinct[E int | float64](column []E, set func(row int, place int32)) []E {
	seen := make(map[E]int32)
	for _, v := range column {
		seen[v] = 0
	}
	values := make([]E, 0, len(seen))
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	for p, v := range values {
		seen[v] = int32(p)
	}
	for i, v := range column {
		set(i, seen[v])
	}
	return values
}
