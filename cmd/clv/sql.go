package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

func sqlCommand() *cli.Command {
	return &cli.Command{
		Name:  "sql",
		Usage: "print the query that makes the summary in a database",
		Description: `The query gives the same histories as clv summarize: one row a customer, or with
--compressed one row a state (frequency, recency, T and the number of customers
who share it), on which a fit is exact. Save its result as CSV and read it with
any command; or let clv ask the database itself with --in postgres://….

  $ clv sql --table orders --customer customer_id --date ordered_at \
      --amount total --dialect postgres
  $ clv sql --table orders --customer customer_id --date ordered_at \
      --compressed --unit day --cut 2025-03-31`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "dialect", Value: "duckdb", Usage: "`NAME` duckdb, postgres, mysql or sqlite"},
			&cli.BoolFlag{Name: "compressed", Usage: "the states with their numbers of customers instead of the customers"},
			&cli.StringFlag{Name: "table", Usage: "`NAME` table of the transactions"},
			&cli.StringFlag{Name: "query", Usage: "`SQL` in its place a SELECT of the transactions"},
			&cli.StringFlag{Name: "customer", Usage: "`COLUMN` column of the customer"},
			&cli.StringFlag{Name: "date", Usage: "`COLUMN` column of the date"},
			&cli.StringFlag{Name: "amount", Usage: "`COLUMN` column of the amount, or a product like 'quantity*price'; no money if not given"},
			&cli.StringFlag{Name: "refunds", Value: "net", Usage: "`RULE` net or drop, as in the other commands"},
			&cli.StringFlag{Name: "unit", Value: "week", Usage: "`UNIT` unit of time: day, week, month or year"},
			&cli.StringFlag{Name: "cut", Usage: "`DATE` last day of the calibration", DefaultText: "the end"},
			&cli.StringFlag{Name: "end", Usage: "`DATE` last day that counts", DefaultText: "the last day of the log"},
			&cli.StringFlag{Name: "zone", Usage: "`NAME` time zone of the days, for columns of moments"},
			outFlag("the query"),
		},
		Action: act(printSQL),
	}
}

func printSQL(c *cli.Context, _ *words) error {
	d, err := ingest.ParseDialect(c.String("dialect"))
	if err != nil {
		return usagef("--dialect: %w", err)
	}
	o := &ingest.Options{Customer: c.String("customer"), Date: c.String("date"), Amount: c.String("amount")}
	if err := readSourceFlags(c, o); err != nil {
		return err
	}
	if o.Refunds, err = history.ParseRefunds(c.String("refunds")); err != nil {
		return usageError{err}
	}
	if o.Unit, err = history.ParseUnit(c.String("unit")); err != nil {
		return usagef("--unit: %w", err)
	}
	if o.Cut, err = dayFlag(c, "cut"); err != nil {
		return err
	}
	if o.End, err = dayFlag(c, "end"); err != nil {
		return err
	}
	write := ingest.SQL
	if c.Bool("compressed") {
		write = ingest.SQLStates
	}
	text, err := write(d, o)
	if err != nil {
		return usageError{err}
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, text)
		return err
	})
}
