package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func describeCommand() *cli.Command {
	return &cli.Command{
		Name:  "describe",
		Usage: "say in words what a model file or a log holds",
		Description: `With --model-file: what the model says about the population and about a
customer acquired today. With --in: how many customers buy, how often and for
how much. With --json the same as JSON on standard output.

  $ clv describe --model-file model.json --horizon 12m
  $ clv describe --in log.csv`,
		Flags:  slices.Concat([]cli.Flag{modelFileFlag()}, withoutColumns(forecastFlags()), inputFlags()),
		Action: act(describe),
	}
}

func describe(c *cli.Context, w *words) error {
	var facts []fact
	var err error
	model, log := c.String("model-file") != "", len(c.StringSlice("in")) > 0
	switch {
	case model && log:
		err = usagef("describe takes --model-file or --in, not both")
	case model:
		facts, err = describeModel(c, w)
	case log:
		facts, err = describeLog(c, w)
	default:
		err = usagef("--model-file or --in is needed: what to describe")
	}
	if err != nil {
		return err
	}
	return writeOut(c.Context, "", c.App.Writer, func(out io.Writer) error { return writeFacts(out, facts, w.json) })
}

// A fact is one line of a description. Some are only words.
type fact struct {
	key   string
	value any // nil where there is no finite value
	words string
}

func factf(key string, value any, format string, args ...any) fact {
	if v, ok := value.(float64); ok {
		value = finite(v)
	}
	return fact{key, value, fmt.Sprintf(format, args...)}
}

func writeFacts(w io.Writer, facts []fact, asJSON bool) error {
	if asJSON {
		doc := map[string]any{}
		for _, f := range facts {
			if f.key != "" {
				doc[f.key] = f.value
			}
		}
		return writeJSON(w, doc)
	}
	for _, f := range facts {
		if _, err := fmt.Fprintln(w, f.words); err != nil {
			return err
		}
	}
	return nil
}

// newcomer is a customer acquired today.
var newcomer = history.Customer{Spend: math.NaN()}

func describeModel(c *cli.Context, w *words) ([]fact, error) {
	f, err := termsOf(c)
	if err != nil {
		return nil, err
	}
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	pm, err := m.portfolio(w)
	if err != nil {
		return nil, err
	}
	facts := m.populationFacts()
	for _, h := range f.horizons {
		t, delta := h.In(m.file.Unit), f.rate.Per(m.file.Unit)
		orders, order := m.purchase.Expected(t), m.purchase.ProbOrder(newcomer, t)
		facts = append(facts, factf("", nil, "a customer acquired today, in %s:", h),
			factf("orders_"+h.String(), orders, "  %.4f repeat purchases expected", orders),
			factf("p_order_"+h.String(), order, "  at least one with probability %.4f", order))
		if value := f.margin * m.expectedSpend(newcomer) * m.purchase.DET(newcomer, t, delta); finite(value) != nil {
			facts = append(facts, factf("clv_"+h.String(), value, "  worth %.2f, discounted at %.4g%%/y, margin %g, the first purchase not counted",
				value, 100*float64(f.rate), f.margin))
		}
		net, err := pm.NewCustomer(f.e, h, "")
		if err != nil {
			return nil, err
		}
		if f.e.HasCosts() || f.e.CAC > 0 {
			facts = append(facts, factf("net_"+h.String(), net, "  worth %.2f net of costs and of acquisition", net))
		}
	}
	return facts, nil
}

// populationFacts says what the model was fitted to and how the customers
// differ in it.
func (m *loaded) populationFacts() []fact {
	f, unit, until := m.file, m.file.Unit, ""
	if f.CalibrationEnd != "" {
		until = " up to " + f.CalibrationEnd
	}
	prior := m.purchase.Posterior(newcomer)
	facts := []fact{factf("model", f.Purchase.Model, "%s, fitted to %s with %s%s; time in %ss", f.Purchase.Model,
		counted(f.Customers, "customer"), counted(f.Transactions, "transaction"), until, unit)}
	facts = append(facts, verdictFacts("", &f.Purchase)...)
	facts = append(facts, factf("mean_rate", prior.MeanRate, "  while active, customers buy %.4g times a %s on average (standard deviation %.4g)",
		prior.MeanRate, unit, math.Sqrt(prior.VarRate)))
	if m.spend == nil {
		return facts
	}
	facts = append(facts, factf("spend_model", f.Spend.Model, "%s", f.Spend.Model))
	facts = append(facts, verdictFacts("spend_", f.Spend)...)
	if mean := m.spend.Mean(); finite(mean) != nil {
		facts = append(facts, factf("mean_spend", mean, "  a purchase is worth %.2f on average across customers", mean))
	}
	return facts
}

