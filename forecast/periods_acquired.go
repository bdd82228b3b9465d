package forecast

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// oneAcquired returns what a replicate expects of a customer acquired on a day
// after the cut, who is active in the period of that day and never for the
// first time again.
func (f *periods) oneAcquired(rep *Replicate, day int) []sum {
	alive, value := rep.Purchase.ProbAlive(history.Customer{}), 0.0
	if f.money {
		value = rep.Spend.Mean()
	}
	k := f.spanOf(day)
	later := f.bins.outlookOf(rep.Purchase.Alive(0, 0), f.at(f.cut+history.Date(day)))
	for j := range later {
		later[j].new = 0
	}
	later[k].active = 0
	out := make([]sum, len(later))
	expect(out, later, alive, value)
	first := value * f.firstScale()
	out[k].add(sum{arrivals: 1, orders: 1, active: 1, new: 1, money: first, discounted: first * f.bins.factor[k]})
	return out
}

// expectAcquired keeps what is expected of a customer acquired on each day, and
// returns what is expected of all of a plan, by group and period.
func (f *periods) expectAcquired() []sum {
	out := make([]sum, len(f.names)*len(f.spans))
	if f.o.Plan == nil {
		return out
	}
	f.daily = make([][]sum, len(f.clock))
	parallel(len(f.daily), func(day int) {
		if day > 0 {
			f.daily[day] = f.oneAcquired(&Replicate{f.m.Purchase, f.m.Spend}, day)
		}
	})
	for g, name := range f.names {
		addDays(out[g*len(f.spans):], f.o.Plan.expected(name, f.cut, len(f.clock)-1), f.daily)
	}
	return out
}

// addDays adds so many customers acquired on each day to the sums.
func addDays(dst []sum, arrivals []float64, daily [][]sum) {
	for day, n := range arrivals {
		if n > 0 {
			addTimes(dst, daily[day], n)
		}
	}
}

// acquireAll simulates the customers of the plan.
func (f *periods) acquireAll(seed uint64) {
	groups := len(f.names)
	futures, noise := make([]float64, groups), newSums(f.o.Futures, groups, len(f.spans))
	picks := f.m.picksOf(groups)
	for g, name := range f.names {
		futures[g] = futuresOf(total(f.o.Plan.expected(name, f.cut, len(f.clock)-1)), picks)
	}
	parallel(f.o.Futures, func(r int) {
		rng := stream(seed, uint64(r), 1)
		s := newPath(rng, f.m.replicate(r), f.bins, f.money)
		for g, name := range f.names {
			dst := f.acquired.of(r, g)
			if futures[g] == 0 || f.m.heavyTail() {
				f.o.Plan.draw(rng, name, f.cut, f.spans, func(day int) { f.acquire(s, dst, day) })
				continue
			}
			days := make([]float64, len(f.clock))
			f.o.Plan.draw(rng, name, f.cut, f.spans, func(day int) { days[day]++ })
			f.acquireCrowd(s, dst, noise.of(r, g), days, picks)
		}
	})
	for g := range f.names {
		f.acquired.mix(noise, g, futures[g], mix(seed))
	}
}

// acquireCrowd is [crowd.simulate] for so many customers acquired on each day.
func (f *periods) acquireCrowd(s *path, dst, noise []sum, days []float64, picks int) {
	all := make([]sum, len(dst))
	addDays(all, days, f.daily)
	n := total(days)
	t := newTilt(len(dst))
	day, upTo := 0, 0.0
	for at := range systematic(s.rng, n, picks) {
		for upTo <= at && day < len(days)-1 {
			day++
			upTo += days[day]
		}
		one := f.oneAcquired(&s.rep, day)
		t.add(f.daily[day], one, 1)
		for range copies {
			f.acquire(s, noise, day)
		}
		addTimes(noise, one, -copies)
	}
	t.apply(dst, all)
}

// acquire adds a customer who makes the first purchase on a day after the cut.
func (f *periods) acquire(s *path, dst []sum, day int) {
	from := f.at(f.cut + history.Date(day))
	dst[f.spanOf(day)].arrivals++
	times := append([]float64{0}, newTimes(s.rng, s.rep.Purchase, f.bins.last()-from)...)
	var mean float64
	if s.money {
		mean = s.rep.Spend.DrawMean(s.rng, history.Customer{Spend: math.NaN()})
	}
	s.add(dst, times, from, mean, f.firstScale())
}

// firstScale returns the value of a first order relative to the others.
func (f *periods) firstScale() float64 {
	if f.o.Plan.FirstValue == 0 || !f.money {
		return 1
	}
	return f.o.Plan.FirstValue / f.m.Spend.Mean()
}

func (f *periods) spanOf(day int) int {
	k := 0
	for f.spans[k].to < f.cut+history.Date(day) {
		k++
	}
	return k
}
