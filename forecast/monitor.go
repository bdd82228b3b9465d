package forecast

import (
	"errors"
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Since is what happened after the calibration of a model.
type Since struct {
	Log   *history.Log        // cut at the end of the calibration, with every purchase
	Later []history.Purchases // of the customers whose first purchase came after it
}

// MonitorOptions say how to judge a model by what happened since. The zero
// value and nil work.
type MonitorOptions struct {
	Period  history.Unit // Day, Week or Month; 0: Month
	Level   float64      // of each band alone, and of the verdict; 0: 0.95
	Futures int          // simulated futures; 0, or fewer than 20/(1−Level): as many
	Seed    uint64
}

// A Monitoring says whether what happened since the calibration is what the
// model says may happen.
type Monitoring struct {
	Cut       history.Date `json:"cut"` // the end of the calibration
	End       history.Date `json:"end"`
	Customers int          `json:"customers"` // of the calibration
	Acquired  int          `json:"acquired"`  // since then
	Level     float64      `json:"level"`
	Futures   int          `json:"futures"`

	Holds      bool     `json:"holds"`
	PValue     float64  `json:"p_value"`     // of all tests together
	FalseAlarm float64  `json:"false_alarm"` // how often a true model is said not to hold
	Reasons    []string `json:"reasons"`     // why it does not

	Tests    []Watched       `json:"tests"` // what the verdict rests on
	Periods  []WatchedPeriod `json:"periods"`
	Deciles  []Watched       `json:"deciles"`           // customers with an order, by tenths of P(order)
	ByX      []Watched       `json:"by_frequency"`      // orders
	ByTx     []Watched       `json:"by_recency"`        // orders
	Changes  []*Changes      `json:"changes,omitempty"` // none unless they are set
	Warnings []string        `json:"warnings,omitempty"`
}

// A Watched is a quantity as it was expected and as it came. For a measure of
// calibration, which cannot be too small, Lo is 0.
type Watched struct {
	Name      string  `json:"name"`
	Customers int     `json:"customers"`
	Band              // at the level, of this quantity alone
	Actual    float64 `json:"actual"`
	Outside   bool    `json:"outside"`           // the actual lies outside the band
	PValue    float64 `json:"p_value,omitempty"` // of a test, adjusted for all of them
}

// A WatchedPeriod is what the customers of the calibration did in a period.
type WatchedPeriod struct {
	From     history.Date `json:"from"`
	To       history.Date `json:"to"`
	Complete bool         `json:"complete"`
	Orders   Watched      `json:"orders"`
	Active   Watched      `json:"active"`
	Revenue  *Watched     `json:"revenue,omitempty"`
}

// The tests of a Monitoring.
const (
	TestOrders       = "orders"
	TestReturners    = "returners" // customers with at least one order
	TestRevenue      = "revenue"
	TestECE          = "calibration of P(order)"
	TestByX          = "misfit by frequency"
	TestByTx         = "misfit by recency"
	TestNewOrders    = "orders of new customers" // repeat purchases of those acquired since
	TestNewReturners = "returners among new customers"
)

// Monitor sets what the model expected of the customers of its calibration,
// and of those acquired since, against what they did.
//
// Futures of all customers are simulated, each with one replicate of the
// parameters, so that every band holds the noise of the purchases and the doubt
// about the parameters. A band holds with the level, by itself. The verdict is
// over all tests together: with D_j the distance of test j from its median, in
// units of the distance to the quantile one standard deviation away on that
// side, the p-value of test j is the share of futures (and of what happened)
//
//	p_j = (1 + #{futures: max_i D_i ≥ D_j actual})/(1 + futures)
//
// and the model is said not to hold if the least of them is at most 1−Level. If
// the model is true, what happened is one more future, and that has at most this
// probability, however many tests there are and however they depend on each
// other. The tests are the sums of orders, returners and revenue; the mean
// distance of P(order) from the shares that bought over tenths of the customers;
// the sums of squared standardised errors of the orders by frequency and by
// recency; and the repeat purchases and returners of new customers.
//
// It returns an error if nothing happened since, or if the log lacks the
// purchases.
//
// Source: Westfall and Young (1993), Resampling-Based Multiple Testing, for the
// maximum over tests.
func (m *Model) Monitor(s *Since, o *MonitorOptions) (*Monitoring, error) {
	w, err := m.newWatch(s, o)
	if err != nil {
		return nil, err
	}
	w.judge()
	return w.out, nil
}

// A watch is a Monitoring in the making. The classes that customers belong to
// are crossed to cells, the groups of the simulation.
type watch struct {
	f    *periods
	s    *Since
	prob []float64 // P(order) of each row

	partitions [3]partition
	cell       [][3]int // the class in each partition, by cell
	happened   []sum    // like the sums of a future
	expected   []sum

	acquired    []sum // of each future
	acquiredSum sum   // what happened
	acquiredExp sum

	out *Monitoring
}

// A partition divides the customers into classes.
type partition struct {
	names []string
	of    []int // the class of each row
}

const (
	byDecile = iota
	byX
	byTx
)

func (m *Model) newWatch(s *Since, o *MonitorOptions) (*watch, error) {
	opts := MonitorOptions{}
	if o != nil {
		opts = *o
	}
	h := s.Log.Table
	switch {
	case s.Log.Purchases == nil || h.N != nil:
		return nil, errors.New("to watch a model takes the transaction log with every purchase")
	case !h.End.After(h.Cut):
		return nil, fmt.Errorf("the log ends on %v and the calibration on %v: nothing has happened since", history.DateOf(h.End), history.DateOf(h.Cut))
	}
	if opts.Level == 0 {
		opts.Level = 0.95
	}
	opts.Futures = max(opts.Futures, int(math.Ceil(20/(1-opts.Level)-1e-9)))
	w := &watch{s: s}
	days := history.Horizon{Value: float64(history.DateOf(h.End) - history.DateOf(h.Cut)), Unit: history.Day}
	t := days.In(m.Unit)
	w.prob = models.Predict(models.NewBatch(h.In(m.Unit)), func(c history.Customer) float64 { return m.Purchase.ProbOrder(c, t) })
	var err error
	w.f, err = m.newPeriods(h, &PeriodOptions{Horizon: days, Period: opts.Period, Labels: w.cross(h), Level: opts.Level, Futures: opts.Futures, Seed: opts.Seed})
	if err != nil {
		return nil, err
	}
	w.f.money = w.f.money && h.HoldoutSpend != nil
	w.out = &Monitoring{Cut: w.f.cut, End: w.f.out.End, Customers: h.Len(), Acquired: len(s.Later), Level: opts.Level,
		Futures: opts.Futures, FalseAlarm: 1 - opts.Level, Warnings: w.f.out.Warnings}
	return w, nil
}

// cross makes the partitions and returns the label of each row's cell.
func (w *watch) cross(h *history.Table) []string {
	w.partitions[byDecile] = partition{decileNames(), tenths(order(w.prob))}
	of, names := frequencyClasses(h)
	w.partitions[byX] = partition{names, of}
	of, names = recencyClasses(h)
	w.partitions[byTx] = partition{names, of}
	labels := make([]string, h.Len())
	for i := range labels {
		labels[i] = string([]rune{rune(w.partitions[0].of[i]), rune(w.partitions[1].of[i]), rune(w.partitions[2].of[i])})
	}
	return labels
}
