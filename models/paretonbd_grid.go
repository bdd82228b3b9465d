package models

import (
	"math"
	"sync"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// A paretoGrid shares the integrals of rows with the same x. With p = r+x,
// q = s+1 and f(τ) = (α+τ)^(−p)·(β+τ)^(−q), a row needs ∫f from t_x to T and
// moments under f; both ends lie on the grid of the distinct times, so that
//
//	∫_{t_x}^{T} f = F(t_x) − F(T),  F(t) = ∫_t^end f.
//
// The difference is harmless: s·F(T)/f(T) is at most the weight (β+T) of being
// alive, to which the result is added. F is held relative to f(t), as a
// recurrence from the end of the grid backwards with positive terms only, and
// its moments as those of quantities measured from t, for the same reason.
type paretoGrid struct {
	m ParetoNBD

	times            []float64
	a, b, logA, logB []float64 // α+t, β+t, ln(1+t/α), ln(1+t/β)
	begin            []int32   // the nodes of panel k, from times[k] to times[k+1], are nodes[begin[k]:begin[k+1]]
	nodes            []paretoGridNode
	recency, end     []int32 // the places in times of the values of Index.Recency and of Index.T

	shared []int32 // for each distinct x, its place in tails; −1 where rows are evaluated one by one
	tails  [][]paretoMoments

	byX       []paretoByX
	byRecency []paretoByRecency
	partial   []float64
}

// A paretoGridNode is a point of a panel, seen from its beginning.
type paretoGridNode struct {
	weight, logA, logB float64 // ln((α+τ)/(α+t_k)), ln((β+τ)/(β+t_k))
	oA, oB             float64 // (τ−t_k)/(α+τ), (τ−t_k)/(β+τ)
}

var paretoGrids = sync.Pool{New: func() any { return new(paretoGrid) }}

// gridNodeCost is how many rows of the direct evaluation, of about a dozen
// nodes with derivatives, cost as much as one node of the grid.
const gridNodeCost = 0.03

// set prepares the grid for the rows of an index.
func (g *paretoGrid) set(m ParetoNBD, ix *history.Index) {
	g.m = m
	g.merge(ix)
	g.shared = g.shared[:0]
	sharing, largest := 0, 0
	for i := range ix.X {
		place := int32(-1)
		if float64(ix.RowsX[i]) > gridNodeCost*g.nodesFor(m.R+float64(ix.X[i])) {
			place, largest = int32(sharing), ix.X[i]
			sharing++
		}
		g.shared = append(g.shared, place)
	}
	if sharing == 0 {
		return
	}
	g.place(m.R + float64(largest))
	for len(g.tails) < sharing {
		g.tails = append(g.tails, nil)
	}
	parallelEach(len(ix.X), func(i int) {
		if at := g.shared[i]; at >= 0 {
			g.tails[at] = g.tail(g.tails[at], m.R+float64(ix.X[i]))
		}
	})
}

// nodesFor returns about how many nodes the grid has for an exponent p: six a
// panel, and twelve for every five e-folds of the integrand.
func (g *paretoGrid) nodesFor(p float64) float64 {
	last := len(g.times) - 1
	efolds := p*(g.logA[last]-g.logA[0]) + (g.m.S+1)*(g.logB[last]-g.logB[0])
	return 6*float64(len(g.times)) + 12.0/5*efolds
}

// merge sets the distinct times of both columns and what depends on them.
func (g *paretoGrid) merge(ix *history.Index) {
	g.times, g.a, g.b, g.logA, g.logB = g.times[:0], g.a[:0], g.b[:0], g.logA[:0], g.logB[:0]
	g.recency, g.end = g.recency[:0], g.end[:0]
	for i, j := 0, 0; i < len(ix.Recency) || j < len(ix.T); {
		t := math.Inf(1)
		if i < len(ix.Recency) {
			t = ix.Recency[i]
		}
		if j < len(ix.T) {
			t = min(t, ix.T[j])
		}
		at := int32(len(g.times))
		if i < len(ix.Recency) && ix.Recency[i] == t {
			g.recency = append(g.recency, at)
			i++
		}
		if j < len(ix.T) && ix.T[j] == t {
			g.end = append(g.end, at)
			j++
		}
		g.times = append(g.times, t)
		g.a, g.b = append(g.a, g.m.Alpha+t), append(g.b, g.m.Beta+t)
		g.logA, g.logB = append(g.logA, math.Log1p(t/g.m.Alpha)), append(g.logB, math.Log1p(t/g.m.Beta))
	}
}

// place sets the nodes of all panels, dense enough for exponents up to p.
func (g *paretoGrid) place(p float64) {
	g.begin, g.nodes = append(g.begin[:0], 0), g.nodes[:0]
	for k := 0; k+1 < len(g.times); k++ {
		g.panel(k, p)
		g.begin = append(g.begin, int32(len(g.nodes)))
	}
}

// panel covers one panel with Gauss–Legendre rules, each no longer than half the
// distance to the singularities and not over more than five e-folds.
func (g *paretoGrid) panel(k int, p float64) {
	length := g.times[k+1] - g.times[k]
	for v := 0.0; v < length; {
		a, b := g.a[k]+v, g.b[k]+v
		decay := p/a + (g.m.S+1)/b
		step := min(length-v, a/2, b/2, 5/decay)
		if rest := length - v - step; rest < 1e-9*step {
			step = length - v
		}
		x, w := special.Legendre(gridNodes(decay*step, step/min(a, b)))
		for i := range x {
			u := v + step/2*(1+x[i])
			g.nodes = append(g.nodes, paretoGridNode{w[i] * step / 2, math.Log1p(u / g.a[k]), math.Log1p(u / g.b[k]),
				u / (g.a[k] + u), u / (g.b[k] + u)})
		}
		v += step
	}
}

// gridNodes returns the number of nodes for an integrand (1+v/A)^(−P) over a
// length that is the given part of A and over which it falls by the given
// number of e-folds. The bounds were found by comparison with 40-digit
// integrals: below them the integral and its moment of ln(1+v/A) are good to
// 1e-15. Beyond the last, up to 5 and 1/2, twelve nodes are.
func gridNodes(efolds, near float64) int {
	switch {
	case efolds < 0.05 && near < 0.01:
		return 4
	case efolds < 0.7 && near < 0.03:
		return 6
	case efolds < 2 && near < 0.1:
		return 8
	case efolds < 3 && near < 0.33:
		return 10
	}
	return 12
}

// tail returns F and its moments at every time, for one exponent p.
func (g *paretoGrid) tail(buf []paretoMoments, p float64) []paretoMoments {
	last := len(g.times) - 1
	if cap(buf) <= last {
		buf = make([]paretoMoments, last+1)
	}
	buf = buf[:last+1]
	buf[last] = paretoMoments{}
	q := g.m.S + 1
	for k := last - 1; k >= 0; k-- {
		s := g.shift(k, k+1)
		f := s.of(&buf[k+1], math.Exp(-p*s.logA-q*s.logB))
		for _, n := range g.nodes[g.begin[k]:g.begin[k+1]] {
			f.add(n.weight*math.Exp(-p*n.logA-q*n.logB), n.logA, n.oA, n.logB, n.oB)
		}
		buf[k] = f
	}
	return buf
}

// A paretoShift is the way from a time t to a later one u: logA =
// ln((α+u)/(α+t)), oA = (u−t)/(α+u), rA = 1−oA, and the same with β.
type paretoShift struct{ logA, oA, rA, logB, oB, rB float64 }

func (g *paretoGrid) shift(k, l int) paretoShift {
	d := g.times[l] - g.times[k]
	return paretoShift{g.logA[l] - g.logA[k], d / g.a[l], g.a[k] / g.a[l], g.logB[l] - g.logB[k], d / g.b[l], g.b[k] / g.b[l]}
}

// paretoMoments are the integral of f and of its products with the monomials up
// to the second degree in lA = ln((α+τ)/(α+t)), oA = (τ−t)/(α+τ), lB and oB.
type paretoMoments struct {
	one, lA, oA, lB, oB    float64
	lAlA, lAoA, lAlB, lAoB float64
	oAoA, oAlB, oAoB       float64
	lBlB, lBoB, oBoB       float64
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

// of returns c times the moments m, which are seen from the later time, as seen
// from the earlier one: lA grows by s.logA, and oA becomes s.oA + s.rA·oA.
func (s *paretoShift) of(m *paretoMoments, c float64) (n paretoMoments) {
	rA, rB := s.rA, s.rB
	n.one = c * m.one
	n.lA = c*m.lA + s.logA*n.one
	n.lB = c*m.lB + s.logB*n.one
	n.oA = c*rA*m.oA + s.oA*n.one
	n.oB = c*rB*m.oB + s.oB*n.one
	// E[(a+X)(b+Y)] = E[XY] + a·E[Y] + b·E[a+X], in which only E[Y] is of old.
	n.lAlA = c*(m.lAlA+s.logA*m.lA) + s.logA*n.lA
	n.lAoA = c*rA*(m.lAoA+s.logA*m.oA) + s.oA*n.lA
	n.lAlB = c*(m.lAlB+s.logA*m.lB) + s.logB*n.lA
	n.lAoB = c*rB*(m.lAoB+s.logA*m.oB) + s.oB*n.lA
	n.oAoA = c*rA*(rA*m.oAoA+s.oA*m.oA) + s.oA*n.oA
	n.oAlB = c*(rA*m.oAlB+s.oA*m.lB) + s.logB*n.oA
	n.oAoB = c*rB*(rA*m.oAoB+s.oA*m.oB) + s.oB*n.oA
	n.lBlB = c*(m.lBlB+s.logB*m.lB) + s.logB*n.lB
	n.lBoB = c*rB*(m.lBoB+s.logB*m.oB) + s.oB*n.lB
	n.oBoB = c*rB*(rB*m.oBoB+s.oB*m.oB) + s.oB*n.oB
	return n
}

// between returns the moments over (t_x, T] as seen from t_x, scaled by
// weight: those of all that follows t_x less those of what follows T. The
// ratio is f(T)/f(t_x).
func (s *paretoShift) between(from, to *paretoMoments, ratio, weight float64) (n paretoMoments) {
	late := s.of(to, ratio)
	return paretoMoments{
		weight * (from.one - late.one), weight * (from.lA - late.lA), weight * (from.oA - late.oA), weight * (from.lB - late.lB), weight * (from.oB - late.oB),
		weight * (from.lAlA - late.lAlA), weight * (from.lAoA - late.lAoA), weight * (from.lAlB - late.lAlB), weight * (from.lAoB - late.lAoB),
		weight * (from.oAoA - late.oAoA), weight * (from.oAlB - late.oAlB), weight * (from.oAoB - late.oAoB),
		weight * (from.lBlB - late.lBlB), weight * (from.lBoB - late.lBoB), weight * (from.oBoB - late.oBoB),
	}
}
