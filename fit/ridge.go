package fit

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/models"
)

const (
	// The flattest direction is followed both ways until a parameter has changed
	// by a factor e³ = 20.
	ridgeDistance = 3.0
	// A drop of ℓ that small on the way is within the 95 % interval, ½χ²₁.
	ridgeDrop = 1.92
	// Entries of the unit vector along the ridge that count as taking part.
	ridgePart = 0.3
	// A 95 % interval on the log scale of ±2·1.5 spans a factor of 400: the data
	// say next to nothing about such a parameter.
	wideLogError = 1.5
)

// A flatness is the profile of ℓ along the direction in which the information
// is least.
type flatness struct {
	direction []float64
	drop      float64 // of the profile likelihood at the distance above, on the flatter side
}

// probeFlat follows the flattest direction both ways, the rest fitted anew.
func (s *survey) probeFlat() {
	u := s.best.u
	s.flat = &flatness{drop: math.Inf(1)}
	if s.inf.values == nil {
		return
	}
	s.flat.direction = mat.Col(nil, 0, &s.inf.vectors)
	if !s.relativeDirection() || len(u) < 2 {
		return
	}
	longest := norm(s.flat.direction)
	for _, way := range []float64{ridgeDistance, -ridgeDistance} {
		at := make([]float64, len(u))
		floats.AddScaledTo(at, u, way/longest, s.flat.direction)
		if math.IsInf(s.o.value(at), 0) {
			continue
		}
		at = minimizeAcross(s.o, at, s.flat.direction)
		f := s.o.value(at)
		if s.gain(s.best.f, f) > sameLogLik {
			s.from(at)
		}
		s.flat.drop = min(s.flat.drop, s.gain(f, s.best.f))
	}
}

// relativeDirection reports whether the flattest direction changes parameters
// by factors: only then its length means anything.
func (s *survey) relativeDirection() bool {
	var part float64
	for i, link := range s.o.links {
		if link.relative() {
			part += s.flat.direction[i] * s.flat.direction[i]
		}
	}
	return part > 0.99
}

// ridge reports whether the data leave the best optimum free to move far.
func (s *survey) ridge() bool {
	return s.flat != nil && (s.flat.drop < ridgeDrop || s.inf.cov == nil || s.creeping())
}

// onRidge returns which parameters the data do not determine.
func (s *survey) onRidge() (free []bool) {
	dim := len(s.best.u)
	wide := wideLogError
	if s.creeping() { // the information is still falling
		wide = doubtfulLogError
	}
	free = make([]bool, dim)
	for i := range free {
		free[i] = s.flat.direction == nil || math.Abs(s.flat.direction[i]) > ridgePart ||
			s.o.links[i].relative() && s.inf.stdErr(unit(i, dim)) > wide
	}
	return free
}

// pair returns the combination of the two parameters with the largest part in
// the ridge that does not change along it: a ratio if they move together, a
// product if they move in opposite ways.
func (s *survey) pair(names []string) []models.Combination {
	if len(names) < 2 || s.flat.direction == nil {
		return nil
	}
	d := s.flat.direction
	i, j := largestTwo(d)
	if s.o.links[i] != Log || s.o.links[j] != Log || math.Abs(d[j]) < ridgePart {
		return nil
	}
	if d[i]*d[j] < 0 {
		return []models.Combination{{Name: names[i] + "·" + names[j], Value: func(p []float64) float64 { return p[i] * p[j] }}}
	}
	return []models.Combination{{Name: names[i] + "/" + names[j], Value: func(p []float64) float64 { return p[i] / p[j] }}}
}

// largestTwo returns the places of the two entries of largest size, in order.
func largestTwo(v []float64) (i, j int) {
	for k := range v {
		if math.Abs(v[k]) > math.Abs(v[i]) {
			i = k
		}
	}
	if i == 0 {
		j = 1
	}
	for k := range v {
		if k != i && math.Abs(v[k]) > math.Abs(v[j]) {
			j = k
		}
	}
	return min(i, j), max(i, j)
}

func freeNames(names []string, free []bool) (which []string) {
	for i, name := range names {
		if free[i] {
			which = append(which, name)
		}
	}
	return which
}

// narrow reports whether the interval spans less than a factor of 10, of the
// odds for a probability.
func (e Estimate) narrow() bool {
	spread := e.Upper / e.Lower
	if e.Upper < 1 {
		spread = min(spread, spread*(1-e.Lower)/(1-e.Upper))
	}
	return spread < 10
}

// ridgeWarning says which parameters are free and what is determined.
func (s *survey) ridgeWarning(names []string, free []bool, combinations []Estimate) error {
	var what []string
	for _, e := range combinations {
		if e.narrow() {
			what = append(what, fmt.Sprintf("%s = %.5g (%.3g to %.3g)", e.Name, e.Value, e.Lower, e.Upper))
		}
	}
	text := "ridge: these data hardly determine " + strings.Join(freeNames(names, free), ", ")
	if !math.IsInf(s.flat.drop, 1) {
		text += fmt.Sprintf(": a change by a factor of 20 costs %.2f of the log-likelihood", max(0, s.flat.drop))
	}
	if what != nil {
		text += "; they do determine " + strings.Join(what, ", ")
	}
	return fmt.Errorf("%s; forecasts from the model stand, its single parameters do not", text)
}
