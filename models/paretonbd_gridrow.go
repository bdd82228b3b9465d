package models

import "math"

// addRow adds a row of weight n, from times[k] to times[l], to the sums, by the
// moments that the grid holds for its x.
func (g *paretoGrid) addRow(acc []float64, tail []paretoMoments, k, l int32, bx *paretoByX, br paretoByRecency, n float64, order int) {
	m := &g.m
	p, s := m.R+bx.x, g.shift(int(k), int(l))
	w := paretoWeights{e: p*s.logA + m.S*s.logB}
	alive := math.Exp(-w.e)
	ratio := alive * s.rB // f(T)/f(t_x)
	perDead := m.S / g.b[k]
	late := ratio * tail[l].one
	w.q = perDead * (tail[k].one - late)
	acc[0] += n * (bx.rising - p*br.logAlpha - m.S*br.logBeta + w.logSum())
	if order == 0 {
		return
	}
	sum := alive + w.q
	alive /= sum
	dead := s.between(&tail[k], &tail[l], ratio, perDead/sum)
	all := dead // over both endings
	all.add(alive, s.logA, s.oA, s.logB, s.oB)
	g.addScore(acc[1:5], &dead, &all, k, bx, br, n)
	if order >= 2 {
		g.addHessian(acc[5:15], alive, &s, &dead, &all, k, bx, n)
	}
}

// addScore adds n times the gradient of a row. The complete data's scores are
//
//	ψ(r+x)−ψ(r) − l_α,  r·t_x/(αA) − x/A + (p/A)·oA,  D/s − l_β,  s·t_x/(βB) + G
//
// with A = α+t_x, B = β+t_x, and G = s·oB/B of a customer who is alive,
// ((s+1)·oB − 1)/B of one who has dropped out.
func (g *paretoGrid) addScore(acc []float64, dead, all *paretoMoments, k int32, bx *paretoByX, br paretoByRecency, n float64) {
	m, tx, a, b := &g.m, g.times[k], g.a[k], g.b[k]
	acc[0] += n * (bx.dr - br.logAlpha - all.lA)
	acc[1] += n * ((m.R*tx/m.Alpha - bx.x) + (m.R+bx.x)*all.oA) / a
	acc[2] += n * (dead.one/m.S - br.logBeta - all.lB)
	acc[3] += n * (m.S*tx/m.Beta + m.S*all.oB + dead.oB - dead.one) / b
}

// addHessian adds n times the second derivatives of a row: the covariances of
// the complete data's scores plus the means of their derivatives.
func (g *paretoGrid) addHessian(acc []float64, alive float64, s *paretoShift, dead, all *paretoMoments, k int32, bx *paretoByX, n float64) {
	m, tx, a, b := &g.m, g.times[k], g.a[k], g.b[k]
	d, c := dead.one, (m.R+bx.x)/a
	// What enters with G: the means of G, G², D·G, and of G with lA, oA, lB.
	end, s1 := m.S*s.oB/b, m.S+1
	gOne := alive*end + (s1*dead.oB-d)/b
	gSquare := alive*end*end + (s1*(s1*dead.oBoB-2*dead.oB)+d)/(b*b)
	gDead := (s1*dead.oB - d) / b
	gLogA := alive*end*s.logA + (s1*dead.lAoB-dead.lA)/b
	gOA := alive*end*s.oA + (s1*dead.oAoB-dead.oA)/b
	gLogB := alive*end*s.logB + (s1*dead.lBoB-dead.lB)/b

	oAlpha := tx/a + m.Alpha/a*all.oA // E[τ*/(α+τ*)]
	oBeta := tx/b + m.Beta/b*all.oB
	acc[0] += n * (bx.drr + all.lAlA - all.lA*all.lA)
	acc[1] += n * (oAlpha/m.Alpha - c*(all.lAoA-all.lA*all.oA))
	acc[2] += n * ((all.lAlB - all.lA*all.lB) - (dead.lA-all.lA*d)/m.S)
	acc[3] -= n * (gLogA - all.lA*gOne)
	acc[4] += n * (c*c*(all.oAoA-all.oA*all.oA) + curvature(m.R, bx.x, m.Alpha, tx, a, all.one, all.oA, all.oAoA, all.one, all.oA, all.oAoA))
	acc[5] += n * c * ((dead.oA-all.oA*d)/m.S - (all.oAlB - all.oA*all.lB))
	acc[6] += n * c * (gOA - all.oA*gOne)
	acc[7] += n * (((d-d*d)/m.S-2*(dead.lB-all.lB*d)-d/m.S)/m.S + all.lBlB - all.lB*all.lB)
	acc[8] += n * ((gDead-d*gOne)/m.S - (gLogB - all.lB*gOne) + oBeta/m.Beta)
	acc[9] += n * (gSquare - gOne*gOne + curvature(m.S, 1, m.Beta, tx, b, all.one, all.oB, all.oBoB, dead.one, dead.oB, dead.oBoB))
}

// curvature returns the mean of (e·c² − shape·o·(1+c))/rate² with c =
// rate/(rate+τ*) and o = 1−c, where the events e are counted over the endings
// of which one, o1 and o2 are the moments of order 0, 1 and 2 in (τ−t)/(rate+τ).
func curvature(shape, e, rate, tx, base, one, o1, o2, eOne, eO1, eO2 float64) float64 {
	u, v := rate/base, tx/base
	squares := u * u * (eOne - 2*eO1 + eO2) // c²
	mixed := v*one + u*o1                   // o
	mixed += u * (v*one + (u-v)*o1 - u*o2)  // o·c
	return (e*squares - shape*mixed) / (rate * rate)
}
