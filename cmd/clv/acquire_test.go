package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/portfolio"
)

func TestAcquireByColumn(t *testing.T) {
	workspace(t)
	must(t, strings.Fields("acquire --in log.csv --by channel --segments customers.csv --cac 12 --margin 0.4 --horizon 12m --out a.json --data a.csv --json")...)
	var d acquireDocument
	if err := json.Unmarshal([]byte(readFile(t, "a.json")), &d); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range d.Segments {
		n += s.Customers
		if s.CAC != 12 || !(s.CLV.Lower <= s.CLV.Value && s.CLV.Value <= s.CLV.Upper) || len(s.Curve) != 13 {
			t.Errorf("segment %s is %+v", s.Segment, s)
		}
		if s.Small != (s.Customers < 20) { // fair has 12 customers, the others 48 or more
			t.Errorf("%s with %d customers and a weight of %v: small is %v", s.Segment, s.Customers, s.Weight, s.Small)
		}
	}
	if n != 300 || d.All.Customers != 300 || d.Backtest == nil || d.Not != portfolio.NotCausal {
		t.Errorf("%d customers in segments, %d in all, backtest %v, %q", n, d.All.Customers, d.Backtest, d.Not)
	}
	if got := strings.Count(readFile(t, "a.csv"), "\n"); got != 14 {
		t.Errorf("the curves have %d lines, want a header and 13 months", got)
	}
}

// A model that rests on too few repeat buyers decides nothing, and one that rests
// on few customers comes with a caution.
func TestFewCustomers(t *testing.T) {
	workspace(t)
	must(t, strings.Fields("fit --in log.csv --end 2024-01-26 --spend none --out few.json")...)
	must(t, strings.Fields("fit --in log.csv --end 2024-02-20 --out some.json")...)
	for _, command := range []string{"simple --lifespan 1y --in log.csv", "list top --in log.csv", "segment --in log.csv", "drivers"} {
		args := strings.Fields(command + " --model-file few.json")
		if r := clv(args...); r.code != exitFailure || !strings.Contains(r.err, "too few repeat buyers") {
			t.Errorf("%s: exit code %d, %q", command, r.code, r.err)
		}
	}
	if r := must(t, strings.Fields("predict --in log.csv --horizon 12m --model-file few.json")...); !strings.Contains(r.err, "too few repeat buyers") {
		t.Errorf("clv predict says %q", r.err)
	}
	for _, command := range []string{"list top", "segment"} {
		for _, form := range []string{"", " --json"} {
			few := must(t, strings.Fields(command+form+" --in log.csv --model-file some.json")...)
			many := must(t, strings.Fields(command+form+" --in log.csv --model-file model.json")...)
			const caution = "The model rests on"
			if !strings.Contains(few.out, caution) || strings.Contains(many.out, caution) {
				t.Errorf("%s%s: with few customers\n%s\nand with many\n%s", command, form, few.out, many.out)
			}
		}
	}
}

func TestAcquireRefusesWhatMakesNoSense(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"--by channel":                         "--segments",
		"--segments customers.csv":             "--by",
		"--payback 4y":                         "beyond --horizon",
		"--ltv-cac 0":                          "above 0",
		"--figure x.gif":                       ".gif",
		"--by first-order --bands 1":           "2 to 9",
		"--by colour --segments customers.csv": "colour",
		"--end 2024-01-20":                     "bought again",
	} {
		r := clv(append([]string{"acquire", "--in", "log.csv"}, strings.Fields(args)...)...)
		if r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("%s: exit code %d, %q does not say %q", args, r.code, r.err, want)
		}
	}
}
