package forecast

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// A measure is one number of what customers do: expected, in each future, and
// as it came.
type measure struct {
	name      string
	customers int
	expected  float64
	draws     []float64
	actual    float64
	upward    bool // only too much of it speaks against the model
}

// An outcome is the sums of a future, of what happened or of what is expected:
// by cell and period, and of the customers acquired since.
type outcome struct {
	cells    []sum
	acquired sum
}

// measure takes a measure from every outcome.
func (w *watch) measure(name string, customers int, of func(o outcome) float64) measure {
	m := measure{name: name, customers: customers, expected: of(outcome{w.expected, w.acquiredExp}), actual: of(outcome{w.happened, w.acquiredSum})}
	for r, cells := range w.f.existing.at {
		m.draws = append(m.draws, of(outcome{cells, w.acquired[r]}))
	}
	return m
}

// part returns the function that adds up the cells that belong to it, over the
// periods from lo to hi.
func (w *watch) part(lo, hi int, belongs func(cell [3]int) bool, value func(s sum) float64) func(o outcome) float64 {
	spans := len(w.f.spans)
	return func(o outcome) (v float64) {
		for c, classes := range w.cell {
			if belongs(classes) {
				for k := lo; k <= hi; k++ {
					v += value(o.cells[c*spans+k])
				}
			}
		}
		return v
	}
}

func every([3]int) bool { return true }

func ordersOf(s sum) float64    { return s.orders }
func activeOf(s sum) float64    { return s.active }
func returnersOf(s sum) float64 { return s.new }
func moneyOf(s sum) float64     { return s.money }

// judge fills the monitoring.
func (w *watch) judge() {
	for _, name := range w.f.names {
		r := []rune(name)
		w.cell = append(w.cell, [3]int{int(r[0]), int(r[1]), int(r[2])})
	}
	w.f.simulate()
	w.expected, w.happened = w.f.expectedOld, w.actual()
	w.acquire()
	last, all := len(w.f.spans)-1, w.out.Customers
	tests := []measure{
		w.measure(TestOrders, all, w.part(0, last, every, ordersOf)),
		w.measure(TestReturners, all, w.part(0, last, every, returnersOf)),
	}
	if w.f.money {
		tests = append(tests, w.measure(TestRevenue, all, w.part(0, last, every, moneyOf)))
	}
	deciles := w.classes(byDecile, returnersOf)
	byFrequency, byRecency := w.classes(byX, ordersOf), w.classes(byTx, ordersOf)
	tests = append(tests, calibration(deciles), spread(TestByX, byFrequency), spread(TestByTx, byRecency))
	if n := len(w.s.Later); n > 0 {
		tests = append(tests, w.measure(TestNewOrders, n, func(o outcome) float64 { return o.acquired.orders }),
			w.measure(TestNewReturners, n, func(o outcome) float64 { return o.acquired.new }))
	}
	p := adjusted(tests)
	w.out.PValue = 1
	for j := range tests {
		t := w.watched(&tests[j])
		t.PValue = p[j]
		w.out.PValue = min(w.out.PValue, p[j])
		w.out.Tests = append(w.out.Tests, t)
	}
	w.out.Holds = w.out.PValue > w.out.FalseAlarm+1e-12
	w.out.Deciles, w.out.ByX, w.out.ByTx = w.watchedAll(deciles), w.watchedAll(byFrequency), w.watchedAll(byRecency)
	w.periods()
	w.reason()
}

// classes returns the measure of each class with customers.
func (w *watch) classes(by int, value func(s sum) float64) (all []measure) {
	p := &w.partitions[by]
	size := make([]int, len(p.names))
	for _, k := range p.of {
		size[k]++
	}
	for k, name := range p.names {
		if size[k] > 0 {
			in := func(cell [3]int) bool { return cell[by] == k }
			all = append(all, w.measure(name, size[k], w.part(0, len(w.f.spans)-1, in, value)))
		}
	}
	return all
}

func (w *watch) periods() {
	for k, s := range w.f.spans {
		one := func(name string, value func(s sum) float64) Watched {
			m := w.measure(name, w.out.Customers, w.part(k, k, every, value))
			return w.watched(&m)
		}
		p := WatchedPeriod{From: s.from, To: s.to, Complete: s.complete, Orders: one("orders", ordersOf), Active: one("active", activeOf)}
		if w.f.money {
			revenue := one("revenue", moneyOf)
			p.Revenue = &revenue
		}
		w.out.Periods = append(w.out.Periods, p)
	}
}

// calibration returns the expected calibration error: the mean over customers
// of the distance between the share of a class that bought and the mean of
// P(order) in it.
func calibration(deciles []measure) measure {
	return combined(TestECE, deciles, func(v float64, m *measure) float64 { return math.Abs(v - m.expected) }, true)
}

