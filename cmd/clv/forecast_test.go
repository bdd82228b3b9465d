package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
)

func forecastTable(t *testing.T, args ...string) table {
	t.Helper()
	return parseTable(t, must(t, append([]string{"forecast", "--model-file", "model.json", "--in", "log.csv", "--csv"}, args...)...).out)
}

// sumWhere adds up a column over the rows of a phase, segment and kind of
// customer.
func (tab table) sumWhere(t *testing.T, phase, segment, kind, column string) (sum float64) {
	t.Helper()
	n := 0
	for i, v := range tab.floats(t, column) {
		if tab.text(t, "phase")[i] == phase && tab.text(t, "segment")[i] == segment && tab.text(t, "customers")[i] == kind {
			sum += v
			n++
		}
	}
	if n == 0 {
		t.Fatalf("no row of %s, %q, %s", phase, segment, kind)
	}
	return sum
}

// TestForecastAddsUp: what is expected by period, over the whole horizon and of
// each customer is the same sum.
func TestForecastAddsUp(t *testing.T) {
	workspace(t)
	tab := forecastTable(t, "--horizon", "182d")
	each := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--horizon", "182d", "--discount", "0%/y").out)
	for column, want := range map[string]float64{"transactions": total(each.floats(t, "orders_182d")), "revenue": total(each.floats(t, "clv_182d"))} {
		near(t, column+" by month", tab.sumWhere(t, "month", "", forecast.Existing, column), want, 1e-8) // the file has 10 digits
		near(t, column+" in all", tab.sumWhere(t, "total", "", forecast.Existing, column), want, 1e-8)
	}
	discounted := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--horizon", "182d").out)
	near(t, "discounted revenue", tab.sumWhere(t, "total", "", forecast.Existing, "discounted_revenue"), total(discounted.floats(t, "clv_182d")), 1e-4) // from the middles of the months
	parts := forecastTable(t, "--horizon", "182d", "--segments", "summary.csv", "--segment", "frequency")
	var sum float64
	for _, segment := range distinct(parseTable(t, readFile(t, "summary.csv")).text(t, "frequency")) {
		sum += parts.sumWhere(t, "total", segment, forecast.Existing, "transactions")
	}
	near(t, "transactions over the segments", sum, parts.sumWhere(t, "total", "", forecast.Existing, "transactions"), 1e-8)
}

func distinct(v []string) (out []string) {
	seen := map[string]bool{}
	for _, s := range v {
		if !seen[s] {
			out = append(out, s)
		}
		seen[s] = true
	}
	return out
}

// TestForecastAcquired: the customers of a plan, or as many as lately, apart.
func TestForecastAcquired(t *testing.T) {
	workspace(t)
	writeFile(t, "plan.csv", "from,to,customers\n2026-01-01,2026-01-31,100\n2026-03-01,2026-03-31,50\n")
	tab := forecastTable(t, "--horizon", "182d", "--plan", "plan.csv")
	near(t, "arrivals", tab.sumWhere(t, "total", "", forecast.Acquired, "arrivals"), 150, 1e-9)
	for _, column := range []string{"transactions", "revenue"} {
		near(t, "all "+column, tab.sumWhere(t, "total", "", forecast.Everyone, column),
			tab.sumWhere(t, "total", "", forecast.Existing, column)+tab.sumWhere(t, "total", "", forecast.Acquired, column), 1e-8)
	}
	// In April, May and June of 2024 the log has as many first purchases as here.
	firsts := map[string]bool{}
	log, n := parseTable(t, readFile(t, "log.csv")), 0.0
	for i, id := range log.text(t, "customer_id") {
		if day := log.text(t, "date")[i]; !firsts[id] && day >= "2024-04-01" && day <= "2024-06-30" {
			n++
		}
		firsts[id] = true
	}
	tab = forecastTable(t, "--cut", "2024-06-30", "--horizon", "91d", "--recent", "3")
	near(t, "arrivals as lately", tab.sumWhere(t, "total", "", forecast.Acquired, "arrivals"), n, 0.02) // months of 30 and 31 days weigh the same
}

// TestForecastSeason: a Monday with a factor eight times that of other days has
// eight times their transactions.
func TestForecastSeason(t *testing.T) {
	workspace(t)
	writeFile(t, "season.csv", "slot,factor\nMonday,4\nTuesday,0.5\nWednesday,0.5\nThursday,0.5\nFriday,0.5\nSaturday,0.5\nSunday,0.5\n")
	tab := forecastTable(t, "--horizon", "14d", "--period", "day", "--season", "season.csv")
	v := tab.floats(t, "transactions") // from Monday, 2025-12-29 on
	near(t, "Monday over Tuesday", v[7]/v[8], 8, 0.02)
	plain, week := forecastTable(t, "--horizon", "14d"), forecastTable(t, "--horizon", "14d", "--season", "week")
	near(t, "two weeks with a season of the week", week.sumWhere(t, "total", "", forecast.Existing, "transactions"),
		plain.sumWhere(t, "total", "", forecast.Existing, "transactions"), 1e-3)
}

// TestForecastForms: table and JSON, the same for the same seed.
func TestForecastForms(t *testing.T) {
	workspace(t)
	base := []string{"forecast", "--model-file", "model.json", "--in", "log.csv", "--horizon", "8w", "--period", "week", "--interval", "80%"}
	if r := must(t, base...); !strings.Contains(r.out, "existing customers") || !strings.Contains(r.out, "80 % band") || r.out != must(t, append(base, "--seed", "1")...).out {
		t.Errorf("the table, or its repetition, is\n%s", r.out)
	}
	p := decodeJSON[forecast.Periods](t, must(t, append(base, "--json")...).out)
	if len(p.Rows) != 8 || p.Level != 0.8 || len(p.Totals) != 1 {
		t.Fatalf("the document has %d rows of level %v", len(p.Rows), p.Level)
	}
	for _, r := range p.Rows {
		if !(r.Transactions.Lo <= r.Transactions.Expected && r.Transactions.Expected <= r.Transactions.Hi) {
			t.Errorf("%v: the band of %+v does not hold what is expected", r.From, r.Transactions)
		}
	}
	var csv bytes.Buffer
	if err := p.WriteCSV(&csv); err != nil || csv.String() != must(t, append(base, "--csv")...).out {
		t.Errorf("the document as CSV is not the CSV (%v)", err)
	}
}

func TestForecastFailures(t *testing.T) {
	workspace(t)
	writeFile(t, "bad.csv", "slot,factor\nMonday,4\n")
	for args, want := range map[string]string{
		"--model-file model.json --in summary.csv":                  "needs the transaction log",
		"--model-file model.json --in log.csv --season year":        "--season year: a season by the year needs a log over two of them",
		"--model-file model.json --in log.csv --season bad.csv":     "bad.csv: there is no factor for Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday",
		"--model-file model.json --in log.csv --season nothing.csv": "nothing.csv",
		"--model-file model.json --in log.csv --plan bad.csv":       "bad.csv: line 1: there is no column from",
		"--model-file model.json --in log.csv --segments bad.csv":   "bad.csv: there must be columns customer_id and segment",
	} {
		if r := clv(append([]string{"forecast"}, strings.Fields(args)...)...); r.code != exitFailure || r.out != "" || !strings.Contains(r.err, want) {
			t.Errorf("clv forecast %s: exit code %d, %s; want %q", args, r.code, r.err, want)
		}
	}
}
