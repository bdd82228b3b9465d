package portfolio

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/predictive-clv/clv/history"
)

// A Regularity is what a log says about the regularity of purchases, by the test
// of Wheat and Morrison.
type Regularity struct {
	Customers int     `json:"customers"` // with two gaps
	Variance  float64 `json:"variance"`  // of M about 1/2
	Poisson   float64 `json:"poisson"`   // that variance for purchases at random: 1/12, or a little less in whole days
	Z         float64 `json:"z"`         // standard errors by which Variance is above Poisson
	P         float64 `json:"p"`         // probability of a variance as small as this for purchases at random
	Shape     float64 `json:"shape"`     // k of gamma distributed gaps: 1 at random, above 1 regular, below 1 in bursts
}

// Limits of a test that supports regularity.
const (
	regularCustomers = 30
	regularLevel     = 0.01
	maxShape         = 100 // gaps of one length have no shape
)

// Supported reports whether purchases are more regular than at random, at the
// level 1 %, with 30 customers at least.
func (r Regularity) Supported() bool {
	return r.Customers >= regularCustomers && r.P < regularLevel && r.Shape > 1
}

// A PoissonError says why there are no dates of the next purchases.
type PoissonError struct{ Regularity Regularity }

func (e *PoissonError) Error() string {
	r := e.Regularity
	if r.Customers < regularCustomers {
		return fmt.Sprintf("only %s made three purchases, and %d are needed to see whether they buy at regular intervals: without that a date of the next order would be invented", counted(r.Customers, "customer"), regularCustomers)
	}
	how := "as at random"
	if 1-r.P < regularLevel {
		how = "in bursts"
	}
	return fmt.Sprintf("these customers do not buy at regular intervals: the share of the first gap in the first two varies by %.4f among %d customers, where purchases at random give %.4f and regular ones less (p = %.2g, below %v is needed); they buy %s, so when the last order was says little about when the next is due; clv list risk ranks by the probability of an order instead",
		r.Variance, r.Customers, r.Poisson, r.P, regularLevel, how)
}

// RegularityOf tests whether customers buy more regularly than at random.
//
// Of each customer with three purchases it takes M = g₁/(g₁+g₂), the share of the
// first of the first two gaps. Whatever the rate of a customer, and whenever he
// drops out, purchases at random make M uniform: Var M = 1/12. With gamma
// distributed gaps of shape k it is 1/(4(2k+1)). Gaps come in whole days; at
// random, g₁ is then uniform on 1 … S−1 given S = g₁+g₂, so that
//
//	E[(M−½)² | S] = (S−2)/(12·S)
//
// and Z compares the sum over customers with that of these, exactly at every
// rate. The p-value is from the normal distribution, one-sided.
//
// Source: Wheat and Morrison (1990), Estimating purchase regularity with two
// interpurchase times, Journal of Marketing Research 27(1).
func RegularityOf(bought []history.Purchases) Regularity {
	var r Regularity
	var got, want, variance float64
	for _, b := range bought {
		if len(b.Days) < 3 {
			continue
		}
		s := float64(b.Days[2] - b.Days[0])
		d := float64(b.Days[1]-b.Days[0])/s - 0.5
		n2 := (s - 1) * (s - 1)
		mean := (s - 2) / (12 * s)
		r.Customers++
		got += d * d
		want += mean
		// The fourth central moment of a uniform number of n is (n²−1)(3n²−7)/240.
		variance += (n2-1)*(3*n2-7)/(240*s*s*s*s) - mean*mean
	}
	n := float64(r.Customers)
	r.Variance, r.Poisson = got/n, want/n
	r.Z = (got - want) / math.Sqrt(variance)
	r.P = math.Erfc(-r.Z/math.Sqrt2) / 2
	r.Shape = min((3*want/got-1)/2, maxShape)
	return r
}

// A rhythm is the distribution of a customer's next gap, g: with A and B below,
// g/(g+B) ~ Beta(k, A).
type rhythm struct {
	k, a, b float64
	gap     float64 // days passed of it
	tail    float64 // P(g > gap)
}

// rhythm returns that of the customer in row i. Gaps are gamma distributed with
// the shape k of all and a rate of the customer's own, of which the model's mean
// gap counts for 3 gaps. With n gaps
//
//	A = k(n+3) + 1,  B = (n+3) · mean of the n gaps and the 3
func (s *Scoring) rhythm(i int, k float64) rhythm {
	days := s.Purchases[i].Days
	n := float64(len(days) - 1)
	r := rhythm{k: k, a: k*(n+priorGaps) + 1, b: float64(days[len(days)-1]-days[0]) + priorGaps*s.meanGap(i), gap: s.Gap[i]}
	r.tail = mathext.RegIncBeta(r.a, k, r.b/(r.b+r.gap))
	return r
}

// due returns the days from the end of the log until the next purchase has been
// made with probability p, given that it is still to come.
func (r rhythm) due(p float64) float64 {
	return r.b/mathext.InvRegIncBeta(r.a, r.k, (1-p)*r.tail) - r.b - r.gap
}

// overdue is the probability of a gap longer than the present one below which a
// customer is not waited for.
const overdue = 0.05

// Due returns the day by which the next purchase of a customer of the list
// reorder has been made with probability p, if there is one.
func (l *List) Due(item Item, p float64) history.Date {
	days := l.Scoring.rhythm(item.Row, l.Regularity.Shape).due(p)
	return l.Scoring.Day + history.Date(max(1, math.Ceil(days)))
}
