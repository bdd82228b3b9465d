package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// spread maps any number to [lo, hi]: those within to themselves, others evenly
// in logarithms by their bits, so that no input of a fuzzer is lost.
func spread(v, lo, hi float64) float64 {
	if v >= lo && v <= hi {
		return v
	}
	u := float64(math.Float64bits(v)*0x9e3779b97f4a7c15>>11) / (1 << 53)
	return min(max(lo*math.Exp(u*math.Log(hi/lo)), lo), hi)
}

// A fuzzCase is a purchase model and a customer within the range for which the
// models promise answers: parameters from 1e-4 to 1e4, x up to 1e5, times from
// 1e-6 to 1e5.
type fuzzCase struct {
	m        bgModel
	c        history.Customer
	t, later float64 // horizons, t ≤ later
	delta, p float64
	n        int
}

// fuzzPurchase fuzzes the predictions of a family.
func fuzzPurchase(f *testing.F, family func(p [4]float64) bgModel) {
	f.Add(0.243, 4.414, 0.793, 2.426, 2, 0.783, 38.86, 39.0, 52.0, 0.0018, 0.5, 3)
	f.Add(1e-4, 1e4, 1e4, 1e-4, 100000, 1e-6, 1e5, 1e-6, 1e5, 1e-9, 1e-9, 0)
	f.Add(1e4, 1e-4, 1.0, 1.0, 0, 1.0, 1e-6, 1e5, 1e5, 30.0, 1.0, 4000)
	f.Add(1.0, 2.0, 1.0, 2.0, 1, 1.0, 10.0, 3.0, 4.0, 0.5, 0.0, 1)
	f.Add(1e4, 1e-4, 2.333e-4, 1.0, 0, 1.0, 1e-6, 12500.0, 1e5, 30.0, 3e-6, 4000)
	f.Add(1e-4, 1.063e-4, 0.1165, 2.826, 0, 1.0, 4.0827e-4, 0.15519, 17903.0, 2.2e-4, 5.6e-6, 71)
	f.Fuzz(func(t *testing.T, a, b, c, d float64, x int, part, age, h1, h2, delta, p float64, n int) {
		var params [4]float64
		for i, v := range []float64{a, b, c, d} {
			params[i] = spread(v, 1e-4, 1e4)
		}
		k := fuzzCase{m: family(params), t: spread(h1, 1e-6, 1e5), later: spread(h2, 1e-6, 1e5), delta: spread(delta, 1e-9, 1e2), p: spread(p, 1e-12, 1), n: int(uint(n) % 5000)}
		k.c = history.Customer{Frequency: int(uint(x) % 100001), T: spread(age, 1e-6, 1e5), Spend: math.NaN()}
		if k.c.Frequency > 0 {
			k.c.Recency = k.c.T * spread(part, 1e-9, 1)
		}
		if k.t > k.later {
			k.t, k.later = k.later, k.t
		}
		k.likelihood(t)
		k.alive(t)
		k.orders(t)
		k.expectations(t)
		k.counts(t)
		k.draws(t)
	})
}

// in fails unless lo ≤ v ≤ hi, up to a relative error.
func (k *fuzzCase) in(t *testing.T, what string, v, lo, hi float64) {
	t.Helper()
	// Below 1e-300 float64 has fewer digits.
	if !(v >= lo-1e-11*math.Abs(lo)-1e-300) || !(v <= hi+1e-11*math.Abs(hi)+1e-300) {
		t.Errorf("%s = %.17g is not in [%.17g, %.17g]: %+v", what, v, lo, hi, *k)
	}
}

// probability fails unless 0 ≤ p ≤ 1 to the last bit, and returns p.
func (k *fuzzCase) probability(t *testing.T, what string, p float64) float64 {
	t.Helper()
	if !(p >= 0 && p <= 1) {
		t.Errorf("%s = %.17g is no probability: %+v", what, p, *k)
	}
	return p
}

func (k *fuzzCase) likelihood(t *testing.T) {
	h := &history.Table{}
	h.Append(k.c)
	l := k.m.LogLikOf(k.c)
	k.in(t, "ℓ", l, -math.MaxFloat64, math.MaxFloat64)
	grad := make([]float64, 4)
	if _, ok := k.m.(NBD); ok {
		grad = grad[:2]
	}
	k.in(t, "ℓ of ScoreOf", k.m.ScoreOf(grad, k.c), l, l)
	for _, g := range grad {
		k.in(t, "the score", g, -math.MaxFloat64, math.MaxFloat64)
	}
	batch := k.m.(interface {
		LogLik(h *history.Table) float64
	}).LogLik(h)
	size := 1 + math.Abs(l) + (1e4+float64(k.c.Frequency))*30 // the terms, of the order x·ln T, may cancel
	if !(math.Abs(batch-l) <= 1e-13*size) {
		t.Errorf("ℓ = %.17g in a table, alone %.17g: %+v", batch, l, *k)
	}
}

