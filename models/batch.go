package models

import (
	"math"
	"slices"
	"sync"

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
	// Exact has everything evaluated by the methods of the model, once for each
	// distinct state or pair (x, T), and nothing interpolated: the prediction for
	// a customer then has the same bits whoever else is in the table.
	Exact bool

	h      *history.Table
	index  func() *history.Index
	pairs  func() *batchPairs
	states func() *batchGroups
}

// NewBatch checks the histories; what they share is found when it is needed. It
// panics if an x, t_x or T is impossible, which [history.Table.Check] would
// have told. Spend plays no part.
func NewBatch(h *history.Table) *Batch {
	n := h.Len()
	times := &history.Table{ID: h.ID, Frequency: h.Frequency, Recency: h.Recency, T: h.T}
	if err := times.Check(); err != nil {
		panic("models: impossible history: " + err.Error())
	}
	b := &Batch{h: h, index: sync.OnceValue(h.Index)}
	b.states = sync.OnceValue(func() *batchGroups {
		return group(n, func(row int) batchKey { return batchKey{h.Frequency[row], h.Recency[row] + 0, h.T[row] + 0} })
	})
	b.pairs = sync.OnceValue(func() *batchPairs {
		if b.Exact { // and the states are needed anyway
			return newBatchPairs(b.states().pairs())
		}
		return newBatchPairs(group(n, func(row int) batchKey { return batchKey{x: h.Frequency[row], t: h.T[row] + 0} }))
	})
	return b
}

// batchPairs are the rows that share (x, T), and the ages T of each x.
type batchPairs struct {
	*batchGroups
	xs   []int
	ages [][]float64 // of the k-th x, ascending
	run  []int32     // of each pair, the place of its x in xs
}

func newBatchPairs(pairs *batchGroups) *batchPairs {
	b := &batchPairs{batchGroups: pairs}
	runs := map[int]int32{}
	b.run = make([]int32, len(b.keys))
	for p, key := range b.keys {
		at, ok := runs[key.x]
		if !ok {
			at = int32(len(b.xs))
			runs[key.x], b.xs, b.ages = at, append(b.xs, key.x), append(b.ages, nil)
		}
		b.run[p], b.ages[at] = at, append(b.ages[at], key.t)
	}
	parallelEach(len(b.ages), func(k int) { slices.Sort(b.ages[k]) })
	return b
}

// ProbAlive returns P(alive) of every row: in the families of this package
// from tables of what rows share where that is faster, which agrees with their
// methods to 1e-12, else evaluated once for each distinct state.
func (b *Batch) ProbAlive(m interface {
	ProbAlive(c history.Customer) float64
}) []float64 {
	if f, ok := m.(interface{ probsAlive(b *Batch) []float64 }); ok && !b.Exact {
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
	pairs, scale := b.pairs(), math.NaN()
	if a, ok := m.(interface{ ageScale() float64 }); ok && !b.Exact {
		scale = a.ageScale()
	}
	curves := make([]*chebyshev, len(pairs.xs))
	parallelEach(len(curves), func(k int) {
		curves[k] = newChebyshev(func(T float64) float64 { return q(m.GivenAlive(pairs.xs[k], T)) }, scale, pairs.ages[k])
	})
	values := eachGroup(pairs.batchGroups, func(p int, key batchKey) float64 {
		if c := curves[pairs.run[p]]; c != nil {
			return c.at(key.t)
		}
		return q(m.GivenAlive(key.x, key.t))
	})
	out := make([]float64, len(alive))
	eachChunk(len(out), func(lo, hi int) {
		of, alive, out := pairs.of[lo:hi], alive[lo:hi], out[lo:hi]
		for i, p := range of {
			out[i] = times(alive[i], values[p])
		}
	})
	return out
}

// Predict returns f of every row, evaluated once for each distinct state
// (x, t_x, T). The customer that f is given has no spend: what depends on spend
// is cheap and belongs outside.
func Predict[T any](b *Batch, f func(c history.Customer) T) []T {
	states := b.states()
	values := eachGroup(states, func(_ int, key batchKey) T {
		return f(history.Customer{Frequency: key.x, Recency: key.tx, T: key.t, Spend: math.NaN()})
	})
	out := make([]T, b.h.Len())
	eachChunk(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = values[states.of[i]]
		}
	})
	return out
}

// eachGroup evaluates f once for each group, some at a time on every core.
func eachGroup[T any](g *batchGroups, f func(group int, key batchKey) T) []T {
	const some = 16
	values := make([]T, len(g.keys))
	parallelEach((len(values)+some-1)/some, func(c int) {
		for k := c * some; k < min((c+1)*some, len(values)); k++ {
			values[k] = f(k, g.keys[k])
		}
	})
	return values
}

// eachChunk calls f for parts of 0 … n−1, each quickly done, on up to
// GOMAXPROCS goroutines.
func eachChunk(n int, f func(lo, hi int)) {
	const chunk = 2048
	parallelEach((n+chunk-1)/chunk, func(c int) { f(c*chunk, min((c+1)*chunk, n)) })
}
