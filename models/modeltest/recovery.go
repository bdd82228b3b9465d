package modeltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
)

// Recovery simulates 200 data sets of customers who came over the first 30 % of
// T, with exact times, fits each from the family's own starting values, and
// tests that
//
//   - the errors of the estimates in units of their standard errors have mean 0
//     and standard deviation 1, that 95 % of the intervals hold the truth, and so
//     does the joint confidence region of all parameters, each within four
//     standard errors of the simulation itself,
//   - of the customers whose P(alive) is in each tenth of [0, 1], as many are alive
//     as the fitted models say, and as many buy within the horizon as their
//     P(order) says, within four standard errors, the data sets being the
//     independent units.
//
// A correct program fails in about 0.3 % of seeds. Two controls must fail: the
// same intervals from standard errors halved, and the calibration of models
// with wrong parameters. The tables are logged (go test -run Recovery -v).
//
// In short mode there are 50 data sets. With MODELTEST=full in the environment
// there are 1,000 of four times as many customers.
func Recovery[M Model[M]](t *testing.T, m M, o *Options[M]) {
	t.Helper()
	s := subjectOf(m, o.filled())
	if s.simulate == nil {
		t.Skip("the model does not offer Simulate")
	}
	sets, customers := studySize(o.filled().Customers)
	outcomes, tallies := make([]outcome, sets), make([]tally, sets)
	parallel(sets, func(k int) {
		rng := rand.New(rand.NewPCG(seed, uint64(k)))
		h, fates := s.dataSet(rng, customers)
		fitted, out := fitOne(m, h)
		outcomes[k] = out
		if out.usable() {
			p := fitted.Params()
			tallies[k].count(s, s.with(p), s.with(wrongParams(p)), h, fates)
		}
	})
	r := &report{logf: t.Logf}
	t.Logf("%d data sets of %d customers", sets, customers)
	r.recovered(s.names, s.params, outcomes)
	r.calibrated(tallies)
	for _, failure := range r.failures {
		t.Error(failure)
	}
}

// studySize returns the number of data sets and of the customers in each.
func studySize(customers int) (sets, of int) {
	switch {
	case os.Getenv("MODELTEST") == "full":
		return 1000, 4 * customers
	case testing.Short():
		return 50, customers
	}
	return 200, customers
}

// A fate is what became of a simulated customer: alive at T, and an order in
// the horizon after it.
type fate struct{ alive, order bool }

// dataSet simulates customers up to the ages T, and what came after.
func (s *subject) dataSet(rng *rand.Rand, n int) (*history.Table, []fate) {
	h, fates := &history.Table{}, make([]fate, n)
	for i := range fates {
		T := s.T * (0.7 + 0.3*rng.Float64())
		path := s.simulate(rng, T+s.horizon)
		c := path.Customer(T)
		h.Append(c)
		fates[i] = fate{path.Alive(T), len(path.Times) > c.Frequency}
	}
	return h, fates
}

// An outcome is what a fit said about a truth that is known.
type outcome struct {
	verdict  string
	estimate []float64
	z        []float64 // errors on the scale of the links, in standard errors
	holds    []bool    // the 95 % interval holds the truth
	joint    float64   // squared Mahalanobis distance of the estimates from the truth
}

func (o *outcome) usable() bool { return o.verdict == fit.Converged }

// fitOne fits the family of m to the data, where m is the truth.
func fitOne[M fit.Model[M, D], D fit.Data](m M, data D) (M, outcome) {
	start := m
	if _, ok := any(m).(fit.Starter[M, D]); ok {
		start = m.WithParams(make([]float64, len(m.Params()))) // from the data
	}
	res, err := fit.MLE(start, data, nil)
	if err != nil {
		return m, outcome{verdict: err.Error()}
	}
	o := outcome{verdict: res.Verdict}
	if !o.usable() {
		return m, o
	}
	truth, links := m.Params(), linksOf(m, len(m.Params()))
	diff := mat.NewVecDense(len(truth), nil)
	for i, e := range res.Params {
		d := onLine(links[i], e.Value) - onLine(links[i], truth[i])
		diff.SetVec(i, d)
		o.estimate = append(o.estimate, e.Value)
		o.z = append(o.z, d/math.Sqrt(res.LogScale.At(i, i)))
		o.holds = append(o.holds, e.Lower <= truth[i] && truth[i] <= e.Upper)
	}
	var chol mat.Cholesky
	chol.Factorize(res.LogScale)
	var solved mat.VecDense
	if err := chol.SolveVecTo(&solved, diff); err != nil {
		return m, outcome{verdict: err.Error()}
	}
	o.joint = mat.Dot(diff, &solved)
	return res.Model, o
}

