package forecast

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A moneyLaw holds simulated CLVs within t, given at least one purchase, of
// customers with equal x and T, for each replicate. Once it is known that they
// buy, t_x tells nothing more. The posterior of the mean value M is a scale
// family, its draws for equal x are in proportion to E[M | x, m̄], so those
// for a customer whose history is ref serve all.
type moneyLaw struct {
	ref   history.Customer
	value [][]float64 // by replicate
}

// rare is the probability of a purchase below which a replicate has no part in
// an interval that does not end at 0.
const rare = 1e-4

// newMoneyLaw simulates CLVs of a customer with the x and T of c and a mean
// value of 1, or none if c has none.
func (m *Model) newMoneyLaw(c history.Customer, t float64, o *IntervalOptions) *moneyLaw {
	l := &moneyLaw{ref: c}
	if !math.IsNaN(c.Spend) {
		l.ref.Spend = 1
	}
	rng := stream(o.Seed, uint64(c.Frequency), math.Float64bits(c.T), math.Float64bits(t), math.Float64bits(l.ref.Spend))
	delta := o.Rate.Per(m.Unit)
	few := m.few()
	for _, r := range few {
		value := make([]float64, (o.Futures+len(few)-1)/len(few))
		if r.Purchase.Alive(c.Frequency, c.T).ProbOrder(history.Customer{}, t) < rare {
			l.value = append(l.value, value)
			continue
		}
		for j := range value {
			one := valueOf(rng, r.Spend, r.Spend.DrawMean(rng, l.ref))
			for _, s := range buyerTimes(rng, r.Purchase, c, t) {
				value[j] += one.Rand() * math.Exp(-delta*s)
			}
		}
		l.value = append(l.value, value)
	}
	return l
}

// valueOf returns the distribution of the values of a customer's purchases,
// gamma with shape p around the customer's mean value.
func valueOf(rng *rand.Rand, m *models.GammaGamma, mean float64) distuv.Gamma {
	return distuv.Gamma{Alpha: m.P, Beta: m.P / mean, Src: rng}
}

// forSpend returns the customer as the spend model may see one: a mean value
// below zero, left by refunds, counts as zero.
func forSpend(c history.Customer) history.Customer {
	if c.Frequency == 0 {
		c.Spend = math.NaN()
	}
	if c.Spend < 0 {
		c.Spend = 0
	}
	return c
}

// A moneyState makes the CLV intervals of the customers of one state.
type moneyState struct {
	p, tail float64 // probability of a purchase; probability left out at either end
	picks   []int   // the replicate of each draw, as often as it is likely
	ratio   []float64
	values  []float64
}

// newMoneyState prepares for a state whose customers buy with the
// probabilities buys under the replicates.
func newMoneyState(buys []float64, tail float64, draws int) *moneyState {
	s := &moneyState{p: mean(buys), tail: tail, picks: make([]int, draws), ratio: make([]float64, len(buys)), values: make([]float64, draws)}
	step := total(buys) / float64(draws)
	k, sum := 0, buys[0]
	for j := range s.picks {
		for sum < step*(float64(j)+0.5) && k < len(buys)-1 {
			k++
			sum += buys[k]
		}
		s.picks[j] = k
	}
	return s
}

// interval returns the ends of the CLV interval of a customer.
func (s *moneyState) interval(few []Replicate, own history.Customer, l *moneyLaw) (lo, hi float64) {
	for k, r := range few {
		s.ratio[k] = 1
		if e := r.Spend.ExpectedSpend(l.ref); !math.IsInf(e, 1) {
			s.ratio[k] = r.Spend.ExpectedSpend(own) / e
		}
	}
	last, next := -1, 0
	for j, k := range s.picks {
		if k != last {
			last, next = k, 0
		}
		s.values[j] = l.value[k][next%len(l.value[k])] * s.ratio[k]
		next++
	}
	return moneyQuantile(s.values, s.p, s.tail), moneyQuantile(s.values, s.p, 1-s.tail)
}

// moneyQuantile returns the quantile q of a value that is 0 with the
// probability 1−p and else like one of the draws, which it reorders.
func moneyQuantile(draws []float64, p, q float64) float64 {
	if q <= 1-p {
		return 0
	}
	return quantile(draws, (q-(1-p))/p)
}

// moneyIntervals stores the CLV interval of each row of the state, of which
// the tail is left out at either end.
func (m *Model) moneyIntervals(out *HorizonIntervals, h *history.Table, st *state, l *countLaw, buys []float64, tail float64, o *IntervalOptions) {
	if mean(buys) <= tail {
		return // both ends are 0
	}
	s, few := newMoneyState(buys, tail, o.Futures), m.few()
	var same *[2]float64 // the interval of those without a mean value
	for _, i := range st.rows {
		own := forSpend(h.Customer(int(i)))
		unknown := math.IsNaN(own.Spend)
		if !unknown && l.money == nil {
			l.money = m.newMoneyLaw(own, l.t, o)
		}
		if unknown && l.moneyUnknown == nil {
			l.moneyUnknown = m.newMoneyLaw(own, l.t, o)
		}
		var ends [2]float64
		switch {
		case unknown && same != nil:
			ends = *same
		case unknown:
			ends[0], ends[1] = s.interval(few, own, l.moneyUnknown)
			same = &[2]float64{ends[0], ends[1]}
		default:
			ends[0], ends[1] = s.interval(few, own, l.money)
		}
		if o.Margin < 0 {
			ends[0], ends[1] = ends[1], ends[0]
		}
		out.CLVLo[i], out.CLVHi[i] = o.Margin*ends[0], o.Margin*ends[1]
	}
}
