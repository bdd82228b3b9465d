package forecast

import (
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Purchaser is a purchase model as forecasts use it. [Of] makes one from any
// family of package models.
type Purchaser interface {
	Expected(t float64) float64
	ProbAlive(c history.Customer) float64
	ProbOrder(c history.Customer, t float64) float64
	CondExpected(c history.Customer, t float64) float64
	DET(c history.Customer, t, delta float64) float64

	// Alive is the model's GivenAlive.
	Alive(x int, T float64) Newcomer
}

// A Newcomer is the model of the future of customers who are alive now.
type Newcomer interface {
	Expected(t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	Prob(n int, t float64) float64
	ProbBetween(n int, t1, t2 float64) float64
	DET(c history.Customer, t, delta float64) float64
	Simulate(rng *rand.Rand, t float64) models.Path
}

// A Family is a purchase model of package models, or a stranger's with the
// same methods.
type Family[G Newcomer] interface {
	Expected(t float64) float64
	ProbAlive(c history.Customer) float64
	ProbOrder(c history.Customer, t float64) float64
	CondExpected(c history.Customer, t float64) float64
	DET(c history.Customer, t, delta float64) float64
	models.Updater[G]
}

// Of returns the model as a Purchaser.
func Of[M Family[G], G Newcomer](m M) Purchaser { return purchaser[G]{m} }

type purchaser[G Newcomer] struct{ Family[G] }

func (p purchaser[G]) Alive(x int, T float64) Newcomer { return p.GivenAlive(x, T) }
