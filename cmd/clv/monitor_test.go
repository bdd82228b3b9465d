package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
)

// TestMonitor: the customers of log.csv were simulated from a model that does
// not change, and its fit holds; the forms agree.
func TestMonitor(t *testing.T) {
	workspace(t)
	base := []string{"monitor", "--model-file", "model.json", "--in", "log.csv"}
	r := must(t, base...)
	for _, want := range []string{"2025-04-01 to 2025-12-28: 300 customers of the calibration, 0 acquired since", "the model holds: p = ", "bg-nbd fitted again", "gamma-gamma fitted again", "since the newer log holds the older one"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the table lacks %q:\n%s", want, r.out)
		}
	}
	doc := decodeJSON[forecast.Monitoring](t, must(t, append(base, "--json")...).out)
	tab := parseTable(t, must(t, append(base, "--csv")...).out)
	if !doc.Holds || len(doc.Tests) != 6 || len(doc.Periods) != 9 || len(doc.Changes) != 2 || !doc.Changes[0].Nested {
		t.Errorf("the document is %+v", doc)
	}
	for i, v := range doc.Tests {
		if tab.text(t, "name")[i] != v.Name {
			t.Errorf("row %d of the CSV is %v, and the test %+v", i, tab.rows[i], v)
		}
		near(t, v.Name, tab.floats(t, "actual")[i], v.Actual, 1e-9) // the file has 10 digits
	}
	// 431 in the reconciliation of log.csv; what is expected is what clv predict says.
	each := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-03-31", "--horizon", "272d", "--columns", "orders,p_order").out)
	if doc.Tests[0].Actual != 431 {
		t.Errorf("%v orders since, want 431", doc.Tests[0].Actual)
	}
	near(t, "orders expected", doc.Tests[0].Expected, total(each.floats(t, "orders_272d")), 1e-8)
	near(t, "returners expected", doc.Tests[1].Expected, total(each.floats(t, "p_order_272d")), 1e-8)
}

// TestMonitorExitCode: a log in which half of the customers have gone does not
// hold: exit code 3, the comparison and the reasons all the same.
func TestMonitorExitCode(t *testing.T) {
	workspace(t)
	var kept []string
	for _, line := range strings.Split(readFile(t, "log.csv"), "\n") {
		if even := len(line) > 3 && line[3]%2 == 0; !even || !strings.Contains(line, ",2025-") { // C260 and the like
			kept = append(kept, line)
		}
	}
	writeFile(t, "less.csv", strings.Join(kept, "\n"))
	must(t, "fit", "--in", "log.csv", "--cut", "2024-12-31", "--out", "m.json")
	base := []string{"monitor", "--model-file", "m.json", "--in", "less.csv"}
	r := clv(append(base, "--out", "m.txt")...)
	if text := readFile(t, "m.txt"); r.code != exitNot || !strings.Contains(text, "the model does not hold") || !strings.Contains(text, "- orders: ") || strings.Contains(r.err, "clv: ") {
		t.Errorf("exit code %d, words %q\n%s", r.code, r.err, text)
	}
	r = clv(append(base, "--json")...)
	doc := decodeJSON[map[string]any](t, r.err)
	if verdict := fmt.Sprint(doc["verdict"]); r.code != exitNot || doc["error"] != nil || !strings.Contains(verdict, "holds:false") {
		t.Errorf("exit code %d, words %v", r.code, doc)
	}
}

// TestMonitorCDNOW: the models of week 39 against the 39 weeks that followed,
// as it is: more customers came back than either expected.
func TestMonitorCDNOW(t *testing.T) {
	log := realData(t, "cdnow_sample_2357.csv")
	t.Chdir(t.TempDir())
	for model, want := range map[string]float64{"bg-nbd": 617, "pareto-nbd": 523} {
		must(t, "fit", "--in", log, "--cut", "1997-09-30", "--model", model, "--out", "m.json")
		r := clv("monitor", "--model-file", "m.json", "--in", log, "--json")
		doc := decodeJSON[forecast.Monitoring](t, r.out)
		if r.code != exitNot || doc.Holds {
			t.Errorf("%s: exit code %d", model, r.code)
		}
		got := doc.Tests[1]
		if doc.Tests[0].Actual != 1882 || got.Actual != 684 || fmt.Sprintf("%.0f", got.Expected) != fmt.Sprint(want) || !got.Outside || doc.Tests[0].Outside != (model == "bg-nbd") {
			t.Errorf("%s: orders %+v, returners %+v", model, doc.Tests[0], got)
		}
	}
}

func TestMonitorFailures(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"--in log.csv --end 2025-03-31": "nothing has happened since",
		"--in summary.csv":              "needs the transaction log",
	} {
		if r := clv(append([]string{"monitor", "--model-file", "model.json"}, strings.Fields(args)...)...); r.code != exitFailure || !strings.Contains(r.err, want) {
			t.Errorf("clv monitor %s: exit code %d, %s; want %q", args, r.code, r.err, want)
		}
	}
	if r := must(t, "monitor", "--model-file", "model.json", "--in", "log.csv", "--cut", "2025-06-30"); !strings.Contains(r.err, "they are not the same") || !strings.Contains(r.out, "Var(old) + Var(new)") {
		t.Errorf("another log than that of the fit:\n%s\n%s", r.err, r.out)
	}
}
