package modeltest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/predictive-clv/clv/history"
)

// checkParams: the parameters go in and come out, in the order of their names,
// and the slices belong to the caller.
func checkParams(r *report, s *subject) {
	for _, w := range s.wrongSignatures {
		r.errorf("%s", w)
	}
	if len(s.params) != len(s.names) || len(s.names) == 0 {
		r.errorf("there are %d parameters with the %d names %v", len(s.params), len(s.names), s.names)
		return
	}
	for i := range s.params {
		p := slices.Clone(s.params)
		p[i] = p[i]*1.25 + 0.125
		want := slices.Clone(p)
		m := s.with(p)
		if clear(p); !slices.Equal(m.again(), want) {
			r.errorf("Params of WithParams(%v) is %v", want, m.params)
		}
	}
	clear(s.again())
	if !slices.Equal(s.again(), s.params) {
		r.errorf("the slice that Params returned is the model's own")
	}
}

// checkJSON: the model is an object with its parameters by their names, and
// comes back with the same bits.
func checkJSON(r *report, s *subject) {
	m := s.with(s.params)
	for i := range s.params {
		m.params[i] *= 1 + 1.0/3 // all the digits
	}
	m = s.with(m.params)
	text, err := m.encode()
	if err != nil {
		r.errorf("encoding the model: %v", err)
		return
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		r.errorf("the model is not a JSON object: %s", text)
		return
	}
	for _, name := range s.names {
		if object[name] == nil {
			r.errorf("parameter %s is not in %s", name, text)
		}
	}
	if back, err := m.decode(text); err != nil || !slices.Equal(back.again(), m.params) {
		r.errorf("%s became %v (%v), want %v", text, back.params, err, m.params)
	}
}

// checkPlain: ℓ of a table and its score are the sums of the plain formulas
// over its customers.
func checkPlain(r *report, s *subject) {
	h := s.table()
	var sum, size float64
	if r.lacks(need{"LogLikOf", s.logLikOf != nil}) {
		return
	}
	grad, one := make([]float64, len(s.params)), make([]float64, len(s.params))
	sizes := make([]float64, len(s.params))
	for i := range h.Len() {
		c, n := h.Customer(i), h.Weight(i)
		l := s.logLikOf(c)
		sum, size = sum+n*l, size+n*math.Abs(l)
		if s.scoreOf == nil {
			continue
		}
		r.near(fmt.Sprintf("ℓ from ScoreOf at %+v", c), s.scoreOf(one, c), l, s.tolerance, 1)
		for k, g := range one {
			grad[k], sizes[k] = grad[k]+n*g, sizes[k]+n*math.Abs(g)
		}
	}
	r.near("LogLik", s.logLik(h), sum, s.tolerance, size)
	if r.lacks(need{"ScoreOf", s.scoreOf != nil}, need{"Score", s.score != nil}) {
		return
	}
	r.near("ℓ from Score", s.score(one, h), sum, s.tolerance, size)
	for k := range grad {
		r.near("Score in "+s.names[k], one[k], grad[k], s.tolerance, sizes[k])
	}
}

// likelihoods are ℓ and, if there is one, the score of a table.
func (s *subject) likelihoods(h *history.Table) []float64 {
	if s.score == nil {
		return []float64{s.logLik(h)}
	}
	grad := make([]float64, len(s.params), len(s.params)+1)
	return append(grad, s.score(grad, h))
}

// sameLikelihoods compares ℓ and score of two tables that hold the same.
func (r *report) sameLikelihoods(s *subject, what string, h, want *history.Table) {
	got, expected := s.likelihoods(h), s.likelihoods(want)
	size := math.Abs(expected[len(expected)-1])
	for k := range got {
		name := "ℓ"
		if k < len(got)-1 {
			name = "the score in " + s.names[k]
		}
		r.near(name+" of "+what, got[k], expected[k], s.tolerance, size)
	}
}

// checkWeights: a row of weight n is n rows, and merging equal rows changes
// nothing.
func checkWeights(r *report, s *subject) {
	h := s.table()
	long := &history.Table{}
	for i := range h.Len() {
		for range int(h.N[i]) {
			long.Append(h.Customer(i))
		}
	}
	r.sameLikelihoods(s, "a weighted table", h, long)
	r.sameLikelihoods(s, "a compressed table", h.Compress(), long)
}

// checkRowOrder: the order of the rows makes no difference.
func checkRowOrder(r *report, s *subject) {
	h := s.table()
	shuffled := &history.Table{}
	for _, i := range rand.New(rand.NewPCG(seed, 2)).Perm(h.Len()) {
		shuffled.Append(h.Customer(i))
	}
	h.N = nil
	r.sameLikelihoods(s, "shuffled rows", shuffled, h)
}

