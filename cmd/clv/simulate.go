package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "make a transaction log from a model",
		Description: `Customers arrive evenly over the --entry period from --start on and are
followed to the end of --span. Dates are civil days; a day on which a customer
buys twice is one transaction with both amounts. --truth adds what no log shows.
The log may have any length: the memory that it takes does not grow with it.

  $ clv simulate --params r=0.8,alpha=8,a=0.7,b=2.8 \
      --spend-params p=6,q=4,v=16 --customers 2000 --out log.csv
  $ clv simulate --model-file model.json --customers 500 --seed 7 --span 2y \
      --out log.csv --truth truth.csv`,
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "model", Value: "bg-nbd", Usage: "`MODEL` purchase model: " + familyNames()},
			&cli.StringFlag{Name: "params", Usage: "`NAME=VALUE` its parameters, separated by commas"},
			&cli.StringFlag{Name: "spend-params", Usage: "`NAME=VALUE` those of the gamma-gamma model; no amounts if not given"},
			&cli.StringFlag{Name: "unit", Value: "week", Usage: "`UNIT` unit of time of the parameters"},
			modelFileFlag(),
			&cli.IntFlag{Name: "customers", Value: 1000, Usage: "`NUMBER` how many customers"},
			&cli.StringFlag{Name: "start", Value: "2024-01-01", Usage: "`DATE` first day, YYYY-MM-DD"},
			&cli.StringFlag{Name: "entry", Value: "12w", Usage: "`TIME` period in which the customers make their first purchase"},
			&cli.StringFlag{Name: "span", Value: "78w", Usage: "`TIME` period that the log covers"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers: the same one makes the same log"},
			&cli.StringFlag{Name: "truth", Usage: "`FILE` each customer's true rate, dropout and lifetime, as CSV"},
			&cli.StringFlag{Name: "temp-dir", Usage: "`DIR` folder for what does not fit into memory", DefaultText: "the system's"},
		}, rowsFlags("the log")),
		Action: act(simulate),
	}
}

func simulate(c *cli.Context, w *words) error {
	s, err := simulationOf(c)
	if err != nil {
		return err
	}
	sales, err := s.sell(c.Context, w)
	if err != nil {
		return err
	}
	defer sales.close()
	if path := c.String("truth"); path != "" {
		if err := writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error { return s.writeTruth(c.Context, out) }); err != nil {
			return err
		}
	}
	ctx, fail := context.WithCancelCause(c.Context)
	defer fail(nil)
	err = writeRows(ctx, c, "out", sales.n, s.log(sales, fail))
	return cmp.Or(context.Cause(ctx), err)
}

// A simulation says what to simulate.
type simulation struct {
	purchase    purchaseModel
	spend       *models.GammaGamma
	unit        history.Unit
	customers   int
	start       time.Time
	entry, span float64 // days
	seed        uint64
	tempDir     string // for sales that do not fit into memory; empty: the system's
}

// simulationOf reads the flags.
func simulationOf(c *cli.Context) (*simulation, error) {
	s := &simulation{customers: c.Int("customers"), seed: c.Uint64("seed"), tempDir: c.String("temp-dir")}
	if s.customers < 1 {
		return nil, usagef("--customers is %d: at least one is needed", s.customers)
	}
	if err := s.models(c); err != nil {
		return nil, err
	}
	var err error
	if _, err = required(c, "start", "the first day"); err != nil {
		return nil, err
	}
	if s.start, err = dayFlag(c, "start"); err != nil {
		return nil, err
	}
	if s.entry, err = daysFlag(c, "entry"); err != nil {
		return nil, err
	}
	if s.span, err = daysFlag(c, "span"); err != nil {
		return nil, err
	}
	if s.entry >= s.span {
		return nil, usagef("--entry %s is not shorter than --span %s: the last customers would never be followed", c.String("entry"), c.String("span"))
	}
	if s.start.AddDate(0, 0, int(min(s.span, math.MaxInt32))).Year() > 9999 {
		return nil, usagef("--span %s ends after the year 9999", c.String("span"))
	}
	return s, nil
}

// daysFlag reads a length of time in days.
func daysFlag(c *cli.Context, name string) (float64, error) {
	h, err := history.ParseHorizon(c.String(name))
	if err != nil {
		return 0, usagef("--%s: %w", name, err)
	}
	return h.In(history.Day), nil
}

// models sets the models and their unit from the model file or from the
// parameters given.
func (s *simulation) models(c *cli.Context) (err error) {
	if c.String("model-file") != "" {
		for _, name := range []string{"model", "params", "spend-params", "unit"} {
			if c.IsSet(name) {
				return usagef("--model-file has parameters and unit already: leave --%s out", name)
			}
		}
		m, err := loadModel(c)
		if err != nil {
			return err
		}
		s.purchase, s.spend, s.unit = m.purchase, m.spend, m.file.Unit
		return nil
	}
	if s.unit, err = history.ParseUnit(c.String("unit")); err != nil {
		return usagef("--unit: %w", err)
	}
	family, err := familyOf(c.String("model"))
	if err != nil {
		return usagef("--model: %w", err)
	}
	text, err := required(c, "params", "the parameters "+strings.Join(family.params, ", ")+", or a --model-file")
	if err != nil {
		return err
	}
	params, err := parseParams(text, family.params)
	if err != nil {
		return usagef("--params: %w", err)
	}
	s.purchase = family.with(params)
	if c.String("spend-params") == "" {
		return nil
	}
	gg := models.GammaGamma{}
	if params, err = parseParams(c.String("spend-params"), gg.ParamNames()); err != nil {
		return usagef("--spend-params: %w", err)
	}
	gg = gg.WithParams(params)
	s.spend = &gg
	return nil
}

// parseParams reads "r=0.8,alpha=8,…" with exactly the given names.
func parseParams(text string, names []string) ([]float64, error) {
	var p models.Params
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || finite(v) == nil {
			return nil, fmt.Errorf("%q is not name=value; the parameters are %s", part, strings.Join(names, ", "))
		}
		p.Names = append(p.Names, strings.TrimSpace(name))
		p.Values = append(p.Values, v)
	}
	return p.In(names)
}
