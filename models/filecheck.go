package models

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// A FileCheck is a history with what the models of the file said about it when
// they were fitted, so that a program that reads the file can tell whether it
// computes the same. What does not exist is null.
type FileCheck struct {
	Frequency int      `json:"frequency"`
	Recency   float64  `json:"recency"`
	T         float64  `json:"T"`
	Money     *float64 `json:"monetary_value"`
	Horizon   float64  `json:"horizon"` // in the unit of the file, like every time here
	Delta     float64  `json:"delta"`   // continuous discount rate per unit

	Alive      float64  `json:"p_alive"`
	Order      float64  `json:"p_order"`
	Orders     float64  `json:"orders"`
	Discounted float64  `json:"discounted_orders"`
	Spend      *float64 `json:"spend"`
}

// A FileRange tells how far the histories of the calibration went.
type FileRange struct {
	Frequency int     `json:"frequency"` // the greatest x
	T         float64 `json:"T"`         // the greatest T
}

// CheckTolerance is the relative difference up to which a check counts as met.
// Processors and compilers differ by 1e-12 at most; a parameter that lost
// digits, by far more.
const CheckTolerance = 1e-9

// AddChecks adds to the file how far the histories went that it was fitted to,
// and checks at a new customer and at customers without, with some and with many
// repeat purchases, over a year at 10 %. It returns an error if the models
// cannot answer.
func (f *File) AddChecks(h *history.Table) error {
	f.Checks, f.Range = nil, &FileRange{}
	for i, x := range h.Frequency {
		f.Range.Frequency = max(f.Range.Frequency, x)
		if T := h.T[i]; T > f.Range.T { // max would look for NaN and −0
			f.Range.T = T
		}
	}
	s, err := f.Scorer()
	if err != nil {
		return err
	}
	x, T := max(2, f.Range.Frequency), max(f.Range.T, 1)
	horizon, delta := history.Horizon{Value: 1, Unit: history.Year}.In(f.Unit), history.Rate(0.1).Per(f.Unit)
	for _, c := range []history.Customer{{}, {T: T}, {Frequency: x/2 + 1, Recency: T / 2, T: 0.75 * T}, {Frequency: x, Recency: 0.9 * T, T: T}} {
		check := FileCheck{Frequency: c.Frequency, Recency: c.Recency, T: c.T, Horizon: horizon, Delta: delta}
		if s.spend != nil && c.Frequency > 0 {
			money := s.spend.P * s.spend.V / s.spend.Q // near the mode of M
			check.Money = &money
		}
		f.Checks = append(f.Checks, s.answer(check))
	}
	return nil
}

// answer returns the check with the answers of the models.
func (s *Scorer) answer(k FileCheck) FileCheck {
	c := history.Customer{Frequency: k.Frequency, Recency: k.Recency, T: k.T, Spend: math.NaN()}
	if k.Money != nil {
		c.Spend = *k.Money
	}
	a := s.purchase.alive(c)
	f := s.purchase.future(c, ask{t: k.Horizon, delta: k.Delta, margin: 1, want: AllQuantities})
	k.Alive, k.Order, k.Orders, k.Discounted, k.Spend = a, times(a, f.order), times(a, f.orders), times(a, f.discounted), nil
	if s.spend != nil {
		if v := s.spend.ExpectedSpend(c); !math.IsInf(v, 1) {
			k.Spend = &v
		}
	}
	return k
}

// verify returns an error if the models do not give the answers of the check.
func (s *Scorer) verify(want FileCheck) error {
	c := history.Customer{Frequency: want.Frequency, Recency: want.Recency, T: want.T, Spend: math.NaN()}
	if err := c.Check(); err != nil {
		return err
	}
	if !(want.Horizon >= 0) || !(want.Delta >= 0) {
		return fmt.Errorf("horizon %v, delta %v: neither may be negative", want.Horizon, want.Delta)
	}
	got := s.answer(want)
	if (got.Spend == nil) != (want.Spend == nil) {
		return fmt.Errorf("spend is there in one of model and check: the file was changed, or this program is not the one for it")
	}
	type pair struct {
		name      string
		got, want float64
	}
	pairs := []pair{{"p_alive", got.Alive, want.Alive}, {"p_order", got.Order, want.Order}, {"orders", got.Orders, want.Orders}, {"discounted_orders", got.Discounted, want.Discounted}}
	if got.Spend != nil {
		pairs = append(pairs, pair{"spend", *got.Spend, *want.Spend})
	}
	for _, p := range pairs {
		if !(math.Abs(p.got-p.want) <= CheckTolerance*math.Abs(p.want)) {
			return fmt.Errorf("%s of a customer with frequency %d and T %g is %.12g here and %.12g in the file: its parameters were changed, or this program computes something else; fit again, or leave \"checks\" out of the file",
				p.name, want.Frequency, want.T, p.got, p.want)
		}
	}
	return nil
}
