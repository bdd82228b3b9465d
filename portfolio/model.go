package portfolio

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Model is what values are made from.
type Model struct {
	Unit     history.Unit // of the purchase model's parameters
	Purchase Purchaser
	Spend    *models.GammaGamma // nil: every order is worth 1
}

// A Purchaser is a purchase model as this package uses it. [Of] makes one from
// any family of package models.
type Purchaser interface {
	Newcomer

	// Future is models.Future of the model.
	Future(b *models.Batch, alive []float64, q func(g Newcomer) float64) []float64
}

// A Newcomer is a purchase model of new customers, or of customers known to be
// alive, whose future is that of new ones under other parameters.
type Newcomer interface {
	Expected(t float64) float64
	ProbAlive(c history.Customer) float64
	ProbAliveAt(c history.Customer, t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	DET(c history.Customer, t, delta float64) float64
	Posterior(c history.Customer) models.Posterior
}

// Of returns a family of package models, or a stranger's, as a Purchaser.
func Of[M interface {
	Newcomer
	models.Updater[G]
}, G Newcomer](m M) Purchaser {
	return purchaser[G]{Newcomer: m, updater: m}
}

// A teller is a purchase model that says how likely a history is.
type teller interface {
	ScoreOf(grad []float64, c history.Customer) (logLik float64)
	ParamNames() []string
}

type purchaser[G Newcomer] struct {
	Newcomer
	updater models.Updater[G]
}

func (p purchaser[G]) Future(b *models.Batch, alive []float64, q func(g Newcomer) float64) []float64 {
	return models.Future(b, p.updater, alive, func(g G) float64 { return q(g) })
}

// spend returns the value expected of an order of each row; NaN where the spend
// model has none, at q ≤ 1 and no repeat purchase.
func (m *Model) spend(h *history.Table) []float64 {
	out := make([]float64, h.Len())
	for i := range out {
		out[i] = m.spendOf(h.Customer(i))
	}
	return out
}

func (m *Model) spendOf(c history.Customer) float64 {
	if m.Spend == nil {
		return 1
	}
	v := m.Spend.ExpectedSpend(c)
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// in returns the table in the model's unit, or why there are no values for it.
func (m *Model) in(h *history.Table) (*history.Table, error) {
	if h.Unit == 0 {
		return nil, fmt.Errorf("the table does not say its unit of time")
	}
	if err := h.Check(); err != nil {
		return nil, err
	}
	return h.In(m.Unit), nil
}