// spread returns the sum of squared standardised errors of the classes.
func spread(name string, classes []measure) measure {
	return combined(name, classes, func(v float64, m *measure) float64 {
		mean := mean(m.draws)
		var variance float64
		for _, d := range m.draws {
			variance += (d - mean) * (d - mean) / float64(len(m.draws))
		}
		if variance == 0 {
			return 0
		}
		return (v - mean) * (v - mean) / variance
	}, false)
}

// combined adds up the errors of the classes, per customer if so wanted. What
// is expected of it is the mean of the futures.
func combined(name string, classes []measure, of func(v float64, m *measure) float64, perCustomer bool) measure {
	out := measure{name: name, draws: make([]float64, len(classes[0].draws)), upward: true}
	for i := range classes {
		m := &classes[i]
		out.customers += m.customers
		out.actual += of(m.actual, m)
		for r, d := range m.draws {
			out.draws[r] += of(d, m)
		}
	}
	if n := float64(out.customers); perCustomer {
		out.actual /= n
		for r := range out.draws {
			out.draws[r] /= n
		}
	}
	out.expected = mean(out.draws)
	return out
}

// watched returns the measure with its band.
func (w *watch) watched(m *measure) Watched {
	draws := append([]float64(nil), m.draws...)
	v := Watched{Name: m.name, Customers: m.customers, Actual: m.actual}
	if m.upward {
		v.Band = Band{m.expected, 0, quantile(draws, w.out.Level)}
	} else {
		v.Band = band(m.expected, draws, w.out.Level)
	}
	v.Outside = v.Actual < v.Lo || v.Actual > v.Hi
	return v
}

func (w *watch) watchedAll(ms []measure) (out []Watched) {
	for i := range ms {
		out = append(out, w.watched(&ms[i]))
	}
	return out
}

// adjusted returns the p-value of each measure under the largest distance over
// all of them.
func adjusted(ms []measure) []float64 {
	futures := len(ms[0].draws)
	largest := make([]float64, futures)
	actual := make([]float64, len(ms))
	for j := range ms {
		distance := ms[j].distance()
		actual[j] = distance(ms[j].actual)
		for r, v := range ms[j].draws {
			largest[r] = max(largest[r], distance(v))
		}
	}
	p := make([]float64, len(ms))
	for j, d := range actual {
		atLeast := 1
		for _, l := range largest {
			if l >= d {
				atLeast++
			}
		}
		p[j] = float64(atLeast) / float64(futures+1)
	}
	return p
}

// distance returns how far a value lies from the median of the futures, in
// units of the distance of the quantile that is one standard deviation of a
// normal distribution away on that side.
func (m *measure) distance() func(v float64) float64 {
	const below = 0.15865525393145707 // Φ(−1)
	draws := append([]float64(nil), m.draws...)
	lo, middle, hi := quantile(draws, below), quantile(draws, 0.5), quantile(draws, 1-below)
	return func(v float64) float64 {
		switch {
		case v > middle && hi > middle:
			return (v - middle) / (hi - middle)
		case v < middle && lo < middle && !m.upward:
			return (middle - v) / (middle - lo)
		case v == middle || v < middle && m.upward:
			return 0
		}
		return math.Abs(v - middle) // futures that hardly differ
	}
}

// actual returns what the customers of the calibration did, like the sums of a
// future.
func (w *watch) actual() []sum {
	f := w.f
	out := make([]sum, len(f.names)*len(f.spans))
	for i, p := range w.s.Log.Purchases {
		bin, seen := 0, -1
		for k, day := range p.Days {
			if day <= f.cut {
				continue
			}
			for f.spans[bin].to < day {
				bin++
			}
			s := &out[int(f.p.group[i])*len(f.spans)+bin]
			s.orders++
			if p.Values != nil {
				s.money += p.Values[k]
			}
			if seen != bin {
				s.active++
				if seen < 0 {
					s.new++
				}
				seen = bin
			}
		}
	}
	return out
}

// acquire adds up what the customers acquired since did after their first
// purchase, in each future and in fact, and what is expected of them.
func (w *watch) acquire() {
	f, unit := w.f, w.f.m.Unit.Days()
	age := make([]float64, len(w.s.Later))
	for i, p := range w.s.Later {
		age[i] = float64(f.out.End-p.Days[0]) / unit
		n := float64(len(p.Days) - 1)
		w.acquiredSum.add(sum{orders: n, new: min(n, 1)})
		w.acquiredExp.add(sum{orders: f.m.Purchase.Expected(age[i]), new: f.m.Purchase.ProbOrder(history.Customer{}, age[i])})
	}
	w.acquired = make([]sum, f.o.Futures)
	parallel(f.o.Futures, func(r int) {
		rng, m := stream(f.o.Seed, uint64(r), 2), f.m.replicate(r).Purchase
		for _, t := range age {
			n := float64(len(newTimes(rng, m, t)))
			w.acquired[r].add(sum{orders: n, new: min(n, 1)})
		}
	})
}
