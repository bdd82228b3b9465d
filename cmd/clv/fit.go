package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
)

func fitCommand() *cli.Command {
	return &cli.Command{
		Name:  "fit",
		Usage: "estimate the models from a log and write the model file",
		Description: `Reads a transaction log, or a summary made by clv summarize, fits by maximum
likelihood and writes one small JSON file without customers. The verdict says
whether the data determine the parameters: "converged" if they do, else what is
wrong in words.

With --model auto the last third of the calibration is forecast from the rest by
every model, and the one that does it best is fitted to the whole.

--predictions writes what clv predict would, from the end of the calibration on,
without reading the log a second time.

  $ clv fit --in log.csv --out model.json
  $ clv fit --in log.csv --model auto --out model.json
  $ clv fit --in log.csv --out model.json --predictions clv.csv --horizon 12m
  $ clv fit --in log.csv --cut 2024-12-31 --unit month --model bg-nbd \
      --spend none --out model.json
  $ clv fit --in log.csv --model pareto-nbd --prior s=0.6:3 --profile \
      --bootstrap 200 --out model.json`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "model", Value: "bg-nbd", Usage: "`MODEL` purchase model: " + familyNames() + ", or auto (the best forecaster of them)"},
			&cli.StringFlag{Name: "spend", Value: "auto", Usage: "`MODEL` spend model: gamma-gamma, none, or auto (gamma-gamma if there are amounts)"},
			outFlag("the model file"),
			&cli.StringFlag{Name: "predictions", Usage: "`FILE` also the forecasts of the customers, in the forms of clv predict"},
		}, slices.Concat(predictionFlags(), estimationFlags(), inputFlags())...),
		Action: act(fitAndPredict),
	}
}

// predictionFlags say what --predictions is about.
func predictionFlags() []cli.Flag { return without(forecastFlags(), "cac-column") }

func fitAndPredict(c *cli.Context, w *words) error {
	for _, flag := range predictionFlags() {
		if name := flag.Names()[0]; c.IsSet(name) && c.String("predictions") == "" {
			return usagef("--%s is about forecasts: name their file with --predictions", name)
		}
	}
	f, err := termsOf(c)
	if err != nil {
		return err
	}
	file, h, err := fitInput(c, w)
	if err != nil {
		return err
	}
	w.doc["model"] = file
	if err := writeOut(c.Context, c.String("out"), c.App.Writer, file.Write); err != nil || c.String("predictions") == "" {
		return err
	}
	m, err := load(file)
	if err != nil {
		return err
	}
	cols, err := columnsOf(defaultColumnsOf(c, f.e))
	if err != nil {
		return err
	}
	worth, err := worthOf(c, m, f.e, h, w)
	if err != nil {
		return err
	}
	p := &prediction{m: m, h: h, cells: plan(cols, worth.terms(f), file.Unit), worth: worth}
	if err := p.start(c.Context, w); err != nil {
		return err
	}
	reportNoSpend(m, h, w)
	sayNotCausal(w)
	return p.write(func(ctx context.Context) error { return writeRows(ctx, c, "predictions", h.Len(), p.columns()) })
}

