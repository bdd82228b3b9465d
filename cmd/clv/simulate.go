package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
)

func simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "make a transaction log from a model",
		Description: `Customers arrive evenly over the --entry period from --start on and are
followed to the end of --span. Dates are civil days; a day on which a customer
buys twice is one transaction with both amounts. --truth adds what no log shows.

  $ clv simulate --params r=0.8,alpha=8,a=0.7,b=2.8 \
      --spend-params p=6,q=4,v=16 --customers 2000 --out log.csv
  $ clv simulate --model-file model.json --customers 500 --seed 7 --span 2y \
      --out log.csv --truth truth.csv`,
		Flags: []cli.Flag{
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
			outFlag("the log as CSV"),
			&cli.StringFlag{Name: "truth", Usage: "`FILE` each customer's true rate, dropout and lifetime, as CSV"},
		},
		Action: act(simulate),
	}
}

func simulate(c *cli.Context, w *words) error {
	s, err := simulationOf(c)
	if err != nil {
		return err
	}
	log, truth, err := s.run(c.Context, w)
	if err != nil {
		return err
	}
	if path := c.String("truth"); path != "" {
		if err := writeOut(c.Context, path, c.App.Writer, func(out io.Writer) error { return writeTruth(c.Context, out, truth) }); err != nil {
			return err
		}
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error { return s.writeLog(c.Context, out, log) })
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
}

// A sale is one simulated transaction.
type sale struct {
	customer int
	day      int // days after the start
	amount   float64
}

// A trueCustomer is what no log shows.
type trueCustomer struct {
	id                        string
	lambda, dropout, lifetime float64
	mean                      float64 // value of a purchase; NaN without a spend model
}

// run simulates the log, by day and customer, and the truth behind it.
func (s *simulation) run(ctx context.Context, w *words) (log []sale, truth []trueCustomer, err error) {
	bar := newProgress(w, "simulating")
	defer bar.finish()
	rng := rand.New(rand.NewPCG(s.seed, 0))
	for i := range s.customers {
		if i%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			bar.set(int64(i), int64(s.customers))
		}
		first := rng.Float64() * s.entry
		path := s.purchase.Simulate(rng, (s.span-first)/s.unit.Days())
		amounts, mean := make([]float64, len(path.Times)+1), math.NaN()
		if s.spend != nil {
			amounts, mean = s.spend.Simulate(rng, len(amounts))
		}
		log = append(log, sale{i, int(first), amounts[0]})
		for k, age := range path.Times {
			day := int(first + age*s.unit.Days())
			if last := &log[len(log)-1]; last.day == day {
				last.amount += amounts[k+1]
				continue
			}
			log = append(log, sale{i, day, amounts[k+1]})
		}
		truth = append(truth, trueCustomer{s.id(i), path.Lambda, path.Dropout, path.Lifetime, mean})
	}
	slices.SortStableFunc(log, func(a, b sale) int { return cmp.Compare(a.day, b.day) })
	return log, truth, nil
}

// id names customer i, so that names sort like numbers.
func (s *simulation) id(i int) string {
	return fmt.Sprintf("C%0*d", len(strconv.Itoa(s.customers)), i+1)
}

func (s *simulation) writeLog(ctx context.Context, w io.Writer, log []sale) error {
	columns := []ingest.OutColumn{
		{Name: "customer_id", Text: func(i int) string { return s.id(log[i].customer) }},
		{Name: "date", Text: func(i int) string { return s.start.AddDate(0, 0, log[i].day).Format(time.DateOnly) }},
	}
	if s.spend != nil {
		columns = append(columns, ingest.OutColumn{Name: "amount", Text: func(i int) string { return strconv.FormatFloat(max(log[i].amount, 0.01), 'f', 2, 64) }})
	}
	return ingest.WriteCSV(ctx, w, len(log), columns)
}

func writeTruth(ctx context.Context, w io.Writer, truth []trueCustomer) error {
	return ingest.WriteCSV(ctx, w, len(truth), []ingest.OutColumn{
		{Name: "customer_id", Text: func(i int) string { return truth[i].id }},
		{Name: "lambda", Number: func(i int) float64 { return truth[i].lambda }},
		{Name: "dropout", Number: func(i int) float64 { return truth[i].dropout }},
		{Name: "lifetime", Number: func(i int) float64 { return truth[i].lifetime }},
		{Name: "mean_value", Number: func(i int) float64 { return truth[i].mean }},
	})
}

// simulationOf reads the flags.
func simulationOf(c *cli.Context) (*simulation, error) {
	s := &simulation{customers: c.Int("customers"), seed: c.Uint64("seed")}
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
