package report

import (
	"fmt"
	"slices"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

// A Headline is what a reader with one minute takes along.
type Headline struct {
	From      history.Date   `json:"from"` // first and last day of the forecast
	Until     history.Date   `json:"until"`
	Customers float64        `json:"customers"`
	Active    forecast.Band  `json:"active"` // customers with at least one order
	Orders    forecast.Band  `json:"orders"`
	Revenue   *forecast.Band `json:"revenue,omitempty"`

	// Of customers still to come, if recent arrivals are continued.
	Arrivals   *forecast.Band `json:"arrivals,omitempty"`
	NewRevenue *forecast.Band `json:"new_revenue,omitempty"`

	Grade      string   `json:"grade"`                 // of the forecast of orders in the backtest
	MoneyGrade string   `json:"money_grade,omitempty"` // of money
	Trust      []string `json:"trust"`                 // what that means, in sentences
}

// A Warning is something that a reader should know before acting.
type Warning struct {
	Source string `json:"source"` // data, model, spend model, backtest or forecast
	Text   string `json:"text"`
}

// Conclude draws the headline and the warnings from the rest of the report. The
// warnings given are those about the data.
func (r *Report) Conclude(data []Warning) {
	h := &r.Headline
	for _, t := range r.Forecast.Totals {
		switch t.Customers {
		case forecast.Existing:
			h.From, h.Until, h.Customers = t.From, t.To, r.Data.Customers
			h.Active, h.Orders, h.Revenue = t.Active, t.Transactions, t.Revenue
		case forecast.Acquired:
			h.Arrivals, h.NewRevenue = &t.Arrivals, t.Revenue
		}
	}
	h.Grade, h.MoneyGrade = r.Backtest.grade("orders"), r.Backtest.grade("money")
	h.Trust = r.trust()
	r.Warnings = r.warnings(data)
}

// score returns the score of the model for orders or money, nil if there is
// none.
func (b *Backtest) score(quantity string) *forecast.Score {
	i := slices.IndexFunc(b.Scores, func(s forecast.Score) bool { return s.Model == b.Model && s.Quantity == quantity && !s.Baseline })
	if i < 0 {
		return nil
	}
	return &b.Scores[i]
}

func (b *Backtest) grade(quantity string) string {
	if s := b.score(quantity); s != nil && s.Grade != nil {
		return s.Grade.Word
	}
	return ""
}

// meaning says of each grade what a reader may do with it.
var meaning = map[string]string{
	forecast.Good:   "the forecasts were better than the best simple rule in at least three of four questions and worse in none",
	forecast.Useful: "the forecasts were better than simple rules in more questions than they were worse in. Use them, with the bands in mind",
	forecast.Poor:   "a simple rule would have done as well or better. Do not decide by these forecasts alone",
}

// trust says how the model did in the backtest.
func (r *Report) trust() (said []string) {
	b := &r.Backtest
	for _, quantity := range []string{"orders", "money"} {
		s := b.score(quantity)
		if s == nil {
			continue
		}
		text := title(quantity)
		if s.Grade != nil {
			text += ", " + s.Grade.Word + ": " + meaning[s.Grade.Word]
		}
		text += fmt.Sprintf(". In the %s to %v, which the model had not seen, it forecast %s and %s came (%s)",
			Spelled(b.Horizon), b.End, Count(s.Forecast), Count(s.Actual), Change(float64(s.Bias)))
		if n := len(s.Coverage); n > 0 {
			c := s.Coverage[n-1]
			held := "missed"
			if c.Held {
				held = "held"
			}
			text += fmt.Sprintf("; its %s band, %s to %s, %s", Percent(c.Level), Count(c.Total.Lo), Count(c.Total.Hi), held)
		}
		said = append(said, text+".")
	}
	return said
}

// warnings orders what the parts of the report warn of, each text once.
func (r *Report) warnings(data []Warning) []Warning {
	all, f := []Warning{}, r.Model.File
	add := func(source, prefix string, texts ...string) {
		for _, text := range texts {
			if !slices.ContainsFunc(all, func(w Warning) bool { return w.Text == text }) {
				all = append(all, Warning{source, prefix + text})
			}
		}
	}
	add("model", "", f.Purchase.Warnings...)
	if f.Purchase.Verdict != fit.Converged && len(f.Purchase.Warnings) == 0 {
		add("model", "", f.Purchase.Verdict)
	}
	add("backtest", "", r.Backtest.doubts()...)
	all = append(all, data...)
	if a := r.Data.Reconciliation; 20*(a.NoCustomer.Rows+a.Unreadable.Rows) > a.Read.Rows {
		add("data", "", fmt.Sprintf("%s of %s rows name no customer or cannot be read: what they say, and their money, is in no forecast",
			Count(float64(a.NoCustomer.Rows+a.Unreadable.Rows)), Count(float64(a.Read.Rows))))
	}
	if f.Spend != nil {
		add("spend model", "", f.Spend.Warnings...)
	}
	add("forecast", "", r.Forecast.Warnings...)
	for _, fit := range r.Backtest.Fits {
		add("backtest", "in the fit up to the cut: ", fit.Warnings...)
	}
	return all
}

// doubts says what went wrong in the backtest: poor grades and totals outside
// their widest bands.
func (b *Backtest) doubts() (texts []string) {
	for _, s := range b.OwnScores() {
		if s.Grade != nil && s.Grade.Word == forecast.Poor {
			texts = append(texts, "the "+s.Quantity+" of customers are forecast no better than by a simple rule: "+b.Compared(s.Grade))
		}
		if n := len(s.Coverage); n > 0 && !s.Coverage[n-1].Held {
			c := s.Coverage[n-1]
			texts = append(texts, fmt.Sprintf("the total of %s, %s, lay outside its %s band, %s to %s: where purchases have a trend or a season, the bands of this model are too narrow",
				s.Quantity, Count(s.Actual), Percent(c.Level), Count(c.Total.Lo), Count(c.Total.Hi)))
		}
	}
	return texts
}