// checkUnit: time in another unit changes ℓ by −ln k for every purchase, whose
// time it is the density of, and no prediction.
func checkUnit(r *report, s *subject) {
	if r.lacks(need{"Options.Rescale", s.rescaled != nil}) {
		return
	}
	const k = 7
	m := s.rescaled(k)
	h := s.table()
	other := *h.Compress()
	scaled := &history.Table{Frequency: other.Frequency, N: other.N}
	var want, size float64
	for i := range other.Len() {
		scaled.Recency, scaled.T = append(scaled.Recency, k*other.Recency[i]), append(scaled.T, k*other.T[i])
		want -= other.N[i] * float64(other.Frequency[i]) * math.Log(k)
	}
	want, size = want+s.logLik(h), math.Abs(want)+math.Abs(s.logLik(h))
	r.near("ℓ with time in sevenths", m.logLik(scaled), want, s.tolerance, size)
	values, others := s.values(1), m.values(k)
	for i, v := range values {
		r.near(v.what+" with time in sevenths", others[i].value, v.value, s.tolerance, 1e-300)
	}
}

// checkScore: the score is the derivative of ℓ.
func checkScore(r *report, s *subject) {
	if r.lacks(need{"Score", s.score != nil}) {
		return
	}
	h := s.table()
	grad := make([]float64, len(s.params))
	l := s.score(grad, h)
	for i := range s.params {
		step := s.step(i)
		want := derivative(step, func(d float64) float64 { return s.moved(i, d).logLik(h) })
		// Difference quotients over a thousandth of θ leave some 1e-11 of ℓ.
		r.near("θ·∂ℓ/∂θ in "+s.names[i], grad[i]*step, want*step, 1e-6, 1e-4*math.Abs(l)*1e-3)
	}
}

// checkHessian: the second derivatives are those of the score, and symmetric.
func checkHessian(r *report, s *subject) {
	if r.lacks(need{"Hessian", s.hessian != nil}, need{"Score", s.score != nil}) {
		return
	}
	h, k := s.table(), len(s.params)
	hess, grad, plain := make([]float64, k*k), make([]float64, k), make([]float64, k)
	l := s.hessian(hess, grad, h)
	r.near("ℓ from Hessian", l, s.score(plain, h), s.tolerance, 1)
	for i := range k {
		r.near("the score from Hessian in "+s.names[i], grad[i], plain[i], s.tolerance, math.Abs(l))
		for j := range k {
			step := s.step(j)
			want := derivative(step, func(d float64) float64 {
				g := make([]float64, k)
				s.moved(j, d).score(g, h)
				return g[i]
			})
			scale := s.step(i) * step
			r.near(fmt.Sprintf("θ·∂²ℓ/∂θ∂θ′·θ′ in %s and %s", s.names[i], s.names[j]), hess[i*k+j]*scale, want*scale, 1e-6, 1e-7*math.Abs(l))
			if hess[i*k+j] != hess[j*k+i] {
				r.errorf("the second derivatives in %s and %s are %v and %v", s.names[i], s.names[j], hess[i*k+j], hess[j*k+i])
			}
		}
	}
}

// step is a thousandth of a parameter, so that what is multiplied by two of
// them is a millionth of a derivative in logarithms.
func (s *subject) step(i int) float64 { return 1e-3 * max(math.Abs(s.params[i]), 1e-3) }

// moved returns the model with one parameter greater by d.
func (s *subject) moved(i int, d float64) *subject {
	p := slices.Clone(s.params)
	p[i] += d
	return s.with(p)
}

// derivative returns f′(0) by central differences over ±h and ±2h, with an
// error of the order h⁴.
func derivative(h float64, f func(d float64) float64) float64 {
	return (8*(f(h)-f(-h)) - (f(2*h) - f(-2*h))) / (12 * h)
}

// checkStarts: starting values are finite and positive where they must be, have
// a finite ℓ, and follow the unit of time.
func checkStarts(r *report, s *subject) {
	if r.lacks(need{"Starts", s.startsOf != nil}) {
		return
	}
	h := s.table()
	starts := s.startsOf(h)
	if len(starts) == 0 {
		r.errorf("there are none")
	}
	for _, m := range starts {
		for i, v := range m.params {
			if math.IsNaN(v) || math.IsInf(v, 0) || s.positive[i] && !(v > 0) {
				r.errorf("%s starts at %v", s.names[i], v)
			}
		}
		if l := m.logLik(h); math.IsNaN(l) || math.IsInf(l, 0) {
			r.errorf("ℓ is %v at the starting values %v", l, m.params)
		}
	}
	if s.rescaled == nil {
		return
	}
	scaled := *h.Compress()
	sevenths := &history.Table{Frequency: scaled.Frequency, N: scaled.N}
	for i := range scaled.Len() {
		sevenths.Recency, sevenths.T = append(sevenths.Recency, 7*scaled.Recency[i]), append(sevenths.T, 7*scaled.T[i])
	}
	for i, m := range s.startsOf(sevenths) {
		r.near("the start's ℓ with time in sevenths", m.logLik(sevenths), starts[i].logLik(h)-purchases(h)*math.Log(7), s.tolerance, purchases(h))
	}
}

func purchases(h *history.Table) (n float64) {
	for i, x := range h.Frequency {
		n += h.Weight(i) * float64(x)
	}
	return n
}
