package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// bgEstimates are CDNOW-like parameters with a covariance of their logarithms.
func bgEstimates() Estimates[Purchaser] {
	cov := mat.NewSymDense(4, []float64{
		0.004, 0.005, 0.003, 0.004,
		0.005, 0.010, 0.004, 0.006,
		0.003, 0.004, 0.060, 0.070,
		0.004, 0.006, 0.070, 0.110})
	return Purchases(Estimates[models.BGNBD]{Params: trueBG.Params(), LogCov: cov, With: trueBG.WithParams})
}

func spendEstimates() *Estimates[models.GammaGamma] {
	cov := mat.NewSymDense(3, []float64{0.02, 0.005, -0.03, 0.005, 0.008, 0, -0.03, 0, 0.06})
	return &Estimates[models.GammaGamma]{Params: trueSpend.Params(), LogCov: cov, With: trueSpend.WithParams}
}

func testModel(t *testing.T) *Model {
	t.Helper()
	m, err := New(history.Week, bgEstimates(), spendEstimates(), &ModelOptions{Replicates: 80, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// known returns the model without uncertainty of the parameters.
func known(p Purchaser, spend *models.GammaGamma) *Model {
	return &Model{Unit: history.Week, Purchase: p, Spend: spend}
}

// Every block of draws has the mean and the covariance that were asked for.
func TestLogDraws(t *testing.T) {
	e := bgEstimates()
	draws, clipped, err := logDraws(rand.New(rand.NewPCG(1, 2)), e.Params, e.LogCov, 3)
	if err != nil || clipped || len(draws) != 3*block {
		t.Fatalf("%d draws, clipped %v, %v", len(draws), clipped, err)
	}
	for b := range 3 {
		for i := range 4 {
			for j := range 4 {
				var mean, cov float64
				for _, d := range draws[b*block : (b+1)*block] {
					mean += math.Log(d[i]/e.Params[i]) / block
					cov += math.Log(d[i]/e.Params[i]) * math.Log(d[j]/e.Params[j]) / block
				}
				if math.Abs(mean) > 1e-14 || !close(cov/e.LogCov.At(i, j), 1, 1e-11) {
					t.Errorf("block %d: mean %v and covariance (%d,%d) %v, want 0 and %v", b, mean, i, j, cov, e.LogCov.At(i, j))
				}
			}
		}
	}
}

func TestLogDrawsFar(t *testing.T) {
	cov := mat.NewSymDense(1, []float64{100})
	draws, clipped, err := logDraws(rand.New(rand.NewPCG(1, 2)), []float64{1}, cov, 5)
	if err != nil || !clipped {
		t.Fatalf("clipped %v, %v", clipped, err)
	}
	for _, d := range draws {
		if math.Abs(math.Log(d[0])) > farthest+1e-12 {
			t.Errorf("a parameter moved by e^%v, want at most e^%v", math.Log(d[0]), farthest)
		}
	}
}

func TestNew(t *testing.T) {
	m := testModel(t)
	if len(m.Replicates) != 80 || len(m.Warnings) != 0 {
		t.Errorf("%d replicates and warnings %q, want 80 and none", len(m.Replicates), m.Warnings)
	}
	if m.replicate(81) != m.Replicates[1] {
		t.Error("replicate 81 of 80 is not the second one")
	}
	again := testModel(t)
	for r := range m.Replicates {
		if m.Replicates[r].Purchase != again.Replicates[r].Purchase || *m.Replicates[r].Spend != *again.Replicates[r].Spend {
			t.Fatalf("replicate %d differs with the same seed", r)
		}
	}
	other, err := New(history.Week, bgEstimates(), nil, &ModelOptions{Seed: 6})
	if err != nil || other.Replicates[0].Purchase == m.Replicates[0].Purchase || len(other.Replicates) != defaultFutures || other.Spend != nil {
		t.Errorf("another seed: %v, %d replicates, %v", err, len(other.Replicates), other.Spend)
	}
}

func TestNewWithoutCovariance(t *testing.T) {
	e := bgEstimates()
	e.LogCov = nil
	m, err := New(history.Week, e, nil, nil)
	if err != nil || len(m.Replicates) != 0 || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "no covariance") {
		t.Fatalf("%v, %d replicates, warnings %q", err, len(m.Replicates), m.Warnings)
	}
	e.Bootstrap = [][]float64{{1, 2, 3, 4}, {2, 3, 4, 5}}
	m, err = New(history.Week, e, spendEstimates(), &ModelOptions{Replicates: 40})
	if err != nil || len(m.Replicates) != 40 || len(m.Warnings) != 0 {
		t.Fatalf("bootstrap: %v, %d replicates, warnings %q", err, len(m.Replicates), m.Warnings)
	}
	if m.Replicates[0].Purchase != Of(models.BGNBD{R: 1, Alpha: 2, A: 3, B: 4}) || m.Replicates[3].Purchase != m.Replicates[1].Purchase {
		t.Errorf("replicates %v and %v are not the bootstrap's in turn", m.Replicates[0], m.Replicates[3])
	}
}

func TestNewWide(t *testing.T) {
	e := bgEstimates()
	e.LogCov = mat.NewDiagDense(4, []float64{0.01, 0.01, 9, 9})
	m, err := New(history.Week, e, nil, nil)
	if err != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "hardly determined") {
		t.Errorf("%v, warnings %q", err, m.Warnings)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(e *Estimates[Purchaser], o *ModelOptions)
		want   string
	}{
		"parameter":  {func(e *Estimates[Purchaser], _ *ModelOptions) { e.Params = []float64{1, 0, 1, 1} }, "parameter 2 is 0"},
		"infinite":   {func(e *Estimates[Purchaser], _ *ModelOptions) { e.Params = []float64{1, 1, math.Inf(1), 1} }, "parameter 3 is +Inf"},
		"indefinite": {func(e *Estimates[Purchaser], _ *ModelOptions) { e.LogCov = mat.NewDiagDense(4, []float64{1, 1, 1, -1}) }, "not positive definite"},
		"size":       {func(e *Estimates[Purchaser], _ *ModelOptions) { e.LogCov = mat.NewDiagDense(3, []float64{1, 1, 1}) }, "of 3 parameters"},
		"bootstrap":  {func(e *Estimates[Purchaser], _ *ModelOptions) { e.Bootstrap = [][]float64{{1, 2, 3}} }, "bootstrap replicate 1: 3 parameters"},
		"negative":   {func(e *Estimates[Purchaser], _ *ModelOptions) { e.Bootstrap = [][]float64{{1, 2, 3, -4}} }, "parameter 4 is -4"},
		"replicates": {func(_ *Estimates[Purchaser], o *ModelOptions) { o.Replicates = -1 }, "-1 replicates"},
	} {
		t.Run(name, func(t *testing.T) {
			e, o := bgEstimates(), ModelOptions{}
			c.change(&e, &o)
			if _, err := New(history.Week, e, nil, &o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New: %v, want %s", err, c.want)
			}
		})
	}
}

// The covariance of a model file, of the parameters themselves, must come back
// as that of the logarithms in the fit.
func TestFromFile(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(4, 4)), trueBG, 2000, 0)
	res, err := fit.MLE(models.BGNBD{}, w.h, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &models.Fitted{Model: "bg-nbd", Params: models.Params{Names: res.Model.ParamNames(), Values: res.Model.Params()}}
	for i := range 4 {
		f.Covariance = append(f.Covariance, mat.Row(nil, i, res.Cov))
	}
	e, err := FromFile(f, models.BGNBD{}.WithParams)
	if err != nil {
		t.Fatal(err)
	}
	want := FromFit(res)
	if !slices.Equal(e.Params, want.Params) || !mat.EqualApprox(e.LogCov, want.LogCov, 1e-13) {
		t.Errorf("parameters %v with covariance\n%v\nwant %v with\n%v", e.Params, mat.Formatted(e.LogCov), want.Params, mat.Formatted(want.LogCov))
	}
	f.Replicates = &models.Replicates{Method: models.ByLikelihood, Params: []models.Tuple{{1, 2, 3, 4}, {2, 3, 4, 5}}}
	m, err := func() (*Model, error) {
		e, err := FromFile(f, models.BGNBD{}.WithParams)
		if err != nil {
			return nil, err
		}
		return New(history.Week, Purchases(e), nil, nil)
	}()
	if err != nil || len(m.Replicates) != 2 || m.Replicates[1].Purchase != Of(models.BGNBD{R: 2, Alpha: 3, A: 4, B: 5}) {
		t.Errorf("the file's replicates: %+v, %v", m, err)
	}
	f.Covariance[2] = f.Covariance[2][:3]
	if _, err = FromFile(f, models.BGNBD{}.WithParams); err == nil {
		t.Error("a ragged covariance is accepted")
	}
	f.Covariance = nil
	if e, err = FromFile(f, models.BGNBD{}.WithParams); err != nil || e.LogCov != nil {
		t.Errorf("no covariance: %v, %v", e.LogCov, err)
	}
	f.Replicates.Params[1] = f.Replicates.Params[1][:3]
	if _, err = FromFile(f, models.BGNBD{}.WithParams); err == nil {
		t.Error("a replicate with a parameter missing is accepted")
	}
}