// fitInput reads the input of the command and fits the models to it, which it
// returns with the histories.
func fitInput(c *cli.Context, w *words) (*models.File, *history.Table, error) {
	var which family
	var err error
	auto := c.String("model") == "auto"
	if !auto {
		if which, err = familyOf(c.String("model")); err != nil {
			return nil, nil, usagef("--model: %w, or auto", err)
		}
	}
	if s := c.String("spend"); !slices.Contains([]string{"auto", "none", "gamma-gamma"}, s) {
		return nil, nil, usagef("--spend: there is no spend model %q; there is gamma-gamma, none, auto", s)
	}
	e, err := estimationOf(c, w)
	if err != nil {
		return nil, nil, err
	}
	if names := slices.Concat(which.params, models.GammaGamma{}.ParamNames()); !auto {
		err = e.known(names)
	} else if len(e.priors) > 0 {
		err = usagef("--prior needs the model whose parameters it speaks of: give --model")
	}
	if err != nil {
		return nil, nil, err
	}
	o, err := inputOptions(c, history.Week, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	o.Purchases = auto
	data, err := readLog(c, o, w)
	if err != nil {
		return nil, nil, err
	}
	if auto {
		if which, err = bestFamily(c.Context, data, w); err != nil {
			return nil, nil, fmt.Errorf("--model auto: %w", err)
		}
	}
	file, err := fitModels(c.Context, data, which, c.String("spend"), e, w)
	return file, data.Log.Table, err
}

// bestFamily returns the family that best forecasts the last third of the
// calibration from the rest. What follows the calibration has no say.
func bestFamily(ctx context.Context, data *ingest.Data, w *words) (family, error) {
	p, err := newPast(data)
	if err != nil {
		return family{}, err
	}
	best, _, err := p.bestFamily(ctx, history.DateOf(data.Log.Table.Cut), w)
	return best, err
}

// bestFamily is the same for the log up to a cut, and tells why.
func (p past) bestFamily(ctx context.Context, cut history.Date, w *words) (best family, why string, err error) {
	p.end = cut
	o := &forecast.EvaluateOptions{Quick: true}
	if err := p.complete(o); err != nil {
		return family{}, "", err
	}
	e, err := p.evaluateAll(ctx, families, o)
	if err != nil {
		return family{}, "", err
	}
	name, why := e.Best()
	win := e.Windows[0]
	w.say("chosen", map[string]any{"model": name, "why": why, "cut": win.Cut, "end": win.End},
		"The model is chosen by the forecasts from %v to %v, the last third of the calibration:\n%s.\n\n", win.Cut, win.End, why)
	best, err = familyOf(name)
	return best, why, err
}

// fitModels fits both models to the table and returns the model file.
func fitModels(ctx context.Context, data *ingest.Data, family family, spend string, e *estimation, w *words) (*models.File, error) {
	h := data.Log.Table
	var spending func() *history.Spending // nil without amounts
	if h.Spend != nil {
		spending = sync.OnceValue(h.Spending)
		if spend != "none" {
			go spending() // where one of the two is busy on one core, the other has the rest
		}
	}
	purchase, text, err := family.fit(ctx, h, e)
	if purchase != nil {
		w.say("purchase", purchase, "%s, %s\n%s\n", family.name, w.period(data), text)
	}
	if err != nil {
		return nil, fmt.Errorf("fit %s: %w", family.name, err)
	}
	file := &models.File{Format: models.FileFormat, Version: models.FileVersion, Unit: h.Unit, Purchase: *purchase,
		Customers: int(math.Round(h.Customers())),
		Input:     models.Input{SHA256: data.SHA256, Reconciliation: &data.Log.Reconciliation},
		Tool:      models.Tool{Name: "clv", Version: version}}
	if !h.Cut.IsZero() {
		file.CalibrationEnd = h.Cut.Format(time.DateOnly)
	}
	for i, x := range h.Frequency {
		n := 1
		if h.N != nil {
			n = int(math.Round(h.N[i]))
		}
		file.Transactions += n * (x + 1)
	}
	if file.Spend, err = fitSpend(ctx, spending, spend, e, w); err != nil {
		return nil, err
	}
	return file, file.AddChecks(h)
}

// period names the unit and the span that a fit rests on.
func (w *words) period(data *ingest.Data) string {
	h := data.Log.Table
	text := fmt.Sprintf("time in %ss, %.0f customers", h.Unit, h.Customers())
	if !h.Cut.IsZero() {
		text += ", calibration to " + h.Cut.Format(time.DateOnly)
	}
	return text
}

// fitSpend fits the spend model that was asked for, nil if none was, to the
// spending if there are amounts.
func fitSpend(ctx context.Context, spending func() *history.Spending, which string, e *estimation, w *words) (*models.Fitted, error) {
	switch {
	case which == "none":
		return nil, nil
	case spending == nil && which == "auto":
		w.say("spend", nil, "no amounts: no spend model\n")
		return nil, nil
	case spending == nil:
		return nil, fmt.Errorf("fit gamma-gamma: the input has no amounts; name their column with --amount, or use --spend none")
	}
	s := spending()
	correlation := sync.OnceValues(s.Correlation)
	go correlation()
	res, err := fit.MLE(models.GammaGamma{}, s, e.settings(models.GammaGamma{}.ParamNames()))
	if err != nil {
		err = fmt.Errorf("fit gamma-gamma: %w", err)
		if which != "auto" {
			return nil, err
		}
		w.say("spend", map[string]any{"error": err.Error()}, "no spend model: %v\n", err)
		return nil, nil
	}
	f, text, err := reported(ctx, res.Model.Name(), res, e)
	if err != nil {
		return nil, fmt.Errorf("fit gamma-gamma: %w", err)
	}
	pearson, rank := correlation()
	if math.Abs(rank) > 0.3 {
		f.Warnings = append(f.Warnings, fmt.Sprintf("the number of purchases and their mean value go together (rank correlation %.2f), which the model assumes they do not: spend forecasts of heavy or light buyers are biased", rank))
	}
	w.say("spend", map[string]any{"fit": f, "correlation": finite(pearson), "rank_correlation": finite(rank), "set_aside": s.SetAside},
		"gamma-gamma, %.0f customers with repeat purchases%s\n%s  correlation of purchases and mean value %s\n\n",
		s.Customers(), setAside(s.SetAside), text, correlationWords(pearson, rank))
	return f, nil
}

func correlationWords(pearson, rank float64) string {
	if math.IsNaN(pearson) || math.IsNaN(rank) {
		return "not defined: one of the two does not vary"
	}
	return fmt.Sprintf("%.3f, of their ranks %.3f", pearson, rank)
}

func setAside(n float64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%.0f set aside, their mean value is not positive)", n)
}

// estimateTable writes the estimates as they stand on a terminal.
func estimateTable(f *models.Fitted, es []fit.Estimate, interval string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-10s %12s %12s   %s\n", "parameter", "estimate", "std. error", interval)
	for _, e := range es {
		if math.IsNaN(e.StdErr) {
			fmt.Fprintf(&b, "  %-10s %12.6g %12s   not identified\n", e.Name, e.Value, "–")
			continue
		}
		fmt.Fprintf(&b, "  %-10s %12.6g %12.3g   %.4g to %.4g\n", e.Name, e.Value, e.StdErr, e.Lower, e.Upper)
	}
	for _, p := range f.Priors {
		fmt.Fprintf(&b, "  prior on %s: log-normal, median %.4g, 95 %% within a factor of %.4g\n", p.Param, p.Median, math.Exp(normal975*p.Spread))
	}
	fmt.Fprintf(&b, "  log-likelihood %.4f, AIC %.2f, BIC %.2f, %s\n", f.LogLikelihood, f.AIC, f.BIC, counted(f.Evaluations, "evaluation"))
	fmt.Fprintf(&b, "  verdict: %s\n", f.Verdict)
	for _, w := range f.Warnings {
		fmt.Fprintf(&b, "  warning: %s\n", w)
	}
	return b.String()
}
