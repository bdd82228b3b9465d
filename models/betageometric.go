package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// betaGeometric is what BG/NBD (m = 0) and MBG/NBD (m = 1) have in common. The
// dropout coin with probability p ~ Beta(a, b) is tossed after every repeat
// purchase, and m times at the first one.
type betaGeometric struct {
	r, alpha, a, b float64
	m              int
}

// bgWeights is what a history says about being alive, in the notation of
// BGNBD.LogLikOf.
type bgWeights struct {
	x, R, X  float64 // x, r+x and X = x+m, the coins survived by a customer who is alive
	logAlive float64 // ln 𝒜
	logDead  float64 // ln 𝒟, −Inf if no coin has been tossed
}

func (m betaGeometric) weigh(c history.Customer) bgWeights {
	checkHistory(c)
	x := float64(c.Frequency)
	k := bgWeights{x: x, R: m.r + x, X: x + float64(m.m), logDead: math.Inf(-1)}
	k.logAlive = -k.R * math.Log1p((c.T-c.Recency)/(m.alpha+c.Recency))
	if k.X > 0 {
		k.logDead = math.Log(m.a / (m.b + (k.X - 1)))
	}
	return k
}

// logOdds returns ln(P(alive)/(1 − P(alive))).
func (k bgWeights) logOdds() float64 { return k.logAlive - k.logDead }

// probs returns P(alive) and its complement.
func (k bgWeights) probs() (alive, dead float64) {
	e := math.Exp(-math.Abs(k.logOdds()))
	if k.logAlive > k.logDead {
		return 1 / (1 + e), e / (1 + e)
	}
	return e / (1 + e), 1 / (1 + e)
}

// logProbs returns the logarithms of P(alive) and its complement.
func (k bgWeights) logProbs() (alive, dead float64) {
	sum := special.LogAddExp(k.logAlive, k.logDead)
	return k.logAlive - sum, k.logDead - sum
}

func (m betaGeometric) logLikOf(c history.Customer) float64 { return m.logLik1(c, m.weigh(c)) }

func (m betaGeometric) logLik1(c history.Customer, k bgWeights) float64 {
	purchases := special.LogGammaDiff(m.r, k.x) - m.r*math.Log1p(c.Recency/m.alpha) - k.x*math.Log(m.alpha+c.Recency)
	return purchases + special.LogBetaRatio(m.a, m.b, k.X) + special.LogAddExp(k.logAlive, k.logDead)
}

func (m betaGeometric) scoreOf(grad []float64, c history.Customer) float64 {
	checkLength(grad, 4)
	k := m.weigh(c)
	alive, dead := k.probs()
	tx := c.Recency
	grad[0] = special.DigammaDiff(m.r, k.x) - math.Log1p(tx/m.alpha) - alive*math.Log1p((c.T-tx)/(m.alpha+tx))
	grad[1] = m.r*tx/(m.alpha*(m.alpha+tx)) - k.x/(m.alpha+tx) + alive*k.R*(c.T-tx)/((m.alpha+tx)*(m.alpha+c.T))
	grad[2], grad[3] = 0, 0
	if k.X > 0 {
		coins := special.DigammaDiff(m.a+m.b, k.X)
		grad[2] = dead/m.a - coins
		grad[3] = special.DigammaDiff(m.b, k.X) - coins - dead/(m.b+(k.X-1))
	}
	return m.logLik1(c, k)
}

// given returns the model of a customer with history c who is alive at T. It
// is a BG/NBD model for either m: the next coin comes with the next purchase.
func (m betaGeometric) given(c history.Customer) BGNBD {
	return BGNBD{m.r + float64(c.Frequency), m.alpha + c.T, m.a, m.b + float64(c.Frequency+m.m)}
}

func (m betaGeometric) logOddsAlive(c history.Customer) float64 { return m.weigh(c).logOdds() }

func (m betaGeometric) probAlive(c history.Customer) float64 {
	alive, _ := m.weigh(c).probs()
	return alive
}

func (m betaGeometric) probAliveAt(c history.Customer, t float64) float64 {
	checkTime(t)
	alive, _ := m.weigh(c).logProbs()
	return math.Exp(alive + m.given(c).logSurvival(t))
}

func (m betaGeometric) probOrder(c history.Customer, t float64) float64 {
	checkTime(t)
	return m.probAlive(c) * -math.Expm1(m.given(c).logSilence(t))
}

func (m betaGeometric) probNoOrder(c history.Customer) float64 {
	_, dead := m.weigh(c).probs()
	return dead
}

func (m betaGeometric) nextPurchaseQuantile(c history.Customer, p float64) float64 {
	checkProb(p)
	alive := m.probAlive(c)
	if p >= alive {
		return math.Inf(1)
	}
	g := m.given(c)
	return g.Alpha * math.Expm1(-math.Log1p(-p/alive)/g.R)
}

func (m betaGeometric) condExpected(c history.Customer, t float64) float64 {
	checkTime(t)
	return times(m.probAlive(c), m.given(c).purchases(t))
}

func (m betaGeometric) condExpectedBetween(c history.Customer, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	return times(m.probAlive(c), m.given(c).purchasesBetween(t1, t2))
}

func (m betaGeometric) logCondProb(c history.Customer, n int, t float64) float64 {
	checkTime(t)
	checkCount(n)
	alive, dead := m.weigh(c).logProbs()
	p := alive + m.given(c).logCount(n, t)
	if n == 0 {
		return min(0, special.LogAddExp(p, dead))
	}
	return p
}

func (m betaGeometric) probBetween(n int, t1, t2 float64) float64 {
	checkWindow(t1, t2)
	checkSpan(t2)
	checkCount(n)
	c := history.Customer{}
	alive, dead := m.weigh(c).probs()
	p := alive * math.Exp(m.given(c).logCountBetween(n, t1, t2))
	if n == 0 {
		return min(1, p+dead)
	}
	return p
}

func (m betaGeometric) dert(c history.Customer, delta float64) float64 {
	checkRate(delta)
	if delta == 0 {
		return m.condExpected(c, math.Inf(1))
	}
	return m.probAlive(c) * m.given(c).discountedForever(delta)
}

func (m betaGeometric) det(c history.Customer, t, delta float64) float64 {
	checkTime(t)
	switch {
	case math.IsInf(t, 1):
		return m.dert(c, delta)
	case delta == 0 || t == 0:
		return m.condExpected(c, t)
	}
	checkRate(delta)
	return m.probAlive(c) * m.given(c).discounted(delta, 0, t)
}

func (m betaGeometric) residualLifetime(c history.Customer) float64 {
	return times(m.probAlive(c), m.given(c).lifetime())
}

// times returns p·v for a positive probability p that may have underflowed, so
// that an infinite v stays infinite.
func times(p, v float64) float64 {
	if math.IsInf(v, 1) {
		return v
	}
	return p * v
}
