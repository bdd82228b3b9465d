package modeltest

import (
	"math"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The model of which the faulty ones below are made.
var soundSpend = models.GammaGamma{P: 4, Q: 6, V: 30}

// spendFaults are those of a model of spend.
var spendFaults = []struct {
	check, what string
	make        func(s *spender)
}{
	{"Params", "another signature", func(s *spender) { s.wrongSignatures = []string{"Mean is a float64"} }},
	{"JSON", "nothing", func(s *spender) {
		with := s.with
		s.with = func(p []float64) *subject {
			m := with(p)
			m.encode = func() ([]byte, error) { return []byte("{}"), nil }
			return m
		}
	}},
	{"PlainFormula", "a density of ln m̄", func(s *spender) {
		f := s.logDensity
		s.logDensity = func(x int, m float64) float64 { return f(x, m) + math.Log(m) }
	}},
	{"Weights", "weights ignored", func(s *spender) {
		f := s.spendLogLik
		s.spendScore = nil
		s.spendLogLik = func(h *history.Spending) float64 {
			plain := *h
			plain.N = slices.Repeat([]float64{1}, h.Len())
			return f(&plain)
		}
	}},
	{"RowOrder", "the first row left out", func(s *spender) {
		f := s.spendLogLik
		s.spendScore = nil
		s.spendLogLik = func(h *history.Spending) float64 { return f(h) - s.logDensity(h.Frequency[0], h.Mean[0]) }
	}},
	{"Unit", "a price in euros", func(s *spender) {
		f := s.expectedSpend
		s.expectedSpend = func(c history.Customer) float64 { return f(c) + 0.01 }
	}},
	{"Score", "a term left out", func(s *spender) {
		f := s.spendScore
		s.spendScore = func(grad []float64, h *history.Spending) float64 { l := f(grad, h); grad[1] *= 1.001; return l }
	}},
	{"Hessian", "a term left out", func(s *spender) {
		f := s.spendHessian
		s.spendHessian = func(hess, grad []float64, h *history.Spending) float64 {
			l := f(hess, grad, h)
			hess[4] *= 1.001
			return l
		}
	}},
	{"Starts", "a start at zero", func(s *spender) {
		s.spendStarts = func(*history.Spending) []*spender { return []*spender{s.spendWith([]float64{0, 1, 1})} }
	}},
	{"Density", "a density of the total", func(s *spender) {
		f := s.logDensity
		s.logDensity = func(x int, m float64) float64 { return f(x, m) - math.Log(float64(x)) }
	}},
	{"Expectation", "a mean of one over ν", func(s *spender) { f := s.mean; s.mean = func() float64 { return f() / 4 } }},
	{"Expectation", "uncertainty forgotten", func(s *spender) {
		f := s.variance
		s.variance = func(c history.Customer) float64 { return f(c) * 0.99 }
	}},
	{"Shrinkage", "another weight", func(s *spender) { f := s.weight; s.weight = func(c history.Customer) float64 { return f(c) * 0.99 } }},
	{"Totals", "a total of one purchase more", func(s *spender) {
		f := s.probTotal
		s.probTotal = func(c history.Customer, y int, total float64) float64 { return f(c, y+1, total) }
	}},
	{"Extremes", "a power that overflows", func(s *spender) {
		with := s.spendWith
		s.spendWith = func(p []float64) *spender {
			m := with(p)
			m.logDensity = func(x int, mean float64) float64 { return math.Log(math.Pow(mean, float64(x))) }
			return m
		}
	}},
	{"Simulation", "other customers", func(s *spender) {
		s.simulateSpend = spenderOf(models.GammaGamma{P: 4.2, Q: 6, V: 30}, (*SpendOptions[models.GammaGamma])(nil).filled()).simulateSpend
	}},
}

func TestSpendFaults(t *testing.T) {
	o := &SpendOptions[models.GammaGamma]{Rescale: func(m models.GammaGamma, k float64) models.GammaGamma { m.V *= k; return m }}
	subject := func() *spender { return spenderOf(soundSpend, o.filled()) }
	seen := map[string]bool{}
	for _, f := range spendFaults {
		s := subject()
		f.make(s)
		i := slices.IndexFunc(spendChecks, func(c check[*spender]) bool { return c.name == f.check })
		r := &report{logf: func(string, ...any) {}}
		if spendChecks[i].run(r, s); len(r.failures) == 0 {
			t.Errorf("%s does not see %s", f.check, f.what)
		}
		seen[f.check] = true
	}
	for _, c := range spendChecks {
		if !seen[c.name] {
			t.Errorf("no fault for %s to see", c.name)
		}
		r := &report{logf: func(string, ...any) {}}
		if c.run(r, subject()); len(r.failures) > 0 || r.lacking != "" {
			t.Errorf("%s finds fault with a sound model: %v, %s", c.name, r.failures, r.lacking)
		}
	}
}
