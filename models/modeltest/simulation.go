package modeltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// maxZ is what a standardised error may be. The checks of a model's simulator
// make up to 50 of them: a correct program exceeds it with another seed in 0.3 %
// of runs.
const maxZ = 4

// A sample is the standardised errors of what was predicted, by name.
type sample struct {
	names  []string
	values map[string][]float64
}

// add notes the difference between what came and what was predicted.
func (s *sample) add(name string, difference float64) {
	if s.values == nil {
		s.values = make(map[string][]float64)
	}
	if s.values[name] == nil {
		s.names = append(s.names, name)
	}
	s.values[name] = append(s.values[name], difference)
}

// zScore returns the mean of the differences in units of its standard error, 0
// if there are none but zeros.
func zScore(differences []float64) float64 {
	var sum, squares float64
	for _, d := range differences {
		sum += d
		squares += d * d
	}
	if squares == 0 {
		return 0
	}
	return sum / math.Sqrt(squares)
}

// report says which means are off. Means of fewer than 200 values are left out:
// they are not normal.
func (s *sample) report(r *report) {
	sort.Strings(s.names)
	worst, at := 0.0, ""
	for _, name := range s.names {
		if len(s.values[name]) < 200 {
			continue
		}
		z := zScore(s.values[name])
		if math.Abs(z) > maxZ || math.IsNaN(z) {
			r.errorf("%s: %d simulated values lie %.2f standard errors from the prediction", name, len(s.values[name]), z)
		}
		if math.Abs(z) > math.Abs(worst) {
			worst, at = z, name
		}
	}
	r.logf("%d means compared, the worst is off by %.2f standard errors: %s", len(s.names), worst, at)
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// checkSimulation: 20,000 simulated customers buy as often, are alive as often
// and buy again as often as predicted, and their purchase times are in order.
func checkSimulation(r *report, s *subject) {
	if r.lacks(need{"Simulate", s.simulate != nil}) {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 3))
	var z sample
	newcomer := s.newcomer()
	for range 20000 {
		path := s.simulate(rng, s.T+s.horizon)
		if !sort.Float64sAreSorted(path.Times) || len(path.Times) > 0 && !(path.Times[0] > 0 && path.Times[len(path.Times)-1] <= min(s.T+s.horizon, path.Lifetime)) {
			r.errorf("the purchase times %v lie not in order within (0, %g]", path.Times, min(s.T+s.horizon, path.Lifetime))
			return
		}
		c := path.Customer(s.T)
		x, y := c.Frequency, len(path.Times)-c.Frequency
		for _, f := range newcomer {
			z.add(f.what, f.came(x, y)-f.want)
		}
		for _, f := range s.future(c) {
			d := f.came(path, s.T, s.horizon, y) - f.want
			z.add(f.what, d)
			if x <= 3 {
				z.add(fmt.Sprintf("%s at x = %d", f.what, x), d)
			}
		}
	}
	z.report(r)
}

// A newcomerForecast is what is predicted of a new customer, and how to tell
// what came from the counts in (0, T] and (T, T+H].
type newcomerForecast struct {
	what string
	want float64
	came func(x, y int) float64
}

func (s *subject) newcomer() (fs []newcomerForecast) {
	if s.expected != nil {
		fs = append(fs, newcomerForecast{"E[X(T)]", s.expected(s.T), func(x, _ int) float64 { return float64(x) }})
	}
	for n := range 4 {
		if s.prob != nil {
			fs = append(fs, newcomerForecast{fmt.Sprintf("P(X(T) = %d)", n), s.prob(n, s.T), func(x, _ int) float64 { return indicator(x == n) }})
		}
		if s.probBetween != nil && n < 2 {
			fs = append(fs, newcomerForecast{fmt.Sprintf("P(X(T, T+H] = %d)", n), s.probBetween(n, s.T, s.T+s.horizon), func(_, y int) float64 { return indicator(y == n) }})
		}
	}
	return fs
}

