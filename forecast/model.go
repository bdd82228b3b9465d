package forecast

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Model is what forecasts are made from: the models at their estimates and
// at replicates of the parameters. Without replicates the parameters count as
// known.
type Model struct {
	Unit       history.Unit // of the purchase model's parameters
	Purchase   Purchaser
	Spend      *models.GammaGamma // nil: no money is forecast
	Replicates []Replicate
	Warnings   []string // what the replicates do not hold

	picks int // customers of a crowd in a future; 0: by the number of groups
}

// A Replicate is a model as it might have been, given the data.
type Replicate struct {
	Purchase Purchaser
	Spend    *models.GammaGamma
}

// Estimates are the parameters of a fitted model, what is known about their
// error, and the way from parameters to a model. All parameters are positive.
type Estimates[M any] struct {
	Params    []float64
	LogCov    mat.Symmetric // covariance of the logarithms; nil if the fit has none
	Bootstrap [][]float64   // replicates, such as parameters refitted to resampled customers; if given, they are used in the place of LogCov
	With      func(params []float64) M

	// Toward, if set, returns the parameters of a replicate from a standard
	// normal z, one number for each parameter: where the logarithms are not
	// normal, as [fit.Result.Toward] does. It is called by several goroutines.
	Toward func(z []float64) []float64

	// Draw, if set, makes replicates where there is no covariance: by what the
	// data do determine, as [fit.Result.Draw] does.
	Draw func(rng *rand.Rand) []float64
}

// A parametric is a model that consists of its parameters.
type parametric[M any] interface {
	Params() []float64
	WithParams(p []float64) M
}

// FromFit returns the estimates of a fit. Where its likelihood is not nearly
// quadratic, replicates go by the likelihood itself, at a limit of the family
// too; where the information is singular in several directions, along what is
// determined.
func FromFit[M parametric[M]](r *fit.Result[M]) Estimates[M] {
	e := Estimates[M]{Params: r.Model.Params(), With: r.Model.WithParams}
	if r.LogScale != nil {
		e.LogCov = r.LogScale
	}
	if toward := r.Toward(); toward != nil && !r.Quadratic() {
		e.Toward = func(z []float64) []float64 { return toward(z).Params() }
	}
	e.Draw = func(rng *rand.Rand) []float64 { return r.Draw(rng).Params() }
	return e
}

// FromBootstrap returns the estimates of a fit with the replicates of a
// bootstrap.
func FromBootstrap[M parametric[M]](r *fit.Result[M], b *fit.Bootstrap[M]) Estimates[M] {
	e := Estimates[M]{Params: r.Model.Params(), With: r.Model.WithParams}
	for _, m := range b.Models {
		e.Bootstrap = append(e.Bootstrap, m.Params())
	}
	return e
}

// FromFile returns the estimates that a model file holds, with its replicates
// or, if it has none, its covariance. With makes the model from parameters in
// the order of the file. It returns an error if the covariance or a replicate
// does not fit the parameters.
func FromFile[M any](f *models.Fitted, with func(params []float64) M) (Estimates[M], error) {
	e := Estimates[M]{Params: f.Params.Values, With: with}
	if f.Replicates != nil {
		for i, p := range f.Replicates.Params {
			if err := errors.Join(positive(p), sameLength(p, e.Params)); err != nil {
				return e, fmt.Errorf("%s: replicate %d: %w", f.Model, i+1, err)
			}
			e.Bootstrap = append(e.Bootstrap, p)
		}
		if all := e.Bootstrap; f.Replicates.Method == models.ByDetermined && len(all) > 0 {
			e.Bootstrap = nil
			e.Draw = func(rng *rand.Rand) []float64 { return slices.Clone(all[rng.IntN(len(all))]) }
		}
	}
	if f.Covariance == nil {
		return e, nil
	}
	dim := len(e.Params)
	cov := mat.NewSymDense(dim, nil)
	if len(f.Covariance) != dim {
		return e, fmt.Errorf("%s has %d parameters and a covariance with %d rows", f.Model, dim, len(f.Covariance))
	}
	for i, row := range f.Covariance {
		if len(row) != dim {
			return e, fmt.Errorf("%s: row %d of the covariance has %d entries, not %d", f.Model, i+1, len(row), dim)
		}
		for j := i; j < dim; j++ {
			cov.SetSym(i, j, row[j]/(e.Params[i]*e.Params[j])) // ∂ln θ/∂θ = 1/θ
		}
	}
	e.LogCov = cov
	return e, nil
}

// ModelOptions steer the replicates. The zero value and nil work.
type ModelOptions struct {
	Replicates int    // parameters drawn from the covariance, rounded up to a multiple of 40; 0: 400
	Seed       uint64 // of the draws
}

// Purchases returns the estimates of a purchase model as New takes them.
func Purchases[M Family[G], G Newcomer](e Estimates[M]) Estimates[Purchaser] {
	return Estimates[Purchaser]{Params: e.Params, LogCov: e.LogCov, Bootstrap: e.Bootstrap, Toward: e.Toward, Draw: e.Draw,
		With: func(params []float64) Purchaser { return Of(e.With(params)) }}
}

