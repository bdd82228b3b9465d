package modeltest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The model of which the faulty ones below are made.
var sound = models.BGNBD{R: 0.9, Alpha: 6, A: 0.7, B: 2.2}

func soundSubject() *subject {
	o := &Options[models.BGNBD]{Least: 0.1, Greatest: 10, Rescale: func(m models.BGNBD, k float64) models.BGNBD { m.Alpha *= k; return m }}
	return subjectOf(sound, o.filled())
}

// faults are ways in which a model can be wrong, by the check that must see it.
var faults = []struct {
	check, what string
	make        func(s *subject)
}{
	{"Params", "a method of another signature", func(s *subject) { s.wrongSignatures = []string{"Prob is a func(float64) float64"} }},
	{"Params", "parameters out of order", func(s *subject) {
		with := s.with
		s.with = func(p []float64) *subject { q := slices.Clone(p); slices.Reverse(q); return with(q) }
	}},
	{"Params", "a shared slice", func(s *subject) { p := slices.Clone(s.params); s.again = func() []float64 { return p } }},
	{"JSON", "a lost parameter", func(s *subject) {
		with := s.with
		s.with = func(p []float64) *subject {
			m := with(p)
			m.encode = func() ([]byte, error) { return []byte(`{"r":1,"alpha":2,"a":3}`), nil }
			return m
		}
	}},
	{"PlainFormula", "a forgotten constant", func(s *subject) { f := s.logLik; s.logLik = func(h *history.Table) float64 { return f(h) + 1e-3 } }},
	{"PlainFormula", "a score with a wrong sign", func(s *subject) {
		f := s.scoreOf
		s.scoreOf = func(grad []float64, c history.Customer) float64 { l := f(grad, c); grad[1] *= -1; return l }
	}},
	{"Weights", "weights ignored", func(s *subject) {
		f := s.logLik
		s.score = nil
		s.logLik = func(h *history.Table) float64 { plain := *h; plain.N = nil; return f(&plain) }
	}},
	{"RowOrder", "the first row counted twice", func(s *subject) {
		f := s.logLik
		s.score = nil
		s.logLik = func(h *history.Table) float64 { return f(h) + s.logLikOf(h.Customer(0)) }
	}},
	{"Unit", "a unit inside", func(s *subject) {
		f := s.condExpected
		s.condExpected = func(c history.Customer, t float64) float64 { return f(c, t+1e-3) }
	}},
	{"Unit", "a likelihood of rescaled time", func(s *subject) {
		f := s.rescaled
		s.rescaled = func(k float64) *subject {
			m := f(k)
			l := m.logLik
			m.logLik = func(h *history.Table) float64 { return l(h) + math.Log(k) }
			return m
		}
	}},
	{"Score", "a term left out", func(s *subject) {
		f := s.score
		s.score = func(grad []float64, h *history.Table) float64 {
			l := f(grad, h)
			grad[2] += 1e-3 * math.Abs(l)
			return l
		}
	}},
	{"Hessian", "a term left out", func(s *subject) {
		f := s.hessian
		s.hessian = func(hess, grad []float64, h *history.Table) float64 {
			l := f(hess, grad, h)
			hess[5] *= 1.001
			return l
		}
	}},
	{"Hessian", "one triangle", func(s *subject) {
		f := s.hessian
		s.hessian = func(hess, grad []float64, h *history.Table) float64 { l := f(hess, grad, h); hess[4] = 0; return l }
	}},
	{"Starts", "a start at zero", func(s *subject) {
		s.startsOf = func(*history.Table) []*subject { return []*subject{s.with([]float64{1, 0, 1, 1})} }
	}},
	{"Starts", "a start in weeks", func(s *subject) {
		s.startsOf = func(*history.Table) []*subject { return []*subject{s.with([]float64{1, 10, 1, 1})} }
	}},
	{"Counts", "probabilities that add up to less", func(s *subject) { f := s.prob; s.prob = func(n int, t float64) float64 { return f(n, t) * (1 - 1e-6) } }},
	{"Counts", "a mean of other counts", func(s *subject) { f := s.expected; s.expected = func(t float64) float64 { return f(t) * (1 + 1e-6) } }},
	{"CondCounts", "a negative probability", func(s *subject) {
		f := s.condProb
		s.condProb = func(c history.Customer, n int, t float64) float64 { return f(c, n, t) - 2*indicator(n == 3) }
	}},
	{"CondCounts", "the dead forgotten", func(s *subject) {
		f := s.condProb
		s.condProb = func(c history.Customer, n int, t float64) float64 {
			return f(c, n, t) - indicator(n == 0)*(1-s.probAlive(c))
		}
	}},
	{"Logarithms", "another logarithm", func(s *subject) {
		f := s.logProb
		s.logProb = func(n int, t float64) float64 { return f(n, t) / math.Ln2 }
	}},
	{"NewCustomer", "the first purchase counted", func(s *subject) { f := s.expected; s.expected = func(t float64) float64 { return 1 + f(t) } }},
	{"Alive", "more alive the longer silent", func(s *subject) {
		f := s.probAlive
		s.probAlive = func(c history.Customer) float64 { c.T = 2*s.T - min(c.T, s.T); return f(c) }
	}},
	{"Alive", "another P(alive) later", func(s *subject) {
		f := s.probAliveAt
		s.probAliveAt = func(c history.Customer, t float64) float64 { return f(c, t+0.1) }
	}},
	{"Order", "P(alive) forgotten", func(s *subject) {
		f := s.probOrder
		s.probOrder = func(c history.Customer, t float64) float64 { return f(c, t) / s.probAlive(c) }
	}},
	{"NextPurchase", "P(alive) forgotten", func(s *subject) {
		f := s.nextPurchaseQuantile
		s.nextPurchaseQuantile = func(c history.Customer, p float64) float64 { return f(c, p*s.probAlive(c)) }
	}},
	{"Windows", "a difference that cancels", func(s *subject) {
		s.condExpectedBetween = func(c history.Customer, t1, t2 float64) float64 {
			return s.condExpected(c, t2) - float64(float32(s.condExpected(c, t1)))
		}
	}},
	{"Expectation", "purchases that speed up", func(s *subject) { s.condExpected = func(_ history.Customer, t float64) float64 { return t * t } }},
	{"Discount", "a rate per other unit", func(s *subject) {
		f := s.det
		s.det = func(c history.Customer, t, delta float64) float64 { return f(c, t, 7*delta) }
	}},
	{"Discount", "a DERT that counts the next purchase whole", func(s *subject) {
		f := s.dert
		s.dert = func(c history.Customer, delta float64) float64 { return f(c, delta) + 1 }
	}},
	{"Lifetime", "a life from birth", func(s *subject) { s.residualLifetime = func(c history.Customer) float64 { return 1e-3 } }},
	{"Prior", "a scale for a rate", func(s *subject) { f := s.priorRate; s.priorRate = func(v float64) float64 { return f(v/2) / 2 } }},
	{"Prior", "correlation above 1", func(s *subject) {
		f := s.posterior
		s.posterior = func(c history.Customer) models.Posterior { p := f(c); p.Cov += 1; return p }
	}},
	{"Extremes", "a factorial", func(s *subject) {
		with := s.with
		s.with = func(p []float64) *subject {
			m := with(p)
			m.probAlive = func(c history.Customer) float64 { g := math.Gamma(float64(c.Frequency) + 1); return g / g }
			return m
		}
	}},
	{"Simulation", "a simulator of other customers", func(s *subject) {
		s.simulate = subjectOf(models.BGNBD{R: 1, Alpha: 6, A: 0.7, B: 2.2}, s.options()).simulate
	}},
	{"Simulation", "times out of order", func(s *subject) {
		f := s.simulate
		s.simulate = func(rng *rand.Rand, t float64) models.Path { p := f(rng, t); slices.Reverse(p.Times); return p }
	}},
	{"Draws", "draws of other customers", func(s *subject) {
		s.drawPosterior = subjectOf(models.BGNBD{R: 1, Alpha: 6, A: 0.7, B: 2.2}, s.options()).drawPosterior
	}},
	{"Draws", "a future of other customers", func(s *subject) {
		s.drawFuture = subjectOf(models.BGNBD{R: 1, Alpha: 6, A: 0.7, B: 2.2}, s.options()).drawFuture
	}},
}

