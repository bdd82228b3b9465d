package fit

// A Thinner gives an even sample of the data, a small part of them, or the
// zero value where there are too few. The search for the optimum begins on it.
type Thinner[D Data] interface{ Thin() D }

// pilot searches on an even sample of the data first, where they offer one,
// and returns where that leads as the only start for the whole: the basin has
// then been found, and confirmed by several starts, at a fraction of the cost.
// It confirms nothing if the sample leaves any doubt, or if more starts are
// asked for than the family has.
func pilot[M Model[M, D], D Data](m M, data D, s *Settings, prior []penalty) (starts [][]float64, confirmed bool) {
	t, ok := any(data).(Thinner[D])
	if !ok {
		return nil, false
	}
	var none D
	sample := t.Thin()
	if sample == none {
		return nil, false
	}
	starts = startsOf(m, sample)
	if len(starts) < 2 || s.starts() > len(starts) {
		return nil, false
	}
	o := newObjective(newLikelihood(m, sample), sample.Customers(), linksOf(m, len(m.ParamNames())), prior)
	found := &survey{o: o, limits: limitsOf(m)}
	if err := found.search(starts); err != nil || found.suspicious() {
		return nil, false
	}
	theta := make([]float64, len(found.best.u))
	o.natural(theta, found.best.u)
	return [][]float64{theta}, true
}
