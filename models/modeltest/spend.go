package modeltest

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
)

// A SpendModel is a model of the mean value m̄ of x purchases. Score, Hessian,
// ExpectedSpend, Weight, Mean, Variance, ProbTotal, DrawMean, Simulate and
// Starts are optional, with the signatures that they have on
// [models.GammaGamma].
type SpendModel[M any] interface {
	fit.Model[M, *history.Spending]
	LogDensity(x int, mean float64) float64
}

// SpendOptions say what the suite cannot know. The zero value, and nil, work as
// documented on each field.
type SpendOptions[M any] struct {
	Rescale         func(m M, k float64) M // the same model with money in another unit, of which k are one old unit; nil: not tested
	Tolerance       float64                // relative error of identities; 0 means 1e-9
	Least, Greatest float64                // bounds of the parameters of extreme members; 0 means 1e-4 and 1e4
	Customers       int                    // of a data set that SpendRecovery simulates; 0 means 1,000
}

func (o *SpendOptions[M]) filled() SpendOptions[M] {
	var f SpendOptions[M]
	if o != nil {
		f = *o
	}
	if f.Tolerance == 0 {
		f.Tolerance = 1e-9
	}
	if f.Least == 0 {
		f.Least = 1e-4
	}
	if f.Greatest == 0 {
		f.Greatest = 1e4
	}
	if f.Customers == 0 {
		f.Customers = 1000
	}
	return f
}

// SpendRun tests the identities between the quantities of a model of spend, each
// as a subtest, and its simulator. The member should have a finite variance of
// mean values.
func SpendRun[M SpendModel[M]](t *testing.T, m M, o *SpendOptions[M]) {
	runChecks(t, spenderOf(m, o.filled()), spendChecks)
}

// spendChecks are the subtests of SpendRun.
var spendChecks = []check[*spender]{
	{"Params", func(r *report, s *spender) { checkParams(r, &s.subject) }},
	{"JSON", func(r *report, s *spender) { checkJSON(r, &s.subject) }},
	{"PlainFormula", spendPlain},
	{"Weights", spendWeights},
	{"RowOrder", spendRowOrder},
	{"Unit", spendUnit},
	{"Score", spendScore},
	{"Hessian", spendHessian},
	{"Starts", spendStarts},
	{"Density", spendDensity},
	{"Expectation", spendExpectation},
	{"Shrinkage", spendShrinkage},
	{"Totals", spendTotals},
	{"Extremes", spendExtremes},
	{"Simulation", spendSimulation},
}

// A spender is a model of spend under test, without its type. Of the subject
// it uses parameters and options.
type spender struct {
	subject
	spendLogLik   func(s *history.Spending) float64
	spendScore    func(grad []float64, s *history.Spending) float64
	spendHessian  func(hess, grad []float64, s *history.Spending) float64
	logDensity    func(x int, mean float64) float64
	expectedSpend func(c history.Customer) float64
	weight        func(c history.Customer) float64
	variance      func(c history.Customer) float64
	mean          func() float64
	probTotal     func(c history.Customer, y int, total float64) float64
	drawMean      func(rng *rand.Rand, c history.Customer) float64
	simulateSpend func(rng *rand.Rand, n int) (values []float64, mean float64)

	spendWith     func(p []float64) *spender
	spendRescaled func(k float64) *spender
	spendStarts   func(s *history.Spending) []*spender
}

func spenderOf[M SpendModel[M]](m M, o SpendOptions[M]) *spender {
	s := &spender{spendLogLik: m.LogLik, logDensity: m.LogDensity}
	s.names, s.params, s.tolerance, s.least, s.greatest = m.ParamNames(), m.Params(), o.Tolerance, o.Least, o.Greatest
	s.again, s.positive = m.Params, positiveParams(m, len(s.names))
	for name, f := range map[string]any{
		"Score": &s.spendScore, "Hessian": &s.spendHessian, "ExpectedSpend": &s.expectedSpend, "Weight": &s.weight, "Variance": &s.variance,
		"Mean": &s.mean, "ProbTotal": &s.probTotal, "DrawMean": &s.drawMean, "Simulate": &s.simulateSpend,
	} {
		if err := bind(m, name, f); err != nil {
			s.wrongSignatures = append(s.wrongSignatures, err.Error())
		}
	}
	s.spendWith = func(p []float64) *spender { return spenderOf(m.WithParams(p), o) }
	s.with = func(p []float64) *subject { return &s.spendWith(p).subject }
	if o.Rescale != nil {
		s.spendRescaled = func(k float64) *spender { return spenderOf(o.Rescale(m, k), o) }
	}
	s.encode = func() ([]byte, error) { return json.Marshal(m) }
	s.decode = func(b []byte) (*subject, error) {
		var back M
		err := json.Unmarshal(b, &back)
		return &spenderOf(back, o).subject, err
	}
	if st, ok := any(m).(fit.Starter[M, *history.Spending]); ok {
		s.spendStarts = func(data *history.Spending) (starts []*spender) {
			for _, start := range st.Starts(data) {
				starts = append(starts, spenderOf(start, o))
			}
			return starts
		}
	}
	return s
}

// spending returns simulated mean values, or without a simulator some about 1,
// with weights from 1 to 3, as they come.
func (s *spender) spending(n int) *history.Spending {
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history.Spending{}
	for range n {
		x := 1 + rng.IntN(3)*rng.IntN(9)
		mean := math.Exp(rng.NormFloat64())
		if s.simulateSpend != nil {
			values, _ := s.simulateSpend(rng, x)
			mean = meanOf(values)
		}
		h.Frequency, h.Mean, h.N = append(h.Frequency, x), append(h.Mean, mean), append(h.N, float64(1+rng.IntN(3)))
	}
	return h
}

func meanOf(values []float64) (mean float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	return mean
}

// customer returns a customer with the mean value of x purchases.
func customerOf(x int, mean float64) history.Customer {
	if x == 0 {
		return history.Customer{T: 2, Spend: math.NaN()}
	}
	return history.Customer{Frequency: x, Recency: 1, T: 2, Spend: mean}
}

func (s *spender) likelihoods(h *history.Spending) []float64 {
	if s.spendScore == nil {
		return []float64{s.spendLogLik(h)}
	}
	grad := make([]float64, len(s.params), len(s.params)+1)
	return append(grad, s.spendScore(grad, h))
}

func (r *report) sameSpending(s *spender, what string, h, want *history.Spending) {
	got, expected := s.likelihoods(h), s.likelihoods(want)
	size := math.Abs(expected[len(expected)-1])
	for k := range got {
		r.near("ℓ or its score of "+what, got[k], expected[k], s.tolerance, size)
	}
}

func (s *spender) movedSpend(i int, d float64) *spender {
	p := slices.Clone(s.params)
	p[i] += d
	return s.spendWith(p)
}
