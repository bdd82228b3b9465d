package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

//go:embed report.html
var pageText string

//go:embed report.css
var styleText string

//go:embed report.js
var scriptText string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"count": toFloat(Count), "amount": toFloat(Amount), "percent": toFloat(Percent), "change": toFloat(Change), "significant": toFloat(Significant),
	"ratio": toFloat(Ratio), "exact": toFloat(Exact),
	"band": Range, "amountBand": AmountRange, "spelled": Spelled, "title": title, "prose": prose,
	"style":  func() template.CSS { return template.CSS(styleText) },
	"script": func() template.JS { return template.JS(scriptText) },
}).Parse(pageText))

// toFloat lets a template give any kind of number.
func toFloat(format func(float64) string) func(v any) (string, error) {
	return func(v any) (string, error) {
		switch v := v.(type) {
		case float64:
			return format(v), nil
		case forecast.Figure:
			return format(float64(v)), nil
		case int:
			return format(float64(v)), nil
		case uint64:
			return format(float64(v)), nil
		}
		return "", fmt.Errorf("%T is no number", v)
	}
}

// WriteHTML writes the report as a page that is complete in itself.
func (r *Report) WriteHTML(w io.Writer) error { return page.Execute(w, r) }

// ChartsOf returns the charts of a section.
func (r *Report) ChartsOf(section string) (of []Chart) {
	for _, c := range r.Charts {
		if c.Section == section {
			of = append(of, c)
		}
	}
	return of
}

// FirstWarnings are those that stand in the headline.
func (r *Report) FirstWarnings() []Warning { return r.Warnings[:min(len(r.Warnings), 4)] }

// MoreWarnings is the number of the others.
func (r *Report) MoreWarnings() int { return len(r.Warnings) - len(r.FirstWarnings()) }

// A SheetLine is a line of the account of the data.
type SheetLine struct {
	Label, Rows, Money string
	Total              bool // a line that others add up to
	Depth              int
}

// Sheet returns the account of the data as lines of a table.
func (d *Data) Sheet() (lines []SheetLine) {
	for _, l := range d.Reconciliation.Lines() {
		s := SheetLine{Rows: Count(float64(l.Rows))}
		if d.Reconciliation.Amounts && l.HasMoney() {
			s.Money = fixed(l.Money, 2)
		}
		label := strings.TrimLeft(l.Label, " ")
		if len(label) < len(l.Label) || strings.HasPrefix(label, "- ") {
			s.Depth = 1
		}
		s.Total = strings.HasPrefix(label, "= ")
		s.Label = title(strings.TrimLeft(label, "=- "))
		lines = append(lines, s)
	}
	return lines
}

// Span says what the log covers.
func (d *Data) Span() string {
	r := d.Reconciliation
	return fmt.Sprintf("%v to %v", r.FirstDay, r.LastDay)
}

// ScoreTable is what the table of the scores of a quantity needs.
type ScoreTable struct {
	Quantity string
	Backtest *Backtest
}

// ScoresOf returns the table of a quantity.
func (r *Report) ScoresOf(quantity string) ScoreTable { return ScoreTable{quantity, &r.Backtest} }

// ScoreRows are the scores of a quantity, that of the model last.
func (b *Backtest) ScoreRows(quantity string) (rows []*forecast.Score) {
	for i := range b.Scores {
		if b.Scores[i].Quantity == quantity {
			rows = append(rows, &b.Scores[i])
		}
	}
	return rows
}

// Score is the score of the model, nil if the quantity has none.
func (b *Backtest) Score(quantity string) *forecast.Score { return b.score(quantity) }

// Compared says where a grade comes from.
func (b *Backtest) Compared(g *forecast.Grade) string {
	return strings.TrimPrefix(g.Text, g.Word+": ")
}

// OwnScores are those of the model.
func (b *Backtest) OwnScores() (own []*forecast.Score) {
	for _, quantity := range []string{"orders", "money"} {
		if s := b.score(quantity); s != nil {
			own = append(own, s)
		}
	}
	return own
}

// EstimateTable is what the table of the parameters of a model needs.
type EstimateTable struct {
	Model     string
	Fit       *models.Fitted
	Estimates []Estimate
}

// PurchaseEstimates returns the table of the purchase model.
func (r *Report) PurchaseEstimates() EstimateTable {
	f := &r.Model.File.Purchase
	return EstimateTable{f.Model, f, r.Model.Purchase}
}

// SpendEstimates returns that of the spend model, nil if there is none.
func (r *Report) SpendEstimates() *EstimateTable {
	f := r.Model.File.Spend
	if f == nil {
		return nil
	}
	return &EstimateTable{f.Model, f, r.Model.Spend}
}

// Excluded says which rows are in no history, with their money.
func (d *Data) Excluded() (out []string) {
	r := d.Reconciliation
	for _, e := range []struct {
		what string
		history.Tally
	}{
		{"unreadable", r.Unreadable}, {"of customers to leave out", r.Excluded}, {"of orders that an earlier file has", r.Duplicates}, {"without a customer", r.NoCustomer}, {"after the end", r.AfterEnd},
		{"of refunds dropped", r.RefundsDropped}, {"of refunds and of purchases they cancel", r.Cancelled},
	} {
		if e.Rows > 0 {
			text := Count(float64(e.Rows)) + " rows " + e.what
			if r.Amounts {
				text += " (money " + fixed(e.Money, 2) + ")"
			}
			out = append(out, text)
		}
	}
	return out
}

// A MonthBlock is the forecast of one kind of customers.
type MonthBlock struct {
	Name  string
	Rows  []forecast.PeriodTotal
	Total forecast.PeriodTotal
}

var kindNames = map[string]string{
	forecast.Existing: "Existing customers", forecast.Acquired: "Customers still to come, as lately", forecast.Everyone: "All customers",
}

// Months returns the forecast by kind of customer.
func (r *Report) Months() (blocks []MonthBlock) {
	p := r.Forecast
	n := len(p.Rows) / len(p.Totals)
	for k, t := range p.Totals {
		blocks = append(blocks, MonthBlock{kindNames[t.Customers], p.Rows[k*n : (k+1)*n], t})
	}
	return blocks
}

// MonthOf names the period of a row, with its days if it is not whole.
func (r *Report) MonthOf(t forecast.PeriodTotal) string {
	from, to := t.From.Time(), t.To.Time()
	switch month := from.Format("January 2006"); {
	case r.Forecast.Period != history.Month || to.Format("January 2006") != month:
		return fmt.Sprintf("%v to %v", t.From, t.To)
	case t.Complete:
		return month
	case from.Equal(to):
		return fmt.Sprintf("%d %s", from.Day(), month)
	default:
		return fmt.Sprintf("%d–%d %s", from.Day(), to.Day(), month)
	}
}
