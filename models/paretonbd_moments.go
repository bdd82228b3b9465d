package models

import "math"

// fewFactors is the x up to which a node's integrand is multiplied out from that
// for x = 0, at the cost of half a unit in the last place a factor.
const fewFactors = 8

// tail returns F and its moments at every time, for one x.
func (g *paretoGrid) tail(buf []paretoMoments, x int) []paretoMoments {
	last := len(g.times) - 1
	if cap(buf) <= last {
		buf = make([]paretoMoments, last+1)
	}
	buf = buf[:last+1]
	buf[last] = paretoMoments{}
	p, q := g.m.R+float64(x), g.m.S+1
	for k := last - 1; k >= 0; k-- {
		s, f := &g.steps[k], &buf[k]
		f.seen(&buf[k+1], s, expOf(-p*s.logA-q*s.logB))
		nodes := g.nodes[g.begin[k]:g.begin[k+1]]
		if x > fewFactors {
			f.addPanel(nodes, p, q)
			continue
		}
		for i := range nodes {
			n := &nodes[i]
			w := n.first
			for range x {
				w *= n.rA
			}
			f.add(w, n.logA, n.oA, n.logB, n.oB)
		}
	}
	return buf
}

// expOf returns e^x for x ≤ 0, by its series where that is short: the panels of
// daily data hardly fall.
func expOf(x float64) float64 {
	if x < -0.1 {
		return math.Exp(x)
	}
	xx := x * x
	return 1 + x + xx*((1.0/2+x*(1.0/6))+xx*((1.0/24+x*(1.0/120))+xx*((1.0/720+x*(1.0/5040))+xx*(1.0/40320+x*(1.0/362880)))))
}

// log1pOf returns ln(1+z) for z ≥ 0, by the series of 2·artanh(z/(2+z)) where
// that is short.
func log1pOf(z float64) float64 {
	if z > 0.03 {
		return math.Log1p(z)
	}
	y := z / (2 + z)
	yy := y * y
	return 2 * y * (1 + yy*((1.0/3+yy*(1.0/5))+yy*yy*(1.0/7+yy*(1.0/9))))
}

// A paretoShift is the way from a time t to a later one u: logA =
// ln((α+u)/(α+t)), oA = (u−t)/(α+u), rA = 1−oA, and the same with β.
type paretoShift struct{ logA, oA, rA, logB, oB, rB float64 }

func (g *paretoGrid) shift(k, l int32) paretoShift {
	d, from, to := g.times[l]-g.times[k], &g.at[k], &g.at[l]
	return paretoShift{to.logA - from.logA, d * to.invA, from.a * to.invA, to.logB - from.logB, d * to.invB, from.b * to.invB}
}

// paretoMoments are the integral of f and of its products with the monomials up
// to the second degree in lA = ln((α+τ)/(α+t)), oA = (τ−t)/(α+τ), lB and oB.
type paretoMoments struct {
	one, lA, oA, lB, oB    float64
	lAlA, lAoA, lAlB, lAoB float64
	oAoA, oAlB, oAoB       float64
	lBlB, lBoB, oBoB       float64
}

// addPanel adds the moments over a panel for the exponents p and q.
func (m *paretoMoments) addPanel(nodes []paretoGridNode, p, q float64) {
	for i := range nodes {
		n := &nodes[i]
		m.add(n.weight*expOf(-p*n.logA-q*n.logB), n.logA, n.oA, n.logB, n.oB)
	}
}

func (m *paretoMoments) add(w, lA, oA, lB, oB float64) {
	wlA, woA, wlB, woB := w*lA, w*oA, w*lB, w*oB
	m.one += w
	m.lA += wlA
	m.oA += woA
	m.lB += wlB
	m.oB += woB
	m.lAlA += wlA * lA
	m.lAoA += wlA * oA
	m.lAlB += wlA * lB
	m.lAoB += wlA * oB
	m.oAoA += woA * oA
	m.oAlB += woA * lB
	m.oAoB += woA * oB
	m.lBlB += wlB * lB
	m.lBoB += wlB * oB
	m.oBoB += woB * oB
}

// seen sets n to c times the moments m, which are seen from the later time, as
// seen from the earlier one: lA grows by s.logA, and oA becomes s.oA + s.rA·oA.
func (n *paretoMoments) seen(m *paretoMoments, s *paretoShift, c float64) {
	rA, rB := c*s.rA, c*s.rB
	one, lA, lB, oA, oB := c*m.one, m.lA, m.lB, m.oA, m.oB
	n.one = one
	n.lA = c*lA + s.logA*one
	n.lB = c*lB + s.logB*one
	n.oA = rA*oA + s.oA*one
	n.oB = rB*oB + s.oB*one
	// E[(a+X)(b+Y)] = E[XY] + a·E[Y] + b·E[a+X], in which only E[Y] is of old.
	n.lAlA = c*(m.lAlA+s.logA*lA) + s.logA*n.lA
	n.lAoA = rA*(m.lAoA+s.logA*oA) + s.oA*n.lA
	n.lAlB = c*(m.lAlB+s.logA*lB) + s.logB*n.lA
	n.lAoB = rB*(m.lAoB+s.logA*oB) + s.oB*n.lA
	n.oAoA = rA*(s.rA*m.oAoA+s.oA*oA) + s.oA*n.oA
	n.oAlB = c*(s.rA*m.oAlB+s.oA*lB) + s.logB*n.oA
	n.oAoB = rB*(s.rA*m.oAoB+s.oA*oB) + s.oB*n.oA
	n.lBlB = c*(m.lBlB+s.logB*lB) + s.logB*n.lB
	n.lBoB = rB*(m.lBoB+s.logB*oB) + s.oB*n.lB
	n.oBoB = rB*(s.rB*m.oBoB+s.oB*oB) + s.oB*n.oB
}

// between turns n, what follows T, into weight times what lies in (t_x, T],
// given all that follows t_x.
func (n *paretoMoments) between(from *paretoMoments, weight float64) {
	n.one = weight * (from.one - n.one)
	n.lA = weight * (from.lA - n.lA)
	n.oA = weight * (from.oA - n.oA)
	n.lB = weight * (from.lB - n.lB)
	n.oB = weight * (from.oB - n.oB)
	n.lAlA = weight * (from.lAlA - n.lAlA)
	n.lAoA = weight * (from.lAoA - n.lAoA)
	n.lAlB = weight * (from.lAlB - n.lAlB)
	n.lAoB = weight * (from.lAoB - n.lAoB)
	n.oAoA = weight * (from.oAoA - n.oAoA)
	n.oAlB = weight * (from.oAlB - n.oAlB)
	n.oAoB = weight * (from.oAoB - n.oAoB)
	n.lBlB = weight * (from.lBlB - n.lBlB)
	n.lBoB = weight * (from.lBoB - n.lBoB)
	n.oBoB = weight * (from.oBoB - n.oBoB)
}
