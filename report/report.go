package report

import (
	"encoding/json"
	"io"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The format and the version of the JSON document.
const (
	Format  = "clv-report"
	Version = 1
)

// A Report is all that one says.
type Report struct {
	Format   string    `json:"format"`
	Version  int       `json:"version"`
	Title    string    `json:"title"`
	Written  string    `json:"written,omitempty"` // date, if the writer tells it
	Terms    Terms     `json:"terms"`
	Headline Headline  `json:"headline"`
	Warnings []Warning `json:"warnings"` // the gravest first
	Data     Data      `json:"data"`
	Card     Card      `json:"model_card"`
	Model    Model     `json:"model"`
	Backtest Backtest  `json:"backtest"`
	Value    *Value    `json:"value"`

	Forecast *forecast.Periods `json:"forecast"`

	Charts  []Chart   `json:"charts"`
	LeftOut []LeftOut `json:"charts_left_out"`
}

// Terms are what the forecast is about.
type Terms struct {
	Horizon  string  `json:"horizon"`         // as flags write it: 12m
	Discount float64 `json:"discount"`        // annual effective rate
	Margin   float64 `json:"margin"`          // that of the customers, on average over what they are expected to spend
	Costs    string  `json:"costs,omitempty"` // in words, beside the margin
	Level    float64 `json:"level"`           // probability that a band holds
	Seed     uint64  `json:"seed"`
}

// Data is the account of what was read.
type Data struct {
	Files          []string                `json:"files"`
	SHA256         string                  `json:"sha256"`
	Columns        string                  `json:"columns"`
	Aliased        int                     `json:"aliased,omitempty"` // rows under another identifier of their customer
	Customers      float64                 `json:"customers"`
	RepeatBuyers   float64                 `json:"repeat_buyers"`
	Reconciliation *history.Reconciliation `json:"reconciliation"`
}

// Card is the model card beside what stands elsewhere in the report.
type Card struct {
	Purpose     string `json:"purpose"`
	NotFor      string `json:"not_for"`
	Command     string `json:"command"` // without where it writes
	Tool        string `json:"tool"`
	ToolVersion string `json:"tool_version"`
}

// Model is the model fitted to the whole log.
type Model struct {
	File      *models.File `json:"file"`             // as clv fit writes it
	Chosen    string       `json:"chosen,omitempty"` // why this family, if the data chose it
	Intervals string       `json:"intervals"`        // "Wald" or "profile likelihood"
	Purchase  []Estimate   `json:"purchase"`
	Spend     []Estimate   `json:"spend,omitempty"`
}

// An Estimate is a parameter with its standard error and 95 % interval; null
// where the data do not determine it.
type Estimate struct {
	Name   string          `json:"name"`
	Value  float64         `json:"value"`
	StdErr forecast.Figure `json:"std_err"`
	Lower  forecast.Figure `json:"lower"`
	Upper  forecast.Figure `json:"upper"`
}

// Backtest is how the family, fitted to the log up to the cut, forecast what
// followed, beside baselines.
type Backtest struct {
	Model string `json:"model"`
	forecast.Window
}

// A LeftOut is a figure that the data or the model do not give.
type LeftOut struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// WriteJSON writes the report as one document.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// What a report is for and what not.
const (
	Purpose = "Customers who are free to come and go without saying so: who is likely to buy, how often, for how much, and how their value is spread. To plan totals with a band, to rank customers, to find those who fall silent."
	NotFor  = "This is a ranking of likely value, not the effect of an offer: customers with a high forecast would mostly buy anyway. Whom an offer changes is told only by a trial with a group that does not get it. Nor is it for contracts whose end is known, for decisions about single persons on this ground alone, or for times unlike the log."
)
