package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/predictive-clv/clv/models"
)

const (
	convergedByGradient = 1e-6 // what counts as an optimum, in the gradient of the mean
	creepingGradient    = 1e-4 // and what is left of it on a way to infinity that leads nowhere
	sameLogLik          = 1e-3 // difference in ℓ below which two fits are equally good
	tie                 = 1e-6 // and below which the earlier one is kept
	nearby              = 0.02 // part of the descent that is left where a search waits for the earlier ones

	extraStarts = 6   // tried when starts disagree or fail
	extraFlat   = 2   // tried when parameters are hardly determined
	jitter      = 2.0 // the first lie within a factor e² of the best optimum
)

// An optimum is where one search ended.
type optimum struct {
	start, u []float64
	f        float64
	gradient float64 // largest entry
	rough    bool    // f is noise here; looked at only where it might be
}

// A survey is everything that the searches have found out about an objective.
type survey struct {
	o      *objective
	limits []models.Limit
	found  []optimum // in the order of their starts
	best   optimum
	inf    *observed // at the best optimum

	atLimit []limitFit // one a limit, if anything was suspicious
	flat    *flatness  // nil if nothing was suspicious
}

// search searches from every start.
func (s *survey) search(starts [][]float64) error {
	var us [][]float64
	for _, start := range starts {
		us = append(us, s.o.unconstrained(start))
	}
	s.from(us...)
	if s.found == nil {
		return fmt.Errorf("fit: the log-likelihood is not finite at the starting values %v: check the data, and give other starts", starts)
	}
	s.inf = information(s.o, s.best.u)
	return nil
}

// explore searches from every start, from more of them where that is asked for
// or the first leave doubts, and along the limits of the family. A single
// start is confirmed if several led to it before.
func (s *survey) explore(starts [][]float64, least int, confirmed bool) (*survey, error) {
	if err := s.search(starts); err != nil {
		return nil, err
	}
	if !confirmed {
		s.spread(least - len(starts))
		s.inf = information(s.o, s.best.u)
	}
	switch {
	case !s.suspicious() && (confirmed || len(s.found) > 1):
		return s, nil
	case !s.suspicious(): // nothing confirms a single search
		s.fitLimits()
		s.inf = information(s.o, s.best.u)
		if !s.suspicious() {
			s.atLimit = nil
			return s, nil
		}
	}
	extra := extraFlat
	if s.doubtful() {
		extra = extraStarts
	}
	s.spread(extra - max(0, least-len(starts)))
	s.inf = information(s.o, s.best.u)
	before := s.best.f
	s.probe()
	if s.gain(before, s.best.f) > sameLogLik { // a limit led to a better optimum: look at its surroundings
		s.inf = information(s.o, s.best.u)
		s.probe()
	}
	s.settle()
	s.inf = information(s.o, s.best.u)
	return s, nil
}

// gain returns by how much ℓ at the second value of the objective is higher.
func (s *survey) gain(from, to float64) float64 { return s.o.n * (from - to) }

// from searches from every u; one without a finite value is passed over. The
// first search and the ways of the others into the neighbourhood of an optimum
// are independent of each other and run side by side. Then one search after the
// other comes to its end, which is at hand if an earlier one was there.
func (s *survey) from(us ...[]float64) {
	searches, objectives := make([]*newton, len(us)), make([]*objective, len(us))
	each(len(us), &BootstrapOptions{}, func(i int) bool {
		i = len(us) - 1 - i // the last starts are the farthest
		objectives[i] = s.o.clone()
		if searches[i] = begin(objectives[i], us[i], nil); searches[i] != nil {
			rest := nearby
			if i == 0 {
				rest = 0
			}
			searches[i].descend(rest, s.optima()...)
		}
		return true
	})
	for i, k := range searches {
		var end []float64
		if k != nil {
			end = k.descend(0, s.optima()...)
		}
		s.o.take(objectives[i])
		if k != nil {
			s.add(us[i], end)
		}
	}
}

// optima returns the optima that were found.
func (s *survey) optima() (known []optimum) {
	for _, p := range s.found {
		if p.gradient <= convergedByGradient && !p.rough {
			known = append(known, p)
		}
	}
	return known
}

