package models

import "github.com/predictive-clv/clv/history"

// scoringFamilies is the one list of purchase models that a Scorer knows.
var scoringFamilies = []func(f *Fitted) (scoring, error){
	restored[BGNBD, BGNBD], restored[MBGNBD, BGNBD], restored[ParetoNBD, ParetoNBD], restored[NBD, NBD],
}

// scoring is a purchase model as a Scorer uses it.
type scoring interface {
	alive(c history.Customer) float64
	future(c history.Customer, a ask) future
}

// A future is what is expected of a customer who is alive.
type future struct{ order, orders, discounted, life float64 }

// scoringModel makes any family a scoring.
type scoringModel[M interface {
	ProbAlive(c history.Customer) float64
	Updater[G]
}, G newcomer] struct{ m M }

// A newcomer is a model of new customers.
type newcomer interface {
	ProbOrder(c history.Customer, t float64) float64
	CondExpected(c history.Customer, t float64) float64
	DET(c history.Customer, t, delta float64) float64
	Survivor
}

// restored returns the model if it is of the family M, else nil.
func restored[M interface {
	Name() string
	ParamNames() []string
	WithParams(p []float64) M
	ProbAlive(c history.Customer) float64
	Updater[G]
}, G newcomer](f *Fitted) (scoring, error) {
	var m M
	if f.Model != m.Name() {
		return nil, nil
	}
	m, err := Restore[M](f)
	return scoringModel[M, G]{m}, err
}

func (s scoringModel[M, G]) alive(c history.Customer) float64 { return s.m.ProbAlive(c) }

func (s scoringModel[M, G]) future(c history.Customer, a ask) (f future) {
	g, born := s.m.GivenAlive(c.Frequency, c.T), history.Customer{}
	if a.want&Order != 0 {
		f.order = g.ProbOrder(born, a.t)
	}
	if a.want&Orders != 0 {
		f.orders = g.CondExpected(born, a.t)
	}
	if a.want&(CLV|Net) != 0 {
		f.discounted = g.DET(born, a.t, a.delta)
	}
	if a.want&Net != 0 && a.costs.Year > 0 {
		f.life = DiscountedLife(g, a.t, a.delta)
	}
	return f
}
