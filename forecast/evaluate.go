package forecast

import (
	"errors"
	"fmt"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Source returns the log up to an end, cut at a date: histories up to the
// cut with what followed as their holdout. Every call reads the same
// transactions.
type Source func(cut, end history.Date) (*history.Log, error)

// EvaluateOptions say on what to judge models.
type EvaluateOptions struct {
	Cuts     []history.Date    // where histories end, one or several
	Horizons []history.Horizon // how far to forecast from each
	Levels   []float64         // of the intervals; nil: 0.8 and 0.95
	Quick    bool              // expected values and probabilities only: no CRPS, PIT and intervals
	Futures  int               // simulated futures for the bands of totals; 0: 400
	Judged   int               // most customers whose distributions are judged, evenly spread over the table; 0: 20,000
	Seed     uint64
}

// An Evaluation is the judgement over models by what happened after past
// dates.
type Evaluation struct {
	Seed    uint64   `json:"seed"`
	Windows []Window `json:"windows"` // by cut, then horizon
}

// A Window is one cut with one horizon.
type Window struct {
	Cut       history.Date `json:"cut"`
	End       history.Date `json:"end"`
	Horizon   string       `json:"horizon"`
	Customers int          `json:"customers"`
	Judged    int          `json:"distributions_judged,omitempty"` // customers of whom CRPS, PIT and intervals are; 0: none
	Orders    float64      `json:"orders"`                         // actual ones of these customers
	Money     *float64     `json:"money,omitempty"`
	Later     Later        `json:"first_seen_after_cut"`
	Fits      []Fit        `json:"fits"`
	Scores    []Score      `json:"scores"` // orders first, then money; baselines first in either
}

// Later are the customers whose first purchase came after the cut. No forecast
// from histories knows them.
type Later struct {
	Customers int     `json:"customers"`
	Purchases int     `json:"purchases"`
	Money     float64 `json:"money"`
}

// Evaluate fits every candidate at every cut, forecasts the orders and the
// money of the horizons that follow, and scores the forecasts beside those of
// the baselines. Each model is fitted to the histories up to a cut alone; its
// customers are those who had bought by then. It returns an error if a
// candidate cannot be fitted, or if the source has no holdout or no customer
// identifiers.
func Evaluate(src Source, candidates []Candidate, o *EvaluateOptions) (*Evaluation, error) {
	opts := EvaluateOptions{}
	if o != nil {
		opts = *o
	}
	if opts.Levels == nil {
		opts.Levels = []float64{0.8, 0.95}
	}
	if opts.Judged == 0 {
		opts.Judged = defaultJudged
	}
	if opts.Judged < 0 {
		return nil, fmt.Errorf("%d customers to judge the distributions by", opts.Judged)
	}
	for _, l := range opts.Levels {
		if !(l > 0 && l <= 0.999) {
			return nil, fmt.Errorf("level %v: it must lie between 0 and 0.999, like 0.95", l)
		}
	}
	if len(opts.Cuts) == 0 || len(opts.Horizons) == 0 {
		return nil, errors.New("an evaluation needs a cut and a horizon at least")
	}
	out := &Evaluation{Seed: opts.Seed}
	for _, cut := range opts.Cuts {
		var fits []Fit
		for _, horizon := range opts.Horizons {
			w, err := newWindow(src, cut, horizon, &opts)
			if err != nil {
				return nil, err
			}
			if fits == nil {
				if fits, err = fitAll(candidates, w.log.Table); err != nil {
					return nil, fmt.Errorf("cut %v: %w", cut, err)
				}
			}
			if err := w.score(src, fits); err != nil {
				return nil, fmt.Errorf("cut %v: %w", cut, err)
			}
			out.Windows = append(out.Windows, w.Window)
		}
	}
	return out, nil
}

func fitAll(candidates []Candidate, h *history.Table) (fits []Fit, err error) {
	for _, c := range candidates {
		f, err := c.Fit(h)
		if err != nil {
			return nil, err
		}
		fits = append(fits, *f)
	}
	return fits, nil
}

// A window is a Window in the making.
type window struct {
	Window
	o       *EvaluateOptions
	log     *history.Log
	judged  *history.Table // those whose distributions are
	horizon history.Horizon
	t       float64 // its length in the unit of the table

	orders, money *ordered  // actual ones of each row; money is nil without amounts
	bought        []float64 // 1 with at least one order, else 0
}

func newWindow(src Source, cut history.Date, horizon history.Horizon, o *EvaluateOptions) (*window, error) {
	end, err := endOf(cut, horizon)
	if err != nil {
		return nil, err
	}
	log, err := src(cut, end)
	if err != nil {
		return nil, fmt.Errorf("cut %v: %w", cut, err)
	}
	h, r := log.Table, &log.Reconciliation
	switch {
	case h.HoldoutFrequency == nil || h.ID == nil || h.N != nil:
		return nil, fmt.Errorf("cut %v: the table has no holdout or no customer identifiers: an evaluation needs a log of transactions", cut)
	case r.LastDay != 0 && r.LastDay < end:
		return nil, fmt.Errorf("the horizon %v from the cut %v ends on %v, and the log on %v: take an earlier cut or a shorter horizon", horizon, cut, end, r.LastDay)
	}
	w := &window{o: o, log: log, horizon: horizon, t: spanIn(h)}
	var orders []float64
	for _, y := range h.HoldoutFrequency {
		orders = append(orders, float64(y))
		w.bought = append(w.bought, float64(min(y, 1)))
	}
	w.orders = order(orders)
	w.judged = sample(h, o.Judged)
	w.Window = Window{Cut: cut, End: end, Horizon: horizon.String(), Customers: h.Len(), Orders: total(orders),
		Later: Later{r.CustomersBornAfterCut, r.PurchasesBornAfterCut, r.BornAfterCut.Money}}
	if !o.Quick {
		w.Judged = w.judged.Len()
	}
	if h.HoldoutSpend != nil {
		w.money = order(h.HoldoutSpend)
		sum := total(h.HoldoutSpend)
		w.Window.Money = &sum
	}
	return w, nil
}

// score adds the scores of baselines and models.
func (w *window) score(src Source, fits []Fit) error {
	w.Fits = fits
	orders, money, err := w.baselines(src)
	if err != nil {
		return err
	}
	for i := range fits {
		o, m, err := w.model(&fits[i])
		if err != nil {
			return fmt.Errorf("%s: %w", fits[i].Name, err)
		}
		orders = append(orders, o)
		if m != nil {
			money = append(money, *m)
		}
	}
	gradeAll(orders)
	gradeAll(money)
	w.Scores = append(orders, money...)
	return nil
}

// baselines scores the baselines.
func (w *window) baselines(src Source) (orders, money []Score, err error) {
	bs, err := baselines(src, w.log)
	if err != nil {
		return nil, nil, err
	}
	both := make([][2]*Score, len(bs))
	parallel(2*len(bs), func(i int) {
		b, s := bs[i/2], &both[i/2][i%2]
		switch {
		case i%2 == 0 && b.orders != nil:
			f := order(b.orders)
			o := w.point(b.name, "orders", f, w.orders)
			o.AUC, o.CRPS = Figure(auc(f, w.bought)), o.MAE
			*s = &o
		case i%2 == 1 && b.money != nil && w.money != nil:
			m := w.point(b.name, "money", order(b.money), w.money)
			*s = &m
		}
	})
	for _, s := range both {
		for k, to := range []*[]Score{&orders, &money} {
			if s[k] != nil {
				s[k].Baseline = true
				*to = append(*to, *s[k])
			}
		}
	}
	return orders, money, nil
}

// model scores a model's forecast of orders, and of money if there is one.
func (w *window) model(f *Fit) (orders Score, money *Score, err error) {
	h, m := w.log.Table, f.Model
	batch := models.NewBatch(h)
	expected := models.Predict(batch, func(c history.Customer) float64 { return m.Purchase.CondExpected(c, w.t) })
	prob := order(models.Predict(batch, func(c history.Customer) float64 { return m.Purchase.ProbOrder(c, w.t) }))
	orders = w.point(f.Name, "orders", order(expected), w.orders)
	orders.AUC, orders.Brier, orders.ECE = Figure(auc(prob, w.bought)), Figure(brier(prob.v, w.bought)), Figure(calibrationError(prob, w.bought))
	orders.TrackingAtCut, orders.TrackingAtEnd = w.tracking(m.Purchase)
	if ok, _ := m.hasMoney(); ok && w.money != nil {
		value := make([]float64, h.Len())
		for i := range value {
			value[i] = expected[i] * m.Spend.ExpectedSpend(forSpend(h.Customer(i)))
		}
		s := w.point(f.Name, "money", order(value), w.money)
		money = &s
	}
	if !w.o.Quick {
		p := w.predict(m, money != nil)
		w.distribution(p, &orders)
		err = w.coverage(m, p, &orders, money)
	}
	return orders, money, err
}

// tracking returns by how much the repeat purchases that the model expects of
// the customers from their first purchase on exceed the actual ones, up to the
// cut and up to the end.
func (w *window) tracking(m Purchaser) (atCut, atEnd Figure) {
	h := w.log.Table
	ix := h.Index()
	var byCut, byEnd, actual float64
	for i, T := range ix.T {
		byCut += ix.NT[i] * m.Expected(T)
		byEnd += ix.NT[i] * m.Expected(T+w.t)
	}
	for _, x := range h.Frequency {
		actual += float64(x)
	}
	return Figure(byCut/actual - 1), Figure(byEnd/(actual+w.Orders) - 1)
}
