package models

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Customers and models over which the identities below must hold.
var (
	paretoCustomers = []history.Customer{
		{}, {T: 39}, {Frequency: 2, Recency: 30.43, T: 38.86}, {Frequency: 26, Recency: 30.86, T: 31},
		{Frequency: 1, Recency: 2, T: 2}, {Frequency: 40, Recency: 10, T: 39},
	}
	paretoModels = []ParetoNBD{cdnowPareto, {1.7, 3, 2, 3}, {0.3, 40, 1, 2}, {5, 5, 0.05, 300}, {0.02, 1, 30, 900}}
)

func eachPareto(f func(m ParetoNBD, c history.Customer)) {
	for _, m := range paretoModels {
		for _, c := range paretoCustomers {
			f(m, c)
		}
	}
}

func TestParetoNBDCountIdentities(t *testing.T) {
	for _, m := range paretoModels {
		const at = 20.0
		var sum, mean float64
		for n := 999; n >= 0; n-- { // P(X ≥ 1000) is below 1e-20 for all of them
			sum += m.Prob(n, at)
			if sum > 1e-290 { // not where float64 itself thins out
				approx(t, "P(X ≥ n)", math.Exp(m.LogTail(n, at)), sum+math.Exp(m.LogTail(1000, at)), 1e-12)
			}
			mean += math.Exp(m.LogTail(n+1, at))
		}
		approx(t, "ΣP(X = n)", sum, 1, 1e-12)
		approx(t, "ΣP(X ≥ n)", mean, m.Expected(at), 1e-11)
	}
}

func TestParetoNBDOrderIdentities(t *testing.T) {
	eachPareto(func(m ParetoNBD, c history.Customer) {
		approx(t, "P(order) + P(none)", m.ProbOrder(c, 20)+m.CondProb(c, 0, 20), 1, 1e-14)
		approx(t, "P(order ever) + P(never)", m.ProbOrder(c, math.Inf(1))+m.ProbNoOrder(c), 1, 1e-13)
		approx(t, "P(X(∞) = 0)", m.CondProb(c, 0, math.Inf(1)), m.ProbNoOrder(c), 1e-12)
		approx(t, "P(X(∞) = 3)", m.CondProb(c, 3, 1e290), m.CondProb(c, 3, math.Inf(1)), 1e-10)
		defect := m.ProbOrder(c, math.Inf(1))
		for _, p := range []float64{1e-9, 0.1, 0.5, 0.99, 1 - 1e-9} {
			u := m.NextPurchaseQuantile(c, p*defect)
			approx(t, "P(order by its quantile)", m.ProbOrder(c, u), p*defect, 1e-13)
		}
		if u := m.NextPurchaseQuantile(c, defect*(1+1e-12)); !math.IsInf(u, 1) {
			t.Errorf("%+v, %+v: quantile beyond the defect is %g", m, c, u)
		}
		if u := m.NextPurchaseQuantile(c, 0); u != 0 {
			t.Errorf("quantile of 0 is %g", u)
		}
	})
}

func TestParetoNBDWindows(t *testing.T) {
	eachPareto(func(m ParetoNBD, c history.Customer) {
		whole := m.CondExpected(c, 50)
		approx(t, "E of two windows", m.CondExpected(c, 30)+m.CondExpectedBetween(c, 30, 50), whole, 1e-14)
		// 1e-9 units of time, 1e6 from now: the rate of purchases there.
		g := m.given(c)
		rate := m.ProbAliveAt(c, 1e6) * g.R / g.Alpha
		approx(t, "E of a narrow window", m.CondExpectedBetween(c, 1e6, 1e6+0x1p-30), rate*0x1p-30, 1e-12)
		approx(t, "DET at δ = 0", m.DET(c, 50, 0), whole, 1e-14)
		approx(t, "DET for ever", m.DET(c, 1e9, 0.003), m.DERT(c, 0.003), 1e-13)
	})
	for _, m := range paretoModels {
		var sum, mean float64
		for n := range 1000 {
			p := m.ProbBetween(n, 10, 30)
			sum += p
			mean += float64(n) * p
		}
		approx(t, "ΣP(X(10,30] = n)", sum, 1, 1e-12)
		approx(t, "E[X(10,30]]", mean, m.CondExpectedBetween(history.Customer{}, 10, 30), 1e-11)
		approx(t, "P(X(0,t] = n)", m.ProbBetween(2, 0, 30), m.Prob(2, 30), 1e-14)
	}
}

