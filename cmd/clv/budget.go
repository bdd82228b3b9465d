package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/portfolio"
)

func budgetCommand() *cli.Command {
	return &cli.Command{
		Name:  "budget",
		Usage: "divide a budget between channels and retention lists",
		Description: `Spends --budget where a unit of money brings the most value, down to a return
of --least. The options are a CSV file with the columns name, kind (channel or
list), cap (most customers), cost (of a customer, or of a contact), value (of a
customer, or of one who responds), response (share of a list that responds) and
doubling (customers after which the next costs twice as much). An empty cap is
no limit, an empty doubling a constant cost. A cost of a channel that is empty
comes from --economics, its cac_by of that name or else its cac; a value or cost
that is still empty from --acquisition, the segment of that name in what clv
acquire --json wrote. Values are net: margin and costs of orders are taken off.

The response of a list is an assumption until a comparison with customers left
alone has measured it. Options are taken not to change each other's returns.

  $ clv budget --options options.csv --budget 2000
  $ clv acquire --in log.csv --by channel --segments customers.csv --cac 12 \
      --margin 0.4 --horizon 12m --out acquire.json --json
  $ clv budget --options options.csv --budget 1500 --least 1.5 --json \
      --out budget.json`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "options", Usage: "`FILE` the options, as CSV"},
			&cli.Float64Flag{Name: "budget", Usage: "`AMOUNT` of money to spend"},
			&cli.Float64Flag{Name: "least", Value: 1, Usage: "`RETURN` value per unit of money below which nothing is spent"},
			&cli.StringFlag{Name: "economics", Usage: "`FILE` YAML or JSON with cac and cac_by"},
			&cli.StringFlag{Name: "acquisition", Usage: "`FILE` what clv acquire wrote with --json"},
			outFlag("the allocation; with --json as JSON"),
		},
		Action: act(budget),
	}
}

// budgetDocument is the JSON form.
type budgetDocument struct {
	*portfolio.Budget
	Assumptions string `json:"assumptions"`
	Not         string `json:"not"`
}

const budgetAssumptions = "Assumed: caps, costs and responses are as given; the value of a customer is that of the average one of the channel, also of the last; what one option brings does not depend on another; those of a list who do not respond bring nothing, and those who respond would have brought nothing without it."

func budget(c *cli.Context, w *words) error {
	path, err := required(c, "options", "a CSV file with the options")
	if err != nil {
		return err
	}
	if b := c.Float64("budget"); !(b > 0) || math.IsInf(b, 0) {
		return usagef("--budget is %v: it is the amount of money to spend", b)
	}
	if l := c.Float64("least"); !(l >= 0) || math.IsInf(l, 0) {
		return usagef("--least is %v: it is a value per unit of money, like 1", l)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	options, err := portfolio.ReadBudgetOptions(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := costsFrom(c.String("economics"), options); err != nil {
		return err
	}
	if from := c.String("acquisition"); from != "" {
		if err := valuesFrom(from, options); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	d := &budgetDocument{Assumptions: budgetAssumptions, Not: portfolio.NotCausal}
	if d.Budget, err = portfolio.Allocate(options, c.Float64("budget"), c.Float64("least")); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		if w.json {
			return writeJSON(out, d)
		}
		return d.write(out)
	})
}

// costsFrom fills in what acquiring a customer of a channel costs, where it costs
// anything.
func costsFrom(path string, options []portfolio.BudgetOption) error {
	e, err := readEconomics(path)
	if err != nil {
		return err
	}
	for i := range options {
		o := &options[i]
		if cac := e.CACIn(o.Name, -1); o.Kind == portfolio.ChannelOption && math.IsNaN(o.Cost) && cac > 0 {
			o.Cost = cac
		}
	}
	return nil
}

// valuesFrom fills in the values and costs of channels that clv acquire knows.
func valuesFrom(path string, options []portfolio.BudgetOption) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var a acquireDocument
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("this is not what clv acquire --json writes: %w", err)
	}
	if a.Acquisition == nil || len(a.Segments) == 0 {
		return fmt.Errorf("there are no segments: this is not what clv acquire --by --json writes")
	}
	for i := range options {
		o := &options[i]
		for _, s := range a.Segments {
			if o.Kind != portfolio.ChannelOption || s.Segment != o.Name {
				continue
			}
			if math.IsNaN(o.Value) {
				o.Value = float64(s.CLV.Value)
			}
			if math.IsNaN(o.Cost) {
				o.Cost = s.CAC
			}
		}
	}
	return nil
}

func (d *budgetDocument) write(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "option\tkind\tcustomers\tspent\tvalue\treturn of the first\tof the last\twhy no more\t")
	for _, a := range d.Options {
		fmt.Fprintf(t, "%s\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t\n", a.Name, a.Kind, a.Customers, a.Spent, a.Value, a.First, a.Last, a.Why)
	}
	fmt.Fprintf(t, "all\t\t\t%.2f\t%.2f\t\t\t\t\n", d.Spent, d.Value)
	if err := t.Flush(); err != nil {
		return err
	}
	text := fmt.Sprintf("At the cut one more unit of money would bring %.2f.", d.Cut)
	if d.Cut == 0 {
		text = fmt.Sprintf("%.2f of %.2f are not spent: there is nothing left that returns enough.", d.Budget.Budget-d.Spent, d.Budget.Budget)
	}
	_, err := fmt.Fprintf(out, "\n%s\n%s\n%s", wrap(text, 0, 0), wrap(d.Assumptions, 0, 0), wrap(d.Not, 0, 0))
	return err
}