// A futureForecast is what is predicted of a customer with a history, and how
// to tell what came.
type futureForecast struct {
	what string
	want float64
	came func(path models.Path, T, H float64, y int) float64
}

func (s *subject) future(c history.Customer) (fs []futureForecast) {
	if s.probAlive != nil {
		fs = append(fs, futureForecast{"P(alive)", s.probAlive(c), func(p models.Path, T, _ float64, _ int) float64 { return indicator(p.Alive(T)) }})
	}
	if s.probAliveAt != nil {
		fs = append(fs, futureForecast{"P(alive at T+H)", s.probAliveAt(c, s.horizon), func(p models.Path, T, H float64, _ int) float64 { return indicator(p.Alive(T + H)) }})
	}
	if s.probOrder != nil {
		fs = append(fs, futureForecast{"P(order in H)", s.probOrder(c, s.horizon), func(_ models.Path, _, _ float64, y int) float64 { return indicator(y > 0) }})
	}
	if s.condExpected != nil {
		fs = append(fs, futureForecast{"E[Y(H)]", s.condExpected(c, s.horizon), func(_ models.Path, _, _ float64, y int) float64 { return float64(y) }})
	}
	for n := 1; n <= 2 && s.condProb != nil; n++ {
		fs = append(fs, futureForecast{fmt.Sprintf("P(Y(H) = %d)", n), s.condProb(c, n, s.horizon), func(_ models.Path, _, _ float64, y int) float64 { return indicator(y == n) }})
	}
	return fs
}

// checkDraws: 20,000 draws of λ, the dropout trait and the future of one
// customer have the moments and frequencies predicted.
func checkDraws(r *report, s *subject) {
	if s.drawPosterior == nil && s.drawFuture == nil {
		r.lacking = "DrawPosterior, DrawFuture"
		return
	}
	rng := rand.New(rand.NewPCG(seed, 4))
	var z sample
	for _, c := range []history.Customer{{}, {Frequency: 2, Recency: 0.8 * s.T, T: s.T, Spend: math.NaN()}} {
		where := fmt.Sprintf(" at x = %d", c.Frequency)
		if s.drawFuture != nil {
			s.drawFutures(&z, rng, where, c)
		}
		if s.drawPosterior != nil && s.posterior != nil {
			s.drawTraits(&z, rng, where, c)
		}
	}
	z.report(r)
}

func (s *subject) drawFutures(z *sample, rng *rand.Rand, where string, c history.Customer) {
	mean, probs := math.NaN(), []float64(nil)
	if s.condExpected != nil {
		mean = s.condExpected(c, s.horizon)
	}
	for n := 0; n < 3 && s.condProb != nil; n++ {
		probs = append(probs, s.condProb(c, n, s.horizon))
	}
	for range 20000 {
		y := s.drawFuture(rng, c, s.horizon)
		if s.condExpected != nil {
			z.add("E[Y(H)] drawn"+where, float64(y)-mean)
		}
		for n, p := range probs {
			z.add(fmt.Sprintf("P(Y(H) = %d) drawn%s", n, where), indicator(y == n)-p)
		}
	}
}

func (s *subject) drawTraits(z *sample, rng *rand.Rand, where string, c history.Customer) {
	q, alive := s.posterior(c), math.NaN()
	if s.probAlive != nil {
		alive = s.probAlive(c)
	}
	for range 20000 {
		lambda, dropout, ok := s.drawPosterior(rng, c)
		if s.probAlive != nil {
			z.add("P(alive) drawn"+where, indicator(ok)-alive)
		}
		dl, dd := lambda-q.MeanRate, dropout-q.MeanDropout
		z.add("E[λ] drawn"+where, dl)
		z.add("Var[λ] drawn"+where, dl*dl-q.VarRate)
		z.add("E[dropout trait] drawn"+where, dd)
		z.add("Var[dropout trait] drawn"+where, dd*dd-q.VarDropout)
		z.add("Cov[λ, dropout trait] drawn"+where, dl*dd-q.Cov)
	}
}
