package models

import (
	"math"
	"slices"
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

	times        []float64
	at           []paretoGridTime
	steps        []paretoShift // from each time to the next
	begin        []int32       // the nodes of panel k, from times[k] to times[k+1], are nodes[begin[k]:begin[k+1]]
	nodes        []paretoGridNode
	recency, end []int32 // the places in times of the values of Index.Recency and of Index.T

	shared  []int32 // for each distinct x, its place in tails; −1 where rows are evaluated one by one
	sharing []int   // and the x, by their place
	tails   [][]paretoMoments

	byX     []paretoByX
	partial []float64
}

// A paretoGridTime is what a time t owes to itself alone.
type paretoGridTime struct {
	a, b, invA, invB, logA, logB float64 // α+t, β+t, 1/(α+t), 1/(β+t), ln(1+t/α), ln(1+t/β)
}

// A paretoGridNode is a point of a panel, seen from its beginning.
type paretoGridNode struct {
	weight, logA, logB float64 // ln((α+τ)/(α+t_k)), ln((β+τ)/(β+t_k))
	oA, oB             float64 // (τ−t_k)/(α+τ), (τ−t_k)/(β+τ)
	rA, first          float64 // (α+t_k)/(α+τ), and the weighted integrand for x = 0
}

var paretoGrids = sync.Pool{New: func() any { return new(paretoGrid) }}

// gridNodeCost is how many rows of the direct evaluation, of about a dozen
// nodes with derivatives, cost as much as one node of the grid.
const gridNodeCost = 0.03

// set prepares the grid for the rows of an index.
func (g *paretoGrid) set(m ParetoNBD, ix *history.Index) {
	g.m = m
	g.merge(ix)
	g.shared, g.sharing = g.shared[:0], g.sharing[:0]
	for i, x := range ix.X {
		place := int32(-1)
		if float64(ix.RowsX[i]) > gridNodeCost*g.nodesFor(m.R+float64(x)) {
			place = int32(len(g.sharing))
			g.sharing = append(g.sharing, x)
		}
		g.shared = append(g.shared, place)
	}
	if len(g.sharing) == 0 {
		return
	}
	g.place(m.R + float64(slices.Max(g.sharing)))
	for len(g.tails) < len(g.sharing) {
		g.tails = append(g.tails, nil)
	}
	parallelEach(len(g.sharing), func(i int) { g.tails[i] = g.tail(g.tails[i], g.sharing[i]) })
}

// nodesFor returns about how many nodes the grid has for an exponent p: four a
// panel, and twelve for every five e-folds of the integrand.
func (g *paretoGrid) nodesFor(p float64) float64 {
	first, last := &g.at[0], &g.at[len(g.at)-1]
	efolds := p*(last.logA-first.logA) + (g.m.S+1)*(last.logB-first.logB)
	return 4*float64(len(g.times)) + 12.0/5*efolds
}

// merge sets the distinct times of both columns and what depends on them.
func (g *paretoGrid) merge(ix *history.Index) {
	g.times, g.at, g.steps = g.times[:0], g.at[:0], g.steps[:0]
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
		a, b := g.m.Alpha+t, g.m.Beta+t
		g.at = append(g.at, paretoGridTime{a, b, 1 / a, 1 / b, math.Log1p(t / g.m.Alpha), math.Log1p(t / g.m.Beta)})
		if at > 0 {
			g.steps = append(g.steps, g.shift(at-1, at))
		}
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
		a, b := g.at[k].a+v, g.at[k].b+v
		decay := p/a + (g.m.S+1)/b
		step := min(length-v, a/2, b/2, 5/decay)
		if rest := length - v - step; rest < 1e-9*step {
			step = length - v
		}
		x, w := special.Legendre(gridNodes(decay*step, step/min(a, b)))
		for i := range x {
			u := v + step/2*(1+x[i])
			a, b := g.at[k].a+u, g.at[k].b+u
			n := paretoGridNode{weight: w[i] * step / 2, logA: log1pOf(u * g.at[k].invA), logB: log1pOf(u * g.at[k].invB), oA: u / a, oB: u / b}
			n.rA, n.first = g.at[k].a/a, n.weight*expOf(-g.m.R*n.logA-(g.m.S+1)*n.logB)
			g.nodes = append(g.nodes, n)
		}
		v += step
	}
}

// gridNodes returns the number of nodes for an integrand (1+v/A)^(−P) over a
// length that is the given part of A and over which it falls by the given
// number of e-folds. The bounds were found by comparison with 40-digit
// integrals: below them the integral and its moments are good to 1e-15 of the
// integral. Beyond the last, up to 5 and 1/2, twelve nodes are.
func gridNodes(efolds, near float64) int {
	switch {
	case efolds+3*near < 0.035:
		return 3
	case efolds+4*near < 0.19:
		return 4
	case efolds+5*near < 0.55:
		return 5
	case efolds < 0.7 && near < 0.03:
		return 6
	case efolds < 2 && near < 0.1:
		return 8
	case efolds < 3 && near < 0.33:
		return 10
	}
	return 12
}