// Where s and β of a Pareto/NBD are open, a file carries on what is known of r
// and α, and the model says that the rest is missing.
func TestFromFileDetermined(t *testing.T) {
	h := &history.Table{Unit: history.Week}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 1000 {
		h.Append(models.NBD{R: 1, Alpha: 5}.Simulate(rng, 30).Customer(30))
	}
	res, err := fit.MLE(models.ParetoNBD{}, h, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := FromFit(res)
	draws := e.Determined(1)
	if len(draws) != 200 || e.Toward != nil || e.LogCov != nil {
		t.Fatalf("%d draws of a model without dropout", len(draws))
	}
	f := &models.Fitted{Model: "pareto-nbd", Params: models.Params{Names: res.Model.ParamNames(), Values: res.Model.Params()},
		Replicates: &models.Replicates{Method: models.ByDetermined}}
	for _, p := range draws {
		f.Replicates.Params = append(f.Replicates.Params, p)
	}
	if e, err = FromFile(f, models.ParetoNBD{}.WithParams); err != nil {
		t.Fatal(err)
	}
	m, err := New(history.Week, Purchases(e), nil, nil)
	if err != nil || len(m.Replicates) != 400 || len(m.Warnings) != 1 {
		t.Fatalf("%v, %d replicates, warnings %q", err, len(m.Replicates), m.Warnings)
	}
	rate := func(p []float64) float64 { return math.Log(p[0] / p[1]) }
	var ss float64
	for _, p := range draws {
		d := rate(p) - rate(res.Model.Params())
		ss += d * d / 200
	}
	// The mean rate has a relative variance of (1/r + α/(r·30))/1000 = .0012 here.
	if sd := math.Sqrt(ss); sd < 0.028 || sd > 0.042 {
		t.Errorf("ln r/α spreads by %.4f, want about .034", sd)
	}
}

// Where ℓ is not quadratic the replicates lie in both directions of each z,
// there are 200 of them, and a file gets the same.
func TestFromFitByLikelihood(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(5, 5)), truePareto, 500, 0)
	res, err := fit.MLE(models.ParetoNBD{}, w.h, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := FromFit(res)
	m, err := New(history.Week, Purchases(e), nil, &ModelOptions{Seed: 3})
	if err != nil || len(m.Replicates) != 200 || len(m.Warnings) != 0 {
		t.Fatalf("%v, %d replicates, warnings %q", err, len(m.Replicates), m.Warnings)
	}
	for k, params := range e.ByLikelihood(3) {
		at := m.Replicates[k].Purchase
		if at != Of(models.ParetoNBD{}.WithParams(params)) {
			t.Fatalf("replicate %d is %v in the model, and %v for a file", k, at, params)
		}
	}
	for i, p := range res.Model.Params() {
		up, down := e.ByLikelihood(3)[0][i], e.ByLikelihood(3)[1][i]
		if (up > p) == (down > p) {
			t.Errorf("parameter %d: %v and %v lie on the same side of %v", i, up, down, p)
		}
	}
}