// At s = 1 the textbook formula is 0/0; the values beside it bracket it.
func TestParetoNBDExpectedAtOne(t *testing.T) {
	m := ParetoNBD{0.55, 10.6, 1, 11.7}
	approx(t, "E[X(52)]", m.Expected(52), m.R*m.Beta/m.Alpha*math.Log1p(52/m.Beta), 1e-15)
	for _, eps := range []float64{1e-15, 1e-12, 1e-9} {
		below, above := m, m
		below.S, above.S = 1-eps, 1+eps
		approx(t, "E[X(52)], s < 1", below.Expected(52), m.Expected(52), 2*eps)
		approx(t, "E[X(52)], s > 1", above.Expected(52), m.Expected(52), 2*eps)
	}
	if e := m.Expected(math.Inf(1)); !math.IsInf(e, 1) {
		t.Errorf("E[X(∞)] = %g, want +Inf", e)
	}
	m.S = 1.5
	approx(t, "E[X(∞)], s = 1.5", m.Expected(math.Inf(1)), m.R*m.Beta/m.Alpha/0.5, 1e-15)
	approx(t, "DERT, δ = 0", m.DERT(history.Customer{}, 0), m.Expected(math.Inf(1)), 1e-15)
	approx(t, "lifetime", m.ResidualLifetime(history.Customer{}), 11.7/0.5, 1e-15)
	m.S = 0.9
	for name, v := range map[string]float64{"DERT, δ = 0": m.DERT(history.Customer{}, 0), "lifetime": m.ResidualLifetime(history.Customer{})} {
		if !math.IsInf(v, 1) {
			t.Errorf("%s at s = 0.9 is %g, want +Inf", name, v)
		}
	}
}

// Histories at which other programs return NaN or overflow.
func TestParetoNBDExtremeHistories(t *testing.T) {
	for _, m := range append(paretoModels, ParetoNBD{1e4, 1e-4, 1e4, 1e-4}, ParetoNBD{1e-8, 1e8, 1e-8, 1e8}) {
		for _, c := range []history.Customer{
			{Frequency: 100000, Recency: 38, T: 40}, {Frequency: 1, Recency: 1e-9, T: 1e5}, {T: 1e5}, {},
			{Frequency: 3000, Recency: 40, T: 40}, {Frequency: 5, Recency: 40 - 1e-13, T: 40},
		} {
			odds, p := m.LogOddsAlive(c), m.ProbAlive(c)
			if !(p >= 0 && p <= 1) || math.IsNaN(odds) {
				t.Errorf("%+v, %+v: P(alive) = %g, log odds %g", m, c, p, odds)
			}
			var grad [4]float64
			for _, v := range append(grad[:], m.ScoreOf(grad[:], c), m.CondExpected(c, 1), m.ProbOrder(c, 1), m.LogCondProb(c, 2, 1), m.DERT(c, 0.01)) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%+v, %+v: a value is %v", m, c, v)
				}
			}
		}
	}
}

func TestParetoNBDPosteriorWithoutHistory(t *testing.T) {
	m := cdnowPareto
	p := m.Posterior(history.Customer{})
	approx(t, "E[λ]", p.MeanRate, m.R/m.Alpha, 1e-15)
	approx(t, "Var[λ]", p.VarRate, m.R/(m.Alpha*m.Alpha), 1e-15)
	approx(t, "E[μ]", p.MeanDropout, m.S/m.Beta, 1e-15)
	approx(t, "Var[μ]", p.VarDropout, m.S/(m.Beta*m.Beta), 1e-15)
	if p.Cov != 0 {
		t.Errorf("Cov[λ, μ] = %g without a history", p.Cov)
	}
	if got, want := math.Log(m.PriorRate(0.3)), m.LogPosteriorRate(history.Customer{}, 0.3); math.Abs(got-want) > 1e-14 {
		t.Errorf("prior %g and posterior %g differ without a history", got, want)
	}
}

func TestParetoNBDPanics(t *testing.T) {
	m, c := cdnowPareto, history.Customer{}
	for name, f := range map[string]func(){
		"negative time":       func() { m.Expected(-1) },
		"NaN time":            func() { m.CondExpected(c, math.NaN()) },
		"backward window":     func() { m.CondExpectedBetween(c, 2, 1) },
		"negative rate":       func() { m.DERT(c, -0.1) },
		"negative count":      func() { m.Prob(-1, 1) },
		"no probability":      func() { m.NextPurchaseQuantile(c, 1.1) },
		"impossible history":  func() { m.ProbAlive(history.Customer{Frequency: 1, Recency: 3, T: 2}) },
		"impossible history ": func() { m.LogLikOf(history.Customer{Recency: 1, T: 2}) },
		"short gradient":      func() { m.ScoreOf(make([]float64, 3), c) },
		"short Hessian":       func() { m.HessianOf(make([]float64, 4), make([]float64, 4), c) },
		"endless simulation":  func() { m.Simulate(nil, math.Inf(1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
