package portfolio

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

const (
	// MinRepeatBuyers is the number of customers with repeat purchases below
	// which [Acquire] refuses.
	MinRepeatBuyers = 10
	// SmallWeight is the weight of a segment's own data below which the segment
	// is called small.
	SmallWeight = 0.5

	acquireDraws = 400
)

// AcquireOptions say which value is asked for.
type AcquireOptions struct {
	Segment []string        // of each row: what is known at acquisition; nil: nothing
	Horizon history.Horizon // of the value
	Payback history.Horizon // within which a customer should pay back; zero: the horizon
	Ratio   float64         // LTV:CAC that is wanted; 0 means 3
	Draws   int             // of the parameters, for the intervals; 0 means 400
	Seed    uint64
}

// An Acquisition is what a customer is worth at the moment of the first
// purchase: one of all customers, and one of each segment.
type Acquisition struct {
	Horizon     string            `json:"horizon"`
	Payback     string            `json:"payback"`
	Ratio       float64           `json:"ltv_cac"`
	All         Acquired          `json:"all"`
	Segments    []Acquired        `json:"segments,omitempty"`
	Spread      []forecast.Figure `json:"spread,omitempty"`       // of the segments' purchase parameters, on the log scale
	SpendSpread []forecast.Figure `json:"spend_spread,omitempty"` // of those of the spend model
	Warnings    []string          `json:"warnings"`
}

// An Acquired is a new customer of a segment.
type Acquired struct {
	Segment      string          `json:"segment"`
	Customers    int             `json:"customers"`
	RepeatBuyers int             `json:"repeat_buyers"`
	Weight       forecast.Figure `json:"weight"`       // of the segment's own data in Orders; 1 for all customers
	SpendWeight  forecast.Figure `json:"spend_weight"` // in Spend
	Small        bool            `json:"small"`        // a weight is below SmallWeight
	FirstOrder   Estimate        `json:"first_order"`  // amount
	Orders       Estimate        `json:"orders"`       // after the first, within the horizon
	Spend        Estimate        `json:"spend"`        // of such an order
	CLV          Estimate        `json:"clv"`          // the last point of Curve
	CAC          float64         `json:"cac"`
	PaysBack     forecast.Figure `json:"pays_back_months"` // at that CAC; NaN: not within the horizon
	PaybackCAC   Estimate        `json:"cac_ceiling_payback"`
	RatioCAC     Estimate        `json:"cac_ceiling_ltv_cac"`
	Curve        []CurvePoint    `json:"curve"`

	spend models.GammaGamma // zero: none
}

// An Estimate is a number with its 95 % interval.
type Estimate struct {
	Value forecast.Figure `json:"value"`
	Lower forecast.Figure `json:"lower"`
	Upper forecast.Figure `json:"upper"`
}

// A CurvePoint is what a customer has brought, net and discounted, by so many
// months after the first purchase, which counts.
type CurvePoint struct {
	Months float64 `json:"months"`
	Estimate
}

// Acquire returns the value of a new customer before anything but the segment
// is known of him,
//
//	V(t) = first order·margin − cost per order
//	     + (E(spend)·margin − cost per order)·D(t) − cost alive·L(t)
//
// with D and L, the discounted orders and time alive up to t, of a new customer
// as in [Model.Value]. V at the horizon is the CLV; what acquisition costs is not
// deducted, for V is what it may cost.
//
// The purchase model, Gamma-Gamma and the amount of the first order are
// estimated for every segment, drawn toward all customers by [NewPool] and, for
// the first order, by [shrunkMeans]. The intervals hold what is not known
// about these estimates, not how single customers differ.
//
// Bought are the purchases of each row. Without amounts each order is worth 1.
func Acquire[M interface {
	Newcomer
	poolable[M, *history.Table]
}](m M, h *history.Table, bought []history.Purchases, e *Economics, o *AcquireOptions) (*Acquisition, error) {
	if len(bought) != h.Len() || o.Segment != nil && len(o.Segment) != h.Len() {
		return nil, fmt.Errorf("there are %d customers, %d with purchases and %d segments", h.Len(), len(bought), len(o.Segment))
	}
	if err := e.Check(); err != nil {
		return nil, err
	}
	a, err := newAcquiring(h, bought, e, o)
	if err != nil {
		return nil, err
	}
	pool, err := NewPool(m, h, a.tables)
	if err != nil {
		return nil, err
	}
	a.say(pool.Whole.Warnings)
	a.orders(pool.Whole.Model, newcomers(pool.Groups), func(g int, f func(Newcomer) float64) float64 {
		return pool.Weight(g, func(m M) float64 { return f(m) })
	})
	a.out.Spread = figures(pool.Spread, a.out.Segments)
	var spend *Pool[models.GammaGamma]
	if h.Spend != nil {
		if spend, err = a.spending(h); err != nil {
			return nil, err
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	for range max(2, cmp.Or(o.Draws, acquireDraws)) {
		whole, groups := pool.Draw(rng)
		a.draw(rng, whole, newcomers(groups), spend)
	}
	a.finish()
	return a.out, nil
}

func newcomers[M Newcomer](ms []M) (out []Newcomer) {
	for _, m := range ms {
		out = append(out, m)
	}
	return out
}

func figures(v []float64, segments []Acquired) (out []forecast.Figure) {
	if len(segments) == 0 {
		return nil
	}
	for _, x := range v {
		out = append(out, forecast.Figure(x))
	}
	return out
}

// groupRows returns the names of the segments, sorted, and the rows of each.
func groupRows(segment []string) (names []string, rows [][]int) {
	of := map[string][]int{}
	for i, s := range segment {
		of[s] = append(of[s], i)
	}
	names = slices.Sorted(maps.Keys(of))
	for _, name := range names {
		rows = append(rows, of[name])
	}
	return names, rows
}

// rowsOf returns some rows of a table without holdout.
func rowsOf(h *history.Table, rows []int) *history.Table {
	out := &history.Table{Unit: h.Unit, Cut: h.Cut, End: h.End}
	for _, i := range rows {
		out.Frequency = append(out.Frequency, h.Frequency[i])
		out.Recency = append(out.Recency, h.Recency[i])
		out.T = append(out.T, h.T[i])
		if h.Spend != nil {
			out.Spend = append(out.Spend, h.Spend[i])
		}
		if h.N != nil {
			out.N = append(out.N, h.N[i])
		}
	}
	return out
}

// quantiles makes an estimate of a value and draws of it.
func quantiles(value float64, draws []float64) Estimate {
	sorted := slices.Clone(draws)
	slices.SortFunc(sorted, func(x, y float64) int {
		switch {
		case x < y || math.IsNaN(y) && !math.IsNaN(x):
			return -1
		case y < x || math.IsNaN(x) && !math.IsNaN(y):
			return 1
		}
		return 0
	})
	at := func(p float64) forecast.Figure {
		return forecast.Figure(sorted[int(math.Round(p*float64(len(sorted)-1)))])
	}
	return Estimate{forecast.Figure(value), at(0.025), at(0.975)}
}
