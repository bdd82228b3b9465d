package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Fader, Hardie and Lee (2005) on CDNOW, rounded estimates.
var cdnowBG = BGNBD{0.243, 4.414, 0.793, 2.426}

// The customer of the paper's example: 2 repeat purchases, the last in week
// 30.43 of 38.86.
var cdnowCustomer = history.Customer{Frequency: 2, Recency: 30.43, T: 38.86, Spend: math.NaN()}

func approx(t *testing.T, name string, got, want, rel float64) {
	t.Helper()
	if got != want && !(math.Abs(got-want) <= rel*math.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g within a relative %g", name, got, want, rel)
	}
}

func TestBGNBDPublished(t *testing.T) {
	// Published values at these parameters; the second overflows in a plain form.
	m := BGNBD{R: 0.25, Alpha: 4, A: 0.8, B: 2.5}
	approx(t, "ℓ(0, 0, 40)", m.LogLikOf(history.Customer{T: 40}), -0.59947382, 1e-8)
	approx(t, "ℓ(200, 38, 40)", m.LogLikOf(history.Customer{Frequency: 200, Recency: 38, T: 40}), 100.7957, 1e-6)
	// The customer of Hardie's BG/NBD spreadsheet, at the paper's estimates.
	approx(t, "P(alive)", cdnowBG.ProbAlive(cdnowCustomer), 0.7266, 1e-4)
	approx(t, "E[Y(39)]", cdnowBG.CondExpected(cdnowCustomer, 39), 1.2260, 5e-5)
	// Published for CDNOW customer 1516 and for a new customer, from estimates
	// that agree with these to about 1e-5.
	fit := BGNBD{0.2425945, 4.4136017, 0.7929223, 2.4259084}
	best := history.Customer{Frequency: 26, Recency: 216.0 / 7, T: 31}
	approx(t, "P(alive) of 1516", fit.ProbAlive(best), 0.9688523, 1e-5)
	approx(t, "E[Y(52)] of 1516", fit.CondExpected(best, 52), 25.75659, 1e-4)
	approx(t, "E[X(52)]", fit.Expected(52), 1.444004, 1e-5)
}

func TestCondExpectedBetween(t *testing.T) {
	var worst float64
	for _, r := range bgGolden(t, "bgnbd_between") {
		got := BGNBD{r["r"], r["alpha"], r["a"], r["b"]}.CondExpectedBetween(r.customer(), r["t1"], r["t2"])
		// The length of the window, t2 − t1, has lost this much already.
		input := 0x1p-53 * (r["t2"] + r["t1"]) / (r["t2"] - r["t1"])
		err := math.Abs(got/r["ey"] - 1)
		if !(err <= 1e-13+input) {
			t.Errorf("at %v: got %.17g, error %.2g", r, got, err)
		}
		worst = max(worst, err-input)
	}
	t.Logf("worst relative error %.2g", worst)
}

func TestCondExpectedBetweenLimits(t *testing.T) {
	m := BGNBD{1.3, 8, 2.5, 3}
	total := m.CondExpected(cdnowCustomer, math.Inf(1))
	near, far := m.CondExpected(cdnowCustomer, 70), m.CondExpectedBetween(cdnowCustomer, 70, math.Inf(1))
	approx(t, "E[Y(70)] + E[Y(70, ∞)]", near+far, total, 1e-14)
	approx(t, "E[Y(70, 1e14)]", m.CondExpectedBetween(cdnowCustomer, 70, 1e14), far, 1e-13)
	if got := cdnowBG.CondExpectedBetween(cdnowCustomer, 70, math.Inf(1)); !math.IsInf(got, 1) {
		t.Errorf("E[Y(70, ∞)] for a < 1 = %v, want +Inf", got)
	}
	if got := m.CondExpectedBetween(cdnowCustomer, 70, 70); got != 0 {
		t.Errorf("E[Y] of an empty window = %v, want 0", got)
	}
}

// eachBG runs f for both models at several parameters and histories.
func eachBG(t *testing.T, f func(t *testing.T, m bgModel, c history.Customer)) {
	params := [][4]float64{{0.243, 4.414, 0.793, 2.426}, {0.525, 6.183, 0.891, 1.614}, {1, 10, 1, 2}, {2.5, 30, 3, 9}, {0.5, 7, 0.6, 0.4}}
	for _, family := range bgModels {
		for _, p := range params {
			for _, c := range []history.Customer{{}, {T: 40}, cdnowCustomer, {Frequency: 1, Recency: 1, T: 39}, {Frequency: 30, Recency: 20, T: 20}} {
				t.Run(family.name, func(t *testing.T) { f(t, family.make(p[0], p[1], p[2], p[3]), c) })
			}
		}
	}
}

