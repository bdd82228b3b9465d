package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// inputFlags say where the transactions are and how to read them.
func inputFlags() []cli.Flag {
	const category = "Input"
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "in", Usage: "transaction log or summary, CSV or TSV, .gz too; - is standard input; may be repeated", Category: category},
		&cli.StringFlag{Name: "customer", Usage: "column with the customer; found by its name if not given", Category: category},
		&cli.StringFlag{Name: "date", Usage: "column with the date", Category: category},
		&cli.StringFlag{Name: "amount", Usage: "column with the amount, a product like 'Quantity*UnitPrice', or none", Category: category},
		&cli.StringFlag{Name: "date-format", Usage: "format of the dates, like %d/%m/%Y; not needed for ISO dates", Category: category},
		&cli.StringFlag{Name: "delimiter", Usage: "what separates the columns: , ; | or tab; found from the header if not given", Category: category},
		&cli.BoolFlag{Name: "skip-bad-rows", Usage: "set rows that cannot be read aside and count them, instead of stopping", Category: category},
		&cli.StringFlag{Name: "refunds", Value: "net", Usage: "net: negative amounts are netted with the customer's day; drop: they are set aside", Category: category},
		&cli.StringFlag{Name: "unit", Value: "week", Usage: "unit of time of the model: day, week, month, year", Category: category},
		&cli.StringFlag{Name: "cut", Usage: "last day of the calibration, YYYY-MM-DD; what follows is the holdout (default: the end)", Category: category},
		&cli.StringFlag{Name: "end", Usage: "last day that counts, YYYY-MM-DD (default: the last day of the log)", Category: category},
	}
}

func outFlag(what string) cli.Flag {
	return &cli.StringFlag{Name: "out", Usage: what + "; standard output if not given, compressed if it ends in .gz"}
}

// readInput reads what the input flags name and reports the account of the
// rows. Times are in the given unit, or in that of --unit if it is zero; the
// calibration ends on the given day if --cut does not say otherwise.
func readInput(c *cli.Context, unit history.Unit, cut time.Time, w *words) (*ingest.Data, error) {
	o := &ingest.Options{In: c.StringSlice("in"), Stdin: c.App.Reader, Customer: c.String("customer"), Date: c.String("date"),
		Amount: c.String("amount"), DateFormat: c.String("date-format"), SkipBadRows: c.Bool("skip-bad-rows"), Unit: unit}
	if len(o.In) == 0 {
		return nil, usagef("--in is needed: the transaction log to read")
	}
	var err error
	if o.Delimiter, err = delimiterFlag(c); err != nil {
		return nil, err
	}
	if o.Refunds, err = history.ParseRefunds(c.String("refunds")); err != nil {
		return nil, usageError{err}
	}
	if unit == 0 {
		if o.Unit, err = history.ParseUnit(c.String("unit")); err != nil {
			return nil, usagef("--unit: %w", err)
		}
	}
	if o.Cut, err = dayFlag(c, "cut"); err != nil {
		return nil, err
	}
	if o.Cut.IsZero() {
		o.Cut = cut
	}
	if o.End, err = dayFlag(c, "end"); err != nil {
		return nil, err
	}
	bar := newProgress(w, "reading")
	o.Progress = bar.set
	data, err := ingest.Read(c.Context, o)
	bar.finish()
	if err != nil {
		return nil, err
	}
	r := &data.Log.Reconciliation
	for _, bad := range data.Skipped {
		w.say("skipped", data.Skipped, "set aside: %v\n", bad)
	}
	w.say("input", map[string]any{"files": o.In, "sha256": data.SHA256, "columns": data.Columns, "reconciliation": r},
		"%s: %v\n\n%v\n", strings.Join(o.In, ", "), data.Columns, r)
	return data, nil
}

// delimiterFlag reads the separator of columns, zero if it was not given.
func delimiterFlag(c *cli.Context) (rune, error) {
	switch text := c.String("delimiter"); text {
	case "":
		return 0, nil
	case "tab", `\t`, "\t":
		return '\t', nil
	case ",", ";", "|":
		return rune(text[0]), nil
	default:
		return 0, usagef("--delimiter %q is not known: use , ; | or tab", text)
	}
}

// dayFlag reads an ISO date, zero if the flag was not given.
func dayFlag(c *cli.Context, name string) (time.Time, error) {
	text := c.String(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, usagef("--%s %q is not a date: write YYYY-MM-DD", name, text)
	}
	return t, nil
}

// horizonFlag may be repeated; each has its set of columns.
func horizonFlag(value string) cli.Flag {
	return &cli.StringSliceFlag{Name: "horizon", Value: cli.NewStringSlice(value), Usage: "how far to forecast, with its unit: 52w, 12m, 365d; may be repeated"}
}

func discountFlag() cli.Flag {
	return &cli.StringFlag{Name: "discount", Value: "10%/y", Usage: "annual effective discount rate"}
}

func horizonsOf(c *cli.Context) ([]history.Horizon, error) {
	var hs []history.Horizon
	for _, text := range c.StringSlice("horizon") {
		h, err := history.ParseHorizon(text)
		if err != nil {
			return nil, usageError{err}
		}
		for _, other := range hs {
			if other == h {
				return nil, usagef("--horizon %v is given twice", h)
			}
		}
		hs = append(hs, h)
	}
	return hs, nil
}

func discountOf(c *cli.Context) (history.Rate, error) {
	r, err := history.ParseRate(c.String("discount"))
	if err != nil {
		return 0, usageError{err}
	}
	return r, nil
}

// required returns the value of a flag that the command cannot do without.
func required(c *cli.Context, name, what string) (string, error) {
	if v := c.String(name); v != "" {
		return v, nil
	}
	return "", usagef("--%s is needed: %s", name, what)
}

// counted writes n with its noun in the right number.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
