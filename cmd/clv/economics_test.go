package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

// Every command that speaks of money reads the file, and names the place of what
// is wrong in it.
func TestEconomicsEverywhere(t *testing.T) {
	workspace(t)
	writeFile(t, "bad.yaml", "margin: 0.3\ncac: -1\n")
	for _, command := range []string{
		"predict --model-file model.json --in log.csv", "fit --in log.csv --out m.json --predictions p.csv", "describe --model-file model.json",
		"report --in log.csv --out r.html", "score --model-file model.json --at 2025-12-31 --in states.jsonl", "serve --model-file model.json --check",
		"forecast --model-file model.json --in log.csv", "list top --model-file model.json --in log.csv", "list risk --model-file model.json --in log.csv", "segment --model-file model.json --in log.csv",
		"cohort --in log.csv", "simple --model-file model.json --in log.csv", "acquire --in log.csv", "drivers --model-file model.json",
		"plot lorenz --model-file model.json --in log.csv --out l.svg",
	} {
		r := clv(strings.Fields(command + " --economics bad.yaml")...)
		if r.code != exitFailure || !strings.Contains(r.err, "bad.yaml: economics: line 2, column 6: cac is -1") {
			t.Errorf("clv %s: exit code %d, %q", command, r.code, r.err)
		}
	}
}

// Columns of the customers' file say what each customer's margin and acquisition
// are.
func TestEconomicsByColumn(t *testing.T) {
	workspace(t)
	var file strings.Builder
	file.WriteString("customer_id,channel,paid,share\n")
	for k := range 300 {
		fmt.Fprintf(&file, "C%03d,%s,%d,%v\n", k+1, []string{"web", "shop"}[k%2], 5+10*(k%2), []float64{0.2, 0.5}[k%2])
	}
	writeFile(t, "who.csv", file.String())
	writeFile(t, "e.yaml", "margin_column: share\ncac_column: paid\ncost_per_order: 1\n")

	plain := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv").out)
	own := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--segments", "who.csv", "--segment", "channel", "--economics", "e.yaml").out)
	for i, id := range own.text(t, "customer_id") {
		share := 0.5
		if strings.ContainsAny(id[3:], "13579") { // C001 is the first, of the web
			share = 0.2
		}
		clv, net, all := own.floats(t, "clv_12m")[i], own.floats(t, "net_12m")[i], plain.floats(t, "clv_12m")[i]
		if math.Abs(clv-share*all) > 1e-9*all {
			t.Fatalf("%s: CLV %v, want %v", id, clv, share*all)
		}
		if want := all * (share - 1/plain.floats(t, "spend")[i]); math.Abs(net-want) > 1e-9*all {
			t.Fatalf("%s: net %v, want %v", id, net, want)
		}
	}

	var a acquireDocument
	if err := json.Unmarshal([]byte(must(t, "acquire", "--in", "log.csv", "--by", "channel", "--segments", "who.csv", "--economics", "e.yaml", "--horizon", "12m", "--json").out), &a); err != nil {
		t.Fatal(err)
	}
	for _, s := range a.Segments {
		if want := map[string]float64{"web": 5, "shop": 15}[s.Segment]; s.CAC != want {
			t.Errorf("CAC of %s is %v, want %v", s.Segment, s.CAC, want)
		}
	}
	if a.All.CAC != 10 {
		t.Errorf("CAC of all is %v, want 10", a.All.CAC)
	}

	writeFile(t, "odd.csv", "customer_id,paid\nC001,much\n")
	if r := clv("acquire", "--in", "log.csv", "--by", "paid", "--segments", "odd.csv", "--cac-column", "paid"); !strings.Contains(r.err, `odd.csv: customer "C001": paid is "much"`) {
		t.Errorf("words %q", r.err)
	}
}

// A column of the log with every order's margin is its profit by another name.
func TestEconomicsMarginOfOrders(t *testing.T) {
	workspace(t)
	lines := strings.Split(strings.TrimSpace(readFile(t, "log.csv")), "\n")
	lines[0] += ",share,profit"
	for i := range lines[1:] {
		var amount float64
		fmt.Sscan(lines[i+1][strings.LastIndex(lines[i+1], ",")+1:], &amount)
		share := []float64{0.25, 0.5}[i%2]
		lines[i+1] += fmt.Sprintf(",%v,%v", share, share*amount)
	}
	writeFile(t, "shares.csv", strings.Join(lines, "\n"))
	args := []string{"predict", "--model-file", "model.json", "--in", "shares.csv", "--amount", "amount", "--columns", "clv"}
	byShare := parseTable(t, must(t, append(args, "--margin-column", "share")...).out).floats(t, "clv_12m")
	for i, want := range parseTable(t, must(t, append(args, "--profit", "profit")...).out).floats(t, "clv_12m") {
		if math.Abs(byShare[i]-want) > 1e-6*want { // of money kept in whole hundredths or the like
			t.Fatalf("row %d: CLV %v by the margins and %v by the profits", i+1, byShare[i], want)
		}
	}
}

// The service knows segments' margins and costs.
func TestScoreEconomics(t *testing.T) {
	workspace(t)
	writeFile(t, "e.yaml", "margin: 0.4\nmargin_by: {fair: 0.2}\ncost_per_order: 2\ncac: 12\n")
	writeFile(t, "two.jsonl", `{"id":"a","first":"2024-01-03","last":"2024-11-02","count":5,"money":140}
{"id":"b","segment":"fair","first":"2024-01-03","last":"2024-11-02","count":5,"money":140}
{"id":"c"}
`)
	var got []map[string]any
	for line := range strings.Lines(must(t, "score", "--model-file", "model.json", "--in", "two.jsonl", "--at", "2025-06-30", "--economics", "e.yaml").out) {
		var a map[string]any
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	of := func(k int, name string) float64 { return got[k][name].(float64) }
	if a, b := of(0, "clv"), of(1, "clv"); math.Abs(b-a/2) > 1e-12 {
		t.Errorf("CLV at half the margin is %v and at the whole %v", b, a)
	}
	orders := of(0, "clv") / 0.4 / of(0, "spend")
	for k, want := range []float64{of(0, "clv") - 2*orders, of(1, "clv") - 2*orders, of(2, "clv")*(1-2/0.4/of(2, "spend")) - 12} {
		if math.Abs(of(k, "net")-want) > 1e-9*math.Abs(want) {
			t.Errorf("customer %v: net %v, want %v", got[k]["id"], of(k, "net"), want)
		}
	}
	// clv predict says the same of a new customer.
	tab := parseTable(t, must(t, "predict", "--model-file", "model.json", "--new", "--economics", "e.yaml").out)
	if want := tab.floats(t, "net_12m")[0]; math.Abs(of(2, "net")-want) > 1e-9*math.Abs(want) {
		t.Errorf("a new customer is worth %v by clv score and %v by clv predict", of(2, "net"), want)
	}
}