func TestBetaGeometricIdentities(t *testing.T) {
	eachBG(t, func(t *testing.T, m bgModel, c history.Customer) {
		const h = 26.0
		alive := m.ProbAlive(c)
		approx(t, "P(alive) + P(no order)", alive+m.ProbNoOrder(c), 1, 1e-15)
		approx(t, "P(alive at T)", m.ProbAliveAt(c, 0), alive, 1e-14)
		approx(t, "P(order)", m.ProbOrder(c, h), 1-m.CondProb(c, 0, h), 1e-12)
		approx(t, "P(order) at its median", m.ProbOrder(c, m.NextPurchaseQuantile(c, alive/2)), alive/2, 1e-13)
		var total, mean float64
		for n := range 3000 {
			p := m.CondProb(c, n, h)
			total, mean = total+p, mean+float64(n)*p
		}
		approx(t, "ΣP(Y = n)", total, 1, 1e-12)
		approx(t, "Σn·P(Y = n)", mean, m.CondExpected(c, h), 1e-11)
		approx(t, "E[Y(26)] + E[Y(26, 52)]", m.CondExpected(c, h)+m.CondExpectedBetween(c, h, 2*h), m.CondExpected(c, 2*h), 1e-13)
	})
}

// DERT, DET and E[Y] are three computations; these relate them.
func TestDiscountedIdentities(t *testing.T) {
	eachBG(t, func(t *testing.T, m bgModel, c history.Customer) {
		const delta = 0.01
		approx(t, "DET over 1e6", m.DET(c, 1e6, delta), m.DERT(c, delta), 1e-13)
		approx(t, "DET at δ = 1e-12", m.DET(c, 52, 1e-12), m.CondExpected(c, 52), 1e-10)
		// By parts: DET = e^(−δh)·E[Y(h)] + δ·∫e^(−δs)·E[Y(s)] ds, by Simpson's rule.
		const h, n = 52.0, 2000
		var sum float64
		for i := 0; i <= n; i++ {
			s := h * float64(i) / n
			w := float64(2 + 2*(i%2))
			if i == 0 || i == n {
				w = 1
			}
			sum += w * math.Exp(-delta*s) * m.CondExpected(c, s)
		}
		parts := math.Exp(-delta*h)*m.CondExpected(c, h) + delta*sum*h/n/3
		approx(t, "DET by parts", m.DET(c, h, delta), parts, 1e-10)
	})
}

func TestDERTWithoutDiscount(t *testing.T) {
	// E[1/p] = (a+b+x−1)/(a−1) with a = 3, b = 9, x = 2.
	m := BGNBD{2.5, 30, 3, 9}
	approx(t, "DERT at δ = 0", m.DERT(cdnowCustomer, 0), m.ProbAlive(cdnowCustomer)*13/2, 1e-15)
	approx(t, "DERT at δ = 1e-13", m.DERT(cdnowCustomer, 1e-13), m.DERT(cdnowCustomer, 0), 1e-10)
	dead := history.Customer{Frequency: 100000, Recency: 1, T: 1e9} // P(alive) underflows
	for _, c := range []history.Customer{cdnowCustomer, dead} {
		if got := (BGNBD{2.5, 30, 1, 9}).DERT(c, 0); !math.IsInf(got, 1) {
			t.Errorf("DERT at δ = 0, a = 1 is %v, want +Inf", got)
		}
	}
}

func TestResidualLifetime(t *testing.T) {
	// ∫ P(alive at T+s) ds by the trapezoidal rule in ln s, to s = e^18.
	eachBG(t, func(t *testing.T, m bgModel, c history.Customer) {
		got := m.ResidualLifetime(c)
		if math.IsInf(got, 1) {
			return
		}
		var want float64
		for u := -40.0; u < 40; u += 0.25 {
			want += 0.25 * math.Exp(u) * m.ProbAliveAt(c, math.Exp(u))
		}
		approx(t, "E[residual lifetime]", got, want, 1e-9)
	})
	if got := cdnowBG.ResidualLifetime(cdnowCustomer); !math.IsInf(got, 1) {
		t.Errorf("residual lifetime for a < 1 is %v, want +Inf", got)
	}
}

func TestProbBetween(t *testing.T) {
	for _, family := range bgModels {
		for _, p := range [][4]float64{{0.243, 4.414, 0.793, 2.426}, {1, 10, 1, 2}, {2.5, 30, 3, 9}} {
			m := family.make(p[0], p[1], p[2], p[3])
			for _, n := range []int{0, 1, 7, 300} {
				approx(t, family.name+" from 0", m.ProbBetween(n, 0, 52), m.Prob(n, 52), 1e-12)
			}
			for _, t1 := range []float64{0.1, 26, 500} {
				t2 := t1 + 26
				var total, mean float64
				for n := range 800 {
					q := m.ProbBetween(n, t1, t2)
					total, mean = total+q, mean+float64(n)*q
				}
				approx(t, family.name+" total", total, 1, 1e-12)
				approx(t, family.name+" mean", mean, m.CondExpectedBetween(history.Customer{}, t1, t2), 1e-11)
			}
		}
	}
}

