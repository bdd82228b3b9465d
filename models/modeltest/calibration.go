package modeltest

import (
	"fmt"
	"math"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// calibratedQuantities are the probabilities compared with fates.
var calibratedQuantities = []struct {
	name string
	prob func(s *subject, c history.Customer) (p float64, offered bool)
	came func(f fate) bool
}{
	{"P(alive)", func(s *subject, c history.Customer) (float64, bool) {
		if s.probAlive == nil {
			return 0, false
		}
		return s.probAlive(c), true
	}, func(f fate) bool { return f.alive }},
	{"P(order)", func(s *subject, c history.Customer) (float64, bool) {
		if s.probOrder == nil {
			return 0, false
		}
		return s.probOrder(c, s.horizon), true
	}, func(f fate) bool { return f.order }},
}

const tenths = 10

// A tally counts, for one data set, the customers whose probability is in each
// tenth according to the truth, of each quantity, with what the fitted model
// and the control give them. Were they grouped by the fitted probabilities, an
// estimate that is too high would take the customers with it into a higher
// tenth, and none would be right.
type tally [2]struct{ fitted, control [tenths]tenth }

// A tenth sums up customers, probabilities and what came.
type tenth struct{ n, prob, came float64 }

func (t *tenth) add(p float64, came bool) {
	t.n++
	t.prob += p
	t.came += indicator(came)
}

// wrongParams are three times p, or a third. Where much is known of a customer,
// predictions hardly depend on them.
func wrongParams(p []float64) []float64 {
	for i := range p {
		if p[i] *= 3; i%2 == 1 {
			p[i] /= 9
		}
	}
	return p
}

func (t *tally) count(truth, fitted, control *subject, h *history.Table, fates []fate) {
	for k, q := range calibratedQuantities {
		for i, f := range fates {
			c := h.Customer(i)
			p, ok := q.prob(truth, c)
			if !ok {
				break
			}
			in := min(int(tenths*p), tenths-1)
			right, _ := q.prob(fitted, c)
			wrong, _ := q.prob(control, c)
			t[k].fitted[in].add(right, q.came(f))
			t[k].control[in].add(wrong, q.came(f))
		}
	}
}

// calibrated judges the tallies and prints them.
func (r *report) calibrated(tallies []tally) {
	for k, q := range calibratedQuantities {
		var b strings.Builder
		fmt.Fprintf(&b, "%-10s %10s %10s %10s %7s %33s %7s", q.name, "customers", "predicted", "came", "z", "control, wrong parameters", "z")
		var worst, customers float64
		same := true
		for i := range tenths {
			good := collect(tallies, func(t *tally) tenth { return t[k].fitted[i] })
			bad := collect(tallies, func(t *tally) tenth { return t[k].control[i] })
			if good.n == 0 {
				continue
			}
			where := fmt.Sprintf("%.1f to %.1f", float64(i)/tenths, float64(i+1)/tenths)
			fmt.Fprintf(&b, "\n%s %10.0f %10.4f %10.4f %+7.2f %33.4f %+7.2f", where, good.n, good.prob, good.came, good.z, bad.prob, bad.z)
			customers += good.n
			same, worst = same && good == bad, max(worst, math.Abs(bad.z))
			if math.Abs(good.z) > maxZ {
				r.errorf("%s, %s: %.4f came where %.4f is predicted, z = %.2f", q.name, where, good.came, good.prob, good.z)
			}
		}
		switch {
		case customers == 0:
			r.logf("the model does not offer %s", q.name)
			continue
		case !same && worst <= maxZ:
			r.errorf("the control passes: %s of wrong parameters is off by z = %.2f only", q.name, worst)
		}
		r.logf("%s", b.String())
	}
}

// A collected tenth holds means over all data sets, and how far the two are
// apart in standard errors; 0 with too few customers to say.
type collected struct{ n, prob, came, z float64 }

func collect(tallies []tally, of func(t *tally) tenth) (c collected) {
	var differences []float64
	for i := range tallies {
		t := of(&tallies[i])
		c.n, c.prob, c.came = c.n+t.n, c.prob+t.prob, c.came+t.came
		if t.n > 0 {
			differences = append(differences, t.came-t.prob)
		}
	}
	if c.n > 0 {
		c.prob, c.came = c.prob/c.n, c.came/c.n
	}
	if len(differences) >= 30 && c.n >= 500 {
		c.z = zScore(differences)
	}
	return c
}
