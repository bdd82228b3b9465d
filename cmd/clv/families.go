package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/portfolio"
)

// families is the one list of purchase models that the command knows.
var families = []family{
	newFamily(models.BGNBD{}, dropoutAtPurchase),
	newFamily(models.MBGNBD{}, dropoutAtPurchase),
	newFamily(models.ParetoNBD{}, dropoutAnyTime),
	newFamily(models.NBD{}, noDropout),
}

// A dropout tells when customers of a model may drop out.
type dropout uint8

const (
	noDropout         dropout = iota
	dropoutAtPurchase         // with a probability
	dropoutAnyTime            // at a rate
)

// A purchaseModel is what the command asks of every purchase model.
type purchaseModel interface {
	Name() string
	ParamNames() []string
	Params() []float64
	ProbAlive(c history.Customer) float64
	ProbOrder(c history.Customer, t float64) float64
	Expected(t float64) float64
	CondExpected(c history.Customer, t float64) float64
	Prob(n int, t float64) float64
	DET(c history.Customer, t, delta float64) float64
	NextPurchaseQuantile(c history.Customer, p float64) float64
	ResidualLifetime(c history.Customer) float64
	Posterior(c history.Customer) models.Posterior
	Simulate(rng *rand.Rand, t float64) models.Path
}

// A family is one purchase model as the command uses it.
type family struct {
	name    string
	params  []string
	dropout dropout
	fit     func(ctx context.Context, h *history.Table, e *estimation) (f *models.Fitted, text string, err error)
	with    func(params []float64) purchaseModel
	valuer  func(params []float64) portfolio.Purchaser
	acquire func(h *history.Table, bought []history.Purchases, e *portfolio.Economics, o *portfolio.AcquireOptions) (*portfolio.Acquisition, error)

	// For forecast: the model to be fitted there, and the estimates of a file.
	candidate func(o *forecast.ModelOptions) forecast.Candidate
	estimates func(f *models.Fitted) (forecast.Estimates[forecast.Purchaser], error)

	future func(m purchaseModel, b *models.Batch, alive []float64, q func(g purchaseModel) float64) []float64 // as models.Future
}

func newFamily[M interface {
	purchaseModel
	portfolio.Newcomer
	fit.Model[M, *history.Table]
	fit.Scorer[*history.Table]
	fit.Hessianer[*history.Table]
	models.Updater[G]
}, G interface {
	purchaseModel
	forecast.Newcomer
	portfolio.Newcomer
}](m M, when dropout) family {
	return family{
		name: m.Name(), params: m.ParamNames(), dropout: when,
		fit: func(ctx context.Context, h *history.Table, e *estimation) (*models.Fitted, string, error) {
			res, err := fit.MLE(m, h, e.settings(m.ParamNames()))
			if res == nil {
				return nil, "", err
			}
			f, text, failure := reported(ctx, m.Name(), res, e)
			return f, text, errors.Join(err, failure)
		},
		with:   func(params []float64) purchaseModel { return m.WithParams(params) },
		valuer: func(params []float64) portfolio.Purchaser { return portfolio.Of(m.WithParams(params)) },
		acquire: func(h *history.Table, bought []history.Purchases, e *portfolio.Economics, o *portfolio.AcquireOptions) (*portfolio.Acquisition, error) {
			return portfolio.Acquire(m, h, bought, e, o)
		},
		candidate: func(o *forecast.ModelOptions) forecast.Candidate { return forecast.NewCandidate(m, o) },
		estimates: func(f *models.Fitted) (forecast.Estimates[forecast.Purchaser], error) {
			e, err := forecast.FromFile(f, m.WithParams)
			return forecast.Purchases(e), err
		},
		future: func(m purchaseModel, b *models.Batch, alive []float64, q func(g purchaseModel) float64) []float64 {
			return models.Future(b, m.(M), alive, func(g G) float64 { return q(g) })
		},
	}
}

// familyOf finds a family by its name.
func familyOf(name string) (family, error) {
	for _, f := range families {
		if f.name == name {
			return f, nil
		}
	}
	return family{}, fmt.Errorf("there is no model %q; there is %s", name, familyNames())
}

func familyNames() string {
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}
