package forecast

import (
	"iter"
	"math"
	"math/rand/v2"
	"sort"

	"github.com/predictive-clv/clv/history"
)

// A crowd is a group of so many customers that it would be a waste to simulate
// each of them in every future: the sum depends on how they are on average.
// A future is then made of
//
//   - what its replicate expects: the expected sums at the estimates, exact, times
//     the ratio of what the replicate and the estimates expect of a few customers,
//     picked for this future in proportion to P(order);
//   - noise. The picked customers, each simulated so often that it buys some
//     times, deviate by D from what the replicate expects of them. So many such
//     samples as make up the crowd add to it, taken from as many futures, each
//     with a weight w of its own that has E[w] = 0 and E[w²] = E[w³] = 1.
//
// A sum of n independent D has the variances, the correlations between periods
// and quantities, and the skewness of the crowd; the weights leave these as they
// are, and let the futures share the samples without being alike. The fourth
// cumulant is (κ₄ + 2·3σ⁴ − 3σ⁴)/n in the place of κ₄/n.
//
// Source: Mammen (1993), Bootstrap and wild bootstrap for high dimensional
// linear models, section 2, for the weights; Särndal, Swensson and Wretman
// (1992), Model assisted survey sampling, sections 3.6 and 5.6, for the picks
// and the ratio.
type crowd struct {
	group   int
	futures float64   // samples that make up the crowd
	rows    []int32   // by x, T and t_x
	upTo    []float64 // buyers expected among them up to and with each
}

const (
	copies    = 2 // times that a picked customer buys within a future, on average
	someMore  = 4 // a group of no more samples than that is simulated as a whole
	allPicks  = 1024
	mostPicks = 512
	fewPicks  = 64
)

// picksOf returns how many customers of each crowd are picked for a future.
func (m *Model) picksOf(groups int) int {
	if m.picks > 0 {
		return m.picks
	}
	return min(max(allPicks/groups, fewPicks), mostPicks)
}

// futuresOf returns how many samples make up a group of which so many are
// expected to buy; 0 if they are too few to be a crowd.
func futuresOf(buyers float64, picks int) float64 {
	if n := buyers / float64(picks*copies); n > someMore {
		return n
	}
	return 0
}

// heavyTail reports whether money of new customers has no variance. The sum
// then depends on the largest of all, whom a sample misses.
func (m *Model) heavyTail() bool {
	money, _ := m.hasMoney()
	return money && m.Spend.Q <= 2
}

// crowds returns the crowds of a population, by group; nil where a group is
// none.
func (m *Model) crowds(p *population, b *bins, groups int) []*crowd {
	all := make([]*crowd, groups)
	if m.heavyTail() {
		return all
	}
	p.buys = make([]float64, len(p.states.all))
	parallel(len(p.buys), func(k int) { p.buys[k] = m.Purchase.ProbOrder(p.states.all[k].customer, b.last()) })
	buyers := make([]float64, groups)
	for i, k := range p.states.of {
		buyers[p.group[i]] += p.h.Weight(i) * p.buys[k]
	}
	for g := range all {
		if n := futuresOf(buyers[g], m.picksOf(groups)); n > 0 {
			all[g] = &crowd{group: g, futures: n}
			buyers[g] = 0
		}
	}
	for k, s := range p.states.all {
		for _, i := range s.rows {
			g := p.group[i]
			if c := all[g]; c != nil {
				buyers[g] += p.h.Weight(int(i)) * p.buys[k]
				c.rows, c.upTo = append(c.rows, i), append(c.upTo, buyers[g])
			}
		}
	}
	return all
}

// simulate adds what a replicate expects of the crowd to dst and the deviations
// of the sample to the noise.
func (c *crowd) simulate(s *path, m *Model, p *population, dst, noise []sum, e *expectation, picks int) {
	t := newTilt(len(dst))
	var under []outlook // of the replicate, for the (x, T) of the customer picked last
	last := -1
	for place := range systematic(s.rng, c.upTo[len(c.upTo)-1], picks) {
		row := int(c.rows[min(sort.SearchFloat64s(c.upTo, place), len(c.rows)-1)])
		who, k := p.h.Customer(row), p.states.of[row]
		if e.pair[k] != last {
			last, under = e.pair[k], s.bins.outlookOf(s.rep.Purchase.Alive(who.Frequency, who.T), 0)
		}
		alive, value := s.rep.Purchase.ProbAlive(who), 0.0
		if s.money {
			value = s.rep.Spend.ExpectedSpend(forSpend(who))
		}
		expect(t.at, e.outlooks[last], e.alive[k]/p.buys[k], m.valueOf(who))
		expect(t.under, under, alive/p.buys[k], value)
		n := math.Floor(copies/p.buys[k] + s.rng.Float64())
		s.times(noise, who, n)
		expect(noise, under, -n*alive, value)
	}
	t.apply(dst, e.sums[c.group*len(dst):][:len(dst)])
}

// times adds n customers to the bins, most of whom may not buy.
func (s *path) times(dst []sum, c history.Customer, n float64) {
	miss := math.Log1p(-s.rep.Purchase.ProbOrder(c, s.bins.last()))
	for {
		n -= 1 + math.Floor(math.Log(1-s.rng.Float64())/miss) // those before the next buyer, who are geometric
		if !(n >= 0) {
			return
		}
		s.buyer(dst, c)
	}
}

// systematic returns n places between 0 and the total, evenly apart from a
// random one on.
func systematic(rng *rand.Rand, total float64, n int) iter.Seq[float64] {
	u := rng.Float64()
	return func(yield func(float64) bool) {
		for j := range n {
			if !yield((float64(j) + u) * total / float64(n)) {
				return
			}
		}
	}
}

// A tilt is what the estimates and a replicate expect of a sample.
type tilt struct{ at, under []sum }

func newTilt(bins int) *tilt { return &tilt{make([]sum, bins), make([]sum, bins)} }

func (t *tilt) add(at, under []sum, n float64) {
	addTimes(t.at, at, n)
	addTimes(t.under, under, n)
}

// apply adds what the estimates expect of all, times the ratio, to dst.
func (t *tilt) apply(dst, expected []sum) {
	ratio := func(e, under, at float64) float64 {
		if at == 0 {
			return e
		}
		return e * (under / at)
	}
	for k, e := range expected {
		u, a := t.under[k], t.at[k]
		dst[k].add(sum{ratio(e.arrivals, u.arrivals, a.arrivals), ratio(e.orders, u.orders, a.orders), ratio(e.active, u.active, a.active),
			ratio(e.new, u.new, a.new), ratio(e.money, u.money, a.money), ratio(e.discounted, u.discounted, a.discounted)})
	}
}

// mix adds the noise of a group to its futures, each from so many samples.
func (s *sums) mix(noise *sums, group int, futures float64, seed uint64) {
	n := len(s.at)
	terms := min(int(math.Ceil(futures)), n)
	scale := math.Sqrt(futures / float64(terms))
	parallel(n, func(r int) {
		rng, dst := stream(seed, uint64(r), 2, uint64(group)), s.of(r, group)
		for j := range terms {
			addTimes(dst, noise.of((r+j)%n, group), scale*skewed(rng))
		}
	})
}

// skewed draws a number with mean 0, variance 1 and third moment 1, and the
// least fourth moment there is with these, 2.
func skewed(rng *rand.Rand) float64 {
	if rng.Float64() < (math.Sqrt(5)+1)/(2*math.Sqrt(5)) {
		return (1 - math.Sqrt(5)) / 2
	}
	return (1 + math.Sqrt(5)) / 2
}
