package models

import "math"

// A paretoGridRow adds up rows by the moments that the grid holds for their x.
type paretoGridRow struct {
	g                       *paretoGrid
	invAlpha, invS, invBeta float64
	logs                    logProduct // of the sums of the weights of both endings
	shift                   paretoShift
	dead, all               paretoMoments // over one ending, and over both
}

func newParetoGridRow(g *paretoGrid) *paretoGridRow {
	return &paretoGridRow{g: g, invAlpha: 1 / g.m.Alpha, invS: 1 / g.m.S, invBeta: 1 / g.m.Beta, logs: newLogProduct()}
}

// add adds a row of weight n, from times[k] to times[l], to the sums, except for
// what goes to logs.
func (r *paretoGridRow) add(acc []float64, tail []paretoMoments, k, l int32, bx *paretoByX, n float64, order int) {
	g := r.g
	m, at := &g.m, &g.at[k]
	p := m.R + bx.x
	r.shift = g.shift(k, l)
	s := &r.shift
	alive := math.Exp(-p*s.logA - m.S*s.logB)
	ratio := alive * s.rB // f(T)/f(t_x)
	perDead := m.S * at.invB
	sum := alive + perDead*(tail[k].one-ratio*tail[l].one)
	acc[0] += n * (bx.rising - p*at.logA - m.S*at.logB)
	r.logs.add(n, sum)
	if order == 0 {
		return
	}
	inv := 1 / sum
	alive *= inv
	r.dead.seen(&tail[l], s, ratio)
	r.dead.between(&tail[k], perDead*inv)
	r.all = r.dead
	r.all.add(alive, s.logA, s.oA, s.logB, s.oB)
	r.addScore(acc[1:5], k, bx, n)
	if order >= 2 {
		r.addHessian(acc[5:15], alive, k, bx, n)
	}
}

// addScore adds n times the gradient of a row. The complete data's scores are
//
//	ψ(r+x)−ψ(r) − l_α,  r·t_x/(αA) − x/A + (p/A)·oA,  D/s − l_β,  s·t_x/(βB) + G
//
// with A = α+t_x, B = β+t_x, and G = s·oB/B of a customer who is alive,
// ((s+1)·oB − 1)/B of one who has dropped out.
func (r *paretoGridRow) addScore(acc []float64, k int32, bx *paretoByX, n float64) {
	m, at, tx, dead, all := &r.g.m, &r.g.at[k], r.g.times[k], &r.dead, &r.all
	acc[0] += n * (bx.dr - at.logA - all.lA)
	acc[1] += n * ((m.R*r.invAlpha*tx - bx.x) + (m.R+bx.x)*all.oA) * at.invA
	acc[2] += n * (dead.one*r.invS - at.logB - all.lB)
	acc[3] += n * (m.S*r.invBeta*tx + m.S*all.oB + dead.oB - dead.one) * at.invB
}

// addHessian adds n times the second derivatives of a row: the covariances of
// the complete data's scores plus the means of their derivatives.
func (r *paretoGridRow) addHessian(acc []float64, alive float64, k int32, bx *paretoByX, n float64) {
	m, at, tx, s, dead, all := &r.g.m, &r.g.at[k], r.g.times[k], &r.shift, &r.dead, &r.all
	a, b, invS := at.invA, at.invB, r.invS
	d, c := dead.one, (m.R+bx.x)*a
	// What enters with G: the means of G, G², D·G, and of G with lA, oA, lB.
	end, s1 := m.S*s.oB*b, m.S+1
	gDead := (s1*dead.oB - d) * b
	gOne := alive*end + gDead
	gSquare := alive*end*end + (s1*(s1*dead.oBoB-2*dead.oB)+d)*(b*b)
	gLogA := alive*end*s.logA + (s1*dead.lAoB-dead.lA)*b
	gOA := alive*end*s.oA + (s1*dead.oAoB-dead.oA)*b
	gLogB := alive*end*s.logB + (s1*dead.lBoB-dead.lB)*b

	oAlpha := tx*a + m.Alpha*a*all.oA // E[τ*/(α+τ*)]
	oBeta := tx*b + m.Beta*b*all.oB
	acc[0] += n * (bx.drr + all.lAlA - all.lA*all.lA)
	acc[1] += n * (oAlpha*r.invAlpha - c*(all.lAoA-all.lA*all.oA))
	acc[2] += n * ((all.lAlB - all.lA*all.lB) - (dead.lA-all.lA*d)*invS)
	acc[3] -= n * (gLogA - all.lA*gOne)
	acc[4] += n * (c*c*(all.oAoA-all.oA*all.oA) +
		curvature(m.R, bx.x, r.invAlpha, m.Alpha*a, tx*a, all.one, all.oA, all.oAoA, all.one, all.oA, all.oAoA))
	acc[5] += n * c * ((dead.oA-all.oA*d)*invS - (all.oAlB - all.oA*all.lB))
	acc[6] += n * c * (gOA - all.oA*gOne)
	acc[7] += n * (((d-d*d)*invS-2*(dead.lB-all.lB*d)-d*invS)*invS + all.lBlB - all.lB*all.lB)
	acc[8] += n * ((gDead-d*gOne)*invS - (gLogB - all.lB*gOne) + oBeta*r.invBeta)
	acc[9] += n * (gSquare - gOne*gOne +
		curvature(m.S, 1, r.invBeta, m.Beta*b, tx*b, all.one, all.oB, all.oBoB, dead.one, dead.oB, dead.oBoB))
}

// curvature returns the mean of (e·c² − shape·o·(1+c))/rate² with c =
// rate/(rate+τ*) = u at t_x and o = 1−c = v there, where the events e are
// counted over the endings of which one, o1 and o2 are the moments of order 0, 1
// and 2 in (τ−t)/(rate+τ).
func curvature(shape, e, invRate, u, v, one, o1, o2, eOne, eO1, eO2 float64) float64 {
	squares := u * u * (eOne - 2*eO1 + eO2) // c²
	mixed := v*one + u*o1                   // o
	mixed += u * (v*one + (u-v)*o1 - u*o2)  // o·c
	return (e*squares - shape*mixed) * (invRate * invRate)
}
