package models

import (
	"math"

	"github.com/predictive-clv/clv/models/internal/special"
)

// The methods here describe the future of a customer who is alive now and
// faces the dropout coin with the next purchase: a new BG/NBD customer, or
// any customer of either BG model given a history and being alive.

// logSilence returns ln P(no purchase in t) = −r·ln(1 + t/α).
func (m BGNBD) logSilence(t float64) float64 { return -m.R * math.Log1p(t/m.Alpha) }

// logSurvival returns the log of P(alive at t) = E[(1+pt/α)^−r].
func (m BGNBD) logSurvival(t float64) float64 { return special.LogHyp2F1(m.R, m.A, m.B, t/m.Alpha) }

// purchases returns E[X(t)].
func (m BGNBD) purchases(t float64) float64 {
	if m.R*t > 50*m.Alpha { // the series of H grows with the purchases, the rule of discountedShort does not
		if v, ok := m.discountedShort(0, 0, t); ok {
			return v
		}
	}
	return special.H(m.R, t/m.Alpha, m.A, m.B)
}

// purchasesBetween returns E[X(t1, t2)].
func (m BGNBD) purchasesBetween(t1, t2 float64) float64 {
	switch {
	case t1 == 0:
		return m.purchases(t2)
	case t1 == t2 || math.IsInf(t1, 1):
		return 0
	case !math.IsInf(t2, 1):
		return m.discounted(0, t1, t2)
	case m.A <= 1:
		return math.Inf(1)
	}
	// E[(1+p·t1/α)^−r/p], 1/p taken into the beta distribution.
	return m.purchases(t2) * math.Exp(special.LogHyp2F1(m.R, m.A-1, m.B, t1/m.Alpha))
}

// lifetime returns the expected time to dropout, E[1/λ]·E[1/p].
func (m BGNBD) lifetime() float64 {
	if m.R <= 1 || m.A <= 1 {
		return math.Inf(1)
	}
	return m.Alpha / (m.R - 1) * ((m.A + (m.B - 1)) / (m.A - 1))
}

// logCount returns ln P(X(t) = n).
func (m BGNBD) logCount(n int, t float64) float64 {
	z, zc := shares(t, m.Alpha)
	if n == 0 {
		return m.logSilence(t)
	}
	x := float64(n)
	exactly := special.BetaKernel(x, m.R, z, zc) - math.Log(x)
	atLeast, _ := special.LogRegIncBeta(x, m.R, z, zc)
	if z == 0 {
		exactly = math.Inf(-1)
	}
	return special.LogBetaRatio(m.A, m.B, x) + special.LogAddExp(exactly, math.Log(m.A/(m.B+(x-1)))+atLeast)
}

// logCountBetween returns ln P(X(t1, t2] = n): of n purchases between t1 and
// t2 in the lifetime, or n and then dropout, given λ and p, integrated over
// both.
func (m BGNBD) logCountBetween(n int, t1, t2 float64) float64 {
	s := t2 - t1
	z, zc := shares(s, m.Alpha)
	x := float64(n)
	logNB := m.logSilence(s)
	if n > 0 {
		logNB = special.BetaKernel(x, m.R, z, zc) - math.Log(x)
	}
	// The chance (1−p)ⁿ of surviving them, and E[e^(−λpt1)] up to t1.
	later := BGNBD{m.R + x, m.Alpha + s, m.A, m.B + x}
	exactly := logNB + special.LogBetaRatio(m.A, m.B, x) + later.logSurvival(t1)
	if n == 0 {
		return special.LogAddExp(exactly, math.Log(m.deadBy(t1)))
	}
	return special.LogAddExp(exactly, m.logDropoutBetween(x, t1, s))
}

// deadBy returns P(dropped out by t) = E[1 − (1+pt/α)^−r], the 1/p of the core
// function taken into the beta distribution.
func (m BGNBD) deadBy(t float64) float64 {
	return m.A / (m.A + m.B) * special.H(m.R, t/m.Alpha, m.A+1, m.B)
}

// logDropoutBetween returns the log of the probability that a customer alive
// at t1 drops out with the n-th purchase of the following s units of time,
//
//	E_p[p(1−p)^(n−1) · (1+pt1/α)^−r · I_z(n, r)],  z = s/(α+pt1+s).
func (m BGNBD) logDropoutBetween(n, t1, s float64) float64 {
	log := func(p float64) float64 {
		z, zc := shares(s, m.Alpha+p*t1)
		atLeast, _ := special.LogRegIncBeta(n, m.R, z, zc)
		return atLeast - m.R*math.Log1p(p*t1/m.Alpha)
	}
	at0 := log(0)
	f := func(p, _ float64) float64 { return math.Exp(log(p) - at0) }
	decay := special.Decay{At0: 1, Scale: (m.R + n) * t1 / m.Alpha, Power: m.R + n}
	mean := special.ExpectBeta(m.A+1, m.B+(n-1), f, decay)
	return math.Log(m.A/(m.B+(n-1))) + special.LogBetaRatio(m.A, m.B, n) + at0 + math.Log(mean)
}

// shares returns t/(a+t) and a/(a+t), also for an infinite t.
func shares(t, a float64) (z, zc float64) {
	if math.IsInf(t, 1) {
		return 1, 0
	}
	return t / (a + t), a / (a + t)
}