func TestPopulation(t *testing.T) {
	eachBG(t, func(t *testing.T, m bgModel, _ history.Customer) {
		q := m.Posterior(history.Customer{})
		moments := func(density func(float64) float64, of func(u float64) (v, dv float64)) (mean, variance float64) {
			var m0, m1, m2 float64
			for u := -60.0; u < 60; u += 0.05 {
				v, dv := of(u)
				if w := density(v) * dv; w > 0 && !math.IsInf(w, 1) {
					m0, m1, m2 = m0+w, m1+w*v, m2+w*v*v
				}
			}
			return m1 / m0, m2/m0 - m1*m1/(m0*m0)
		}
		mean, variance := moments(m.PriorRate, func(u float64) (v, dv float64) { return math.Exp(u), math.Exp(u) })
		approx(t, "E[λ]", q.MeanRate, mean, 1e-6) // λ below e^−60 is left out
		approx(t, "Var[λ]", q.VarRate, variance, 1e-6)
		mean, variance = moments(m.PriorDropout, func(u float64) (v, dv float64) {
			v = 1 / (1 + math.Exp(-u))
			return v, v / (1 + math.Exp(u))
		})
		approx(t, "E[p]", q.MeanDropout, mean, 1e-6)
		approx(t, "Var[p]", q.VarDropout, variance, 1e-6)
	})
}

func TestExtremeHistories(t *testing.T) {
	for _, family := range bgModels {
		for _, a := range []float64{1e-3, 1 - 1e-12, 1, 1 + 1e-12, 50, 1e4} {
			m := family.make(0.01, 1e-3, a, 0.5)
			for _, c := range []history.Customer{{}, {T: 1e4}, {Frequency: 100000, Recency: 1e4, T: 1e4}, {Frequency: 100000, Recency: 1e-3, T: 1e4}} {
				for _, v := range []float64{m.LogLikOf(c), m.LogOddsAlive(c), m.CondExpected(c, 1e6), m.DERT(c, 1e-6), m.DET(c, 1e4, 1e-3)} {
					if math.IsNaN(v) || math.IsInf(v, -1) {
						t.Errorf("%s, a = %v, %v: got %v", family.name, a, c, v)
					}
				}
			}
		}
	}
}

func TestBetaGeometricPanics(t *testing.T) {
	m, c := cdnowBG, cdnowCustomer
	rng := rand.New(rand.NewPCG(1, 1))
	for name, f := range map[string]func(){
		"impossible history":   func() { m.LogLikOf(history.Customer{Frequency: 1, Recency: 3, T: 2}) },
		"repeat at age 0":      func() { m.ProbAlive(history.Customer{Frequency: 1, T: 2}) },
		"short gradient":       func() { m.ScoreOf(make([]float64, 3), c) },
		"negative time":        func() { m.CondExpected(c, -1) },
		"NaN time":             func() { m.Expected(math.NaN()) },
		"window turned round":  func() { m.CondExpectedBetween(c, 2, 1) },
		"negative rate":        func() { m.DERT(c, -0.1) },
		"negative rate, DET":   func() { m.DET(c, 52, -0.1) },
		"negative count":       func() { m.Prob(-1, 3) },
		"no probability":       func() { m.NextPurchaseQuantile(c, 1.5) },
		"infinite simulation":  func() { m.Simulate(rng, math.Inf(1)) },
		"infinite future draw": func() { m.DrawFuture(rng, c, math.Inf(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			f()
		})
	}
}

// TestDiscountedShort: the two rules for discounted purchases agree wherever
// both apply, to half of what DET promises.
func TestDiscountedShort(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	exp := func(lo, hi float64) float64 { return math.Exp(lo + (hi-lo)*rng.Float64()) }
	used := 0
	for range 3000 {
		m := BGNBD{exp(-2, 4), exp(-1, 5), exp(-3, 2), exp(-3, 2)}
		if rng.IntN(2) == 0 { // as after many purchases
			m = m.GivenAlive(int(exp(0, 7)), exp(0, 5))
		}
		t1, t2, delta := 0.0, exp(-2, 5), exp(-9, -1)
		if rng.IntN(2) == 0 {
			t1, delta = t2*rng.Float64(), 0
		}
		if got, ok := m.discountedShort(delta, t1, t2); ok {
			used++
			approx(t, "discountedShort", got, m.discountedPanels(delta, t1, t2), 5e-14)
		}
	}
	if used < 1500 {
		t.Errorf("%d of 3000 are short: the test sees little", used)
	}
}
