package portfolio

import (
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
	if _, err := m.AliveTime(log.Table, 0); err != nil { // the model must say how likely a history is
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
	past := k.past(h)
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

// sums adds up a time of each customer by cohort.
func (k *aliveCohorts) sums(time func(i int) float64) map[*Cohort]float64 {
	out := map[*Cohort]float64{}
	for i, name := range k.label {
		v := time(i)
		out[&k.c.All] += v
		out[k.rows[name]] += v
	}
	return out
}

// past takes the cost of the months of age, of those watched, and returns for
// how long the customers of each cohort have been alive up to the end.
func (k *aliveCohorts) past(h *history.Table) map[*Cohort]float64 {
	parts := models.Predict(k.b, func(c history.Customer) []float64 { return k.m.aliveByMonth(c, k.month) })
	for age := 1; age <= mostAges(k.c); age++ {
		time := k.sums(func(i int) float64 {
			if int(h.T[i]/k.month+1e-9) < age { // the months that are completed, as cohortMaker counts them
				return 0
			}
			return parts[i][age-1]
		})
		for row, sum := range time {
			for later := age; later <= len(row.Ages); later++ {
				row.At(later).Margin -= k.cost * sum / float64(row.At(age).Watched)
			}
		}
	}
	return k.sums(func(i int) (sum float64) {
		for _, v := range parts[i] {
			sum += v
		}
		return sum
	})
}

func mostAges(c *Cohorts) int {
	most := len(c.All.Ages)
	for _, row := range c.Rows {
		most = max(most, len(row.Ages))
	}
	return most
}

// ahead takes the cost of the past and of the months to come from the margins
// in these.
func (k *aliveCohorts) ahead(past map[*Cohort]float64) {
	alive := k.b.ProbAlive(k.m.Purchase)
	for month := range k.c.All.Ahead {
		until := float64(month+1) * k.month
		life := k.m.Purchase.Future(k.b, alive, func(g Newcomer) float64 { return models.DiscountedLife(g, until, 0) })
		for row, time := range k.sums(func(i int) float64 { return life[i] }) {
			margin, cost := &row.Ahead[month].Margin, k.cost*(past[row]+time)/float64(row.Customers)
			margin.Expected, margin.Lo, margin.Hi = margin.Expected-cost, margin.Lo-cost, margin.Hi-cost
		}
	}
}
