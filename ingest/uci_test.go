//go:build cgo && !noduckdb

package ingest

import (
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// The account of the UCI log is what plain SQL over the same file, written for
// this test alone and with exact decimals, counts.
func TestUCIAgainstSQL(t *testing.T) {
	path := realData(t, "uci_online_retail_lines_to_2011-09-09.csv.gz")
	r := mustRead(t, &Options{In: []string{path}}).Log.Reconciliation
	db := openDuck(t)
	if _, err := db.Exec(`CREATE TABLE line AS
		SELECT CustomerID AS who, CAST(left(InvoiceDate, 10) AS DATE) AS day, CAST(Quantity AS DECIMAL(12, 0)) * CAST(UnitPrice AS DECIMAL(12, 3)) AS money
		FROM read_csv(` + literal(path) + `, all_varchar = true, header = true, quote = '"', escape = '"');
		CREATE TABLE visit AS
		SELECT who, day, count(*) AS n, sum(money) AS money, min(money) < 0 AND sum(money) <= 0 AS undone FROM line WHERE who IS NOT NULL GROUP BY ALL`); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		line  string
		got   history.Tally
		query string
	}{
		{"read", r.Read, "SELECT count(*), sum(money) FROM line"},
		{"without a customer", r.NoCustomer, "SELECT count(*), sum(money) FROM line WHERE who IS NULL"},
		{"with a negative amount", r.RefundRows, "SELECT count(*), sum(money) FROM line WHERE money < 0"},
		{"with amount 0", history.Tally{Rows: r.ZeroRows}, "SELECT count(*), sum(money) FROM line WHERE money = 0"},
		{"cancelled", r.Cancelled, "SELECT sum(n), sum(money) FROM visit WHERE undone"},
		{"merged", r.Merged, "SELECT sum(n) - count(*), 0 FROM visit WHERE NOT undone"},
		{"first", r.First, "SELECT count(*), sum(money) FROM (SELECT arg_min(money, day) AS money FROM visit WHERE NOT undone GROUP BY who)"},
		{"purchases", history.Tally{Rows: r.First.Rows + r.Repeat.Rows, Money: r.First.Money + r.Repeat.Money}, "SELECT count(*), sum(money) FROM visit WHERE NOT undone"},
		{"customers", history.Tally{Rows: r.Customers}, "SELECT count(DISTINCT who), 0 FROM visit WHERE NOT undone"},
		{"customers without a purchase", history.Tally{Rows: r.CustomersNoPurchase}, "SELECT count(*), 0 FROM (SELECT who FROM visit GROUP BY who HAVING bool_and(undone))"},
	} {
		var want history.Tally
		if err := db.QueryRow(tc.query).Scan(&want.Rows, &want.Money); err != nil {
			t.Fatal(err)
		}
		if tc.got.Rows != want.Rows || math.Abs(tc.got.Money-want.Money) > 1e-6 { // a thousandth of a penny in 10 million pounds
			t.Errorf("%s: %v, and SQL counts %v", tc.line, tc.got, want)
		}
	}
}