// New returns the model with its replicates: those of Bootstrap where they are
// given, else up to 200 that Toward makes, else draws of the logarithms of the
// parameters from a normal distribution with the covariance of the fit. The
// directions of the latter two come in pairs mirrored at the estimates and are
// scaled, so that the mean and the covariance of every 40 are exact.
//
// Without any of these the replicates are what Draw makes, and without that the
// parameters count as known. Warnings say so, and where the covariance is so
// wide that a normal distribution is a poor guess. New returns an error if
// parameters or replicates are not positive.
func New(unit history.Unit, purchase Estimates[Purchaser], spend *Estimates[models.GammaGamma], o *ModelOptions) (*Model, error) {
	opts := ModelOptions{}
	if o != nil {
		opts = *o
	}
	if opts.Replicates == 0 {
		opts.Replicates = defaultFutures
	}
	if opts.Replicates < 0 {
		return nil, fmt.Errorf("%d replicates", opts.Replicates)
	}
	m := &Model{Unit: unit, Purchase: purchase.With(purchase.Params)}
	rng := rand.New(rand.NewPCG(opts.Seed, 0))
	buy, err := drawsOf(m, "purchase", rng, &purchase, opts.Replicates)
	if err != nil {
		return nil, err
	}
	var pay [][]float64
	if spend != nil {
		at := spend.With(spend.Params)
		m.Spend = &at
		if pay, err = drawsOf(m, "spend", rng, spend, opts.Replicates); err != nil {
			return nil, err
		}
	}
	for k := range max(len(buy), len(pay)) {
		r := Replicate{Purchase: m.Purchase, Spend: m.Spend}
		if buy != nil {
			r.Purchase = purchase.With(buy[k%len(buy)])
		}
		if pay != nil {
			at := spend.With(pay[k%len(pay)])
			r.Spend = &at
		}
		m.Replicates = append(m.Replicates, r)
	}
	return m, nil
}

const tellMore = "replicates of a bootstrap tell more (clv fit --bootstrap 200)"

// ByLikelihood returns 200 replicates that go by the likelihood, nil if the
// estimates have no Toward.
func (e *Estimates[M]) ByLikelihood(seed uint64) [][]float64 {
	if e.Toward == nil {
		return nil
	}
	return towardDraws(rand.New(rand.NewPCG(seed, 0)), e.Toward, len(e.Params), towardBlocks)
}

// Determined returns 200 replicates in what the data determine, nil if that is
// everything or if Toward knows more.
func (e *Estimates[M]) Determined(seed uint64) [][]float64 {
	if e.Toward != nil || e.LogCov != nil || e.Draw == nil {
		return nil
	}
	return drawn(rand.New(rand.NewPCG(seed, 0)), e.Params, e.Draw, towardBlocks*block)
}

// drawsOf returns replicates of the parameters, nil if nothing is known about
// their error, and adds to the warnings of m.
func drawsOf[M any](m *Model, what string, rng *rand.Rand, e *Estimates[M], n int) ([][]float64, error) {
	if err := positive(e.Params); err != nil {
		return nil, fmt.Errorf("%s model: %w", what, err)
	}
	if len(e.Bootstrap) > 0 {
		for i, p := range e.Bootstrap {
			if err := positive(p); err != nil || len(p) != len(e.Params) {
				return nil, fmt.Errorf("%s model: bootstrap replicate %d: %w", what, i+1, errors.Join(err, sameLength(p, e.Params)))
			}
		}
		return e.Bootstrap, nil
	}
	blocks := (n + block - 1) / block
	if e.Toward != nil {
		return towardDraws(rng, e.Toward, len(e.Params), min(blocks, towardBlocks)), nil
	}
	if e.LogCov == nil && e.Draw != nil {
		m.warn("the data do not determine all parameters of the %s model: the bands hold the uncertainty of those they do; "+tellMore, what)
		return drawn(rng, e.Params, e.Draw, n), nil
	}
	if e.LogCov == nil {
		m.warn("the fit of the %s model has no covariance: the bands hold the noise of the future alone and are too narrow; "+tellMore, what)
		return nil, nil
	}
	draws, clipped, err := logDraws(rng, e.Params, e.LogCov, blocks)
	if err != nil {
		return nil, fmt.Errorf("%s model: %w", what, err)
	}
	if wide(e.LogCov) || clipped {
		m.warn("some parameters of the %s model are hardly determined: the bands rest on a normal distribution that is a poor guess here; "+tellMore, what)
	}
	return draws, nil
}

func (m *Model) warn(format string, args ...any) {
	m.Warnings = append(m.Warnings, fmt.Sprintf(format, args...))
}

func sameLength(p, want []float64) error {
	if len(p) != len(want) {
		return fmt.Errorf("%d parameters in the place of %d", len(p), len(want))
	}
	return nil
}

// replicate returns replicate r, going round and round; the model itself if it
// has none.
func (m *Model) replicate(r int) Replicate {
	if len(m.Replicates) == 0 {
		return Replicate{m.Purchase, m.Spend}
	}
	return m.Replicates[r%len(m.Replicates)]
}

// few returns replicates enough for a mean over their distributions, at least
// one: a block, which has the mean and the covariance of all.
func (m *Model) few() []Replicate {
	if len(m.Replicates) == 0 {
		return []Replicate{m.replicate(0)}
	}
	return m.Replicates[:min(block, len(m.Replicates))]
}

// table returns h in the unit of the model, ready for a forecast.
func (m *Model) table(h *history.Table) (*history.Table, error) {
	if h.Len() == 0 {
		return nil, errors.New("there are no customers to forecast")
	}
	if err := h.Check(); err != nil {
		return nil, err
	}
	if h.Unit != m.Unit {
		h = h.In(m.Unit)
	}
	return h, nil
}

// hasMoney reports whether money can be forecast, and why not.
func (m *Model) hasMoney() (ok bool, why string) {
	switch {
	case m.Spend == nil:
		return false, ""
	case m.Spend.Q <= 1:
		return false, fmt.Sprintf("the spend model has no mean (q = %.4g is not above 1): no money is forecast", m.Spend.Q)
	}
	return true, ""
}

// warnings returns the model's warnings and others.
func (m *Model) warnings(more ...string) []string {
	all := slices.Clone(m.Warnings)
	for _, w := range more {
		if w != "" {
			all = append(all, w)
		}
	}
	return all
}
