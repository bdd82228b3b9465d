package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/portfolio"
)

// segmentsFile writes a file that puts the customers of log.csv into two
// channels in turn.
func segmentsFile(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString("customer_id,channel\n")
	for i := range 300 {
		fmt.Fprintf(&b, "C%03d,%s\n", i+1, []string{"search", "fair"}[i%2])
	}
	writeFile(t, "customers.csv", b.String())
}

func TestCohortByColumn(t *testing.T) {
	workspace(t)
	segmentsFile(t)
	writeFile(t, "economics.yaml", "margin: 0.3\nmargin_by: {fair: 0.5}\ncac_by: {search: 10}\n")
	r := must(t, "cohort", "--in", "log.csv", "--model-file", "model.json", "--by", "channel", "--segments", "customers.csv",
		"--economics", "economics.yaml", "--futures", "40", "--horizon", "6m", "--json", "--heatmap", "h.svg", "--curves", "c.svg")
	var cs portfolio.Cohorts
	if err := json.Unmarshal([]byte(r.out), &cs); err != nil {
		t.Fatal(err)
	}
	if len(cs.Rows) != 2 || cs.Rows[0].Name != "fair" || cs.Rows[1].Name != "search" || cs.Not == "" {
		t.Fatalf("the cohorts are %+v", cs.Rows)
	}
	// What is so far is an account of the log: 53,906.64 in 1,668 purchases.
	fair, search := cs.Rows[0], cs.Rows[1]
	revenue := fair.SoFar*float64(fair.Customers)/0.5 + (search.SoFar+10)*float64(search.Customers)/0.3
	if math.Abs(revenue-53906.64) > 1e-6 {
		t.Errorf("the margins so far stand for a revenue of %v, want 53906.64", revenue)
	}
	if n := len(cs.All.Ahead); n != 6 {
		t.Errorf("the model goes on for %d months, want 6", n)
	}
	for _, name := range []string{"h.svg", "c.svg"} {
		if !strings.Contains(readFile(t, name), "search") {
			t.Errorf("%s does not name a channel", name)
		}
	}
}

func TestCohortRefuses(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"--in log.csv --by channel":               "give its file with --segments",
		"--in log.csv --curves curves.gif":        "use .svg, .png or .pdf",
		"--in log.csv --futures 3":                "--futures is 3",
		"--in log.csv --horizon 12":               "has no unit",
		"--in log.csv --economics log.csv":        "economics",
		"--in log.csv --cost-alive 12":            "write 12/y",
		"--in log.csv --out a.csv --curves a.csv": "--curves a.csv is --out too",
	} {
		if r := clv(append([]string{"cohort"}, strings.Fields(args)...)...); r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("clv cohort %s: exit code %d, %q does not say %q", args, r.code, r.err, want)
		}
	}
	if r := clv("cohort", "--in", "summary.csv"); r.code != exitFailure {
		t.Errorf("a summary has cohorts: %s", r.out)
	}
}
