package forecast

import (
	"math/rand/v2"

	"github.com/predictive-clv/clv/history"
)

// buyerTimes returns the times from T on, ascending, of the purchases in the
// next t units of time of a customer with history c who makes at least one.
// Such a customer is alive, and the future of those who are is drawn until it
// has a purchase: as often, on average, as one over the probability of one.
func buyerTimes(rng *rand.Rand, m Purchaser, c history.Customer, t float64) []float64 {
	alive := m.Alive(c.Frequency, c.T)
	for {
		if times := alive.Simulate(rng, t).Times; len(times) > 0 {
			return times
		}
	}
}

// newTimes returns the times of the purchases in the next t of a customer who
// makes the first purchase now.
func newTimes(rng *rand.Rand, m Purchaser, t float64) []float64 {
	if rng.Float64() >= m.ProbAlive(history.Customer{}) {
		return nil
	}
	return m.Alive(0, 0).Simulate(rng, t).Times
}
