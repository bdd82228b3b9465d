package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const goodLog = "customer_id,date,amount\nA,2024-01-01,10\nA,2024-02-01,12\nB,2024-01-05,8\nB,2024-03-01,9\nC,2024-01-09,7\n"

// fitBad and fitSummary are the command lines that read bad.csv as a log and as
// a summary.
const (
	fitBad     = "fit --in bad.csv --out m.json"
	fitSummary = "fit --in bad.csv --unit week --spend none --out m.json"
)

// TestBadInput gives the command what the world gives it: each must be refused
// with its place, exit code 1, and no file left behind.
func TestBadInput(t *testing.T) {
	model := func() string { return readFile(t, "../../testdata/model.json") }()
	for _, tt := range []struct {
		name string
		file string // text of bad.csv, or of bad.json for commands that read it
		args string
		want []string
	}{
		// the file
		{"no such file", "", "fit --in nothing.csv --out m.json", []string{"nothing.csv: there is no such file"}},
		{"a folder", "", "fit --in . --out m.json", []string{". is a directory"}},
		{"empty", "", fitBad, []string{"bad.csv: the file is empty"}},
		{"only line feeds", "\n\n", fitBad, []string{"bad.csv: the file is empty"}},
		{"only a header", "customer_id,date,amount\n", fitBad, []string{"bad.csv: there are no transactions"}},
		{"only a header of a summary", "frequency,recency,T\n", fitSummary, []string{"bad.csv: there are no histories"}},
		{"gz cut off", zipped(t, goodLog)[:60], fitBad, []string{"bad.csv: the gzip archive is cut off"}},
		{"gz damaged", zipped(t, goodLog)[:40] + strings.Repeat("x", 60), fitBad, []string{"bad.csv: the gzip archive is damaged"}},
		{"a spreadsheet", "PK\x03\x04 and so on", fitBad, []string{"bad.csv: this is a zip archive or a spreadsheet"}},
		{"UTF-16", "\xff\xfec\x00,\x00", fitBad, []string{"bad.csv: the text is UTF-16"}},
		{"the same file twice", goodLog, "fit --in bad.csv --in ./bad.csv --out m.json", []string{"bad.csv is named twice"}},
		{"a second file with other columns", "who,when\nA,2024-01-01\n", "fit --in log.csv --in bad.csv --out m.json", []string{`bad.csv: there is no column "customer_id"`}},

		// the columns
		{"no customer column", "date,amount\n2024-01-01,3\n", fitBad, []string{"bad.csv: no column looks like the customer", `"date", "amount"`}},
		{"no date column", "customer_id,amount\nA,3\n", fitBad, []string{"bad.csv: no column looks like the date"}},
		{"no such column", goodLog, "fit --in bad.csv --customer buyer --out m.json", []string{`bad.csv: there is no column "buyer"`, `"customer_id", "date", "amount"`}},
		{"no such factor", goodLog, "fit --in bad.csv --amount qty*price --out m.json", []string{`bad.csv: there is no column "qty"`}},
		{"no amounts for a spend model", "customer_id,date\nA,2024-01-01\nA,2024-02-01\nB,2024-01-03\nB,2024-02-02\nC,2024-01-03\n",
			"fit --in bad.csv --spend gamma-gamma --out m.json", []string{"fit gamma-gamma: the input has no amounts", "--spend none"}},

		// the rows of a log
		{"a day that is none", goodLog + "D,2024-02-30,5\n", fitBad, []string{`bad.csv:7: column "date"`, "2024-02-30"}},
		{"no date at all", goodLog + "D,soon,5\n", fitBad, []string{`bad.csv:7: column "date"`, "soon"}},
		{"an empty date", goodLog + "D,,5\n", fitBad, []string{`bad.csv:7: column "date"`}},
		{"dates with two meanings", "customer_id,date\nA,03/04/2024\nB,05/06/2024\n", fitBad, []string{`bad.csv:2: column "date": "03/04/2024" has two meanings`, "--date-format"}},
		{"no amount", goodLog + "D,2024-02-03,ten\n", fitBad, []string{`bad.csv:7: column "amount"`, "ten"}},
		{"amount NaN", goodLog + "D,2024-02-03,NaN\n", fitBad, []string{`bad.csv:7: column "amount"`}},
		{"amount Inf", goodLog + "D,2024-02-03,Inf\n", fitBad, []string{`bad.csv:7: column "amount"`}},
		{"too few fields", goodLog + "D,2024-02-03\n", fitBad, []string{"bad.csv:7: the row has 2 fields, but the header has 3"}},
		{"a quote left open", goodLog + "\"D,2024-02-03,5\n", fitBad, []string{"bad.csv:7"}},
		{"nobody named", "customer_id,date\n,2024-01-01\nNULL,2024-02-01\n", fitBad, []string{"bad.csv: none of the 2 transactions names a customer"}},
		{"the cut before the log", goodLog, fitBad + " --cut 2023-01-01", []string{"bad.csv: the cut 2023-01-01 is before the first transaction, 2024-01-01"}},
		{"the cut after the log", goodLog, fitBad + " --cut 2025-01-01", []string{"bad.csv: the cut 2025-01-01 is after the end 2024-03-01, the last day of the log"}},

		// the rows of a summary
		{"negative frequency", "customer_id,frequency,recency,T\nA,1,2,3\nB,-1,2,3\n", fitSummary, []string{`bad.csv:3: column "frequency": frequency is -1`}},
		{"half a purchase", "frequency,recency,T\n1.5,2,3\n", fitSummary, []string{`bad.csv:2: column "frequency": "1.5" is not a whole number`}},
		{"t_x > T", "frequency,recency,T\n1,2,3\n2,30,20\n", fitSummary, []string{`bad.csv:3: column "recency": recency 30 is greater than T 20`}},
		{"negative T", "frequency,recency,T\n0,0,-3\n", fitSummary, []string{`bad.csv:2: column "T": T is -3`}},
		{"x = 0 with t_x > 0", "frequency,recency,T\n0,2,3\n", fitSummary, []string{`bad.csv:2: column "recency": recency is 2 with frequency 0`}},
		{"x > 0 with t_x = 0", "frequency,recency,T\n2,0,3\n", fitSummary, []string{`bad.csv:2: column "recency": recency is 0 with frequency 2`}},
		{"NaN", "frequency,recency,T\n1,2,NaN\n", fitSummary, []string{`bad.csv:2: column "T": "NaN" is not a number`}},
		{"an empty field", "frequency,recency,T\n1,,3\n", fitSummary, []string{`bad.csv:2: column "recency": the field is empty`}},
		{"spend without a repeat purchase", "frequency,recency,T,monetary_value\n0,0,3,12\n", fitSummary, []string{`bad.csv:2: column "monetary_value": "12" with frequency 0`}},
		{"weight 0", "frequency,recency,T,weight\n1,2,3,0\n", fitSummary, []string{`bad.csv:2: column "weight"`}},
		{"a customer twice", "customer_id,frequency,recency,T\nA,1,2,3\nA,1,2,3\n", fitSummary, []string{`bad.csv:3: column "customer_id": customer "A" has a row already, bad.csv:2`}},
		{"a summary has no dates to track", "frequency,recency,T\n1,2,3\n0,0,4\n", "plot tracking --model-file model.json --in bad.csv --out t.svg",
			[]string{"a tracking plot needs the transaction log"}},

		// too little to fit
		{"one customer", "customer_id,date,amount\nA,2024-01-01,1\nA,2024-02-01,2\n", fitBad, []string{"fit bg-nbd", "of 1 customer"}},
		{"all x = 0", "customer_id,date,amount\nA,2024-01-01,1\nB,2024-02-01,2\nC,2024-02-03,5\n", fitBad, []string{"fit bg-nbd", "customers bought again"}},
		{"all x = 0 in a summary", "frequency,recency,T\n0,0,30\n0,0,20\n", fitSummary, []string{"fit bg-nbd", "customers bought again"}},

		// the model file
		{"no model file", "", "predict --model-file nothing.json --in log.csv --out p.csv", []string{"nothing.json: there is no such model file"}},
		{"a newer version", strings.Replace(model, `"version": 2`, `"version": 3`, 1), predictBad,
			[]string{"bad.json: the model file has version 3 and this program reads up to version 2: use a newer clv"}},
		{"no version", strings.Replace(model, `"version": 2`, `"version": 0`, 1), predictBad, []string{"bad.json: the model file has version 0"}},
		{"another format", strings.Replace(model, "clv-model", "other-model", 1), predictBad, []string{"bad.json: not a model file", `"other-model"`}},
		{"a key too many", strings.Replace(model, `"unit"`, `"extra": 1, "unit"`, 1), predictBad, []string{`bad.json: model file`, `"extra"`}},
		{"a key too many deep inside", strings.Replace(model, `"log_likelihood"`, `"extra": 1, "log_likelihood"`, 1), predictBad, []string{`bad.json: model file`, `"extra"`}},
		{"cut off", model[:len(model)/2], predictBad, []string{"bad.json: not a model file: unexpected end of JSON input"}},
		{"something behind it", model + "{}", predictBad, []string{"bad.json: not a model file"}},
		{"an empty model file", "", predictBad, []string{"bad.json: not a model file"}},
		{"a CSV for a model", goodLog, predictBad, []string{"bad.json: not a model file"}},
		{"an unknown model", strings.Replace(model, `"bg-nbd"`, `"xyz"`, 1), predictBad, []string{`bad.json: there is no model "xyz"; there is bg-nbd`}},
		{"an unknown spend model", strings.Replace(model, `"gamma-gamma"`, `"xyz"`, 1), predictBad, []string{`bad.json: there is no spend model "xyz"`}},
		{"a parameter missing", strings.Replace(model, `"r":`, `"rr":`, 1), predictBad, []string{"bad.json: bg-nbd: the parameters are"}},
		{"a negative parameter", strings.Replace(model, `"r": `, `"r": -`, 1), predictBad, []string{"bad.json: bg-nbd: parameter r is -"}},
		{"a changed parameter", strings.Replace(model, `"alpha": 7.9`, `"alpha": 8.9`, 1), predictBad, []string{"bad.json: model file: check 1: p_order of a customer", `leave "checks" out`}},
		{"an unknown unit", strings.Replace(model, `"unit": "week"`, `"unit": "fortnight"`, 1), predictBad, []string{`bad.json: model file: unit "fortnight" is not known`}},
		{"no date of calibration", strings.Replace(model, `"2025-03-31"`, `"spring"`, 1), predictBad, []string{`calibration_end "spring" is not a date`}},
		{"a model file for a log", model, "fit --in bad.json --out m.json", []string{"bad.json"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			workspace(t)
			for _, name := range []string{"bad.csv", "bad.json"} {
				if strings.Contains(tt.args, name) {
					writeFile(t, name, tt.file)
				}
			}
			before := folder(t)
			r := clv(strings.Fields(tt.args)...)
			if r.code != exitFailure || r.out != "" {
				t.Errorf("exit code %d, output %q; want 1 and none", r.code, r.out)
			}
			last := r.err[strings.LastIndex(strings.TrimSpace(r.err), "\n")+1:]
			for _, want := range tt.want {
				if !strings.HasPrefix(last, "clv: ") || !strings.Contains(last, want) {
					t.Errorf("the last line says %q, want %q", last, want)
				}
			}
			if after := folder(t); !slices.Equal(before, after) {
				t.Errorf("files were left behind: %v, before %v", after, before)
			}
		})
	}
}