// add takes note of the end of a search and keeps the best one, the earlier of
// two that tie. One that lies far out or is no optimum is not the best on the
// word of a value that is noise.
func (s *survey) add(start, u []float64) {
	grad := make([]float64, len(u))
	p := optimum{start: start, u: u, f: s.o.value(u)}
	s.o.gradient(grad, u)
	s.o.keep()
	p.gradient = norm(grad)
	better := s.found == nil || s.gain(s.best.f, p.f) > tie || s.best.rough
	if better && (s.far(p) || !(p.gradient <= convergedByGradient)) {
		p.rough = s.o.rough(u)
	}
	if better && (s.found == nil || !p.rough) {
		s.best = p
	}
	s.found = append(s.found, p)
}

const farFromStart = 9.2 // ln 10⁴

// far reports whether a parameter went far from the start.
func (s *survey) far(p optimum) bool { return s.travelled(p) > farFromStart }

// travelled returns the largest change of a parameter, as the logarithm of a
// factor.
func (s *survey) travelled(p optimum) (d float64) {
	for i, link := range s.o.links {
		if link.relative() {
			d = max(d, math.Abs(p.u[i]-p.start[i]))
		}
	}
	return d
}

// spread searches from n points around the best optimum, which fill an ever
// larger space evenly and are the same in every run.
func (s *survey) spread(n int) {
	var us [][]float64
	for k := 1; k <= n; k++ {
		at := slices.Clone(s.best.u)
		for i, w := range evenly(k, len(at)) {
			scale := jitter * (1 + float64(k-1)/10)
			if !s.o.links[i].relative() {
				scale *= max(1, math.Abs(at[i]))
			}
			at[i] += scale * (2*w - 1)
		}
		us = append(us, at)
	}
	s.from(us...)
}

// evenly returns point k of the additive recurrence in the unit cube of the
// given dimension, frac(k·φ⁻ʲ) for j = 1, 2, …, where φ solves φ^(d+1) = φ + 1.
//
// Source: Roberts (2018), The unreasonable effectiveness of quasirandom
// sequences.
func evenly(k, dim int) []float64 {
	phi := 2.0
	for range 50 {
		phi = math.Pow(1+phi, 1/float64(dim+1))
	}
	at := make([]float64, dim)
	for j := range at {
		_, at[j] = math.Modf(float64(k) * math.Pow(phi, -float64(j+1)))
	}
	return at
}

// modes returns the optima that differ in their likelihood, the best first.
func (s *survey) modes() []optimum {
	modes := []optimum{s.best}
	for _, p := range s.found {
		known := p.rough || !(p.gradient <= convergedByGradient)
		for _, m := range modes {
			known = known || math.Abs(s.gain(m.f, p.f)) <= sameLogLik
		}
		if !known {
			modes = append(modes, p)
		}
	}
	slices.SortStableFunc(modes[1:], func(a, b optimum) int { return cmp.Compare(a.f, b.f) })
	return modes
}

// A standard error above this on the log scale, a 95 % interval of a factor of
// 9, makes a closer look worth its time, which is short where data are few.
const doubtfulLogError = 0.55

// suspicious reports whether anything hints at a parameter that the data do
// not determine, or at a better optimum elsewhere.
func (s *survey) suspicious() bool {
	if s.doubtful() || s.inf.cov == nil || s.far(s.best) {
		return true
	}
	for i, link := range s.o.links {
		if link.relative() && s.inf.stdErr(unit(i, len(s.o.links))) > doubtfulLogError {
			return true
		}
	}
	return false
}

// creeping reports whether the best point is on the way to infinity with next
// to nothing left to gain: some families have a limit that only a curve leads
// to, on which the likelihood rises ever more slowly.
func (s *survey) creeping() bool {
	return s.best.gradient > convergedByGradient && s.best.gradient < creepingGradient && s.travelled(s.best) > maxRun
}

// doubtful reports whether the best optimum may not be the global one, or none.
func (s *survey) doubtful() bool {
	return !(s.best.gradient <= convergedByGradient) || s.best.rough || len(s.modes()) > 1
}

func unit(i, dim int) []float64 {
	e := make([]float64, dim)
	e[i] = 1
	return e
}

// probe fits the model at each of its limits and along the direction in which
// ℓ is flattest, and searches on from where that leads to something better.
func (s *survey) probe() {
	s.fitLimits()
	s.probeFlat()
}

func (s *survey) fitLimits() {
	s.atLimit = nil
	for _, l := range s.limits {
		s.atLimit = append(s.atLimit, s.fitLimit(l))
	}
}
