package main

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/report"
)

// written makes a report of log.csv and returns the page, the same as plain
// text, and the document.
func written(t *testing.T, args ...string) (page, text string, doc map[string]any) {
	t.Helper()
	must(t, append([]string{"report", "--quiet", "--out", "report.html", "--data", "report.json"}, args...)...)
	page = readFile(t, "report.html")
	return page, plainText(page), decodeJSON[map[string]any](t, readFile(t, "report.json"))
}

var (
	unshown = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<svg .*?</svg>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
	inLine  = regexp.MustCompile(`<span class="nobr">([^<]*)</span>`)
	spaces  = regexp.MustCompile(`[\s\x{a0}]+`)
)

// plainText is what a page says, words apart by one space.
func plainText(page string) string {
	text := inLine.ReplaceAllString(unshown.ReplaceAllString(page, ""), "$1")
	return spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(text, " ")), " ")
}

// TestReportAgrees: the report says what the other commands say, of the first
// months of the log, in which customers still arrive.
func TestReportAgrees(t *testing.T) {
	workspace(t)
	log := func(args ...string) []string { return append(args, "--in", "log.csv", "--end", "2024-08-31") }
	_, _, doc := written(t, log("--model", "bg-nbd", "--seed", "3", "--horizon", "6m", "--recent", "4")...)

	must(t, log("fit", "--quiet", "--model", "bg-nbd", "--seed", "3", "--out", "whole.json")...)
	same(t, "the model", doc["model"].(map[string]any)["file"], decodeJSON[map[string]any](t, readFile(t, "whole.json")))

	r := must(t, log("forecast", "--json", "--model-file", "whole.json", "--horizon", "6m", "--recent", "4", "--seed", "3")...)
	same(t, "the forecast", doc["forecast"], decodeJSON[map[string]any](t, r.out))

	r = must(t, log("evaluate", "--json", "--model", "bg-nbd", "--seed", "3")...)
	window := decodeJSON[map[string]any](t, r.out)["windows"].([]any)[0].(map[string]any)
	backtest := doc["backtest"].(map[string]any)
	delete(backtest, "model")
	same(t, "the backtest", backtest, window)

	must(t, log("fit", "--quiet", "--model", "bg-nbd", "--seed", "3", "--cut", window["cut"].(string), "--out", "part.json")...)
	must(t, log("plot", "holdout", "--quiet", "--model-file", "part.json", "--by", "silence", "--seed", "3", "--out", "h.svg", "--data", "h.csv")...)
	must(t, log("plot", "lorenz", "--quiet", "--model-file", "whole.json", "--horizon", "6m", "--out", "l.svg", "--data", "l.csv")...)
	must(t, log("predict", "--quiet", "--model-file", "whole.json", "--horizon", "6m", "--interval", "95%", "--seed", "3", "--out", "p.csv")...)
	for _, c := range doc["charts"].([]any) {
		c := c.(map[string]any)
		if path, ok := map[string]string{"holdout-silence": "h.csv", "lorenz": "l.csv"}[c["name"].(string)]; ok {
			sameTable(t, path, c)
		}
	}
	sameTop(t, doc["value"].(map[string]any)["top"].([]any))
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s of the report differs from that of the command:\n%.2000v\n%.2000v", what, got, want)
	}
}

// sameTable compares a chart's numbers with the file of clv plot.
func sameTable(t *testing.T, path string, chart map[string]any) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(readFile(t, path)), "\n")
	rows := chart["rows"].([]any)
	if len(rows) != len(lines)-1 {
		t.Fatalf("%s has %d rows, and the report %d", path, len(lines)-1, len(rows))
	}
	for i, row := range rows {
		for k, cell := range strings.Split(lines[i+1], ",") {
			got := row.([]any)[k]
			if v, ok := got.(float64); ok {
				got = fmt.Sprintf("%.10g", v)
			}
			if got != cell {
				t.Errorf("%s, row %d, column %d: %v in the report, %s in the file", path, i+1, k+1, got, cell)
			}
		}
	}
}

