package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/predictive-clv/clv/history"
)

// A sum is what customers do within one bin of time, added up.
type sum struct {
	arrivals float64 // customers acquired
	orders   float64
	active   float64 // customers with an order in the bin
	new      float64 // those of them without one in an earlier bin

	money, discounted float64
}

func (s *sum) add(o sum) {
	s.arrivals += o.arrivals
	s.orders += o.orders
	s.active += o.active
	s.new += o.new
	s.money += o.money
	s.discounted += o.discounted
}

// addTimes adds n times the sums of each bin.
func addTimes(dst, of []sum, n float64) {
	for k, o := range of {
		dst[k].add(sum{n * o.arrivals, n * o.orders, n * o.active, n * o.new, n * o.money, n * o.discounted})
	}
}

// bins divide the future: bin j ends at ends[j] in the unit of the model. An
// order is discounted by the factor of its bin, or if there are none at the
// rate delta from its own moment.
type bins struct {
	ends   []float64
	factor []float64
	delta  float64
	orders bool // whether orders alone are asked for
}

func (b *bins) last() float64 { return b.ends[len(b.ends)-1] }

func (b *bins) discount(bin int, at float64) float64 {
	if b.factor != nil {
		return b.factor[bin]
	}
	return math.Exp(-b.delta * at)
}

// sums holds the simulated sums of each replicate by group and bin.
type sums struct {
	groups, bins int
	at           [][]sum // [replicate][group·bins + bin]
}

func newSums(replicates, groups, bins int) *sums {
	s := &sums{groups: groups, bins: bins, at: make([][]sum, replicates)}
	for r := range s.at {
		s.at[r] = make([]sum, groups*bins)
	}
	return s
}

// of returns the bins of a group in a replicate.
func (s *sums) of(replicate, group int) []sum { return s.at[replicate][group*s.bins:][:s.bins] }

// A population is the customers of a table as a simulation needs them.
type population struct {
	h      *history.Table
	states *states
	group  []int32 // of each row
	weight []int   // customers in each row; nil: one

	buys []float64 // probability of an order of each state at the estimates, where there may be crowds
}

func newPopulation(h *history.Table, group []int32) (*population, error) {
	p := &population{h: h, states: statesOf(h), group: group}
	if h.N == nil {
		return p, nil
	}
	p.weight = make([]int, h.Len())
	for i, n := range h.N {
		if n != math.Trunc(n) || n > 1<<40 {
			return nil, fmt.Errorf("row %d stands for %v customers: only whole customers can be simulated", i+1, n)
		}
		p.weight[i] = int(n)
	}
	return p, nil
}

// simulate adds what the customers do in each replicate to its sums. All
// customers of a replicate share its parameters; each replicate has a source
// of random numbers of its own.
func (m *Model) simulate(out *sums, p *population, b *bins, e *expectation, seed uint64) {
	money, _ := m.hasMoney()
	crowds := m.crowds(p, b, out.groups)
	noise, picks := newSums(len(out.at), out.groups, out.bins), m.picksOf(out.groups)
	parallel(len(out.at), func(r int) {
		rep := m.replicate(r)
		newPath(stream(seed, uint64(r)), rep, b, money).each(out.at[r], p, crowds)
		for g, c := range crowds {
			if c != nil {
				s := newPath(stream(seed, uint64(r), 3, uint64(g)), rep, b, money)
				c.simulate(s, m, p, out.of(r, g), noise.of(r, g), e, picks)
			}
		}
	})
	for g, c := range crowds {
		if c != nil {
			out.mix(noise, g, c.futures, seed)
		}
	}
}

// each simulates the customers who belong to no crowd one by one.
func (s *path) each(dst []sum, p *population, crowds []*crowd) {
	if !slices.Contains(crowds, nil) {
		return
	}
	buys := make([]float64, len(p.states.all))
	for k := range buys {
		buys[k] = math.NaN()
	}
	bins := len(s.bins.ends)
	for i, k := range p.states.of {
		g := int(p.group[i])
		if crowds[g] != nil {
			continue
		}
		if math.IsNaN(buys[k]) {
			buys[k] = s.rep.Purchase.ProbOrder(p.states.all[k].customer, s.bins.last())
		}
		n := 1
		if p.weight != nil {
			n = p.weight[i]
		}
		for range n {
			if s.rng.Float64() < buys[k] {
				s.buyer(dst[g*bins:][:bins], p.h.Customer(i))
			}
		}
	}
}

// A path simulates one customer after the other under one replicate.
type path struct {
	rng   *rand.Rand
	rep   Replicate
	bins  *bins
	money bool
}

func newPath(rng *rand.Rand, rep Replicate, b *bins, money bool) *path {
	return &path{rng: rng, rep: rep, bins: b, money: money}
}

// buyer adds a customer who buys to the bins.
func (s *path) buyer(dst []sum, c history.Customer) {
	times := buyerTimes(s.rng, s.rep.Purchase, c, s.bins.last())
	var mean float64
	if s.money {
		mean = s.rep.Spend.DrawMean(s.rng, forSpend(c))
	}
	s.add(dst, times, 0, mean, 1)
}

// add adds the orders of a customer who arrives at from, made at the times
// after that and with values around the mean, to the bins. The value of the
// first of them is scaled.
func (s *path) add(dst []sum, times []float64, from, mean, scale float64) {
	bin, seen := 0, -1
	for _, t := range times {
		at := from + t
		for bin < len(dst)-1 && at > s.bins.ends[bin] {
			bin++
		}
		d := &dst[bin]
		d.orders++
		if seen != bin {
			d.active++
			if seen < 0 {
				d.new++
			}
			seen = bin
		}
		if s.money {
			v := scale * valueOf(s.rng, s.rep.Spend, mean).Rand()
			scale = 1
			d.money += v
			d.discounted += v * s.bins.discount(bin, at)
		}
	}
}

// A Band is a forecast with a prediction interval.
type Band struct {
	Expected float64 `json:"expected"`
	Lo       float64 `json:"lo"`
	Hi       float64 `json:"hi"`
}

// band returns the central interval of a quantity of the replicates' sums with
// its expected value.
func band(expected float64, draws []float64, level float64) Band {
	return Band{expected, quantile(draws, (1-level)/2), quantile(draws, (1+level)/2)}
}

// segments numbers the distinct labels in ascending order. Without labels all
// rows are one group without a name.
func segments(labels []string, rows int) (names []string, group []int32, err error) {
	group = make([]int32, rows)
	if labels == nil {
		return []string{""}, group, nil
	}
	if len(labels) != rows {
		return nil, nil, fmt.Errorf("%d labels for %d customers", len(labels), rows)
	}
	names = slices.Clone(labels)
	slices.Sort(names)
	names = slices.Compact(names)
	for i, l := range labels {
		k, _ := slices.BinarySearch(names, l)
		group[i] = int32(k)
	}
	return names, group, nil
}
