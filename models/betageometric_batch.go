package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
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

// probsAlive costs a logarithm, an exponential and two quotients a row, less than
// to find out which rows share them:
//
//	P(alive) = 𝒜·(b+X−1) / (𝒜·(b+X−1) + a),  𝒜 = ((α+T)/(α+t_x))^−(r+x)
func (m betaGeometric) probsAlive(b *Batch) []float64 {
	h, out := b.h, make([]float64, b.h.Len())
	eachChunk(len(out), func(lo, hi int) {
		recency, end, out, m := h.Recency[lo:hi], h.T[lo:hi], out[lo:hi], m
		for i, x := range h.Frequency[lo:hi] {
			if x+m.m == 0 { // no coin has been tossed
				out[i] = 1
				continue
			}
			r, tx, T := m.r+float64(x), recency[i], end[i]
			alive := m.b + float64(x+m.m-1)
			log := -r * special.QuickLog((m.alpha+T)/(m.alpha+tx))
			if r > 30 || !(log > -708) { // a quotient near 1 is not good enough
				alive *= math.Exp(-r * math.Log1p((T-tx)/(m.alpha+tx)))
			} else {
				alive *= special.QuickExp(log)
			}
			out[i] = alive / (alive + m.a)
		}
	})
	return out
}