func (k *fuzzCase) alive(t *testing.T) {
	alive := k.probability(t, "P(alive)", k.m.ProbAlive(k.c))
	silent := k.c
	silent.T += k.t
	k.in(t, "P(alive) after a silence", k.probability(t, "P(alive) after a silence", k.m.ProbAlive(silent)), 0, alive)
	soon := k.probability(t, "P(alive at T+t)", k.m.ProbAliveAt(k.c, k.t))
	k.in(t, "P(alive at T+t)", soon, 0, alive)
	k.in(t, "P(alive later)", k.probability(t, "P(alive later)", k.m.ProbAliveAt(k.c, k.later)), 0, soon)
	if odds := k.m.LogOddsAlive(k.c); math.IsNaN(odds) || math.IsInf(odds, -1) {
		t.Errorf("log odds %v: %+v", odds, *k)
	}
	k.in(t, "the residual lifetime", k.m.ResidualLifetime(k.c), 0, math.Inf(1))
	p := k.m.Posterior(k.c)
	for _, v := range []float64{p.MeanRate, p.VarRate, p.MeanDropout, p.VarDropout} {
		k.in(t, "a posterior moment", v, 0, math.MaxFloat64)
	}
	if limit := math.Sqrt(p.VarRate) * math.Sqrt(p.VarDropout); !(math.Abs(p.Cov) <= limit*(1+1e-9)) {
		t.Errorf("covariance %v, standard deviations allow %v: %+v", p.Cov, limit, *k)
	}
}

func (k *fuzzCase) orders(t *testing.T) {
	soon, later := k.probability(t, "P(order)", k.m.ProbOrder(k.c, k.t)), k.probability(t, "P(order later)", k.m.ProbOrder(k.c, k.later))
	ever := k.probability(t, "P(order ever)", k.m.ProbOrder(k.c, math.Inf(1)))
	never := k.probability(t, "P(no order ever)", k.m.ProbNoOrder(k.c))
	k.in(t, "P(order)", soon, 0, later)
	k.in(t, "P(order later)", later, 0, ever)
	k.in(t, "P(order ever) + P(never)", ever+never, 1, 1)
	k.in(t, "P(order) ≤ P(alive)", ever, 0, k.m.ProbAlive(k.c))
	k.in(t, "1 − P(order)", k.m.CondProb(k.c, 0, k.t)+soon, 1, 1)
	u := k.m.NextPurchaseQuantile(k.c, k.p)
	k.in(t, "the quantile", u, 0, math.Inf(1))
	k.in(t, "a lower quantile", k.m.NextPurchaseQuantile(k.c, k.p/2), 0, u)
	if !math.IsInf(u, 1) && u > 1e-290 {
		if got := k.m.ProbOrder(k.c, u); !(math.Abs(got-k.p) <= 1e-10*k.p) {
			t.Errorf("P(order) by the quantile %v of %v is %v: %+v", u, k.p, got, *k)
		}
	}
}

func (k *fuzzCase) expectations(t *testing.T) {
	soon, later := k.m.CondExpected(k.c, k.t), k.m.CondExpected(k.c, k.later)
	k.in(t, "E[Y]", later, 0, math.MaxFloat64)
	k.in(t, "E[Y] sooner", soon, 0, later)
	k.in(t, "P(order) ≤ E[Y]", k.m.ProbOrder(k.c, k.t), 0, soon)
	between := k.m.CondExpectedBetween(k.c, k.t, k.later)
	k.in(t, "E[Y] and of the window after it", soon+between, later, later)
	det := k.m.DET(k.c, k.t, k.delta)
	k.in(t, "DET", det, soon*math.Exp(-k.delta*k.t), soon)
	more := k.m.DET(k.c, k.later, k.delta)
	k.in(t, "DET over less", det, 0, more)
	dert := k.m.DERT(k.c, k.delta)
	k.in(t, "DERT", dert, 0, math.MaxFloat64)
	k.in(t, "DET ≤ DERT", more, 0, dert)
	k.in(t, "DERT at a higher rate", k.m.DERT(k.c, 2*k.delta), 0, dert)
	k.in(t, "E[X]", k.m.Expected(k.t), 0, k.m.Expected(k.later))
}

func (k *fuzzCase) counts(t *testing.T) {
	for what, p := range map[string]float64{
		"P(X = n)": k.m.Prob(k.n, k.t), "P(Y = n)": k.m.CondProb(k.c, k.n, k.t), "P(X(t1, t2] = n)": k.m.ProbBetween(k.n, k.t, k.later),
	} {
		k.probability(t, what, p)
	}
	for what, l := range map[string]float64{"ln P(X = n)": k.m.LogProb(k.n, k.t), "ln P(Y = n)": k.m.LogCondProb(k.c, k.n, k.t)} {
		if !(l <= 0) {
			t.Errorf("%s = %v: %+v", what, l, *k)
		}
	}
	// Markov's inequality.
	if k.n > 0 {
		k.in(t, "P(Y = n)", k.m.CondProb(k.c, k.n, k.t), 0, k.m.CondExpected(k.c, k.t)/float64(k.n))
	}
	for what, v := range map[string]float64{"the density of λ": k.m.PriorRate(k.t), "the density of the dropout trait": k.m.PriorDropout(k.p)} {
		k.in(t, what, v, 0, math.Inf(1))
	}
}

