package models

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/predictive-clv/clv/history"
)

// Terms say what a Score is about.
type Terms struct {
	Horizon history.Horizon // how far to look
	Rate    history.Rate    // of discount, annual and effective
	Margin  float64         // share of the amount that is profit; 0 means 1
	Costs   Costs           // beside the margin
	Want    Quantities      // what is evaluated; 0 means AllQuantities, and Net if there are Costs
}

// Costs are what customers cost beside what the margin leaves out.
type Costs struct {
	Order float64 // of an order
	Year  float64 // of a year for which a customer is alive
	CAC   float64 // of acquiring a customer: it counts for newcomers alone, for others it is sunk
}

// Check returns an error that says what is wrong with the terms, or nil.
func (t Terms) Check() error {
	switch {
	case t.Horizon.Unit < history.Hour || t.Horizon.Unit > history.Year || !(t.Horizon.Value > 0) || t.Horizon.In(history.Year) > 1000:
		return fmt.Errorf("horizon %v: it must be positive, at most a thousand years, and have a unit", t.Horizon)
	case !(t.Rate >= 0) || math.IsInf(float64(t.Rate), 1):
		return fmt.Errorf("discount rate %v: it must not be negative", float64(t.Rate))
	case math.IsNaN(t.Margin) || math.IsInf(t.Margin, 0):
		return fmt.Errorf("margin is %v: it is the share of the amount that is profit, like 0.3", t.Margin)
	}
	for _, v := range [...]float64{t.Costs.Order, t.Costs.Year, t.Costs.CAC} {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("a cost is %v: it is an amount of money, 0 or more", v)
		}
	}
	return nil
}

// A Score is what a model says about one customer. Quantities that are not in
// Known are 0: they were not asked for, or a flag tells why.
type Score struct {
	Alive  float64 // probability of not having dropped out
	Order  float64 // probability of at least one order within the horizon
	Orders float64 // orders expected within the horizon
	Spend  float64 // expected value of an order
	CLV    float64 // value of the orders within the horizon, discounted, times the margin
	Net    float64 // CLV less the costs

	Known Quantities
	Flags ScoreFlags
}

// A Scorer answers for the models of one file, whatever their family. It
// allocates nothing, never changes, and may be used by any number of
// goroutines. Its numbers are those of clv predict to the last bit, Net to a
// relative 1e-11.
type Scorer struct {
	file     *File
	purchase scoring
	spend    *GammaGamma
}

// LoadScorer reads a model file and returns its Scorer.
func LoadScorer(r io.Reader) (*Scorer, error) {
	f, err := ReadFile(r)
	if err != nil {
		return nil, err
	}
	return f.Scorer()
}

// Scorer returns the Scorer of the models of the file. It returns an error if
// it does not know the family, if parameters are missing or not positive, or if
// the models do not give the numbers of the file's checks, see [FileCheck]. The
// file must not be changed afterwards.
func (f *File) Scorer() (*Scorer, error) {
	s := &Scorer{file: f}
	for _, family := range scoringFamilies {
		if m, err := family(&f.Purchase); err != nil {
			return nil, fmt.Errorf("model file: %w", err)
		} else if m != nil {
			s.purchase = m
		}
	}
	if s.purchase == nil {
		return nil, fmt.Errorf("model file: there is no model %q here", f.Purchase.Model)
	}
	if _, err := f.Unit.MarshalText(); err != nil {
		return nil, errors.New("model file: there is no unit of time")
	}
	if f.Spend != nil {
		gg, err := Restore[GammaGamma](f.Spend)
		if err != nil {
			return nil, fmt.Errorf("model file: %w", err)
		}
		s.spend = &gg
	}
	for i, c := range f.Checks {
		if err := s.verify(c); err != nil {
			return nil, fmt.Errorf("model file: check %d: %w", i+1, err)
		}
	}
	return s, nil
}

// File returns the model file.
func (s *Scorer) File() *File { return s.file }

// Score scores one customer at the end of a day. It panics if the terms are
// impossible, which [Terms.Check] would have told; what is wrong with the state
// stands in Flags.
func (s *Scorer) Score(st history.State, at history.Date, t Terms) Score {
	a := s.ask(t)
	if st.Check() != nil {
		return Score{Flags: Impossible}
	}
	c := st.Customer(at, s.file.Unit)
	return s.assemble(&st, c, at, a, s.purchase.future(c, a))
}

// An ask is what terms ask for, in the unit of the model.
type ask struct {
	t, delta, margin float64
	costs            Costs
	want             Quantities
}

func (s *Scorer) ask(t Terms) ask {
	if t.Check() != nil {
		panic("models: impossible terms of a score")
	}
	if t.Margin == 0 {
		t.Margin = 1
	}
	if t.Want == 0 {
		t.Want = AllQuantities
		if t.Costs != (Costs{}) {
			t.Want |= Net
		}
	}
	u := s.file.Unit
	t.Costs.Year /= u.PerYear() // of a unit of time now
	return ask{t.Horizon.In(u), t.Rate.Per(u), t.Margin, t.Costs, t.Want & (AllQuantities | Net)}
}

// assemble makes the score of a customer from the future given that the
// customer is alive.
func (s *Scorer) assemble(st *history.State, c history.Customer, at history.Date, a ask, f future) Score {
	out := Score{Known: a.want, Flags: s.flags(st, c, at)}
	alive := s.purchase.alive(c)
	out.Alive, out.Order, out.Orders = alive, times(alive, f.order), times(alive, f.orders)
	if a.want&Alive == 0 {
		out.Alive = 0
	}
	if a.want&(Spend|CLV|Net) == 0 {
		return out
	}
	spend := math.Inf(1)
	if s.spend != nil {
		spend = s.spend.ExpectedSpend(c)
	}
	if math.IsInf(spend, 1) {
		out.Known &^= Spend | CLV | Net
		out.Flags |= NoSpend
		return out
	}
	if a.want&Spend != 0 {
		out.Spend = spend
	}
	orders := times(alive, f.discounted)
	if a.want&CLV != 0 {
		out.CLV = orders * (spend * a.margin)
	}
	if a.want&Net != 0 {
		out.Net = orders*(spend*a.margin-a.costs.Order) - times(alive, f.life)*a.costs.Year
		if out.Flags&Newcomer != 0 {
			out.Net -= a.costs.CAC
		}
	}
	return out
}

// flags tells what is special about a customer, but for NoSpend.
func (s *Scorer) flags(st *history.State, c history.Customer, at history.Date) (f ScoreFlags) {
	last := st.LastPurchase()
	if last == 0 {
		f |= Newcomer
	}
	if last > at {
		f |= AfterAt
	}
	if r := s.file.Range; r != nil && (c.Frequency > r.Frequency || c.T > r.T) {
		f |= BeyondTraining
	}
	if st.Doubts != 0 {
		f |= Doubtful
	}
	if s.spend != nil && c.Frequency > 0 {
		if math.IsNaN(c.Spend) {
			f |= UnknownMoney
		} else if c.Spend < 0 {
			f |= NegativeMoney
		}
	}
	return f
}