const predictBad = "predict --model-file bad.json --in log.csv --out p.csv"

func TestSkipBadRows(t *testing.T) {
	workspace(t)
	writeFile(t, "bad.csv", goodLog+"D,soon,5\nE,2024-02-03\nF,2024-02-03,7\n")
	r := must(t, "--json", "summarize", "--in", "bad.csv", "--bad-rows", "skip", "--out", "s.csv")
	doc := decodeJSON[struct {
		Skipped []string
		Input   struct {
			Reconciliation struct {
				Read, Unreadable struct{ Rows int }
				Customers        int
			}
		}
	}](t, r.err)
	rec := doc.Input.Reconciliation
	if rec.Read.Rows != 8 || rec.Unreadable.Rows != 2 || rec.Customers != 4 || len(doc.Skipped) != 2 {
		t.Errorf("read %d, unreadable %d, customers %d, skipped %v; want 8, 2, 4 and two", rec.Read.Rows, rec.Unreadable.Rows, rec.Customers, doc.Skipped)
	}
	if said := must(t, "summarize", "--in", "bad.csv", "--bad-rows", "skip", "--out", "s.csv").err; !strings.Contains(said, "set aside: bad.csv:7: ") {
		t.Errorf("the words do not name the row set aside:\n%s", said)
	}
}