// At a limit the information is singular: two customers types that the data
// cannot tell apart. The bands still hold what is determined.
func TestFromFitAtLimit(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(3, 3)), models.NBD{R: 1, Alpha: 5}, 400, 0)
	res, err := fit.MLE(models.BGNBD{}, w.h, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.LogScale != nil {
		t.Fatalf("the fit of a model with dropout to customers without has a covariance; its verdict is %q", res.Verdict)
	}
	m, err := New(history.Week, Purchases(FromFit(res)), nil, nil)
	if err != nil || len(m.Replicates) != defaultFutures || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "do not determine") {
		t.Fatalf("%v, %d replicates, warnings %q", err, len(m.Replicates), m.Warnings)
	}
	a, b := m.Replicates[0].Purchase.CondExpected(w.h.Customer(0), 26), m.Replicates[1].Purchase.CondExpected(w.h.Customer(0), 26)
	if a == b || math.Abs(math.Log(a/b)) > 1 {
		t.Errorf("two replicates expect %v and %v of the first customer", a, b)
	}
}

func TestFromBootstrap(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(4, 4)), trueBG, 1000, 0)
	res, err := fit.MLE(models.BGNBD{}, w.h, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := res.Bootstrap(t.Context(), &fit.BootstrapOptions{Replicates: 20})
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(history.Week, Purchases(FromBootstrap(res, b)), nil, nil)
	if err != nil || len(m.Replicates) != len(b.Models) || m.Replicates[7].Purchase != Of(b.Models[7]) {
		t.Errorf("%d replicates of %d models, %v", len(m.Replicates), len(b.Models), err)
	}
}
