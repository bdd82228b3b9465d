package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// GivenAlive returns the model of the future of a customer who has made x
// repeat purchases up to age T and is alive then: BG/NBD with r+x, α+T and b+x.
// Every quantity of a customer with a history is P(alive) times the same
// quantity of a new customer of this model; for P(Y = 0) the rest is added. It
// panics if x or T is negative or T is infinite.
func (m BGNBD) GivenAlive(x int, T float64) BGNBD { return m.family().givenAlive(x, T) }

// GivenAlive returns the model of the future of a customer who has made x
// repeat purchases up to age T and is alive then, with the coin of the last
// purchase behind: BG/NBD, not MBG/NBD, with r+x, α+T and b+x+1. See
// [BGNBD.GivenAlive].
func (m MBGNBD) GivenAlive(x int, T float64) BGNBD { return m.family().givenAlive(x, T) }

func (m BGNBD) ageScale() float64  { return m.Alpha }
func (m MBGNBD) ageScale() float64 { return m.Alpha }

func (m BGNBD) probsAlive(b *Batch) []float64  { return m.family().probsAlive(b) }
func (m MBGNBD) probsAlive(b *Batch) []float64 { return m.family().probsAlive(b) }

func (m betaGeometric) givenAlive(x int, T float64) BGNBD {
	checkCount(x)
	checkSpan(T)
	return m.given(history.Customer{Frequency: x, T: T})
}

// probsAlive costs an exponential a row.
func (m betaGeometric) probsAlive(b *Batch) []float64 {
	ix, out := b.index, make([]float64, b.h.Len())
	ws := bgWorkspaces.Get().(*bgWorkspace)
	defer bgWorkspaces.Put(ws)
	ws.tabulate(m, ix)
	eachChunk(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at := ix.Row[i]
			k := &ws.byX[at.X]
			if k.dead == 0 {
				out[i] = 1
				continue
			}
			g := ws.byT[at.T].log - ws.byRecency[at.Recency].log
			if k.rx > 30 { // a difference of logarithms times r+x is no longer good enough
				g = math.Log1p((ix.T[at.T] - ix.Recency[at.Recency]) * ws.byRecency[at.Recency].inv)
			}
			alive := math.Exp(-k.rx * g)
			out[i] = alive / (alive + k.dead)
		}
	})
	return out
}
