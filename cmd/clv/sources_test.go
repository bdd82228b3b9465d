package main

import (
	"strings"
	"testing"
)

// A mapping file reads files with other columns, joins the identifiers of a
// customer and leaves customers out, and says so.
func TestMapping(t *testing.T) {
	workspace(t)
	writeFile(t, "shop.csv", "client;when;total\nA;2025-01-01;10,50\nA;2025-02-01;20,00\nstaff;2025-01-02;99,00\n")
	writeFile(t, "till.csv", "customer_id,date,amount\na-2,2025-03-01,30\nB,2025-01-05,5\n")
	writeFile(t, "map.yaml", "sources:\n  - in: [shop.csv]\n    customer: client\n    date: when\n    amount: total\n    decimal: \",\"\n  - in: [till.csv]\naliases: {a-2: A}\nexclude: [staff]\n")
	r := must(t, "summarize", "--mapping", "map.yaml", "--unit", "day")
	want := "customer_id,frequency,recency,T,monetary_value\nA,2,59,59,25\nB,0,0,55,\n"
	if r.out != want {
		t.Errorf("the summary is\n%swant\n%s", r.out, want)
	}
	if !strings.Contains(r.err, "- of customers to leave out") {
		t.Errorf("the rows left out are not told:\n%s", r.err)
	}
}

// A password in an address is shown nowhere.
func TestPasswordIsNotShown(t *testing.T) {
	workspace(t)
	r := clv("fit", "--in", "postgres://user:geheim@127.0.0.1:1/shop", "--table", "orders", "--customer", "c", "--date", "d", "--out", "none.json")
	if r.code != exitFailure || strings.Contains(r.err, "geheim") {
		t.Errorf("exit code %d: %s", r.code, r.err)
	}
}

func TestSQLUsage(t *testing.T) {
	for _, args := range [][]string{
		{"sql"}, {"sql", "--table", "t"}, {"sql", "--table", "t", "--customer", "c", "--date", "d", "--dialect", "cobol"},
		{"sql", "--table", "t", "--customer", "c", "--date", "d", "--zone", "Mars"},
	} {
		if r := clv(args...); r.code != exitUsage || r.out != "" {
			t.Errorf("%v: exit code %d, output %q", args, r.code, r.out)
		}
	}
	r := must(t, "sql", "--table", "t", "--customer", "c", "--date", "d", "--amount", "a", "--dialect", "postgres")
	for _, want := range []string{"FROM \"t\"", "monetary_value", "GROUP BY"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the query has no %s:\n%s", want, r.out)
		}
	}
}
