package fit

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// How far a profile is followed before its end is called open: a factor e^25.
	profileReach = 25.0
	// The ends of an interval are exact to this in √(2Δℓ), of about 2 there.
	profileTolerance = 1e-6
)

// Profile returns the estimate of parameter i with its profile-likelihood
// interval: the values at which ℓ, maximised over the other parameters, lies
// less than half the χ²₁ quantile of the level below its maximum. Unlike the
// interval of Params it needs no quadratic ℓ, and at a limit of the family it
// is open on one side, where the data allow any value.
//
// With priors, ℓ + ln prior takes the place of ℓ. Profile returns an error if
// the fit did not converge, or if the profile leads to a better optimum than
// that of the fit. It panics unless 0 < level < 1 and i is a parameter.
func (r *Result[M]) Profile(i int, level float64) (Estimate, error) {
	if !(level > 0 && level < 1) {
		panic("fit: the level of an interval must lie between 0 and 1")
	}
	e := r.Params[i]
	if r.Verdict == NotConverged {
		return e, errors.New("fit: no profile of a fit that did not converge")
	}
	p := &profile{o: r.o.clone(), u: r.u, i: i, want: math.Sqrt(distuv.ChiSquared{K: 1}.Quantile(level))}
	p.best = p.o.value(r.u)
	link := r.o.links[i]
	for k, way := range []float64{-1, 1} {
		at, err := p.end(way, r.inf.stdErr(unit(i, len(r.u))))
		if err != nil {
			return e, fmt.Errorf("fit: profile of %s: %w", e.Name, err)
		}
		*[]*float64{&e.Lower, &e.Upper}[k] = link.natural(at)
	}
	return e, nil
}

// ProfileLogLik returns the largest ℓ, with priors ℓ + ln prior, that the model
// reaches with parameter i fixed at a value, and the model there.
func (r *Result[M]) ProfileLogLik(i int, value float64) (logLik float64, m M) {
	p := &profile{o: r.o.clone(), u: r.u, i: i}
	u := p.at(r.o.links[i].unconstrained(value)-r.u[i], r.u, 0)
	return p.o.logLik(u) + p.o.logPrior(u), r.at(u)
}

// A profile follows the maximum of ℓ over the other parameters as parameter i
// moves away from the optimum u.
type profile struct {
	o    *objective
	u    []float64
	i    int
	best float64 // f at u
	want float64 // √(2Δℓ) at the ends of the interval
}

// at returns the best point at distance t from the optimum, searched from the
// line through the optimum and the best point at distance known.
func (p *profile) at(t float64, last []float64, known float64) []float64 {
	start := append([]float64(nil), p.u...)
	if known != 0 {
		for j := range start {
			start[j] += (last[j] - p.u[j]) * (t / known)
		}
		if math.IsInf(p.o.value(start), 0) {
			copy(start, p.u)
		}
	}
	start[p.i] = p.u[p.i] + t
	return minimizeAcross(p.o, start, unit(p.i, len(start)))
}

// end returns the coordinate at which √(2Δℓ), which is nearly linear in the
// distance, reaches its value at the end of the interval. It is infinite if that
// is out of reach.
func (p *profile) end(way, se float64) (float64, error) {
	reach := profileReach
	if !p.o.links[p.i].relative() {
		reach *= 1e4 * max(1, math.Abs(p.u[p.i]))
	}
	t := p.want * se
	if !(se < 5) { // far from quadratic, or no information at the optimum
		t = 1
	}
	lo, rootLo := 0.0, 0.0 // below the end
	hi, rootHi := math.Inf(1), 0.0
	last := p.u
	for range 100 {
		u := p.at(way*t, last, way*lo)
		f := p.o.value(u)
		if p.o.n*(p.best-f) > sameLogLik {
			theta := p.o.params(u)
			return 0, fmt.Errorf("there is a better optimum near %.4g, with a log-likelihood higher by %.4g: fit again from there", theta, p.o.n*(p.best-f))
		}
		root := math.Sqrt(max(0, 2*p.o.n*(f-p.best)))
		if math.Abs(root-p.want) < profileTolerance || hi-lo < 1e-12 {
			return p.u[p.i] + way*t, nil
		}
		if root < p.want {
			if t >= reach {
				return math.Inf(int(way)), nil
			}
			lo, rootLo, last = t, root, u
		} else {
			hi, rootHi = t, root
		}
		t = p.next(lo, rootLo, hi, rootHi, reach)
	}
	return p.u[p.i] + way*t, nil
}

// next returns where to look next for the end that lies between lo and hi.
func (p *profile) next(lo, rootLo, hi, rootHi, reach float64) float64 {
	if math.IsInf(hi, 1) {
		grow := 3.0
		if rootLo > p.want/3 {
			grow = p.want / rootLo * 1.05
		}
		return min(grow*lo, reach)
	}
	if math.IsInf(rootHi, 1) {
		return (lo + hi) / 2
	}
	margin := 0.01 * (hi - lo) // a false position must not creep
	return min(max(lo+(hi-lo)*(p.want-rootLo)/(rootHi-rootLo), lo+margin), hi-margin)
}
