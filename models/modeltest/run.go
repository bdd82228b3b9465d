package modeltest

import (
	"encoding/json"
	"testing"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
)

// A Model is a purchase model, as much of it as a fit needs.
type Model[M any] interface {
	fit.Model[M, *history.Table]
}

// Options say what the suite cannot know. The zero value, and nil, work as
// documented on each field.
type Options[M any] struct {
	// T is the age to which customers are observed and Horizon how far their
	// future is forecast, in the model's unit of time: such that a typical
	// customer buys again some times within T. 0 means 52, and T/2.
	T, Horizon float64

	// Rescale returns m with time in another unit, of which k are one old unit.
	// Without it the suite does not test that the unit makes no difference.
	Rescale func(m M, k float64) M

	// Tolerance is the relative error of identities. 0 means 1e-9.
	Tolerance float64

	// Least and Greatest bound the parameters of the extreme members that must
	// still give finite answers. 0 means 1e-4 and 1e4.
	Least, Greatest float64

	// Customers is the number of customers of a data set that Recovery
	// simulates. 0 means 1,000.
	Customers int
}

func (o *Options[M]) filled() Options[M] {
	var f Options[M]
	if o != nil {
		f = *o
	}
	orElse := func(v *float64, def float64) {
		if *v == 0 {
			*v = def
		}
	}
	orElse(&f.T, 52)
	orElse(&f.Horizon, f.T/2)
	orElse(&f.Tolerance, 1e-9)
	orElse(&f.Least, 1e-4)
	orElse(&f.Greatest, 1e4)
	if f.Customers == 0 {
		f.Customers = 1000
	}
	return f
}

// Run tests the identities between the quantities of a model, each as a
// subtest, and its simulator.
func Run[M Model[M]](t *testing.T, m M, o *Options[M]) {
	s := subjectOf(m, o.filled())
	runChecks(t, s, checks)
}

// checks are the subtests of Run.
var checks = []check[*subject]{
	{"Params", checkParams},
	{"JSON", checkJSON},
	{"PlainFormula", checkPlain},
	{"Weights", checkWeights},
	{"RowOrder", checkRowOrder},
	{"Unit", checkUnit},
	{"Score", checkScore},
	{"Hessian", checkHessian},
	{"Starts", checkStarts},
	{"Counts", checkCounts},
	{"CondCounts", checkCondCounts},
	{"Logarithms", checkLogarithms},
	{"NewCustomer", checkNewCustomer},
	{"Alive", checkAlive},
	{"Order", checkOrder},
	{"NextPurchase", checkNextPurchase},
	{"Windows", checkWindows},
	{"Expectation", checkExpectation},
	{"Discount", checkDiscount},
	{"Lifetime", checkLifetime},
	{"Prior", checkPrior},
	{"Extremes", checkExtremes},
	{"Simulation", checkSimulation},
	{"Draws", checkDraws},
}

// A check tests one property of a subject and tells the report.
type check[S any] struct {
	name string
	run  func(r *report, s S)
}

func runChecks[S any](t *testing.T, s S, checks []check[S]) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			r := &report{logf: t.Logf}
			c.run(r, s)
			for _, failure := range r.failures {
				t.Error(failure)
			}
			if r.lacking != "" && len(r.failures) == 0 {
				t.Skip("what follows is not tested, as there is no " + r.lacking)
			}
		})
	}
}

// A subject is a model under test, without its type.
type subject struct {
	quantities
	names           []string
	params          []float64
	T, horizon      float64
	tolerance       float64
	least, greatest float64
	with            func(p []float64) *subject
	rescaled        func(k float64) *subject // nil without Options.Rescale
	encode          func() ([]byte, error)
	decode          func(b []byte) (*subject, error)
	startsOf        func(h *history.Table) []*subject // nil without Starts
	wrongSignatures []string
	positive        []bool           // the parameters that must be
	again           func() []float64 // the parameters asked for again
}

func subjectOf[M Model[M]](m M, o Options[M]) *subject {
	s := &subject{names: m.ParamNames(), params: m.Params(), T: o.T, horizon: o.Horizon, tolerance: o.Tolerance, least: o.Least, greatest: o.Greatest}
	s.quantities, s.wrongSignatures = quantitiesOf(m)
	s.logLik = m.LogLik
	s.with = func(p []float64) *subject { return subjectOf(m.WithParams(p), o) }
	if o.Rescale != nil {
		s.rescaled = func(k float64) *subject {
			o := o
			o.T, o.Horizon = k*o.T, k*o.Horizon
			return subjectOf(o.Rescale(m, k), o)
		}
	}
	s.encode = func() ([]byte, error) { return json.Marshal(m) }
	s.decode = func(b []byte) (*subject, error) {
		var back M
		err := json.Unmarshal(b, &back)
		return subjectOf(back, o), err
	}
	if st, ok := any(m).(fit.Starter[M, *history.Table]); ok {
		s.startsOf = func(h *history.Table) (starts []*subject) {
			for _, start := range st.Starts(h) {
				starts = append(starts, subjectOf(start, o))
			}
			return starts
		}
	}
	s.positive = positiveParams(m, len(s.names))
	s.again = m.Params
	return s
}

// positiveParams tells which parameters are fitted on a log scale.
func positiveParams(m any, n int) []bool {
	positive := make([]bool, n)
	links := make([]fit.Link, n)
	if l, ok := m.(fit.Linker); ok {
		links = l.Links()
	}
	for i, link := range links {
		positive[i] = link == fit.Log
	}
	return positive
}
