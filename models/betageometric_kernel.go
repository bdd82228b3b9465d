package models

import (
	"math"
	"sync"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// Layout of the sums: ℓ, its gradient and the upper triangle of its Hessian, in
// r, α, a, b.
const (
	bgLL   = 0
	bgGrad = 1
	bgHess = 5
	bgSums = 15
)

// bgByX is what the likelihood owes to x alone.
type bgByX struct {
	rx     float64   // R = r + x
	dead   float64   // 𝒟 = a/(b+X−1), 0 if X = 0
	db     float64   // ∂ ln 𝒟/∂b
	powers []float64 // (1+T/α)^(−R) of each T; nil where that does not pay or could overflow
}

// bgByT is what it owes to a time t, be it t_x or T.
type bgByT struct{ log, inv float64 } // ln(1+t/α), 1/(α+t)

// bgMixed are sums over rows of the part of ℓ and its derivatives that depends
// on all three of x, t_x and T: with g = −∂ln𝒜/∂r = ln((α+T)/(α+t_x)),
// i = 1/(α+t_x) − 1/(α+T), w = P(alive) and v = w(1−w).
type bgMixed struct {
	logSum         float64 // ln(𝒜+𝒟)
	w, wg, wi, wii float64 // w, w·g, w·i and w·i·(1/(α+t_x)+1/(α+T))
	gone           float64 // 1 − w
	v, vg, vi      float64
	vgg, vgi, vii  float64
}

// sums returns ℓ (order 0), also its gradient (1), also its Hessian (2), over
// the rows of h. Terms of one column alone are added up over its distinct
// values. What remains of a row is ln(𝒜+𝒟); its derivatives are those of a
// mixture, w·𝒜″ + (1−w)·𝒟″ + w(1−w)(𝒜′−𝒟′)(𝒜′−𝒟′)ᵀ with 𝒜, 𝒟 read as logarithms.
func (m betaGeometric) sums(h *history.Table, order int) [bgSums]float64 {
	ix := h.Index()
	ws := bgWorkspaces.Get().(*bgWorkspace)
	defer bgWorkspaces.Put(ws)
	ws.tabulate(m, ix)
	ws.partial = sumRows(ws.partial, h.Len(), bgSums, func(lo, hi int, acc []float64) {
		for lo < hi {
			x, end := ix.Row[lo].X, lo+1
			for end < hi && ix.Row[end].X == x {
				end++
			}
			k := ws.byX[x]
			s := k.mixed(ws, ix, h.N, lo, end, order)
			k.addTo(acc, &s, m.a, order)
			lo = end
		}
	})
	var total [bgSums]float64
	copy(total[:], ws.partial)
	m.separate(&total, ix, ws, order)
	return total
}

// A bgWorkspace holds the tables of one evaluation.
type bgWorkspace struct {
	byX            []bgByX
	byRecency, byT []bgByT
	powers         [][]float64
	partial        []float64
}

var bgWorkspaces = sync.Pool{New: func() any { return new(bgWorkspace) }}

func (ws *bgWorkspace) tabulate(m betaGeometric, ix *history.Index) {
	ws.byX, ws.byRecency, ws.byT = ws.byX[:0], ws.byRecency[:0], ws.byT[:0]
	for _, x := range ix.X {
		k := bgByX{rx: m.r + float64(x)}
		if big := float64(x + m.m); big > 0 {
			k.dead, k.db = m.a/(m.b+(big-1)), -1/(m.b+(big-1))
		}
		ws.byX = append(ws.byX, k)
	}
	for _, t := range ix.Recency {
		ws.byRecency = append(ws.byRecency, bgByT{math.Log1p(t / m.alpha), 1 / (m.alpha + t)})
	}
	for _, t := range ix.T {
		ws.byT = append(ws.byT, bgByT{math.Log1p(t / m.alpha), 1 / (m.alpha + t)})
	}
	ws.tabulatePowers(ix)
}

// tabulatePowers sets the powers of those x with so many rows that this pays.
func (ws *bgWorkspace) tabulatePowers(ix *history.Index) {
	for len(ws.powers) < len(ix.X) {
		ws.powers = append(ws.powers, nil)
	}
	var sharing []int
	for i, rows := range ix.RowsX {
		if rows > 2*len(ix.T) && ws.byX[i].rx*ws.byT[len(ix.T)-1].log < 300 {
			sharing = append(sharing, i)
		}
	}
	parallelEach(len(sharing), func(k int) {
		i := sharing[k]
		ws.powers[i] = ws.powers[i][:0]
		for _, t := range ws.byT {
			ws.powers[i] = append(ws.powers[i], math.Exp(-ws.byX[i].rx*t.log))
		}
		ws.byX[i].powers = ws.powers[i]
	})
}

// mixed adds up the rows [lo, hi), which share x.
func (k bgByX) mixed(ws *bgWorkspace, ix *history.Index, weights []float64, lo, hi, order int) (s bgMixed) {
	logs := newLogProduct()
	last, since := int32(-1), 0.0 // t_x, and (1+t_x/α)^R
	for row := lo; row < hi; row++ {
		at, n := ix.Row[row], 1.0
		if weights != nil {
			n = weights[row]
		}
		tx, t := ws.byRecency[at.Recency], ws.byT[at.T]
		g, i := t.log-tx.log, tx.inv-t.inv
		if k.rx > 1e4 { // the differences of tabulated terms are no longer good enough
			since := ix.T[at.T] - ix.Recency[at.Recency]
			g, i = math.Log1p(since*tx.inv), since*tx.inv*t.inv
		}
		w := 1.0
		if k.dead > 0 {
			var alive float64
			if k.powers == nil {
				alive = math.Exp(-k.rx * g)
			} else {
				if at.Recency != last {
					last, since = at.Recency, math.Exp(k.rx*tx.log)
				}
				alive = since * k.powers[at.T]
			}
			sum := alive + k.dead
			logs.add(n, sum)
			w = alive / sum
			s.gone += n * (k.dead / sum)
		} else {
			s.logSum -= n * k.rx * g
		}
		if order == 0 {
			continue
		}
		nw := n * w
		s.w += nw
		s.wg += nw * g
		s.wi += nw * i
		if order == 1 {
			continue
		}
		s.wii += nw * i * (tx.inv + t.inv)
		v := nw * (1 - w)
		s.v += v
		s.vg += v * g
		s.vi += v * i
		s.vgg += v * g * g
		s.vgi += v * g * i
		s.vii += v * i * i
	}
	s.logSum += logs.sum()
	return s
}

// addTo turns the sums of a group into its part of ℓ and the derivatives.
func (k bgByX) addTo(acc []float64, s *bgMixed, a float64, order int) {
	acc[bgLL] += s.logSum
	if order == 0 {
		return
	}
	da := 0.0 // ∂ ln 𝒟/∂a
	if k.dead > 0 {
		da = 1 / a
	}
	acc[bgGrad] -= s.wg
	acc[bgGrad+1] += k.rx * s.wi
	acc[bgGrad+2] += s.gone * da
	acc[bgGrad+3] += s.gone * k.db
	if order == 1 {
		return
	}
	h := acc[bgHess:]
	h[0] += s.vgg
	h[1] += s.wi - k.rx*s.vgi
	h[2] += s.vg * da
	h[3] += s.vg * k.db
	h[4] += k.rx * (k.rx*s.vii - s.wii)
	h[5] -= k.rx * s.vi * da
	h[6] -= k.rx * s.vi * k.db
	h[7] += (s.v - s.gone) * da * da
	h[8] += s.v * da * k.db
	h[9] += (s.v + s.gone) * k.db * k.db
}

// separate adds the terms of ℓ and its derivatives that depend on x alone, ln
// Γ(r+x)/Γ(r) + ln B(a,b+X)/B(a,b) − x·ln α, or on x linearly and t_x,
// −(r+x)·ln(1+t_x/α).
func (m betaGeometric) separate(acc *[bgSums]float64, ix *history.Index, ws *bgWorkspace, order int) {
	h := acc[bgHess:]
	logAlpha := math.Log(m.alpha)
	for i, xi := range ix.X {
		n, x, big := ix.NX[i], float64(xi), float64(xi+m.m)
		acc[bgLL] += n * (special.LogGammaDiff(m.r, x) + special.LogBetaRatio(m.a, m.b, big) - x*logAlpha)
		if order >= 1 {
			dab := special.DigammaDiff(m.a+m.b, big)
			acc[bgGrad] += n * special.DigammaDiff(m.r, x)
			acc[bgGrad+2] -= n * dab
			acc[bgGrad+3] += n * (special.DigammaDiff(m.b, big) - dab)
		}
		if order >= 2 {
			dab := special.TrigammaDiff(m.a+m.b, big)
			h[0] += n * special.TrigammaDiff(m.r, x)
			h[7] -= n * dab
			h[8] -= n * dab
			h[9] += n * (special.TrigammaDiff(m.b, big) - dab)
		}
	}
	for i, t := range ix.Recency {
		k, n, x := ws.byRecency[i], ix.NRecency[i], ix.XRecency[i] // customers, and their Σ N·x
		acc[bgLL] -= (m.r*n + x) * k.log
		if order >= 1 {
			acc[bgGrad] -= n * k.log
			acc[bgGrad+1] += (m.r*n*t/m.alpha - x) * k.inv
		}
		if order >= 2 {
			h[1] += n * t / m.alpha * k.inv
			h[4] += (x - m.r*n*t/m.alpha*(2+t/m.alpha)) * k.inv * k.inv
		}
	}
}
