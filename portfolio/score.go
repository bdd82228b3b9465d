package portfolio

import (
	"fmt"
	"math"
	"slices"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// ScoreOptions say what a [Scoring] is about.
type ScoreOptions struct {
	Horizon history.Horizon // of P(order), orders and value; zero: to infinity, which needs a discount
	Since   history.Date    // an earlier day to compare with; zero: none
	Segment []string        // of each row, for margins by segment; nil: none
}

// A Scoring is what one model says of the customers of a log at its end, and of
// the same customers at an earlier day, from their purchases up to then.
type Scoring struct {
	Day, Since history.Date // Since is zero if there is no earlier day
	Horizon    history.Horizon
	Table      *history.Table // as of Day, in the model's unit
	Purchases  []history.Purchases
	Now        *Values
	Then       *Values   // Alive, ProbOrder, Orders and Net, NaN for those who came later; nil without Since
	Gap        []float64 // days since the last purchase
	UsualGap   []float64 // days between purchases, by the customer's own rhythm; see [Model.Score]
	Rate       []float64 // posterior mean of the purchase rate, per unit of the model's time
	Dropout    []float64 // and of the dropout probability or rate
	Caution    string    // what to know of the model before acting on it; empty: nothing
}

// priorGaps is how many gaps of a customer the model's word counts for.
const priorGaps = 3

// Score scores the customers of a log, which must keep its purchases.
//
// The usual gap of a customer with n gaps between purchases, of median g, is
//
//	(n·g + 3·ln 2/E[λ | history]) / (n + 3)
//
// The second term is the median gap that the model expects: a customer with few
// gaps is taken for what the model says, one with many for what he did.
func (m *Model) Score(log *history.Log, e *Economics, o *ScoreOptions) (*Scoring, error) {
	if log.Purchases == nil {
		return nil, fmt.Errorf("a list needs the transaction log: a summary does not say when purchases happened")
	}
	h, err := m.in(log.Table)
	if err != nil {
		return nil, err
	}
	s := &Scoring{Day: history.DateOf(h.End), Since: o.Since, Horizon: o.Horizon, Table: h, Purchases: log.Purchases}
	if s.Now, err = m.Value(h, e, &ValueOptions{Horizon: o.Horizon, Segment: o.Segment}); err != nil {
		return nil, err
	}
	if o.Since != 0 {
		if s.Then, err = m.valueThen(s, e, o); err != nil {
			return nil, err
		}
	}
	traits := models.Predict(models.NewBatch(h), m.Purchase.Posterior)
	for _, column := range []*[]float64{&s.Rate, &s.Dropout, &s.Gap, &s.UsualGap} {
		*column = make([]float64, h.Len())
	}
	var gaps []float64
	for i, b := range log.Purchases {
		s.Gap[i] = float64(s.Day - b.Days[len(b.Days)-1])
		gaps = appendGaps(gaps[:0], b)
		s.Rate[i], s.Dropout[i] = traits[i].MeanRate, traits[i].MeanDropout
		s.UsualGap[i] = math.Ln2 * s.meanGap(i)
		if n := float64(len(gaps)); n > 0 {
			s.UsualGap[i] = (n*median(gaps) + priorGaps*s.UsualGap[i]) / (n + priorGaps)
		}
	}
	return s, nil
}

// meanGap returns the days between purchases by the posterior mean of the rate.
func (s *Scoring) meanGap(i int) float64 { return s.Table.Unit.Days() / s.Rate[i] }

// appendGaps appends the days between the purchases of a customer.
func appendGaps(dst []float64, b history.Purchases) []float64 {
	for k := 1; k < len(b.Days); k++ {
		dst = append(dst, float64(b.Days[k]-b.Days[k-1]))
	}
	return dst
}

// AsOf returns the histories as they were at the end of a day, of those who had
// bought by then, and the row of h where each of them stands.
func AsOf(h *history.Table, bought []history.Purchases, day history.Date) (t *history.Table, row []int) {
	t = &history.Table{Unit: h.Unit, Cut: day.Time(), End: day.Time()}
	days := h.Unit.Days()
	for i, b := range bought {
		n, found := slices.BinarySearch(b.Days, day)
		if found {
			n++
		}
		if n == 0 {
			continue
		}
		spend := math.NaN()
		if b.Values != nil && n > 1 {
			spend = 0
			for _, v := range b.Values[1:n] {
				spend += v
			}
			spend /= float64(n - 1)
		}
		row = append(row, i)
		t.Frequency = append(t.Frequency, n-1)
		t.Recency = append(t.Recency, float64(b.Days[n-1]-b.Days[0])/days)
		t.T = append(t.T, float64(day-b.Days[0])/days)
		t.Spend = append(t.Spend, spend)
	}
	return t, row
}

// valueThen returns the values as of the earlier day, in the rows of now.
func (m *Model) valueThen(s *Scoring, e *Economics, o *ScoreOptions) (*Values, error) {
	if o.Since >= s.Day {
		return nil, fmt.Errorf("the earlier day %v must lie before the end of the log, %v", o.Since, s.Day)
	}
	t, row := AsOf(s.Table, s.Purchases, o.Since)
	if len(row) == 0 {
		return nil, fmt.Errorf("nobody had bought by the earlier day, %v", o.Since)
	}
	at, options := *e, ValueOptions{Horizon: o.Horizon}
	at.MarginOf = pick(e.MarginOf, row)
	options.Segment = pick(o.Segment, row)
	v, err := m.Value(t, &at, &options)
	if err != nil {
		return nil, err
	}
	spread := func(column []float64) []float64 {
		out := make([]float64, s.Table.Len())
		for i := range out {
			out[i] = math.NaN()
		}
		for k, i := range row {
			out[i] = column[k]
		}
		return out
	}
	return &Values{Horizon: o.Horizon, Alive: spread(v.Alive), ProbOrder: spread(v.ProbOrder), Orders: spread(v.Orders), Net: spread(v.Net)}, nil
}

// pick returns the given rows of a column, nil of none.
func pick[T any](column []T, row []int) []T {
	if column == nil {
		return nil
	}
	out := make([]T, len(row))
	for k, i := range row {
		out[k] = column[i]
	}
	return out
}
