package fit

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// poisson gives every customer the same purchase rate: NBD at r → ∞.
type poisson struct{ lambda float64 }

func (poisson) ParamNames() []string            { return []string{"lambda"} }
func (m poisson) Params() []float64             { return []float64{m.lambda} }
func (poisson) WithParams(p []float64) poisson  { return poisson{p[0]} }
func (poisson) Starts(*history.Table) []poisson { return []poisson{{1}} }
func (m poisson) LogLik(h *history.Table) (l float64) {
	for i, x := range h.Frequency {
		l += h.Weight(i) * (float64(x)*math.Log(m.lambda) - m.lambda*h.T[i])
	}
	return l
}

// The probabilities of a χ² of 2.706 with one degree of freedom, alone and with
// the parameter on its boundary, and of mixtures by hand.
func TestTestProbabilities(t *testing.T) {
	result := func(params int, logLik float64) *Result[surface] {
		return &Result[surface]{Params: make([]Estimate, params), LogLik: logLik, Customers: 10, o: &objective{}}
	}
	for _, tt := range []struct {
		params, boundary int
		statistic, want  float64
	}{
		{2, 0, 2.705543454095404, 0.1},
		{2, 1, 2.705543454095404, 0.05},
		{2, 1, 0, 1},
		{3, 0, 4.605170185988092, 0.1},                               // χ²₂: exp(−x/2)
		{3, 1, 4.605170185988092, (0.1 + 0.0318757) / 2},             // ½χ²₁ + ½χ²₂; P(χ²₁ > 4.6052) = 0.0318757
		{3, 2, 4.605170185988092, 0.25*0 + 0.5*0.0318757 + 0.25*0.1}, // ¼χ²₀ + ½χ²₁ + ¼χ²₂
	} {
		got, err := LikelihoodRatio(result(1, -50), result(tt.params, -50+tt.statistic/2), tt.boundary)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "P", got.P, tt.want, 1e-6)
	}
}

// Size of the test on its boundary: of 400 samples from one Poisson process
// NBD rejects 5 % at the 5 % level, within 3.3 standard errors of 1.1 %: 1 in
// 1000 sets of samples lies outside. Without the boundary rule it would reject
// half as many, and the share of statistics at 0 shows it: half of them are.
func TestLikelihoodRatioSize(t *testing.T) {
	const samples = 400
	var rejected, atZero, naive int
	for seed := range uint64(samples) {
		h := simulated(seed, 300, models.NBD{R: 1e9, Alpha: 1e10})
		null, full := mustFit(t, poisson{}, h, nil), mustFit(t, models.NBD{}, h, nil)
		got, err := LikelihoodRatio(null, full, 1)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got.P < 0.05 {
			rejected++
		}
		if got.Statistic < 1e-6 {
			atZero++
		}
		if plain, _ := LikelihoodRatio(null, full, 0); plain.P < 0.05 {
			naive++
		}
	}
	t.Logf("%d of %d rejected, %d without the boundary rule, %d statistics at 0", rejected, samples, naive, atZero)
	if rejected < 6 || rejected > 34 {
		t.Errorf("%d of %d rejected, want 20 ± 14", rejected, samples)
	}
	if atZero < 165 || atZero > 245 { // half, and a few more in samples of this size
		t.Errorf("%d of %d statistics at 0, want about half", atZero, samples)
	}
	if naive >= rejected {
		t.Errorf("%d rejected without the boundary rule, want fewer than the %d with it", naive, rejected)
	}
}

// In the interior 2Δℓ is χ²₁: a gamma distribution tested for being exponential,
// on the same terms.
func TestLikelihoodRatioInterior(t *testing.T) {
	const samples = 400
	rejected := 0
	for seed := range uint64(samples) {
		var sum, logs float64
		for _, lambda := range exponentials(seed, 200) {
			sum += lambda
			logs += math.Log(lambda)
		}
		gamma := surfaceOf(Log, func(p []float64) float64 {
			l, _ := math.Lgamma(p[0])
			return 200*(p[0]*math.Log(p[1])-l) + (p[0]-1)*logs - p[1]*sum
		}, []float64{1, 1})
		exponential := surfaceOf(Log, func(p []float64) float64 { return 200*math.Log(p[0]) - p[0]*sum }, []float64{1})
		got, err := LikelihoodRatio(mustFit(t, exponential, sample(200), nil), mustFit(t, gamma, sample(200), nil), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.P < 0.05 {
			rejected++
		}
	}
	if rejected < 6 || rejected > 34 {
		t.Errorf("%d of %d rejected at the 5 %% level, want 20 ± 14", rejected, samples)
	}
}

func TestLikelihoodRatioRefuses(t *testing.T) {
	h := simulated(1, 2000, cdnowLike)
	nbd, bg := mustFit(t, models.NBD{}, h, nil), mustFit(t, models.BGNBD{}, h, nil)
	if got, err := LikelihoodRatio(nbd, bg, 1); err != nil || got.P > 1e-6 || got.DF != 2 {
		t.Errorf("test of NBD against BG/NBD on BG/NBD data: %+v and error %v, want P near 0 on 2 degrees of freedom", got, err)
	}
	prior := mustFit(t, models.BGNBD{}, h, &Settings{Priors: []Prior{{"a", 1, 1}}})
	below := *bg
	below.LogLik = nbd.LogLik - 1
	failed := *bg
	failed.Verdict = NotConverged
	for _, tt := range []struct {
		want string
		err  error
	}{
		{"the same data", second(LikelihoodRatio(nbd, mustFit(t, models.BGNBD{}, simulated(1, 1000, cdnowLike), nil), 0))},
		{"without priors", second(LikelihoodRatio(nbd, prior, 0))},
		{"below the simpler one's", second(LikelihoodRatio(nbd, &below, 0))},
		{"fits that converged", second(LikelihoodRatio(nbd, &failed, 0))},
		{"2 parameters and the simpler one 4", second(LikelihoodRatio(bg, nbd, 0))},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("error %v, want one with %q", tt.err, tt.want)
		}
	}
}

func second[A any](_ A, err error) error { return err }
