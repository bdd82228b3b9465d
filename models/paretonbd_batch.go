package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// GivenAlive returns the model of the future of a customer who has made x
// repeat purchases up to age T and is alive then: Pareto/NBD with r+x, α+T, s
// and β+T. Every quantity of a customer with a history is P(alive) times the
// same quantity of a new customer of this model; for P(Y = 0) the rest is
// added. It panics if x or T is negative or T is infinite.
func (m ParetoNBD) GivenAlive(x int, T float64) ParetoNBD {
	checkCount(x)
	checkSpan(T)
	return m.given(history.Customer{Frequency: x, T: T})
}

func (m ParetoNBD) ageScale() float64 { return min(m.Alpha, m.Beta) }

// probsAlive takes the integrals of rows that share an x from one table over
// the grid of times, as the likelihood does, where enough of them share it.
func (m ParetoNBD) probsAlive(b *Batch) []float64 {
	ix, out := b.index(), make([]float64, b.h.Len())
	g := paretoGrids.Get().(*paretoGrid)
	defer paretoGrids.Put(g)
	g.m = m
	g.merge(ix)
	tails := g.aliveTails(ix)
	eachChunk(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at := ix.Row[i]
			if tail := tails[at.X]; tail != nil {
				out[i] = g.probAlive(tail, m.R+float64(ix.X[at.X]), g.recency[at.Recency], g.end[at.T])
			} else {
				out[i] = m.ProbAlive(b.h.Customer(i))
			}
		}
	})
	return out
}

// aliveNodeCost is how many evaluations of P(alive) cost as much as one node of
// the grid.
const aliveNodeCost = 0.02

// aliveTails returns F(t) of the grid, without moments, at every time, for each
// x that enough rows share; nil for the others.
func (g *paretoGrid) aliveTails(ix *history.Index) [][]float64 {
	tails := make([][]float64, len(ix.X))
	largest := -1
	for i, x := range ix.X {
		if float64(ix.RowsX[i]) > aliveNodeCost*g.nodesFor(g.m.R+float64(x)) {
			tails[i], largest = make([]float64, len(g.times)), x
		}
	}
	if largest < 0 {
		return tails
	}
	g.place(g.m.R + float64(largest))
	parallelEach(len(tails), func(i int) {
		if tails[i] != nil {
			g.aliveTail(tails[i], g.m.R+float64(ix.X[i]))
		}
	})
	return tails
}

func (g *paretoGrid) aliveTail(tail []float64, p float64) {
	q := g.m.S + 1
	for k := len(tail) - 2; k >= 0; k-- {
		s := &g.steps[k]
		f := expOf(-p*s.logA-q*s.logB) * tail[k+1]
		for _, n := range g.nodes[g.begin[k]:g.begin[k+1]] {
			f += n.weight * expOf(-p*n.logA-q*n.logB)
		}
		tail[k] = f
	}
}

// probAlive returns P(alive) from times[k] to times[l], e^(−E)/(e^(−E) + Q) in
// the notation of LogLikOf.
func (g *paretoGrid) probAlive(tail []float64, p float64, k, l int32) float64 {
	from, to := &g.at[k], &g.at[l]
	logA, logB := to.logA-from.logA, to.logB-from.logB
	if p > 30 { // a difference of logarithms times r+x is no longer good enough
		logA = math.Log1p((g.times[l] - g.times[k]) * from.invA)
	}
	alive := math.Exp(-p*logA - g.m.S*logB)
	dead := g.m.S * from.invB * max(0, tail[k]-alive*(from.b*to.invB)*tail[l])
	if dead == 0 {
		return 1
	}
	return alive / (alive + dead)
}