func linksOf(m any, n int) []fit.Link {
	if l, ok := m.(fit.Linker); ok {
		return l.Links()
	}
	return make([]fit.Link, n)
}

// onLine maps a parameter to the real line.
func onLine(l fit.Link, v float64) float64 {
	switch l {
	case fit.Log:
		return math.Log(v)
	case fit.Logit:
		return math.Log(v / (1 - v))
	}
	return v
}

// recovered judges the estimates and prints them.
func (r *report) recovered(names []string, truth []float64, outcomes []outcome) {
	verdicts := map[string]int{}
	var good []outcome
	for _, o := range outcomes {
		verdicts[o.verdict]++
		if o.usable() {
			good = append(good, o)
		}
	}
	n := float64(len(good))
	if n < 0.95*float64(len(outcomes)) {
		r.errorf("only %.0f of %d fits converged: %v", n, len(outcomes), verdicts)
	}
	mean, spread, share := maxZ/math.Sqrt(n), maxZ/math.Sqrt(2*n), maxZ*math.Sqrt(0.95*0.05/n)
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d fits converged. Mean z must be within ±%.2f, its standard deviation within 1±%.2f, coverage within 95±%.1f %%\n",
		len(good), len(outcomes), mean, spread, 100*share)
	fmt.Fprintf(&b, "%-10s %10s %14s %8s %8s %10s %24s\n", "parameter", "truth", "mean estimate", "mean z", "sd z", "coverage", "control: errors halved")
	for i, name := range names {
		k := summary(good, i)
		fmt.Fprintf(&b, "%-10s %10.4g %14.4g %+8.2f %8.2f %9.1f%% %23.1f%%\n", name, truth[i], k.estimate, k.mean, k.sd, 100*k.coverage, 100*k.halved)
		if !(math.Abs(k.mean) <= mean) || !(math.Abs(k.sd-1) <= spread) || !(math.Abs(k.coverage-0.95) <= share) {
			r.errorf("%s is not recovered: mean z %.2f, sd %.2f, coverage %.1f %%", name, k.mean, k.sd, 100*k.coverage)
		}
		if math.Abs(k.halved-0.95) <= share {
			r.errorf("the control passes: standard errors of %s halved cover %.1f %%", name, 100*k.halved)
		}
	}
	var joint float64
	limit := distuv.ChiSquared{K: float64(len(names))}.Quantile(0.95)
	for _, o := range good {
		joint += indicator(o.joint <= limit) / n
	}
	fmt.Fprintf(&b, "%-10s %53.1f%%", "together", 100*joint)
	if !(math.Abs(joint-0.95) <= share) {
		r.errorf("the joint 95 %% regions hold the truth in %.1f %%", 100*joint)
	}
	r.logf("%s", b.String())
}

// A recoverySummary describes the fits of one parameter.
type recoverySummary struct{ estimate, mean, sd, coverage, halved float64 }

func summary(good []outcome, i int) (k recoverySummary) {
	n := float64(len(good))
	var squares float64
	for _, o := range good {
		k.estimate += o.estimate[i] / n
		k.mean += o.z[i] / n
		k.coverage += indicator(o.holds[i]) / n
		k.halved += indicator(math.Abs(o.z[i]) <= distuv.UnitNormal.Quantile(0.975)/2) / n
	}
	for _, o := range good {
		squares += (o.z[i] - k.mean) * (o.z[i] - k.mean)
	}
	k.sd = math.Sqrt(squares / (n - 1))
	return k
}

// parallel calls f for 0 … n−1 on all processors.
func parallel(n int, f func(k int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
				f(k)
			}
		})
	}
	wg.Wait()
}

// SpendRecovery is [Recovery] for a model of spend: data sets of customers with
// one to fifteen purchases.
func SpendRecovery[M SpendModel[M]](t *testing.T, m M, o *SpendOptions[M]) {
	t.Helper()
	s := spenderOf(m, o.filled())
	if s.simulateSpend == nil {
		t.Skip("the model does not offer Simulate")
	}
	sets, customers := studySize(o.filled().Customers)
	outcomes := make([]outcome, sets)
	parallel(sets, func(k int) {
		rng := rand.New(rand.NewPCG(seed, uint64(k)))
		h := &history.Table{}
		for range customers {
			x := 1 + int(15*rng.Float64()*rng.Float64()*rng.Float64())
			values, _ := s.simulateSpend(rng, x)
			h.Append(customerOf(x, meanOf(values)))
		}
		_, outcomes[k] = fitOne(m, h.Spending())
	})
	r := &report{logf: t.Logf}
	t.Logf("%d data sets of %d customers", sets, customers)
	r.recovered(s.names, s.params, outcomes)
	for _, failure := range r.failures {
		t.Error(failure)
	}
}
