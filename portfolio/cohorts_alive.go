package portfolio

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// KeepAlive takes what customers cost while they are alive from the margins: for
// how long each has been alive, in every month of age and up to the end, as
// [Model.AliveTime] tells, and for how long he is expected to be in the months
// that a model went on. It comes last, and once; the log and the economics must
// be those the cohorts were made from.
func (c *Cohorts) KeepAlive(m *Model, log *history.Log, co *CohortOptions) error {
	if co.Economics == nil || co.Economics.CostAlive.Amount == 0 {
		return nil
	}
	whole, err := m.AliveTime(log.Table, math.Inf(1))
	if err != nil {
		return err
	}
	h, err := m.in(log.Table)
	if err != nil {
		return err
	}
	k := aliveCohorts{m: m, c: c, label: co.Label, cost: co.Economics.CostAlive.Per(m.Unit), month: history.Month.Days() / m.Unit.Days(),
		b: models.NewBatch(h), rows: map[string]*Cohort{}}
	for i := range c.Rows {
		k.rows[c.Rows[i].Name] = &c.Rows[i]
	}
	past := k.sums(whole, nil)
	k.past(h)
	k.ahead(past)
	for row, time := range past {
		row.SoFar -= k.cost * time / float64(row.Customers)
	}
	return nil
}

// An aliveCohorts works out what it costs to keep the customers of cohorts.
type aliveCohorts struct {
	m     *Model
	c     *Cohorts
	label []string
	cost  float64 // of a unit of the model's time
	month float64 // in that unit
	b     *models.Batch
	rows  map[string]*Cohort
}

// sums adds up a time of each customer, of those who count, by cohort.
func (k *aliveCohorts) sums(time []float64, counts func(i int) bool) map[*Cohort]float64 {
	out := map[*Cohort]float64{}
	for i, v := range time {
		if counts == nil || counts(i) {
			out[&k.c.All] += v
			out[k.rows[k.label[i]]] += v
		}
	}
	return out
}

// past takes the cost of the months of age, of those watched.
func (k *aliveCohorts) past(h *history.Table) {
	most := len(k.c.All.Ages)
	for _, row := range k.rows {
		most = max(most, len(row.Ages))
	}
	taken := map[*Cohort]float64{}
	for age := 1; age <= most; age++ {
		from, to := float64(age-1)*k.month, float64(age)*k.month
		time := models.Predict(k.b, func(c history.Customer) float64 { return k.m.aliveBetween(c, from, to) })
		for row, sum := range k.sums(time, func(i int) bool { return int(h.T[i]/k.month+1e-9) >= age }) {
			if a := row.At(age); a != nil {
				taken[row] += k.cost * sum / float64(a.Watched)
				a.Margin -= taken[row]
			}
		}
	}
}

// ahead takes the cost of the past and of the months to come from the margins
// in these.
func (k *aliveCohorts) ahead(past map[*Cohort]float64) {
	alive := k.b.ProbAlive(k.m.Purchase)
	for month := range k.c.All.Ahead {
		until := float64(month+1) * k.month
		life := k.sums(k.m.Purchase.Future(k.b, alive, func(g Newcomer) float64 { return models.DiscountedLife(g, until, 0) }), nil)
		for row, time := range life {
			margin, cost := &row.Ahead[month].Margin, k.cost*(past[row]+time)/float64(row.Customers)
			margin.Expected, margin.Lo, margin.Hi = margin.Expected-cost, margin.Lo-cost, margin.Hi-cost
		}
	}
}
