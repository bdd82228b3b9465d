package fit

import (
	"fmt"
	"math"
	"slices"
)

// A Prior is what is known about one parameter before the data: on the scale
// of its link a normal distribution, for a positive parameter therefore a
// log-normal one,
//
//	ln θ ~ Normal(ln Median, Spread²).
//
// Spread 1 puts 95 % between a seventh of the median and seven times it. A fit
// with priors finds the mode of the posterior density of the unconstrained
// parameters; that density, unlike that of θ, gives back the median where the
// data say nothing.
type Prior struct {
	Param  string  // the name of the parameter
	Median float64 // within the range of the parameter
	Spread float64 // standard deviation on the scale of the link, positive
}

// A penalty is the normal prior of one unconstrained parameter; precision 0 is
// none.
type penalty struct{ mean, precision float64 }

// penaltiesOf returns the priors in the order of the parameters, nil if there
// are none.
func penaltiesOf(priors []Prior, names []string, links []Link) ([]penalty, error) {
	if len(priors) == 0 {
		return nil, nil
	}
	ps := make([]penalty, len(names))
	for _, p := range priors {
		i := slices.Index(names, p.Param)
		switch {
		case i < 0:
			return nil, fmt.Errorf("fit: there is a prior for %q, and the parameters are %v", p.Param, names)
		case ps[i].precision != 0:
			return nil, fmt.Errorf("fit: there are two priors for %s", p.Param)
		case !(p.Spread > 0) || math.IsInf(p.Spread, 0):
			return nil, fmt.Errorf("fit: the spread of the prior for %s is %v: it must be positive", p.Param, p.Spread)
		}
		ps[i] = penalty{links[i].unconstrained(p.Median), 1 / (p.Spread * p.Spread)}
		if !finite(ps[i].mean) {
			return nil, fmt.Errorf("fit: the median of the prior for %s is %v: it must lie within the range of the parameter", p.Param, p.Median)
		}
	}
	return ps, nil
}

// logPrior returns the logarithm of the prior density of the unconstrained
// parameters at u, 0 without priors.
func (o *objective) logPrior(u []float64) (l float64) {
	for i, p := range o.prior {
		if p.precision > 0 {
			l += (math.Log(p.precision/(2*math.Pi)) - p.precision*(u[i]-p.mean)*(u[i]-p.mean)) / 2
		}
	}
	return l
}
