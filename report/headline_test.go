package report

import (
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// doubtful is a report whose model, backtest and data all give reason to warn.
func doubtful() *Report {
	score := forecast.Score{Model: "bg-nbd", Quantity: "orders", Forecast: 2533, Actual: 2063, Bias: 0.228,
		Coverage: []forecast.Coverage{{Level: 0.95, Total: forecast.Band{Lo: 2354, Hi: 2713}}},
		Grade:    &forecast.Grade{Word: forecast.Poor, Text: "poor: worse in totals"}}
	rule := score
	rule.Model, rule.Baseline, rule.Grade = forecast.StatusQuo, true, nil
	return &Report{
		Data: Data{Customers: 100, Reconciliation: &history.Reconciliation{Unit: history.Week, Read: history.Tally{Rows: 100}, NoCustomer: history.Tally{Rows: 6}}},
		Model: Model{File: &models.File{Unit: history.Week, Purchase: models.Fitted{Verdict: "ridge", Warnings: []string{"a and b move together"}},
			Spend: &models.Fitted{Warnings: []string{"heavy buyers spend more"}}}},
		Backtest: Backtest{Model: "bg-nbd", Window: forecast.Window{Horizon: "243d", Scores: []forecast.Score{rule, score},
			Fits: []forecast.Fit{{Warnings: []string{"a and b move together"}}}}},
		Forecast: &forecast.Periods{Period: history.Month, Warnings: []string{"no season was seen"}, Totals: []forecast.PeriodTotal{
			{Customers: forecast.Existing, Active: forecast.Band{Expected: 40}, Transactions: forecast.Band{Expected: 70}},
			{Customers: forecast.Acquired, Arrivals: forecast.Band{Expected: 5}},
			{Customers: forecast.Everyone, Transactions: forecast.Band{Expected: 80}},
		}},
	}
}

// TestWarnings: all that is doubtful is said once, the gravest first.
func TestWarnings(t *testing.T) {
	r := doubtful()
	r.Conclude([]Warning{{"data", "a file is missing"}})
	want := []string{"model: a and b", "backtest: the orders of customers are forecast no better", "backtest: the total of orders, 2,063, lay outside",
		"data: a file is missing", "data: 6 of 100 rows", "spend model: heavy buyers", "forecast: no season"}
	for i, w := range r.Warnings {
		if i >= len(want) || !strings.HasPrefix(w.Source+": "+w.Text, want[i]) {
			t.Errorf("warning %d: %s: %s", i+1, w.Source, w.Text)
		}
	}
	if len(r.Warnings) != len(want) {
		t.Errorf("%d warnings, want %d", len(r.Warnings), len(want))
	}
}

// TestHeadline: it is about the existing customers, and those to come apart.
func TestHeadline(t *testing.T) {
	r := doubtful()
	r.Conclude(nil)
	h := r.Headline
	if h.Customers != 100 || h.Active.Expected != 40 || h.Orders.Expected != 70 || h.Revenue != nil || h.Arrivals.Expected != 5 || h.Grade != forecast.Poor || h.MoneyGrade != "" {
		t.Errorf("headline %+v", h)
	}
	want := "Orders, poor: a simple rule would have done as well or better. Do not decide by these forecasts alone. " +
		"In the 243\u00a0days to , which the model had not seen, it forecast 2,533 and 2,063 came (+22.8\u00a0%); its 95\u00a0% band, 2,354 to 2,713, missed."
	if len(h.Trust) != 1 || strings.Replace(h.Trust[0], r.Backtest.End.String(), "", 1) != want {
		t.Errorf("trust %q, want %q", h.Trust, want)
	}
}
