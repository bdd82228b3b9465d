package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/ingest"
)

// rowsFlags say where a table of customers goes.
func rowsFlags(what string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "out", Usage: "`FILE` " + what + " as CSV, as JSON lines if the name ends in .jsonl, as Parquet if in .parquet, packed if in .gz; or a table of a database, like 'postgres://host/base?table=t'; CSV on standard output if not given"},
		&cli.BoolFlag{Name: "replace-table", Usage: "let --out replace a table of a database that has other columns"},
	}
}

// checkForm refuses the forms that a command does not write.
func checkForm(c *cli.Context, flag string) error {
	path := c.String(flag)
	packed := isParquet(strings.TrimSuffix(path, ".gz"))
	rows := flag == "predictions" || flag == "out" && slices.ContainsFunc(c.Command.Flags, func(f cli.Flag) bool { return f.Names()[0] == "replace-table" })
	switch {
	case !rows && (packed || ingest.IsDatabase(path)):
		return usagef("--%s writes neither Parquet nor a table of a database here: name another file", flag)
	case packed && !isParquet(path):
		return usagef("--%s %s: a Parquet file is packed inside: leave .gz out", flag, path)
	}
	return nil
}

// writeRows writes n rows in the form and to the place that a flag names.
func writeRows(ctx context.Context, c *cli.Context, flag string, n int, columns []ingest.OutColumn) error {
	path := c.String(flag)
	if ingest.IsDatabase(path) {
		return ingest.WriteTable(ctx, path, n, columns, c.Bool("replace-table"))
	}
	write := ingest.WriteCSV
	switch name := strings.TrimSuffix(path, ".gz"); {
	case isParquet(path):
		write = ingest.WriteParquet
	case strings.HasSuffix(name, ".jsonl"), strings.HasSuffix(name, ".ndjson"):
		write = ingest.WriteJSONLines
	}
	return writeOut(ctx, path, c.App.Writer, func(out io.Writer) error { return write(ctx, out, n, columns) })
}

func isParquet(path string) bool { return strings.HasSuffix(path, ".parquet") }
