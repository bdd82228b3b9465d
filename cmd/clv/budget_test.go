package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// The values that the options leave empty are those of the segments.
func TestBudgetTakesValuesFromAcquire(t *testing.T) {
	workspace(t)
	must(t, strings.Fields("acquire --in log.csv --by channel --segments customers.csv --cac 12 --margin 0.4 --horizon 12m --out a.json --json")...)
	var a acquireDocument
	if err := json.Unmarshal([]byte(readFile(t, "a.json")), &a); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "o.csv", "name,kind,cap,cost,value\nweb,channel,50,,\nshop,channel,50,10,1\n")
	must(t, strings.Fields("budget --options o.csv --acquisition a.json --budget 240 --out b.json --json")...)
	var b budgetDocument
	if err := json.Unmarshal([]byte(readFile(t, "b.json")), &b); err != nil {
		t.Fatal(err)
	}
	var web float64
	for _, s := range a.Segments {
		if s.Segment == "web" {
			web = float64(s.CLV.Value)
		}
	}
	if got := b.Options[0]; got.Name != "web" || got.Customers != 20 || math.Abs(got.Value-20*web) > 1e-9*web || b.Spent != 240 {
		t.Errorf("240 at 12 each buy %+v, want 20 customers of %v", got, web)
	}
	for args, want := range map[string]string{
		"--options o.csv":              "--budget",
		"--budget 100":                 "--options",
		"--options o.csv --budget 100": "web: value",
		"--options o.csv --budget 100 --acquisition log.csv": "clv acquire",
		"--options options.csv --budget 100 --least -1":      "--least",
	} {
		r := clv(append([]string{"budget"}, strings.Fields(args)...)...)
		if r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("%s: exit code %d, %q does not say %q", args, r.code, r.err, want)
		}
	}
}

// A channel without a cost has that of the economics, its own before that of all
// and both before what clv acquire wrote.
func TestBudgetTakesCostsFromEconomics(t *testing.T) {
	workspace(t)
	must(t, strings.Fields("acquire --in log.csv --by channel --segments customers.csv --cac 12 --margin 0.4 --horizon 12m --out a.json --json")...)
	writeFile(t, "e.yaml", "cac: 8\ncac_by: {web: 5}\n")
	writeFile(t, "o.csv", "name,kind,cap,cost,value\nweb,channel,3,,100\nshop,channel,3,,90\nfair,channel,3,20,80\n")
	must(t, strings.Fields("budget --options o.csv --economics e.yaml --acquisition a.json --budget 1000 --out b.json --json")...)
	var b budgetDocument
	if err := json.Unmarshal([]byte(readFile(t, "b.json")), &b); err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]float64{0: 3 * 5, 1: 3 * 8, 2: 3 * 20} {
		if got := b.Options[i]; got.Spent != want {
			t.Errorf("%s costs %v, want %v", got.Name, got.Spent, want)
		}
	}
	writeFile(t, "list.csv", "name,kind,cap,cost,value,response\nweb,list,3,,100,0.1\n")
	if r := clv(strings.Fields("budget --options list.csv --economics e.yaml --budget 9")...); r.code != exitFailure || !strings.Contains(r.err, "web: cost") {
		t.Errorf("exit code %d, %q: acquiring a customer is no contact of a list", r.code, r.err)
	}
	if r := clv(strings.Fields("budget --options o.csv --economics none.yaml --budget 9")...); r.code != exitFailure || !strings.Contains(r.err, "none.yaml") {
		t.Errorf("exit code %d, %q: there is no such file", r.code, r.err)
	}
}
