package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/models"
)

// estimationFlags say how parameters are estimated and their precision found.
func estimationFlags() []cli.Flag {
	const category = "Estimation"
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "prior", Category: category, Usage: "`NAME=MEDIAN:FACTOR` log-normal prior on a parameter: 95 % of it lies within the factor of the median; may be repeated"},
		&cli.BoolFlag{Name: "profile", Category: category, Usage: "profile-likelihood intervals instead of those from the standard errors"},
		&cli.IntFlag{Name: "bootstrap", Category: category, Usage: "`NUMBER` also refit this many samples of the customers, print the spread of the estimates and keep them for intervals of forecasts"},
		&cli.Uint64Flag{Name: "seed", Category: category, Value: 1, Usage: "`NUMBER` seed of these samples"},
	}
}

// An estimation is how the parameters of one or more models are estimated.
type estimation struct {
	priors     []fit.Prior
	profile    bool
	replicates int
	seed       uint64
	bar        func(label string) *progress

	found map[string][]fit.Estimate // if not nil, the fits put their estimates here, by model
}

// estimationOf reads the flags. Each prior must name a parameter of one of the
// models that are fitted.
func estimationOf(c *cli.Context, w *words) (*estimation, error) {
	e := &estimation{profile: c.Bool("profile"), replicates: c.Int("bootstrap"), seed: c.Uint64("seed"),
		bar: func(label string) *progress { return newProgress(w, label) }}
	if e.replicates < 0 || e.replicates == 1 {
		return nil, usagef("--bootstrap is %d: a spread needs at least 2 samples, and some hundreds to be useful", e.replicates)
	}
	for _, text := range c.StringSlice("prior") {
		p, err := parsePrior(text)
		if err != nil {
			return nil, usagef("--prior: %w", err)
		}
		e.priors = append(e.priors, p)
	}
	return e, nil
}

// parsePrior reads "s=0.6:3".
func parsePrior(text string) (fit.Prior, error) {
	const want = "write NAME=MEDIAN:FACTOR, as in s=0.6:3"
	name, rest, _ := strings.Cut(text, "=")
	median, factor, _ := strings.Cut(rest, ":")
	m, errM := strconv.ParseFloat(strings.TrimSpace(median), 64)
	f, errF := strconv.ParseFloat(strings.TrimSpace(factor), 64)
	if errM != nil || errF != nil || name == "" {
		return fit.Prior{}, fmt.Errorf("%q is no prior: %s", text, want)
	}
	if !(m > 0) || !(f > 1) || math.IsInf(m, 0) || math.IsInf(f, 0) {
		return fit.Prior{}, fmt.Errorf("%q has a median that is not positive or a factor that is not above 1: %s", text, want)
	}
	return fit.Prior{Param: strings.TrimSpace(name), Median: m, Spread: math.Log(f) / normal975}, nil
}

const normal975 = 1.959963984540054 // the 97.5 % quantile of the normal distribution

// known returns an error if a prior names none of the parameters.
func (e *estimation) known(names []string) error {
	for _, p := range e.priors {
		if !slices.Contains(names, p.Param) {
			return usagef("--prior: there is no parameter %q; there is %s", p.Param, strings.Join(names, ", "))
		}
	}
	return nil
}

// settings are those of a model with the given parameters.
func (e *estimation) settings(names []string) *fit.Settings {
	s := &fit.Settings{}
	for _, p := range e.priors {
		if slices.Contains(names, p.Param) {
			s.Priors = append(s.Priors, p)
		}
	}
	return s
}

// reported turns a result into its part of the model file and into the text
// about it, with the intervals asked for.
func reported[M interface {
	ParamNames() []string
	Params() []float64
	WithParams(p []float64) M
}](ctx context.Context, name string, res *fit.Result[M], e *estimation) (*models.Fitted, string, error) {
	f := fitted(name, res)
	for _, p := range e.settings(res.Model.ParamNames()).Priors {
		f.Priors = append(f.Priors, models.Prior{Param: p.Param, Median: p.Median, Spread: p.Spread})
	}
	es, title := slices.Clone(res.Params), "95 % interval"
	if e.profile && res.Verdict != fit.NotConverged {
		title = "95 % profile interval"
		for i := range es {
			var err error
			if es[i], err = res.Profile(i, 0.95); err != nil {
				return nil, "", err
			}
		}
	}
	if e.found != nil {
		e.found[name] = es
	}
	shown := es
	if res.Verdict != fit.Converged {
		shown = slices.Concat(es, res.Combinations)
	}
	text := estimateTable(f, shown, title)
	if res.Verdict == fit.NotConverged {
		return f, text, nil
	}
	if e.replicates == 0 {
		estimates := forecast.FromFit(res)
		f.Replicates = cmp.Or(replicates(models.ByLikelihood, estimates.ByLikelihood(e.seed)),
			replicates(models.ByDetermined, estimates.Determined(e.seed)))
		return f, text, nil
	}
	bar := e.bar("bootstrap " + name)
	defer bar.finish()
	b, err := res.Bootstrap(ctx, &fit.BootstrapOptions{Replicates: e.replicates, Seed: e.seed,
		Progress: func(done, total int) { bar.set(int64(done), int64(total)) }})
	if err != nil {
		return nil, "", err
	}
	f.Replicates = replicates(models.ByBootstrap, forecast.FromBootstrap(res, b).Bootstrap)
	return f, text + bootstrapTable(es, b.Params(), e.replicates, b.Failed), nil
}

// replicates returns the part of a model file, nil if there are none.
func replicates(method string, params [][]float64) *models.Replicates {
	if params == nil {
		return nil
	}
	r := &models.Replicates{Method: method}
	for _, p := range params {
		r.Params = append(r.Params, p)
	}
	return r
}

// bootstrapTable sets the spread of the refits beside each other, of the
// estimates that are identified.
func bootstrapTable(es, spread []fit.Estimate, replicates, failed int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  refits of %d samples of the customers", replicates)
	if failed > 0 {
		fmt.Fprintf(&b, ", %d without an optimum", failed)
	}
	fmt.Fprintf(&b, "\n  %-10s %12s %12s   %s\n", "parameter", "", "std. dev.", "95 % of the refits")
	for i, e := range spread {
		if math.IsNaN(es[i].StdErr) {
			fmt.Fprintf(&b, "  %-10s %12s %12s   not identified\n", e.Name, "", "–")
			continue
		}
		fmt.Fprintf(&b, "  %-10s %12s %12.3g   %.4g to %.4g\n", e.Name, "", e.StdErr, e.Lower, e.Upper)
	}
	return b.String()
}