// verdictFacts say how a fit went; the keys begin with prefix.
func verdictFacts(prefix string, f *models.Fitted) []fact {
	facts := []fact{factf(prefix+"verdict", f.Verdict, "  verdict: %s", f.Verdict)}
	if len(f.Warnings) > 0 {
		facts = append(facts, factf(prefix+"warnings", f.Warnings, "  warning: %s", strings.Join(f.Warnings, "\n  warning: ")))
	}
	return facts
}

func describeLog(c *cli.Context, w *words) ([]fact, error) {
	data, err := readInput(c, history.Week, time.Time{}, w)
	if err != nil {
		return nil, err
	}
	h := data.Log.Table
	n := h.Customers()
	repeat := sum(h, func(i int) float64 { return min(1, float64(h.Frequency[i])) })
	purchases := sum(h, func(i int) float64 { return float64(h.Frequency[i]) })
	facts := []fact{
		factf("customers", n, "%.0f customers, %.0f (%.1f %%) bought again", n, repeat, 100*repeat/n),
		factf("repeat_purchases", purchases, "%.0f repeat purchases, %.3f a customer, %.2f a repeat buyer", purchases, purchases/n, purchases/max(repeat, 1)),
		quantileFact("frequency_quantiles", "repeat purchases a customer", h, float64s(h.Frequency)),
		quantileFact("age_quantiles", fmt.Sprintf("age of customers in %ss", h.Unit), h, h.T),
		quantileFact("gap_quantiles", fmt.Sprintf("mean time between purchases of repeat buyers in %ss", h.Unit), h, gaps(h)),
	}
	if h.Spend != nil {
		pearson, rank := h.Spending().Correlation()
		facts = append(facts, quantileFact("spend_quantiles", "mean value of repeat purchases", h, h.Spend),
			factf("spend_correlation", pearson, "correlation of number and mean value of repeat purchases: %s", correlationWords(pearson, rank)))
	}
	return facts, nil
}

func quantileFact(key, what string, h *history.Table, v []float64) fact {
	q := quantiles(h, v)
	return factf(key, q, "%s:\n  %s", what, quantileWords(q))
}

func float64s(v []int) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// gaps returns t_x/x, the mean time between purchases, NaN for those who did
// not buy again.
func gaps(h *history.Table) []float64 {
	out := make([]float64, h.Len())
	for i, x := range h.Frequency {
		out[i] = h.Recency[i] / float64(x)
	}
	return out
}

var quantilePoints = []float64{0, 0.25, 0.5, 0.75, 0.9, 0.99, 1}

// quantiles returns the weighted quantiles of a column at quantilePoints; NaN
// entries do not count.
func quantiles(h *history.Table, v []float64) []float64 {
	var order []int
	var total float64
	for i, x := range v {
		if !math.IsNaN(x) {
			order = append(order, i)
			total += h.Weight(i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	var out []float64
	k, below := 0, 0.0
	for _, p := range quantilePoints {
		for k < len(order)-1 && below+h.Weight(order[k]) < p*total {
			below += h.Weight(order[k])
			k++
		}
		if len(order) > 0 {
			out = append(out, v[order[k]])
		}
	}
	return out
}

func quantileWords(q []float64) string {
	if q == nil {
		return "none"
	}
	var parts []string
	for i, p := range quantilePoints {
		name := fmt.Sprintf("%.0f %%", 100*p)
		switch p {
		case 0:
			name = "least"
		case 0.5:
			name = "median"
		case 1:
			name = "most"
		}
		parts = append(parts, fmt.Sprintf("%s %.4g", name, q[i]))
	}
	return strings.Join(parts, ", ")
}
