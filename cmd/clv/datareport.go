package main

import (
	"context"
	"io"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// A dataReport tells what became of every row of the input.
type dataReport struct {
	Version int `json:"version"` // of this form, 1

	Files   []string       `json:"files"` // without passwords
	SHA256  string         `json:"sha256"`
	Engine  string         `json:"engine"`
	Columns ingest.Columns `json:"columns"`

	Reconciliation *history.Reconciliation `json:"reconciliation"`
	Aliased        int                     `json:"aliased"`
	Warnings       []ingest.Warning        `json:"warnings"`
	BadRows        []string                `json:"bad_rows"` // the first ten set aside
}

// reportHelp is the form of the report for the help text.
const reportHelp = `--report writes the account of the rows as one JSON object:

  version         1
  files, sha256   the input, and the hash of its bytes
  engine, columns what read it, and the columns used
  reconciliation  lines of {"rows", "money"}: read = unreadable + excluded +
                  duplicates + no_customer + after_end + refunds_dropped +
                  cancelled + born_after_cut + merged + first + repeat +
                  holdout + histories; for information
                  refund_rows, zero_rows, customers, first_day, cut, end, unit
  aliased         rows under another identifier of their customer
  warnings        list of {"kind", "value", "text"}
  bad_rows        the first ten rows set aside, in words
`

func newDataReport(o *ingest.Options, data *ingest.Data) *dataReport {
	r := &dataReport{Version: 1, Files: shown(o), SHA256: data.SHA256, Engine: data.Engine, Columns: data.Columns,
		Reconciliation: &data.Log.Reconciliation, Aliased: data.Aliased, Warnings: []ingest.Warning{}, BadRows: errorTexts(data.Skipped)}
	if !data.Summary {
		r.Warnings = append(r.Warnings, ingest.Warnings(data.Log)...)
	}
	return r
}

func (r *dataReport) write(ctx context.Context, path string, stdout io.Writer) error {
	return writeOut(ctx, path, stdout, func(out io.Writer) error { return writeJSON(out, r) })
}