func (k *fuzzCase) draws(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, math.Float64bits(k.t)))
	lambda, dropout, _ := k.m.DrawPosterior(rng, k.c)
	k.in(t, "λ drawn", lambda, 0, math.MaxFloat64)
	k.in(t, "a dropout trait drawn", dropout, 0, math.MaxFloat64)
	if k.m.CondExpected(k.c, k.t) < 1e6 {
		if y := k.m.DrawFuture(rng, k.c, k.t); y < 0 {
			t.Errorf("drew %d purchases: %+v", y, *k)
		}
	}
	if k.m.Posterior(history.Customer{}).MeanRate*k.t < 1e3 {
		path := k.m.Simulate(rng, k.t)
		if err := path.Customer(k.t).Check(); err != nil {
			t.Errorf("simulated %v: %+v", err, *k)
		}
	}
}

func FuzzBGNBD(f *testing.F) {
	fuzzPurchase(f, func(p [4]float64) bgModel { return BGNBD{p[0], p[1], p[2], p[3]} })
}

func FuzzMBGNBD(f *testing.F) {
	fuzzPurchase(f, func(p [4]float64) bgModel { return MBGNBD{p[0], p[1], p[2], p[3]} })
}

func FuzzParetoNBD(f *testing.F) {
	fuzzPurchase(f, func(p [4]float64) bgModel { return ParetoNBD{p[0], p[1], p[2], p[3]} })
}

func FuzzNBD(f *testing.F) {
	fuzzPurchase(f, func(p [4]float64) bgModel { return NBD{p[0], p[1]} })
}

func FuzzGammaGamma(f *testing.F) {
	f.Add(6.25, 3.74, 15.44, 3, 30.0, 2, 100.0)
	f.Add(1e-4, 1e-4, 1e4, 1, 1e-4, 1, 1e6)
	f.Add(1e4, 1e4, 1e-4, 100000, 1e6, 1000, 1e-4)
	f.Fuzz(func(t *testing.T, p, q, v float64, x int, mean float64, y int, total float64) {
		m := GammaGamma{spread(p, 1e-4, 1e4), spread(q, 1e-4, 1e4), spread(v, 1e-4, 1e6)}
		x, y = int(uint(x)%100001), 1+int(uint(y)%1000)
		mean, total = spread(mean, 1e-4, 1e6), spread(total, 1e-4, 1e8)
		c := history.Customer{Frequency: x, Recency: min(float64(x), 1), T: 1, Spend: mean}
		in := func(what string, v, lo, hi float64) {
			t.Helper()
			if !(v >= lo-1e-12*math.Abs(lo) && v <= hi+1e-12*math.Abs(hi)) {
				t.Errorf("%s = %.17g is not in [%.17g, %.17g]: %+v, x = %d, m̄ = %v", what, v, lo, hi, m, x, mean)
			}
		}
		if x > 0 {
			fuzzSpendLikelihood(t, m, x, mean)
		}
		e, all := m.ExpectedSpend(c), m.Mean()
		in("E[M]", e, math.SmallestNonzeroFloat64, math.Inf(1))
		if x > 0 && m.Q > 1 {
			in("E[M] between m̄ and the population's mean", e, min(mean, all), max(mean, all))
		}
		in("Var[M]", m.Variance(c), 0, math.Inf(1))
		if w := m.Weight(c); m.Q > 1 {
			in("ω", w, 0, 1)
		}
		prob := m.ProbTotal(c, y, total)
		in("P(total)", prob, 0, 1)
		in("P(larger total)", m.ProbTotal(c, y, 2*total), prob, 1)
		in("P(total of more)", m.ProbTotal(c, y+1, total), 0, prob)
		in("M drawn", m.DrawMean(rand.New(rand.NewPCG(1, 1)), c), 0, math.Inf(1))
	})
}

// fuzzSpendLikelihood compares the batch kernel with the density, and looks for
// derivatives that are no numbers.
func fuzzSpendLikelihood(t *testing.T, m GammaGamma, x int, mean float64) {
	l := m.LogDensity(x, mean)
	values := make([]float64, 12)
	s := &history.Spending{Frequency: []int{x}, Mean: []float64{mean}, N: []float64{1}}
	if got := m.Hessian(values[:9], values[9:], s); !(math.Abs(got-l) <= 1e-13*max(1, math.Abs(l))) {
		t.Errorf("ℓ = %.17g in data, alone %.17g: %+v, x = %d, m̄ = %v", got, l, m, x, mean)
	}
	for _, v := range append(values, l) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("ℓ or a derivative is %v: %+v, x = %d, m̄ = %v", v, m, x, mean)
		}
	}
}
