package models

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/predictive-clv/clv/history"
)

// A Batch is a table made ready for predictions of all its customers. What
// they share is evaluated once, on all cores, and the results have the same
// bits for any number of them:
//
//	b := models.NewBatch(table)
//	alive := b.ProbAlive(m)
//	orders := models.Future(b, m, alive, func(g models.BGNBD) float64 { return g.Expected(52) })
//	medians := models.Predict(b, func(c history.Customer) float64 { return m.NextPurchaseQuantile(c, 0.5) })
//
// The table must not change as long as the Batch is in use.
type Batch struct {
	h     *history.Table
	index func() *history.Index
	pairs func() *batchPairs
}

// NewBatch checks the histories; what they share is found when it is needed. It
// panics if a history is impossible, which [history.Table.Check] would have
// told.
func NewBatch(h *history.Table) *Batch {
	var impossible atomic.Bool
	eachChunk(h.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if h.Customer(i).Check() != nil {
				impossible.Store(true)
			}
		}
	})
	if impossible.Load() {
		panic("models: impossible history: " + h.Check().Error())
	}
	index := sync.OnceValue(h.Index)
	return &Batch{h, index, sync.OnceValue(func() *batchPairs { return newBatchPairs(index()) })}
}

// batchPairs are the distinct pairs (x, T) of an index, ordered by x, then T.
type batchPairs struct {
	x, t  []int32 // places of each pair in the columns X and T of the index
	of    []int32 // the pair of each row
	rows  []int32 // the rows ordered by pair
	begin []int32 // the rows of pair p are rows[begin[p]:begin[p+1]]
	runs  []int32 // the pairs with the k-th x are runs[k] … runs[k+1]−1
}

func newBatchPairs(ix *history.Index) *batchPairs {
	n := len(ix.Row)
	placed, sorted := make([]placedRow, n), make([]placedRow, n)
	for i, at := range ix.Row {
		placed[i] = placedRow{at.X, at.T, int32(i)}
	}
	countingSort(sorted, placed, len(ix.T), func(r placedRow) int32 { return r.t })
	countingSort(placed, sorted, len(ix.X), func(r placedRow) int32 { return r.x })
	b := &batchPairs{of: make([]int32, n), rows: make([]int32, n)}
	last := placedRow{x: -1}
	for k, r := range placed {
		if r.x != last.x {
			b.runs = append(b.runs, int32(len(b.x)))
		}
		if r.x != last.x || r.t != last.t {
			b.x, b.t, b.begin = append(b.x, r.x), append(b.t, r.t), append(b.begin, int32(k))
		}
		last = r
		b.rows[k], b.of[r.row] = r.row, int32(len(b.x)-1)
	}
	b.begin, b.runs = append(b.begin, int32(n)), append(b.runs, int32(len(b.x)))
	return b
}

// A placedRow is a row with the places of its x and T.
type placedRow struct{ x, t, row int32 }

// countingSort writes the rows to dst in the order of their keys below the
// given number, rows with equal keys in the order in which they come.
func countingSort(dst, rows []placedRow, keys int, key func(r placedRow) int32) {
	begin := make([]int32, keys+1)
	for _, r := range rows {
		begin[key(r)+1]++
	}
	for k := range keys {
		begin[k+1] += begin[k]
	}
	for _, r := range rows {
		k := key(r)
		dst[begin[k]] = r
		begin[k]++
	}
}

// ProbAlive returns P(alive) of every row: in the families of this package
// from tables of what rows share where that is faster, which agrees with their
// methods to 1e-12, else evaluated once for each distinct state.
func (b *Batch) ProbAlive(m interface {
	ProbAlive(c history.Customer) float64
}) []float64 {
	if f, ok := m.(interface{ probsAlive(b *Batch) []float64 }); ok {
		return f.probsAlive(b)
	}
	return Predict(b, m.ProbAlive)
}

// An Updater is a model whose customers, given x repeat purchases up to an age
// T at which they are alive, have the future of new customers under a model G,
// whatever the time of the last purchase.
type Updater[G any] interface {
	GivenAlive(x int, T float64) G
}

// Future returns alive·q(m.GivenAlive(x, T)) for every row: what q is of a new
// customer is the prediction for a customer with a history, given P(alive) of
// each row. It stays +Inf where q is.
//
// q must be a smooth function of the model. It is evaluated once for each
// distinct (x, T). With one of the models of this package and many ages for an
// x it is evaluated at some thirty ages and interpolated at the others, to a
// relative 1e-12; three of these are evaluated as well, and if one differs, or
// q varies too much, all are. Future panics unless there is a probability for
// every row.
func Future[G any](b *Batch, m Updater[G], alive []float64, q func(g G) float64) []float64 {
	if len(alive) != b.h.Len() {
		panic("models: wrong number of probabilities")
	}
	pairs, ix := b.pairs(), b.index()
	scale := math.NaN()
	if a, ok := m.(interface{ ageScale() float64 }); ok {
		scale = a.ageScale()
	}
	curves := make([]*chebyshev, len(ix.X))
	parallelEach(len(ix.X), func(k int) {
		x := ix.X[k]
		curves[k] = newChebyshev(func(T float64) float64 { return q(m.GivenAlive(x, T)) }, scale, ix.T, pairs.t[pairs.runs[k]:pairs.runs[k+1]])
	})
	values := make([]float64, len(pairs.x))
	eachChunk(len(values), func(lo, hi int) {
		for p := lo; p < hi; p++ {
			x, T := pairs.x[p], ix.T[pairs.t[p]]
			if c := curves[x]; c != nil {
				values[p] = c.at(T)
			} else {
				values[p] = q(m.GivenAlive(ix.X[x], T))
			}
		}
	})
	out := make([]float64, len(alive))
	eachChunk(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = times(alive[i], values[pairs.of[i]])
		}
	})
	return out
}

// Predict returns f of every row, evaluated once for each distinct state
// (x, t_x, T). The customer that f is given has no spend: what depends on spend
// is cheap and belongs outside.
func Predict[T any](b *Batch, f func(c history.Customer) T) []T {
	pairs, ix := b.pairs(), b.index()
	out := make([]T, b.h.Len())
	scratch := sync.Pool{New: func() any {
		return &batchStates[T]{make([]T, len(ix.Recency)), make([]int32, len(ix.Recency))}
	}}
	parallelEach((len(pairs.x)+batchChunk-1)/batchChunk, func(chunk int) {
		s := scratch.Get().(*batchStates[T])
		defer scratch.Put(s)
		for p := chunk * batchChunk; p < min((chunk+1)*batchChunk, len(pairs.x)); p++ {
			for _, row := range pairs.rows[pairs.begin[p]:pairs.begin[p+1]] {
				at := ix.Row[row].Recency
				if s.pair[at] != int32(p)+1 {
					c := b.h.Customer(int(row))
					c.Spend = math.NaN()
					s.pair[at], s.value[at] = int32(p)+1, f(c)
				}
				out[row] = s.value[at]
			}
		}
	})
	return out
}

// batchStates holds the values of the states of one pair, by the place of t_x,
// and which pair they are of, plus 1.
type batchStates[T any] struct {
	value []T
	pair  []int32
}

// batchChunk is the number of pairs that a goroutine takes at a time.
const batchChunk = 16

// eachChunk calls f for parts of 0 … n−1 on up to GOMAXPROCS goroutines.
func eachChunk(n int, f func(lo, hi int)) {
	const chunk = 256
	parallelEach((n+chunk-1)/chunk, func(c int) { f(c*chunk, min((c+1)*chunk, n)) })
}
