package modeltest

import "testing"

// Nested tests that a richer model with its extra parameters neutral is the
// simpler one: every quantity that both offer is the same for customers of every
// kind, at ages of up to 52 units of time, and so is ℓ, with an error of at most
// tolerance relative to max(1, |value|). What tells of dropout alone, the log
// odds of being alive and the lifetime, may have another limit and is left out.
func Nested[R Model[R], S Model[S]](t *testing.T, rich R, simple S, tolerance float64) {
	t.Helper()
	var or *Options[R]
	var os *Options[S]
	r := &report{logf: t.Logf}
	n := r.nested(subjectOf(rich, or.filled()), subjectOf(simple, os.filled()), tolerance)
	for _, failure := range r.failures {
		t.Error(failure)
	}
	t.Logf("%d values compared", n)
}

// nested returns the number of values that it has compared.
func (r *report) nested(rich, simple *subject, tolerance float64) (n int) {
	for _, s := range []*subject{rich, simple} {
		s.logOddsAlive, s.residualLifetime = nil, nil
	}
	want := map[string]float64{}
	for _, v := range simple.values(1) {
		want[v.what] = v.value
	}
	for _, v := range rich.values(1) {
		if w, ok := want[v.what]; ok {
			r.near(v.what, v.value, w, tolerance, 1)
			n++
		}
	}
	h := simple.table()
	l := simple.logLik(h)
	r.near("ℓ", rich.logLik(h), l, tolerance, 1)
	return n + 1
}
