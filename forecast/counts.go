package forecast

import "github.com/predictive-clv/clv/history"

// A countLaw is the distribution of the number of purchases in the next t units
// of time of a customer who makes at least one, under each replicate. Whoever
// buys is alive, so it depends on x and T alone; t_x enters by the probability
// of buying at all.
type countLaw struct {
	alive []Newcomer
	t     float64
	buy   []float64   // P(N ≥ 1 | alive) under each replicate
	more  [][]float64 // more[n][k] = P(N > n | N ≥ 1) under replicate k

	money, moneyUnknown *moneyLaw // of customers with and without a mean value, when needed
}

func newCountLaw(models []Purchaser, x int, T, t float64) *countLaw {
	l := &countLaw{t: t, buy: make([]float64, len(models))}
	first := make([]float64, len(models))
	for k, m := range models {
		l.alive = append(l.alive, m.Alive(x, T))
		l.buy[k] = l.alive[k].ProbOrder(history.Customer{}, t)
		first[k] = 1
	}
	l.more = append(l.more, first)
	return l
}

// extend computes the law as far as it takes for P(N > n | N ≥ 1) to fall to
// the tail, averaged over the replicates.
func (l *countLaw) extend(tail float64) {
	for {
		last := l.more[len(l.more)-1]
		if !(mean(last) > tail) {
			return
		}
		n := len(l.more)
		next := make([]float64, len(last))
		for k, m := range l.alive {
			if l.buy[k] > 0 {
				next[k] = max(0, last[k]-m.Prob(n, l.t)/l.buy[k])
			}
		}
		l.more = append(l.more, next)
	}
}

// exceed returns P(N > n), n = 0, 1, …, of a customer who buys at all with the
// probabilities p under the replicates, averaged over these, in dst.
func (l *countLaw) exceed(dst, p []float64) []float64 {
	dst = dst[:0]
	for _, more := range l.more {
		var sum float64
		for k, g := range more {
			sum += p[k] * g
		}
		dst = append(dst, sum/float64(len(p)))
	}
	return dst
}

// countQuantile returns the least n with P(N ≤ n) ≥ q, given P(N > n) for
// n = 0, 1, … up to where it is at most 1−q.
func countQuantile(exceed []float64, q float64) int {
	for n, p := range exceed {
		if p <= 1-q {
			return n
		}
	}
	return len(exceed) // rounding alone leads here
}

func mean(xs []float64) float64 { return total(xs) / float64(len(xs)) }
