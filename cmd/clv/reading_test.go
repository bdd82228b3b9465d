package main

import (
	"strings"
	"testing"
)

func TestReadingUsage(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"summarize --in log.csv --engine fast":                            `--engine "fast" is not known`,
		"summarize --in log.csv --bad-rows ignore":                        `--bad-rows "ignore" is not known`,
		"summarize --in log.csv --bad-rows-out x.csv":                     "--bad-rows-out needs --bad-rows skip",
		"fit --in log.csv --memory lots":                                  `--memory "lots" is no size`,
		"fit --in log.csv --memory 0":                                     `--memory "0" is no size`,
		"fit --in log.csv --out m.parquet":                                "--out writes neither Parquet nor a table",
		"fit --in log.csv --out sqlite:m.db?table=m":                      "--out writes neither Parquet nor a table",
		"summarize --in log.csv --out s.parquet.gz":                       "leave .gz out",
		"summarize --in log.csv --report log.csv":                         "--report log.csv is an input",
		"summarize --in log.csv --bad-rows skip --bad-rows-out ./log.csv": "--bad-rows-out ./log.csv is an input",
	} {
		if r := clv(strings.Fields(args)...); r.code != exitUsage || r.out != "" || !strings.Contains(r.err, want) {
			t.Errorf("clv %s: exit code %d, words %q; want 2 and %q", args, r.code, r.err, want)
		}
	}
	for args, want := range map[string]string{
		"summarize --in log.csv --out sqlite:no/m.db?table=m":                        "no such file",
		"summarize --in log.csv --out sqlite:m.db":                                   "sqlite:…?table=predictions",
		"summarize --in log.csv --out postgres://u:geheim@127.0.0.1:1/base?table=t":  "refused",
		"summarize --in log.csv --out mysql://u:geheim@127.0.0.1:1/base?table=t":     "refused",
		"summarize --in log.csv --out postgres://u@[::1]:1/base?password=geheim":     "?table=predictions",
		"summarize --in log.csv --json --out mysql://u:geheim@127.0.0.1:1/b?table=t": "refused",
	} {
		r := clv(strings.Fields(args)...)
		if r.code != exitFailure || !strings.Contains(r.err, want) || strings.Contains(r.err, "geheim") || strings.Contains(r.err, "Rows read") {
			t.Errorf("clv %s: exit code %d, words %q; want 1 before any work, %q", args, r.code, r.err, want)
		}
	}
}

// TestCollectable: the collector is left most of a large memory and half of a
// small one.
func TestCollectable(t *testing.T) {
	for memory, want := range map[int64]int64{4 << 30: 3584 << 20, 1 << 30: 896 << 20, 512 << 20: 384 << 20, 200 << 20: 100 << 20} {
		if got := collectable(memory); got != want {
			t.Errorf("collectable(%d) = %d, want %d", memory, got, want)
		}
	}
}

// TestEngines: every engine gives the same summary, with little memory too.
func TestEngines(t *testing.T) {
	workspace(t)
	want := must(t, "summarize", "--in", "log.csv").out
	for _, args := range []string{"--engine stream", "--engine embedded", "--engine auto --memory 200MB --temp-dir ."} {
		if got := must(t, append([]string{"summarize", "--in", "log.csv"}, strings.Fields(args)...)...).out; got != want {
			t.Errorf("clv summarize %s gives another summary", args)
		}
	}
}

// TestDataReport: the report accounts for every row and all money, and the rows
// set aside are written down.
func TestDataReport(t *testing.T) {
	workspace(t)
	writeFile(t, "bad.csv", goodLog+"D,soon,5\nE,2024-02-03\nF,2024-02-03,seven\n,2024-02-03,3\n")
	must(t, "summarize", "--in", "bad.csv", "--bad-rows", "skip", "--bad-rows-out", "rows.csv", "--report", "report.json", "--out", "s.csv")
	type tally struct {
		Rows  int
		Money float64
	}
	r := decodeJSON[struct {
		Version        int
		Files          []string
		SHA256         string
		Columns        map[string]string
		Reconciliation struct {
			Read, Unreadable, First, Repeat tally
			NoCustomer                      tally `json:"no_customer"`
		}
		Warnings []any
		BadRows  []string `json:"bad_rows"`
	}](t, readFile(t, "report.json"))
	rec := r.Reconciliation
	if (rec.Read != tally{9, 54} || rec.Unreadable != tally{3, 5} || rec.NoCustomer != tally{1, 3} || rec.First != tally{3, 25} || rec.Repeat != tally{2, 21}) {
		t.Errorf("the reconciliation is %+v", rec)
	}
	if r.Version != 1 || len(r.Files) != 1 || len(r.SHA256) != 64 || r.Columns["amount"] != "amount" || r.Warnings == nil || len(r.BadRows) != 3 {
		t.Errorf("the report is %+v", r)
	}
	tab := parseTable(t, readFile(t, "rows.csv"))
	if got := strings.Join(tab.text(t, "text"), " "); got != "D,soon,5 E,2024-02-03 F,2024-02-03,seven" {
		t.Errorf("the rows set aside are %q", got)
	}
	if got := strings.Join(tab.text(t, "file"), " ") + strings.Join(tab.text(t, "line"), " ") + strings.Join(tab.text(t, "column"), " "); got != "bad.csv bad.csv bad.csv7 8 9date  amount" {
		t.Errorf("their places are %q", got)
	}
	if r := clv("summarize", "--in", "bad.csv", "--out", "t.csv"); r.code != exitFailure || strings.Count(r.err, "bad.csv:") != 3 {
		t.Errorf("without --bad-rows skip: exit code %d, words %q; want 1 and three places", r.code, r.err)
	}
}
