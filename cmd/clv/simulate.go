package main

import (
	"cmp"
	"encoding/csv"
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
	"github.com/predictive-clv/clv/models"
)

func simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "make a transaction log from a model, with the truth about each customer if wanted",
		Description: `Customers arrive evenly over the --entry period from --start on and are followed
to the end of --span. Dates are civil days; a day on which a customer buys twice
is one transaction with both amounts.

  $ clv simulate --params r=0.8,alpha=8,a=0.7,b=2.8 --spend-params p=6,q=4,v=16 --customers 2000 --out log.csv
  $ clv simulate --model-file model.json --customers 500 --seed 7 --span 2y --out log.csv --truth truth.csv`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "model", Value: "bg-nbd", Usage: "purchase model: " + familyNames()},
			&cli.StringFlag{Name: "params", Usage: "its parameters, name=value separated by commas"},
			&cli.StringFlag{Name: "spend-params", Usage: "parameters of the gamma-gamma model; no amounts if not given"},
			modelFileFlag(),
			&cli.StringFlag{Name: "unit", Value: "week", Usage: "unit of time of the parameters"},
			&cli.IntFlag{Name: "customers", Value: 1000, Usage: "how many"},
			&cli.StringFlag{Name: "start", Value: "2024-01-01", Usage: "first day, YYYY-MM-DD"},
			&cli.StringFlag{Name: "entry", Value: "12w", Usage: "period in which the customers make their first purchase"},
			&cli.StringFlag{Name: "span", Value: "78w", Usage: "period that the log covers"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "of the random numbers: the same seed makes the same log"},
			&cli.StringFlag{Name: "truth", Usage: "also write each customer's true rate, dropout and lifetime, as CSV"},
			outFlag("the log as CSV"),
		},
		Action: func(c *cli.Context) error {
			s, err := simulationOf(c)
			if err != nil {
				return err
			}
			log, truth := s.run()
			if err := writeOut(c.Context, c.String("out"), c.App.Writer, func(w io.Writer) error { return s.writeLog(w, log) }); err != nil {
				return err
			}
			if path := c.String("truth"); path != "" {
				return writeOut(c.Context, path, c.App.Writer, func(w io.Writer) error { return writeTruth(w, truth) })
			}
			return nil
		},
	}
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
	id   string
	path models.Path
	mean float64 // value of a purchase; NaN without a spend model
}

// run simulates the log, by day and customer, and the truth behind it.
func (s *simulation) run() (log []sale, truth []trueCustomer) {
	rng := rand.New(rand.NewPCG(s.seed, 0))
	for i := range s.customers {
		first := rng.Float64() * s.entry
		path := s.purchase.Simulate(rng, (s.span-first)/s.unit.Days())
		amounts, mean := make([]float64, len(path.Times)+1), math.NaN()
		if s.spend != nil {
			amounts, mean = s.spend.Simulate(rng, len(amounts))
		}
		truth = append(truth, trueCustomer{s.id(i), path, mean})
		log = append(log, sale{i, int(first), amounts[0]})
		for k, age := range path.Times {
			day := int(first + age*s.unit.Days())
			if last := &log[len(log)-1]; last.day == day {
				last.amount += amounts[k+1]
				continue
			}
			log = append(log, sale{i, day, amounts[k+1]})
		}
	}
	slices.SortStableFunc(log, func(a, b sale) int { return cmp.Compare(a.day, b.day) })
	return log, truth
}

// id names customer i, so that names sort like numbers.
func (s *simulation) id(i int) string {
	return fmt.Sprintf("C%0*d", len(strconv.Itoa(s.customers)), i+1)
}

func (s *simulation) writeLog(w io.Writer, log []sale) error {
	file := csv.NewWriter(w)
	header := []string{"customer_id", "date", "amount"}
	if s.spend == nil {
		header = header[:2]
	}
	if err := file.Write(header); err != nil {
		return err
	}
	for _, t := range log {
		row := []string{s.id(t.customer), s.start.AddDate(0, 0, t.day).Format(time.DateOnly), strconv.FormatFloat(max(t.amount, 0.01), 'f', 2, 64)}
		if err := file.Write(row[:len(header)]); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}

func writeTruth(w io.Writer, truth []trueCustomer) error {
	file := csv.NewWriter(w)
	if err := file.Write([]string{"customer_id", "lambda", "dropout", "lifetime", "mean_value"}); err != nil {
		return err
	}
	for _, t := range truth {
		if err := file.Write([]string{t.id, number(t.path.Lambda), number(t.path.Dropout), number(t.path.Lifetime), number(t.mean)}); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
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
	if s.start, err = dayFlag(c, "start"); err != nil {
		return nil, err
	}
	for name, days := range map[string]*float64{"entry": &s.entry, "span": &s.span} {
		h, err := history.ParseHorizon(c.String(name))
		if err != nil {
			return nil, usagef("--%s: %w", name, err)
		}
		*days = h.In(history.Day)
	}
	if s.entry >= s.span {
		return nil, usagef("--entry %s is not shorter than --span %s: the last customers would never be followed", c.String("entry"), c.String("span"))
	}
	return s, nil
}

// models sets the models and their unit from the model file or from the
// parameters given.
func (s *simulation) models(c *cli.Context) (err error) {
	if c.String("model-file") != "" {
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
	params, err := parseParams(c.String("params"), family.params)
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
		if err != nil {
			return nil, fmt.Errorf("%q is not name=value; the parameters are %s", part, strings.Join(names, ", "))
		}
		p.Names = append(p.Names, strings.TrimSpace(name))
		p.Values = append(p.Values, v)
	}
	return p.In(names)
}