func TestDirtyLog(t *testing.T) {
	workspace(t)
	const dirty = "summarize --in dirty.csv --cut 2024-06-30 --end 2024-11-30 --out s.csv"
	r := must(t, append([]string{"--json"}, strings.Fields(dirty)...)...)
	type tally struct {
		Rows  int
		Money float64
	}
	doc := decodeJSON[struct {
		Input struct {
			Columns        map[string]string
			Reconciliation map[string]any
		}
	}](t, r.err)
	if c := doc.Input.Columns; c["customer"] != "Client" || c["date"] != "Date" || c["amount"] != "Quantity*UnitPrice" {
		t.Errorf("the columns are %v", c)
	}
	want := map[string]tally{ // counted by hand from the 21 rows
		"read": {21, 343.99}, "no_customer": {2, 29.99}, "after_end": {1, 99}, "cancelled": {3, -30}, "born_after_cut": {2, 40},
		"merged": {2, 0}, "first": {5, 69}, "repeat": {4, 113}, "holdout": {2, 23}, "unreadable": {}, "refund_rows": {3, -65},
	}
	for key, w := range want {
		got := doc.Input.Reconciliation[key].(map[string]any)
		if int(got["rows"].(float64)) != w.Rows || fmt.Sprintf("%.2f", got["money"]) != fmt.Sprintf("%.2f", w.Money) {
			t.Errorf("%s is %v, want %v", key, got, w)
		}
	}
	for key, w := range map[string]float64{"zero_rows": 1, "customers": 5, "customers_born_after_cut": 1, "purchases_born_after_cut": 2, "customers_no_purchase": 1} {
		if got := doc.Input.Reconciliation[key]; got != w {
			t.Errorf("%s is %v, want %v", key, got, w)
		}
	}
	tab := parseTable(t, readFile(t, "s.csv"))
	if ids := tab.text(t, "customer_id"); !slices.Equal(ids, []string{"A1", "B2", "C3", "F6", "G7"}) {
		t.Errorf("customers %v", ids)
	}
	if x := tab.text(t, "frequency"); !slices.Equal(x, []string{"1", "0", "2", "1", "0"}) {
		t.Errorf("frequencies %v", x)
	}
}
