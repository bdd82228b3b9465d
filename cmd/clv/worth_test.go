package main

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestPredictNet(t *testing.T) {
	workspace(t)
	args := []string{"predict", "--model-file", "model.json", "--in", "log.csv", "--columns", "spend,clv,net", "--margin", "0.3", "--cost-per-order", "2"}
	tab := parseTable(t, must(t, args...).out)
	spend, clv, net := tab.floats(t, "spend"), tab.floats(t, "clv_12m"), tab.floats(t, "net_12m")
	dear := parseTable(t, must(t, append(args, "--cost-alive", "6/y")...).out).floats(t, "net_12m")
	for i := range clv {
		orders := clv[i] / 0.3 / spend[i] // discounted
		if want := clv[i] - 2*orders; math.Abs(net[i]-want) > 1e-9 {
			t.Fatalf("row %d: net %v, want %v", i+1, net[i], want)
		}
		if !(dear[i] < net[i] && dear[i] > net[i]-6) {
			t.Fatalf("row %d: a cost of 6 a year moves net from %v to %v", i+1, net[i], dear[i])
		}
	}
	fresh := []string{"predict", "--model-file", "model.json", "--new", "--columns", "clv,net"}
	tab = parseTable(t, must(t, append(fresh, "--cac", "8")...).out)
	if clv, net := tab.floats(t, "clv_12m")[0], tab.floats(t, "net_12m")[0]; math.Abs(net-(clv-8)) > 1e-9 {
		t.Errorf("a new customer is worth %v net of a CAC of 8 and %v before", net, clv)
	}
}

func TestPredictMarginBySegment(t *testing.T) {
	workspace(t)
	segmentsFile(t)
	writeFile(t, "economics.json", `{"margin_by": {"fair": 0.5, "search": -0.1}, "discount": "0%/y"}`)
	plain := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--discount", "0%/y", "--interval", "80%").out)
	tab := parseTable(t, must(t, "predict", "--model-file", "model.json", "--in", "log.csv", "--economics", "economics.json",
		"--segments", "customers.csv", "--segment", "channel", "--interval", "80%").out)
	lo, hi := plain.floats(t, "clv_12m_lo"), plain.floats(t, "clv_12m_hi")
	for i, id := range tab.text(t, "customer_id") {
		margin, lo, hi := -0.1, hi[i], lo[i]
		if strings.ContainsAny(id[3:], "02468") {
			margin, lo, hi = 0.5, hi, lo
		}
		for column, want := range map[string]float64{"clv_12m": plain.floats(t, "clv_12m")[i], "clv_12m_lo": lo, "clv_12m_hi": hi} {
			if got := tab.floats(t, column)[i]; math.Abs(got-margin*want) > 1e-8*math.Abs(want) {
				t.Fatalf("%s: %s is %v, want %v", id, column, got, margin*want)
			}
		}
	}
}

// profitLog gives every purchase of log.csv a profit: half of the amount for
// customers with an even number and a tenth for the others, and with losses, a
// first order of 5 below zero.
func profitLog(t *testing.T, losses bool) {
	t.Helper()
	var b strings.Builder
	b.WriteString("customer_id,date,amount,profit\n")
	seen := map[string]bool{}
	tab := parseTable(t, readFile(t, "log.csv"))
	dates, amounts := tab.text(t, "date"), tab.floats(t, "amount")
	for i, id := range tab.text(t, "customer_id") {
		profit := 0.1 * amounts[i]
		if strings.ContainsAny(id[3:], "02468") {
			profit = 0.5 * amounts[i]
		}
		if losses && !seen[id] {
			profit = -5
		}
		seen[id] = true
		fmt.Fprintf(&b, "%s,%s,%v,%v\n", id, dates[i], amounts[i], profit)
	}
	writeFile(t, "profit.csv", b.String())
}

func TestPredictProfit(t *testing.T) {
	workspace(t)
	profitLog(t, false)
	args := []string{"predict", "--model-file", "model.json", "--in", "profit.csv", "--columns", "clv"}
	whole := parseTable(t, must(t, args...).out).floats(t, "clv_12m")
	r := must(t, append(args, "--profit", "profit")...)
	tab := parseTable(t, r.out)
	for i, id := range tab.text(t, "customer_id") {
		margin := 0.1 // which never varies from order to order
		if strings.ContainsAny(id[3:], "02468") {
			margin = 0.5
		}
		if got := tab.floats(t, "clv_12m")[i]; math.Abs(got-margin*whole[i]) > 1e-6*whole[i] {
			t.Fatalf("%s: CLV %v, want %v of %v", id, got, margin, whole[i])
		}
	}
	// An order with a loss is counted, a day below zero is an order all the same.
	profitLog(t, true)
	r = must(t, append(args, "--profit", "profit")...)
	if !strings.Contains(strings.Join(strings.Fields(r.err), " "), "300 orders lost money, 1500.00 in all") {
		t.Errorf("the losses are not told: %s", r.err)
	}
	for args, want := range map[string]string{
		"--in profit.csv --profit profit --margin 0.3": "give one",
		"--in profit.csv --profit gain":                `"gain"`,
		"--in summary.csv --profit profit":             "transaction log",
	} {
		if r := clv(append([]string{"predict", "--model-file", "model.json"}, strings.Fields(args)...)...); r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("clv predict %s: exit code %d, %q does not say %q", args, r.code, r.err, want)
		}
	}
}

func TestCommandsTakeProfit(t *testing.T) {
	workspace(t)
	profitLog(t, true)
	for _, args := range []string{"simple --model-file model.json --lifespan 2y", "drivers --model-file model.json", "cohort", "acquire"} {
		r := must(t, append(strings.Fields(args), "--in", "profit.csv", "--profit", "profit")...)
		if !strings.Contains(r.err, "Profit of 1668 orders") {
			t.Errorf("clv %s does not tell the profit: %s", args, r.err)
		}
	}
}
