package portfolio

import (
	"cmp"
	"fmt"
	"math"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// MinNewcomers is the number of customers acquired after the cut from which
// [BacktestAcquisition] ranks these.
const MinNewcomers = 100

// An AcquireBacktest says how well what is known at acquisition ranks customers
// by what they spend later, which the estimates have not seen: the bar is the
// amount of the first order, which every shop knows.
type AcquireBacktest struct {
	Cut       string  `json:"cut"`
	End       string  `json:"end"`
	Newcomers bool    `json:"newcomers"` // acquired after the cut; else before it, so that the estimates know their first orders
	Customers int     `json:"customers"`
	Days      float64 `json:"days"` // that each is followed: newcomers from the first order on, others from the cut on

	Value      forecast.Ranking `json:"value_of_segment"` // expected orders · their value, of the segment
	FirstOrder forecast.Ranking `json:"first_order"`      // its amount
	Both       forecast.Ranking `json:"both"`             // the segment's orders · their value given the first order's amount

	// Differences of the Gini coefficient from that of the first order's amount,
	// with two standard errors.
	ValueGain Gain   `json:"value_gain"`
	BothGain  Gain   `json:"both_gain"`
	Text      string `json:"text"`
}

// A Gain is a difference and what chance makes of it.
type Gain struct {
	Gini  forecast.Figure `json:"gini"`
	Noise forecast.Figure `json:"noise"` // two standard errors
}

// BacktestAcquisition ranks customers by an acquisition that was estimated from
// the log up to a cut, and compares the ranking with what they spent, or without
// amounts ordered, later.
//
// Where [MinNewcomers] customers or more were acquired early enough after the cut, they are
// the ones: nothing of them was known to the estimates, and each is followed for
// the same time, half of what the log has after the cut, from the first order on,
// which is not counted. Else the customers acquired up to the cut are followed
// from there to the end of the log. Segments are those of the rows of the log; one
// that was not seen before the cut counts as the whole.
//
// It returns an error if nobody bought then.
func BacktestAcquisition(a *Acquisition, log *history.Log, segment []string, cut history.Date) (*AcquireBacktest, error) {
	end := history.DateOf(log.Table.End)
	b := &AcquireBacktest{Cut: cut.String(), End: end.String(), Newcomers: true, Days: math.Floor(float64(end-cut) / 2)}
	of := map[string]*Acquired{}
	for i := range a.Segments {
		of[a.Segments[i].Segment] = &a.Segments[i]
	}
	rank := func(days history.Date) *ranking {
		r := &ranking{end: end, cut: cut, days: days}
		for i, p := range log.Purchases {
			r.add(p, cmp.Or(of[segment[i]], &a.All))
		}
		return r
	}
	r := rank(history.Date(b.Days))
	if len(r.actual) < MinNewcomers || !(r.total > 0) {
		b.Newcomers, b.Days = false, float64(end-cut)
		r = rank(0)
	}
	if !(r.total > 0) {
		return nil, fmt.Errorf("nobody bought after the cut: there is nothing to compare with")
	}
	b.Customers = len(r.actual)
	b.Value, b.FirstOrder, b.Both = forecast.Rank(r.value, r.actual), forecast.Rank(r.first, r.actual), forecast.Rank(r.both, r.actual)
	b.ValueGain, b.BothGain = gainOf(r.value, r.first, r.actual), gainOf(r.both, r.first, r.actual)
	b.Text = b.words()
	return b, nil
}

// A ranking is what is known of customers at their acquisition, and what they
// did later.
type ranking struct {
	end, cut history.Date
	days     history.Date // that newcomers are followed; 0: those acquired up to the cut, to the end

	value, first, both, actual []float64
	total                      float64
}

// add adds a customer, if he is one of those to be ranked.
func (r *ranking) add(p history.Purchases, s *Acquired) {
	from, to := p.Days[0], p.Days[0]+r.days
	switch {
	case r.days > 0 && (from <= r.cut || to > r.end), r.days == 0 && from > r.cut:
		return
	case r.days == 0:
		from, to = r.cut, r.end
	}
	var later float64
	for k, d := range p.Days {
		switch {
		case d <= from || d > to:
		case p.Values == nil:
			later++
		default:
			later += p.Values[k]
		}
	}
	orders, first, spend := float64(s.Orders.Value), 1.0, 1.0
	if p.Values != nil {
		first, spend = p.Values[0], s.spendAfter(p.Values[0])
	}
	r.value, r.both = append(r.value, orders*float64(s.Spend.Value)), append(r.both, orders*spend)
	r.first, r.actual = append(r.first, first), append(r.actual, later)
	r.total += later
}

// spendAfter returns the mean value expected of later orders, given the first.
func (s *Acquired) spendAfter(first float64) float64 {
	if s.spend == (models.GammaGamma{}) {
		return float64(s.Spend.Value)
	}
	return s.spend.ExpectedSpend(history.Customer{Frequency: 1, Spend: max(first, 0)})
}

func gainOf(by, bar, actual []float64) Gain {
	d, err := giniDifference(by, bar, actual)
	return Gain{forecast.Figure(d), forecast.Figure(2 * err)}
}

// compared says how a ranking stands to the first order's amount.
func (g Gain) compared() string {
	d, noise := float64(g.Gini), float64(g.Noise)
	how := "no better and no worse"
	switch {
	case d > noise:
		how = "better"
	case d < -noise:
		how = "worse"
	}
	return fmt.Sprintf("%s (Gini %+.3f ± %.3f)", how, d, noise)
}

func (b *AcquireBacktest) words() string {
	if math.IsNaN(float64(b.FirstOrder.Spearman)) {
		return "There are no amounts, so that the first order ranks nobody to compare with."
	}
	text := fmt.Sprintf("Against the first order's amount alone, the segment ranks customers %s; segment and amount together %s.", b.ValueGain.compared(), b.BothGain.compared())
	if !b.Newcomers {
		text += " Too few customers came after the cut to rank those: these the estimates knew up to it."
	}
	return text
}
