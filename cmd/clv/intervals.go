package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// parseLevel reads a probability like "80%" or "0.8", at most 99.9 %.
func parseLevel(flag, text string) (float64, error) {
	digits, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	level, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if percent {
		level /= 100
	}
	if err != nil || !(level > 0 && level <= 0.999) {
		return 0, usagef("--%s %q is no probability between 0 and 99.9 %%: write it like 80%%", flag, text)
	}
	return level, nil
}

// levelOf reads the level of the intervals of the columns, 0 if none are
// wanted.
func levelOf(c *cli.Context, flag string, cols []column, f terms) (float64, error) {
	if c.String(flag) == "" {
		return 0, nil
	}
	if !asked(cols, "orders") && !asked(cols, "clv") {
		return 0, usagef("--%s is for the columns orders and clv: --columns has neither", flag)
	}
	if !(f.margin > 0) {
		return 0, usagef("--%s needs a positive --margin, and it is %v", flag, f.margin)
	}
	return parseLevel(flag, c.String(flag))
}

func asked(cols []column, name string) bool {
	return slices.ContainsFunc(cols, func(col column) bool { return col.name == name })
}

// forecaster returns the models with replicates of their parameters.
func (m *loaded) forecaster(seed uint64) (*forecast.Model, error) {
	family, err := familyOf(m.purchase.Name())
	if err != nil {
		return nil, err
	}
	purchase, err := family.estimates(&m.file.Purchase)
	if err != nil {
		return nil, err
	}
	var spend *forecast.Estimates[models.GammaGamma]
	if m.file.Spend != nil {
		e, err := forecast.FromFile(m.file.Spend, models.GammaGamma{}.WithParams)
		if err != nil {
			return nil, err
		}
		spend = &e
	}
	return forecast.New(m.file.Unit, purchase, spend, &forecast.ModelOptions{Seed: seed})
}

// reportBands says what bands leave out.
func reportBands(warnings []string, w *words) {
	for _, text := range warnings {
		w.say("band_warnings", warnings, "warning: %s\n", text)
	}
}

// intervals returns what makes the intervals of a table.
func (m *loaded) intervals(c *cli.Context, o forecast.IntervalOptions) (func(h *history.Table) (*forecast.Intervals, error), error) {
	o.Seed = c.Uint64("seed")
	fm, err := m.forecaster(o.Seed)
	if err != nil {
		return nil, err
	}
	return func(h *history.Table) (iv *forecast.Intervals, err error) {
		err = unlessInterrupted(c.Context, func() (err error) {
			iv, err = fm.Intervals(h, &o)
			return err
		})
		return iv, err
	}, nil
}
