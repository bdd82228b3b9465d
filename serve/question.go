package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Subject is the customer that a question is about: a state, empty if left
// out, and orders to add to it.
type Subject struct {
	ID      string `json:"id,omitempty"`
	Segment string `json:"segment,omitempty"` // for margin and CAC, if the question says no margin
	history.StateRecord
	Orders []Order `json:"orders,omitempty"`
}

// An Order is a purchase, or a refund if the amount is negative. Without an
// amount the customer's spend becomes unknown.
type Order struct {
	Date   history.Date `json:"date"`
	Amount *float64     `json:"amount,omitempty"`
}

// Ask says when and over how long. What is left out is as the server's defaults
// say.
type Ask struct {
	At       history.Date `json:"at,omitempty"`       // the score is that at the end of this day
	Horizon  string       `json:"horizon,omitempty"`  // "12m"
	Discount string       `json:"discount,omitempty"` // "10%/y"
	Margin   *float64     `json:"margin,omitempty"`
}

// A Question is about one customer.
type Question struct {
	Subject
	Ask
}

// Questions are about many customers at once.
type Questions struct {
	Ask
	Customers []Subject `json:"customers"`
}

// Decode reads one JSON document into v. It refuses fields that v does not have
// and anything after the document, and says in words what is wrong.
func Decode(text []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return inWords(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the JSON document")
	}
	return nil
}

func inWords(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the text is empty: send a JSON document")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not valid JSON: the document breaks off")
	case errors.As(err, &syntax):
		return fmt.Errorf("not valid JSON at byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind):
		what := "the document"
		if name := strings.NewReplacer("Subject.", "", "StateRecord.", "", "Ask.", "").Replace(kind.Field); name != "" {
			what = strconv.Quote(name)
		}
		return fmt.Errorf("%s cannot be a JSON %s: it is %s", what, kind.Value, expected(kind.Type.Kind()))
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// expected names what JSON has for a kind.
func expected(k reflect.Kind) string {
	switch k {
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	}
	return "a text"
}

// State returns the state of the customer with the orders added.
func (s *Subject) State() (history.State, error) {
	st, err := s.StateRecord.State()
	if err != nil {
		return st, err
	}
	for i, o := range s.Orders {
		amount := math.NaN()
		if o.Amount != nil {
			amount = *o.Amount
		}
		if err := st.Apply(o.Date, amount); err != nil {
			return st, fmt.Errorf("order %d: %w", i+1, err)
		}
	}
	return st, nil
}

// Defaults are what an Ask need not say.
type Defaults struct {
	At       history.Date // zero: today, in UTC
	Terms    models.Terms
	MarginBy map[string]float64 // by segment, in the place of that of the terms
	CACBy    map[string]float64 // likewise
}

// in returns the terms of a segment.
func (d *Defaults) in(segment string, a *Ask, t models.Terms) models.Terms {
	if m, ok := d.MarginBy[segment]; ok && a.Margin == nil {
		t.Margin = m
	}
	if cac, ok := d.CACBy[segment]; ok {
		t.Costs.CAC = cac
	}
	return t
}

// terms returns the day and the terms of the question, named by the horizon.
func (a *Ask) terms(d *Defaults) (at history.Date, t models.Terms, err error) {
	at, t = a.At, d.Terms
	if at == 0 {
		at = d.At
	}
	if at == 0 {
		at = history.DateOf(time.Now().UTC())
	}
	if a.Horizon != "" {
		if t.Horizon, err = history.ParseHorizon(a.Horizon); err != nil {
			return at, t, err
		}
	}
	if a.Discount != "" {
		if t.Rate, err = history.ParseRate(a.Discount); err != nil {
			return at, t, err
		}
	}
	if a.Margin != nil {
		if t.Margin = *a.Margin; t.Margin == 0 {
			return at, t, errors.New("margin is 0: it is the share of the amount that is profit, like 0.3")
		}
	}
	return at, t, t.Check()
}
