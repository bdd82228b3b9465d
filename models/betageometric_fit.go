package models

import (
	"errors"
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// What a batch sum of the BG models holds: ℓ, its gradient and the upper
// triangle of its Hessian, all in r, α, a, b.
const (
	bgLL   = 0
	bgGrad = 1
	bgHess = 5
	bgSums = 15
)

// bgByX is what the likelihood of a row owes to x alone.
type bgByX struct {
	x, rx float64 // x and r + x
	base  float64 // ln Γ(r+x)/Γ(r) + ln B(a,b+X)/B(a,b) − x ln α
	dead  float64 // 𝒟 = a/(b+X−1), 0 if X = 0
	bx1   float64 // b + X − 1

	dr, db, dab    float64 // ψ(r+x) − ψ(r), ψ(b+X) − ψ(b), ψ(a+b+X) − ψ(a+b)
	drr, dbb, dabb float64 // the same of ψ′
}

// bgByT is what it owes to a time t, be it t_x or T: ln(1+t/α), 1/(α+t), t.
type bgByT struct{ log, inv, t float64 }

// sums returns ℓ (order 0), also its gradient (1), also its Hessian (2), over
// the rows of h: one exponential and one logarithm a row, everything that
// depends on one column alone from tables. The formulas are those of the
// models' LogLikOf, the second derivatives those of ln(𝒜+𝒟) by
// w·𝒜″ + (1−w)·𝒟″ + w(1−w)(𝒜′−𝒟′)(𝒜′−𝒟′)ᵀ with logarithms understood.
func (m betaGeometric) sums(h *history.Table, order int) []float64 {
	ix := h.Index()
	byX := m.tableX(ix.X, order)
	byRecency, byT := m.tableT(ix.Recency), m.tableT(ix.T)
	return sumRows(h.Len(), bgSums, func(lo, hi int, acc []float64) {
		for i := lo; i < hi; i++ {
			at := ix.Row[i]
			m.row(acc, &byX[at.X], byRecency[at.Recency], byT[at.T], h.Weight(i), order)
		}
	})
}

// row adds one history of weight n to the sums.
func (m betaGeometric) row(acc []float64, k *bgByX, tx, t bgByT, n float64, order int) {
	gap := t.log - tx.log // −ln q
	if k.rx > 1e4 {       // the difference of the tabulated logarithms is no longer good enough
		gap = math.Log1p((t.t - tx.t) * tx.inv)
	}
	e := k.rx * gap
	alive, w, logSum := math.Exp(-e), 1.0, -e
	if k.dead > 0 {
		s := alive + k.dead
		w, logSum = alive/s, math.Log(s)
	}
	acc[bgLL] += n * (k.base - k.rx*tx.log + logSum)
	if order == 0 {
		return
	}
	inv := (t.t - tx.t) * tx.inv * t.inv // 1/(α+t_x) − 1/(α+T)
	gone := 1 - w
	if k.dead > 0 {
		gone = k.dead / (alive + k.dead)
	}
	da, db := 1/m.a, -1/k.bx1 // of ln 𝒟
	if k.dead == 0 {
		da, db = 0, 0
	}
	acc[bgGrad] += n * (k.dr - tx.log - w*gap)
	acc[bgGrad+1] += n * ((m.r*tx.t/m.alpha-k.x)*tx.inv + w*k.rx*inv)
	acc[bgGrad+2] += n * (gone*da - k.dab)
	acc[bgGrad+3] += n * (k.db - k.dab + gone*db)
	if order == 1 {
		return
	}
	v := w * gone
	ga, gr := k.rx*inv, -gap // of ln 𝒜 in α and r
	acc[bgHess] += n * (k.drr + v*gr*gr)
	acc[bgHess+1] += n * (tx.t*tx.inv/m.alpha + w*inv + v*gr*ga)
	acc[bgHess+2] -= n * v * gr * da
	acc[bgHess+3] -= n * v * gr * db
	acc[bgHess+4] += n * ((k.x-m.r*tx.t*(2*m.alpha+tx.t)/(m.alpha*m.alpha))*tx.inv*tx.inv - w*ga*(tx.inv+t.inv) + v*ga*ga)
	acc[bgHess+5] -= n * v * ga * da
	acc[bgHess+6] -= n * v * ga * db
	acc[bgHess+7] += n * (-k.dabb - gone*da*da + v*da*da)
	acc[bgHess+8] += n * (-k.dabb + v*da*db)
	acc[bgHess+9] += n * (k.dbb - k.dabb + gone*db*db + v*db*db)
}

func (m betaGeometric) tableX(xs []int, order int) []bgByX {
	table := make([]bgByX, len(xs))
	for i, xi := range xs {
		x := float64(xi)
		big := x + float64(m.m) // X
		k := bgByX{x: x, rx: m.r + x, bx1: m.b + (big - 1)}
		k.base = special.LogGammaDiff(m.r, x) + special.LogBetaRatio(m.a, m.b, big) - x*math.Log(m.alpha)
		if big > 0 {
			k.dead = m.a / k.bx1
		}
		if order >= 1 {
			k.dr, k.db, k.dab = special.DigammaDiff(m.r, x), special.DigammaDiff(m.b, big), special.DigammaDiff(m.a+m.b, big)
		}
		if order >= 2 {
			k.drr, k.dbb, k.dabb = special.TrigammaDiff(m.r, x), special.TrigammaDiff(m.b, big), special.TrigammaDiff(m.a+m.b, big)
		}
		table[i] = k
	}
	return table
}

func (m betaGeometric) tableT(ts []float64) []bgByT {
	table := make([]bgByT, len(ts))
	for i, t := range ts {
		table[i] = bgByT{math.Log1p(t / m.alpha), 1 / (m.alpha + t), t}
	}
	return table
}

func (m betaGeometric) logLik(h *history.Table) float64 { return m.sums(h, 0)[bgLL] }

func (m betaGeometric) score(grad []float64, h *history.Table) float64 {
	s := m.sums(h, 1)
	copy(grad, s[bgGrad:bgHess])
	return s[bgLL]
}

func (m betaGeometric) hessian(hess, grad []float64, h *history.Table) float64 {
	s := m.sums(h, 2)
	copy(grad, s[bgGrad:bgHess])
	unpackSymmetric(hess, s[bgHess:], 4)
	return s[bgLL]
}

// unpackSymmetric writes the n×n matrix whose upper triangle lies row by row
// in packed.
func unpackSymmetric(dst, packed []float64, n int) {
	k := 0
	for i := range n {
		for j := i; j < n; j++ {
			dst[i*n+j], dst[j*n+i] = packed[k], packed[k]
			k++
		}
	}
}

// starts returns two starting points, scale-equivariant in time: one from the
// share of customers who look gone and one that assumes nothing. The
// likelihood of some cohorts has two modes, and either start alone misses the
// better one in a few cases in a hundred.
func (m betaGeometric) starts(h *history.Table) [2]betaGeometric {
	var x, exposure, oldest float64
	for i := range h.Len() {
		c, n := h.Customer(i), h.Weight(i)
		x += n * float64(c.Frequency)
		oldest = max(oldest, c.T)
		if c.Frequency > 0 {
			exposure += n * c.Recency
		} else {
			exposure += n * c.T
		}
	}
	wait := exposure / x // 1/λ̂
	var gone float64
	for i := range h.Len() {
		c := h.Customer(i)
		if c.Frequency > 0 && (c.T-c.Recency)*float64(c.Frequency+1)/(c.Recency+wait) > 3 {
			gone += h.Weight(i)
		}
	}
	p := min(max(gone/x, 0.03), 0.7)
	return [2]betaGeometric{
		{r: 1, alpha: wait, a: 3 * p, b: 3 * (1 - p), m: m.m},
		{r: 1, alpha: oldest, a: 1, b: 1, m: m.m},
	}
}

// fewRepeatBuyers is the number below which a fit says little.
const fewRepeatBuyers = 10

// checkPurchases returns an error for a table on which no purchase model has a
// maximum of its likelihood: an impossible history, fewer than two repeat
// buyers.
func checkPurchases(h *history.Table) error {
	if h.Len() == 0 {
		return errors.New("models: no customers")
	}
	if err := h.Check(); err != nil {
		return fmt.Errorf("models: %w", err)
	}
	if n := repeatBuyers(h); n < 2 {
		return fmt.Errorf("models: %v of %v customers bought again: at least 2 repeat buyers are needed for a fit, and some dozens for a useful one",
			n, h.Customers())
	}
	return nil
}

func repeatBuyers(h *history.Table) (n float64) {
	for i, x := range h.Frequency {
		if x > 0 {
			n += h.Weight(i)
		}
	}
	return n
}

// A purchaser is what reviewPurchases needs of a fitted purchase model.
type purchaser interface{ Expected(t float64) float64 }

// reviewPurchases compares the model's repeat purchases up to the end of the
// calibration with the actual ones, and says when there are too few buyers.
func reviewPurchases(m purchaser, h *history.Table) (fs []Finding) {
	if n := repeatBuyers(h); n < fewRepeatBuyers {
		fs = append(fs, Finding{TooFewRepeatBuyers, fmt.Sprintf("only %v customers bought again: the estimates rest on too little; %d are the least that say anything",
			n, fewRepeatBuyers)})
	}
	ix := h.Index()
	ages := make([]float64, len(ix.T))
	var actual float64
	for i, at := range ix.Row {
		ages[at.T] += h.Weight(i)
		actual += h.Weight(i) * float64(h.Frequency[i])
	}
	var expected float64
	for i, n := range ages {
		expected += n * m.Expected(ix.T[i])
	}
	if off := expected/actual - 1; math.Abs(off) > 0.15 {
		fs = append(fs, Finding{"", fmt.Sprintf("the fitted model expects %.0f repeat purchases in the calibration period and there were %.0f (%+.0f %%): the family does not describe these customers well",
			expected, actual, 100*off)})
	}
	return fs
}
