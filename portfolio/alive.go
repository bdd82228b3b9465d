package portfolio

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// AliveTime returns the time for which each customer has been alive up to an age,
// or up to T if that is less, as far as the history up to T tells,
//
//	min(t_x, age) + ∫ P(alive at u | x, t_x, T) du from t_x to min(T, age)
//	P(alive at u | x, t_x, T) = 1 − L(x, t_x, u)/L(x, t_x, T) · (1 − P(alive | x, t_x, u))
//
// for a customer who dropped out by u tells the same at u as at T. The time is in
// the unit of the model. It returns an error if the purchase model does not say
// how likely a history is.
//
// The second line is Bayes' rule; where customers drop out only at a purchase,
// it is P(alive | x, t_x, T) for every u.
func (m *Model) AliveTime(h *history.Table, age float64) ([]float64, error) {
	p, ok := m.Purchase.(interface{ likelihood() teller })
	if !ok || p.likelihood() == nil {
		return nil, errors.New("the purchase model does not say how likely a history is: it has no method ScoreOf")
	}
	h, err := m.in(h)
	if err != nil {
		return nil, err
	}
	return models.Predict(models.NewBatch(h), func(c history.Customer) float64 {
		end := min(c.T, age)
		if end <= c.Recency {
			return end
		}
		return c.Recency + m.pastLife(c).time(end-c.Recency)
	}), nil
}

// aliveByMonth divides AliveTime into spans of the given length, the last of
// which T may cut. P(alive) must hardly bend within one. The purchase model must
// tell likelihoods.
func (m *Model) aliveByMonth(c history.Customer, month float64) []float64 {
	parts := make([]float64, int(math.Ceil(c.T/month)))
	past, open := m.pastLife(c), c.T-c.Recency
	late := past.ProbAliveAt(c, open)
	same := math.Abs(past.ProbAliveAt(c, open*1e-6)-late) < 1e-9
	for k := range parts {
		from, to := float64(k)*month, min(float64(k+1)*month, c.T)
		parts[k] = max(0, min(to, c.Recency)-from)
		switch lo, hi := max(from-c.Recency, 0), to-c.Recency; {
		case !(lo < hi):
		case same:
			parts[k] += (hi - lo) * late
		default:
			parts[k] += quad.Fixed(func(u float64) float64 { return past.ProbAliveAt(c, u) }, lo, hi, 5, quad.Legendre{}, 0)
		}
	}
	return parts
}

func (m *Model) pastLife(c history.Customer) *pastLife {
	l := m.Purchase.(interface{ likelihood() teller }).likelihood()
	return &pastLife{l, m.Purchase, c, l.ScoreOf(make([]float64, len(l.ParamNames())), c)}
}

func (p purchaser[G]) likelihood() teller {
	l, _ := p.Newcomer.(teller)
	return l
}

// A pastLife says how likely a customer was to be alive after the last purchase.
type pastLife struct {
	l      teller
	m      Newcomer
	c      history.Customer
	logLik float64
}

// ProbAliveAt returns P(alive) at t after the last purchase.
func (p *pastLife) ProbAliveAt(_ history.Customer, t float64) float64 {
	then := p.c
	then.T = p.c.Recency + t
	grad := make([]float64, len(p.l.ParamNames()))
	return 1 - math.Exp(p.l.ScoreOf(grad, then)-p.logLik)*(1-p.m.ProbAlive(then))
}

// time is the integral up to t. Where it is the same just after the purchase and
// at t, it is so between.
func (p *pastLife) time(t float64) float64 {
	soon, late := p.ProbAliveAt(history.Customer{}, t*1e-6), p.ProbAliveAt(history.Customer{}, t)
	if math.Abs(soon-late) < 1e-9 {
		return t * late
	}
	return models.DiscountedLife(p, t, 0)
}