// sameTop compares the customers listed with the forecasts of clv predict.
func sameTop(t *testing.T, top []any) {
	t.Helper()
	tab := parseTable(t, readFile(t, "p.csv"))
	if len(top) != 20 {
		t.Fatalf("%d customers are listed, want 20", len(top))
	}
	row := map[string]int{}
	for i, id := range tab.text(t, "customer_id") {
		row[id] = i
	}
	for _, entry := range top {
		e := entry.(map[string]any)
		i := row[e["customer"].(string)]
		for name, column := range map[string]string{"p_order": "p_order_6m", "orders": "orders_6m", "clv": "clv_6m", "orders_lo": "orders_6m_lo", "orders_hi": "orders_6m_hi", "clv_lo": "clv_6m_lo", "clv_hi": "clv_6m_hi"} {
			near(t, fmt.Sprint(e["customer"], " ", name), e[name].(float64), tab.floats(t, column)[i], 1e-9)
		}
	}
}

// TestReportPageSaysTheNumbers: the page has the numbers of the document.
func TestReportPageSaysTheNumbers(t *testing.T) {
	workspace(t)
	_, text, _ := written(t, "--in", "log.csv", "--model", "bg-nbd", "--title", "Autumn <1>", "--written", "2026-02-03")
	r := decodeJSON[report.Report](t, readFile(t, "report.json"))
	h := r.Headline
	want := []string{"Autumn <1>", "written 2026-02-03", r.Data.SHA256, "Seed 1 ", "not the effect of an offer",
		"clv report --model bg-nbd --title 'Autumn <1>' --written 2026-02-03 --in log.csv",
		report.Count(h.Active.Expected) + " of " + report.Count(h.Customers) + " customers 95 % band " + report.Range(h.Active),
		report.Count(h.Orders.Expected) + " 95 % band " + report.Range(h.Orders),
		report.Amount(h.Revenue.Expected) + " 95 % band " + report.AmountRange(*h.Revenue)}
	for _, row := range append(r.Forecast.Rows, r.Forecast.Totals...) {
		want = append(want, fmt.Sprintf("%s %s %s %s %s %s %s", report.Count(row.Transactions.Expected), report.Range(row.Transactions), report.Count(row.Active.Expected),
			report.Range(row.Active), report.Amount(row.Revenue.Expected), report.AmountRange(*row.Revenue), report.Amount(row.Discounted.Expected)))
	}
	for _, tier := range r.Value.Tiers {
		want = append(want, fmt.Sprintf("top %v %% %d %s %s %s", tier.Percent, tier.Customers, report.Amount(tier.From), report.Amount(tier.Value), report.Percent(tier.ShareValue)))
	}
	for _, s := range r.Backtest.Scores {
		want = append(want, fmt.Sprintf("%s %s %s %s", report.Count(s.Forecast), report.Change(float64(s.Bias)), report.Significant(float64(s.MAE)), report.Significant(float64(s.RMSE))))
	}
	for _, e := range append(r.Model.Purchase, r.Model.Spend...) {
		want = append(want, fmt.Sprintf("%s %s %s %s – %s", e.Name, report.Significant(e.Value), report.Significant(float64(e.StdErr)), report.Significant(float64(e.Lower)), report.Significant(float64(e.Upper))))
	}
	for _, c := range r.Charts {
		want = append(want, strings.ToUpper(c.Title[:1])+c.Title[1:]+" "+c.Caption)
	}
	for _, w := range want {
		if w = spaces.ReplaceAllString(w, " "); !strings.Contains(text, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	if len(r.Charts) < 21 || len(r.LeftOut) > 0 {
		t.Errorf("%d charts, left out %v", len(r.Charts), r.LeftOut)
	}
}

// TestReportIsItsInput: the same log and flags give the same bytes, wherever
// they are written; another seed gives others.
func TestReportIsItsInput(t *testing.T) {
	workspace(t)
	args := []string{"report", "--in", "log.csv", "--model", "bg-nbd", "--recent", "0", "--list", "2"}
	a := must(t, args...).out
	must(t, append(args, "--out", "b.html", "--quiet")...)
	if a != readFile(t, "b.html") {
		t.Error("two reports of the same log differ")
	}
	if c := must(t, append(args, "--seed", "2")...).out; strings.ReplaceAll(c, "--seed 2", "") == a {
		t.Error("another seed gives the same report")
	}
	names := regexp.MustCompile(`\bC\d{3}\b`).FindAllString(plainText(a), -1)
	if strings.Contains(a, "Customers still to come") || len(names) != 2 {
		t.Errorf("with --recent 0 and --list 2 there are new customers or other names than two, %v", names)
	}
}

// TestReportWithoutMoney: what does not apply is left out, and the page says
// so.
func TestReportWithoutMoney(t *testing.T) {
	workspace(t)
	_, text, doc := written(t, "--in", "log.csv", "--model", "nbd", "--amount", "none", "--profile")
	for _, want := range []string{"no money is forecast", "intervals: profile likelihood", "dropout: in nbd no customer drops out"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if h := doc["headline"].(map[string]any); h["revenue"] != nil || h["money_grade"] != nil {
		t.Errorf("there is money in the headline: %v", h)
	}
	if strings.Contains(text, "NaN") || strings.Contains(text, "%!") {
		t.Error("the page has a number that is none")
	}
}

func TestReportRefuses(t *testing.T) {
	workspace(t)
	for _, tt := range []struct {
		code int
		want string
		args []string
	}{
		{exitUsage, "there is no model", []string{"--model", "x"}},
		{exitUsage, "--margin is 0", []string{"--margin", "0"}},
		{exitUsage, "--list -1", []string{"--list", "-1"}},
		{exitUsage, "--horizon", []string{"--horizon", "12"}},
		{exitUsage, "--written", []string{"--written", "today"}},
		{exitFailure, "leaves nothing to compare", []string{"--model", "bg-nbd", "--cut", "2030-01-01"}},
	} {
		r := clv(append([]string{"report", "--in", "log.csv", "--out", "r.html"}, tt.args...)...)
		if r.code != tt.code || !strings.Contains(r.err, tt.want) {
			t.Errorf("%v: exit code %d, %s; want %d and %q", tt.args, r.code, r.err, tt.code, tt.want)
		}
	}
	if r := clv("report", "--in", "summary.csv", "--out", "r.html"); r.code != exitFailure || !strings.Contains(r.err, "needs the transaction log") {
		t.Errorf("a summary: exit code %d, %s", r.code, r.err)
	}
	if _, err := os.Stat("r.html"); err == nil {
		t.Error("a refused report left a file")
	}
}

// TestReportQuotes: the command in the model card can be run again, and shows
// no password.
func TestReportQuotes(t *testing.T) {
	for v, want := range map[string]string{
		"log.csv": "log.csv", "a b": "'a b'", "it's": `'it'\''s'`, "": "''", "Q*P": "'Q*P'",
		"postgres://me:secret@host/base":          "postgres://me:xxxxx@host/base",
		"postgres://me@host/base?password=secret": "'postgres://me@host/base?password=xxxxx'",
		"postgres://me:secret@host:port/base":     "postgres://…",
	} {
		if got := quoted(v); got != want {
			t.Errorf("quoted(%q) = %s, want %s", v, got, want)
		}
	}
}

// TestReportOfCDNOW: the page of a real log is small, and its model is the file
// of clv fit.
func TestReportOfCDNOW(t *testing.T) {
	log := realData(t, "cdnow_sample_2357.csv")
	t.Chdir(t.TempDir())
	page, text, doc := written(t, "--in", log, "--model", "bg-nbd")
	if len(page) > 2e6 {
		t.Errorf("the page has %d bytes, want 2 million at most", len(page))
	}
	if !strings.Contains(text, "244,091.94") { // the log's money, as its README adds it up
		t.Error("the account of the data lacks the log's money")
	}
	raw, err := json.Marshal(doc["model"].(map[string]any)["file"])
	if err != nil {
		t.Fatal(err)
	}
	if f := decodeJSON[models.File](t, string(raw)); f.Customers != 2357 || f.Transactions != 6696 {
		t.Errorf("customers %d, transactions %d; want 2357 and 6696", f.Customers, f.Transactions)
	}
}
