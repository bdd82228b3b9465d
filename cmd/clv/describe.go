package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
)

func describeCommand() *cli.Command {
	return &cli.Command{
		Name:  "describe",
		Usage: "say in words what a model file or a log holds",
		Description: `With --model-file: what the model says about the population and about a customer
acquired today. With --in: how many customers buy, how often and for how much.
With --json the same as JSON on standard output.

  $ clv describe --model-file model.json --horizon 12m
  $ clv describe --in log.csv`,
		Flags: append(inputFlags(), modelFileFlag(), horizonFlag("12m"), discountFlag(),
			&cli.Float64Flag{Name: "margin", Value: 1, Usage: "share of the amount that is profit"}),
		Action: func(c *cli.Context) error {
			var facts []fact
			var err error
			switch {
			case c.String("model-file") != "" && len(c.StringSlice("in")) > 0:
				return usagef("describe takes --model-file or --in, not both")
			case c.String("model-file") != "":
				facts, err = describeModel(c)
			case len(c.StringSlice("in")) > 0:
				facts, err = describeLog(c)
			default:
				return usagef("--model-file or --in is needed: what to describe")
			}
			if err != nil {
				return err
			}
			return writeFacts(c.App.Writer, facts, given(c, "json"))
		},
	}
}

// A fact is one line of a description.
type fact struct {
	Key   string `json:"key"`
	Words string `json:"words"`
	Value any    `json:"value"` // nil where there is no finite value
}

func factf(key string, value any, format string, args ...any) fact {
	if v, ok := value.(float64); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
		value = nil
	}
	return fact{key, fmt.Sprintf(format, args...), value}
}

func writeFacts(w io.Writer, facts []fact, asJSON bool) error {
	if asJSON {
		doc := map[string]any{}
		for _, f := range facts {
			doc[f.Key] = f.Value
		}
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(doc)
	}
	for _, f := range facts {
		if _, err := fmt.Fprintln(w, f.Words); err != nil {
			return err
		}
	}
	return nil
}

func describeModel(c *cli.Context) ([]fact, error) {
	hs, err := horizonsOf(c)
	if err != nil {
		return nil, err
	}
	rate, err := discountOf(c)
	if err != nil {
		return nil, err
	}
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	f, unit := m.file, m.file.Unit
	until := ""
	if f.CalibrationEnd != "" {
		until = " up to " + f.CalibrationEnd
	}
	facts := []fact{
		factf("model", f.Purchase.Model, "%s, fitted to %s with %s%s; time in %ss", f.Purchase.Model, counted(f.Customers, "customer"),
			counted(f.Transactions, "transaction"), until, unit),
		factf("verdict", f.Purchase.Verdict, "  verdict: %s", f.Purchase.Verdict),
	}
	if ws := f.Purchase.Warnings; len(ws) > 0 {
		facts = append(facts, factf("warnings", ws, "  warning: %s", strings.Join(ws, "\n  warning: ")))
	}
	newcomer := history.Customer{Spend: math.NaN()}
	prior := m.purchase.Posterior(newcomer)
	facts = append(facts, factf("mean_rate", prior.MeanRate, "  while active, customers buy %.4g times a %s on average (standard deviation %.4g)",
		prior.MeanRate, unit, math.Sqrt(prior.VarRate)))
	spend := math.NaN()
	if m.spend != nil {
		spend = m.spend.Mean()
		facts = append(facts, factf("spend_verdict", f.Spend.Verdict, "%s: verdict %s", f.Spend.Model, f.Spend.Verdict),
			factf("mean_spend", spend, "  a purchase is worth %.2f on average across customers", spend))
	}
	for _, h := range hs {
		t, delta := h.In(unit), rate.Per(unit)
		orders := m.purchase.Expected(t)
		facts = append(facts, factf("orders_"+h.String(), orders, "a customer acquired today, in %s:", h),
			factf("orders_"+h.String(), orders, "  %.4f repeat purchases expected, at least one with probability %.4f", orders, m.purchase.ProbOrder(newcomer, t)))
		if m.spend != nil {
			value := c.Float64("margin") * spend * m.purchase.DET(newcomer, t, delta)
			facts = append(facts, factf("clv_"+h.String(), value, "  worth %.2f, discounted at %s, the first purchase not counted", value, c.String("discount")))
		}
	}
	return facts, nil
}

func describeLog(c *cli.Context) ([]fact, error) {
	data, err := readInput(c, 0, time.Time{}, wordsOf(c))
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
		factf("frequency_quantiles", quantiles(h, float64s(h.Frequency)), "repeat purchases a customer: %s", quantileWords(quantiles(h, float64s(h.Frequency)))),
		factf("age_quantiles", quantiles(h, h.T), "age of customers in %ss: %s", h.Unit, quantileWords(quantiles(h, h.T))),
		factf("gap_quantiles", quantiles(h, gaps(h)), "mean time between purchases of repeat buyers in %ss: %s", h.Unit, quantileWords(quantiles(h, gaps(h)))),
	}
	if h.Spend != nil {
		pearson, rank := h.Spending().Correlation()
		facts = append(facts, factf("spend_quantiles", quantiles(h, h.Spend), "mean value of repeat purchases: %s", quantileWords(quantiles(h, h.Spend))),
			factf("spend_correlation", pearson, "correlation of number and mean value of repeat purchases: %.3f, of their ranks %.3f", pearson, rank))
	}
	return facts, nil
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