func (s *subject) options() Options[models.BGNBD] { return (*Options[models.BGNBD])(nil).filled() }

// Every check sees the faults that it is there for, and none in a sound model.
func TestFaults(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults {
		s := soundSubject()
		f.make(s)
		i := slices.IndexFunc(checks, func(c check[*subject]) bool { return c.name == f.check })
		r := &report{logf: func(string, ...any) {}}
		if checks[i].run(r, s); len(r.failures) == 0 {
			t.Errorf("%s does not see %s", f.check, f.what)
		}
		seen[f.check] = true
	}
	for _, c := range checks {
		if !seen[c.name] {
			t.Errorf("no fault for %s to see", c.name)
		}
		r := &report{logf: func(string, ...any) {}}
		if c.run(r, soundSubject()); len(r.failures) > 0 || r.lacking != "" {
			t.Errorf("%s finds fault with a sound model: %v, %s", c.name, r.failures, r.lacking)
		}
	}
}

// study returns the outcomes of 200 fits whose errors are normal with the
// standard deviation and the correlation given, where 1 and 0 are claimed.
func study(sd, correlation, bias float64) (outcomes []outcome) {
	rng := rand.New(rand.NewPCG(seed, 9))
	for range 200 {
		e, f := rng.NormFloat64(), rng.NormFloat64()
		z := []float64{sd*e + bias, sd * (correlation*e + math.Sqrt(1-correlation*correlation)*f)}
		o := outcome{verdict: "converged", z: z, estimate: z, joint: z[0]*z[0] + z[1]*z[1]}
		for _, v := range z {
			o.holds = append(o.holds, math.Abs(v) <= 1.96)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

func TestRecoveredFaults(t *testing.T) {
	unconverged := study(1, 0, 0)
	for i := range 15 {
		unconverged[i].verdict = "ridge"
	}
	for name, c := range map[string]struct {
		outcomes []outcome
		sound    bool
	}{
		"sound":                {study(1, 0, 0), true},
		"errors too small":     {study(1.5, 0, 0), false},
		"errors too large":     {study(0.6, 0, 0), false},
		"bias":                 {study(1, 0, 0.5), false},
		"off-diagonals wrong":  {study(1, 0.98, 0), false},
		"fits do not converge": {unconverged, false},
	} {
		r := &report{logf: func(string, ...any) {}}
		r.recovered([]string{"a", "b"}, []float64{0, 0}, c.outcomes)
		if sound := len(r.failures) == 0; sound != c.sound {
			t.Errorf("%s: failures %v", name, r.failures)
		}
	}
}

func TestCalibratedFaults(t *testing.T) {
	wrong := *soundSubject()
	wrong.probAlive = func(c history.Customer) float64 { return math.Sqrt(sound.ProbAlive(c)) }
	for name, c := range map[string]struct {
		fitted, control *subject
		sound           bool
	}{
		"sound":                   {soundSubject(), soundSubject().with(wrongParams(sound.Params())), true},
		"wrong":                   {&wrong, soundSubject().with(wrongParams(sound.Params())), false},
		"a control that is right": {soundSubject(), soundSubject().moved(0, 1e-6), false},
	} {
		tallies := make([]tally, 50)
		for k := range tallies {
			h, fates := soundSubject().dataSet(rand.New(rand.NewPCG(seed, uint64(k))), 1000)
			tallies[k].count(soundSubject(), c.fitted, c.control, h, fates)
		}
		r := &report{logf: func(string, ...any) {}}
		r.calibrated(tallies)
		if sound := len(r.failures) == 0; sound != c.sound {
			t.Errorf("%s: failures %v", name, r.failures)
		}
	}
}
