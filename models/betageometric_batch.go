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

// probsAlive costs a logarithm and an exponential a row, less than to find out
// which rows share them.
func (m betaGeometric) probsAlive(b *Batch) []float64 {
	h, out := b.h, make([]float64, b.h.Len())
	dead := make([]float64, 1024) // 𝒟 of each x
	for x := range dead {
		dead[x] = m.dead(x)
	}
	eachChunk(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			d := 0.0
			if x := h.Frequency[i]; x < len(dead) {
				d = dead[x]
			} else {
				d = m.dead(x)
			}
			if d == 0 {
				out[i] = 1
				continue
			}
			r, tx, T := m.r+float64(h.Frequency[i]), h.Recency[i], h.T[i]
			var alive float64
			if r > 30 { // the logarithm of a quotient near 1 is not good enough
				alive = math.Exp(-r * math.Log1p((T-tx)/(m.alpha+tx)))
			} else {
				alive = math.Exp(r * math.Log((m.alpha+tx)/(m.alpha+T)))
			}
			out[i] = alive / (alive + d)
		}
	})
	return out
}

// dead returns 𝒟 = a/(b+X−1), 0 if no coin has been tossed.
func (m betaGeometric) dead(x int) float64 {
	if big := float64(x + m.m); big > 0 {
		return m.a / (m.b + (big - 1))
	}
	return 0
}
