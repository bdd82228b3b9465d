package ingest

import (
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

// table fills a table of a database with the drawn log.
func (l drawnLog) table(t *rapid.T, db *sql.DB, types string) Options {
	o := l.o
	o.Table, o.Customer, o.Date, o.Amount = "transactions", "customer", "moment", "none"
	switch {
	case l.amounts && l.product:
		o.Amount = "quantity * price"
	case l.amounts:
		o.Amount = "amount"
	}
	layout, zone := time.DateTime, time.UTC
	if strings.Contains(types, "TIMESTAMPTZ") { // moments, whose days are those of a zone
		var err error
		if zone, err = time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"}).Draw(t, "zone")); err != nil {
			t.Skip(err)
		}
		layout, o.Zone = time.DateTime+"-07:00", zone
	}
	values := make([]string, len(l.rows))
	for i, r := range l.rows {
		moment := time.Date(1997, 1, 1+r.day, i%24, 30, 0, 0, zone).Format(layout)
		values[i] = fmt.Sprintf("('%s', '%s', %d, %d.%02d, %.2f)", strings.ReplaceAll(r.customer, "'", "''"), moment, r.quantity, r.cents/100, r.cents%100, float64(r.quantity*r.cents)/100)
	}
	for _, s := range []string{"DROP TABLE IF EXISTS transactions", "CREATE TABLE transactions (" + types + ")", "INSERT INTO transactions VALUES " + strings.Join(values, ", ")} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// plainRows are without what the trimming of SQL and of Go tells apart.
func (l drawnLog) plainRows() drawnLog {
	for i := range l.rows {
		l.rows[i].customer = strings.ReplaceAll(l.rows[i].customer, "\n", " ")
	}
	return l
}

// closeTo reports whether two sums of drawn amounts, of up to 60 times 123,456
// times 1,000, are the same but for rounding; NaN is NaN.
func closeTo(a, b float64) bool {
	return math.Abs(a-b) <= 1e-13*60*123456*1000 || math.IsNaN(a) && math.IsNaN(b)
}

// pushdownAgainstBuilder compares what a database makes of drawn logs with what
// the Builder makes of them.
func pushdownAgainstBuilder(t *testing.T, db *sql.DB, types string, read func(t *rapid.T, o Options) (*Data, error)) {
	built := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t).plainRows()
		o := l.table(t, db, types)
		want, wantErr := l.build(t)
		got, err := read(t, o)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("error %v, want %v", err, wantErr)
		}
		if err == nil {
			built++
			likeLog(t, got.Log, want)
		}
	})
	if built == 0 {
		t.Errorf("%d logs were built: the test tests nothing", built)
	}
}

// likeLog compares two logs: the histories by customer, money to rounding.
func likeLog(t *rapid.T, got, want *history.Log) {
	likeTable(t, got.Table, want.Table)
	if err := got.Reconciliation.Check(); err != nil {
		t.Error(err)
	}
	if g, w := whole(got.Reconciliation), whole(want.Reconciliation); g != w {
		t.Errorf("reconciliation\n%+v\nwant\n%+v", g, w)
	}
	if len(got.Days) != len(want.Days) {
		t.Fatalf("%d days, want %d", len(got.Days), len(want.Days))
	}
	for i, w := range want.Days {
		g := got.Days[i]
		if !closeTo(g.FirstMoney, w.FirstMoney) || !closeTo(g.RepeatMoney, w.RepeatMoney) || !closeTo(g.HoldoutMoney, w.HoldoutMoney) {
			t.Errorf("day %+v, want %+v", g, w)
		}
		w.FirstMoney, w.RepeatMoney, w.HoldoutMoney = g.FirstMoney, g.RepeatMoney, g.HoldoutMoney
		if g != w {
			t.Errorf("day %+v, want %+v", g, w)
		}
	}
}

// whole is the reconciliation with its money in whole cents.
func whole(r history.Reconciliation) history.Reconciliation {
	for _, t := range []*history.Tally{&r.Read, &r.NoCustomer, &r.AfterEnd, &r.RefundsDropped, &r.Cancelled, &r.BornAfterCut, &r.First, &r.Repeat, &r.Holdout, &r.RefundRows} {
		t.Money = math.Round(t.Money*100) + 0
	}
	return r
}

func likeTable(t *rapid.T, got, want *history.Table) {
	if got.Len() != want.Len() || got.Unit != want.Unit || got.Cut != want.Cut || got.End != want.End ||
		(got.Spend == nil) != (want.Spend == nil) || (got.HoldoutFrequency == nil) != (want.HoldoutFrequency == nil) || (got.HoldoutSpend == nil) != (want.HoldoutSpend == nil) {
		t.Fatalf("table %+v, want %+v", got, want)
	}
	place := map[string]int{}
	for i, id := range want.ID {
		place[id] = i
	}
	for i, id := range got.ID {
		k, ok := place[id]
		if !ok {
			t.Fatalf("customer %q has no history", id)
		}
		delete(place, id)
		g, w := got.Customer(i), want.Customer(k)
		if !closeTo(g.Spend, w.Spend) {
			t.Errorf("customer %q: %+v, want %+v", id, g, w)
		}
		g.Spend, w.Spend = 0, 0
		if g != w || got.HoldoutFrequency != nil && got.HoldoutFrequency[i] != want.HoldoutFrequency[k] ||
			got.HoldoutSpend != nil && !closeTo(got.HoldoutSpend[i], want.HoldoutSpend[k]) {
			t.Errorf("customer %q: %+v, want %+v", id, g, w)
		}
	}
}

func TestSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a base%.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA synchronous = OFF"); err != nil {
		t.Fatal(err)
	}
	pushdownAgainstBuilder(t, db, "customer TEXT, moment TEXT, quantity INTEGER, price REAL, amount REAL", func(t *rapid.T, o Options) (*Data, error) {
		o.In = []string{"sqlite:" + path}
		return Read(t.Context(), &o)
	})
	if _, err := os.Stat(path + "-journal"); err == nil {
		t.Error("the reading leaves a journal")
	}
}

// What a database is asked, and what it says, in one line without the password.
func TestDatabaseErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE orders (customer_id TEXT, "Order Date" TEXT, amount REAL, note TEXT);
		CREATE TABLE sums (frequency INT, recency REAL, T REAL);
		INSERT INTO orders VALUES ('1', '1997-01-01', 1, ''), ('1', '1997-01-03', NULL, ''), ('2', NULL, 1, '')`); err != nil {
		t.Fatal(err)
	}
	in := []string{"sqlite://" + path}
	const place = "FILE: "
	for _, tc := range []struct {
		o    Options
		want string
	}{
		{Options{}, place + "name the table of the transactions, or the query that selects them: --table or --query"},
		{Options{Table: "orders", Query: "SELECT 1"}, place + "name the table of the transactions, or the query that selects them: --table or --query"},
		{Options{Table: "nothing"}, place + "SQL logic error: no such table: nothing (1)"},
		{Options{Table: "orders", Customer: "who"}, place + `there is no column "who": the columns are "customer_id", "Order Date", "amount", "note"`},
		{Options{Table: "orders", Amount: "none"}, place + `the row of customer "2" with NULL: column "Order Date": the field is empty: a date is expected`},
		{Options{Query: `SELECT * FROM orders WHERE "Order Date" <> ''`}, place + `the row of customer "1" with "1997-01-03", NULL: column "amount": the field is empty: a number is expected`},
		{Options{Query: "SELECT * FROM orders WHERE 1 = 0"}, place + "there are no transactions"},
		{Options{Query: "SELECT '' AS customer_id, \"Order Date\" FROM orders WHERE amount = 1 AND customer_id = '1'"}, place + "none of the 1 transactions names a customer"},
		{Options{Query: "DELETE FROM orders"}, place + "SQL logic error: near \"DELETE\": syntax error (1)"},
		{Options{Table: "sums"}, place + "the columns are histories already: export them to a file and read that"},
		{Options{Query: "SELECT * FROM orders WHERE amount = 1 AND customer_id = '1'", Cut: civil("1996-12-31")}, place + "the cut 1996-12-31 is before the first transaction, 1997-01-01"},
		{Options{Query: "SELECT * FROM orders WHERE amount = 1 AND customer_id = '1'", Cut: civil("1997-01-02")}, place + "the cut 1997-01-02 is after the end 1997-01-01: set an earlier cut or a later end"},
	} {
		tc.o.In = in
		wantError(t, &tc.o, tc.want)
	}
	wantError(t, &Options{In: []string{"sqlite:" + path + ".no"}, Table: "orders"}, path+".no: there is no such file")
	wantError(t, &Options{In: []string{"a.csv"}, Table: "orders"}, "a table or a query needs a database: name it with --in, like postgres://user@host/base")
	wantError(t, &Options{In: []string{"a.csv", in[0]}, Table: "orders"}, "a database is read alone: name nothing else with --in")
	wantError(t, &Options{In: in, Table: "orders", Exclude: []string{"1"}}, "identifiers, exclusions, duplicates and currencies are looked after in the database: put them into the --query")
	d, err := Read(t.Context(), &Options{In: in, Table: "orders", Query: "", Customer: "CUSTOMER ID", Date: "order date", Amount: "none", Unit: history.Day})
	if err == nil {
		t.Errorf("a row without a date is read: %v", histories(d.Log.Table))
	}
	q := &Options{In: in, Query: "SELECT * FROM orders WHERE customer_id = '1';\n", Customer: "CUSTOMER ID", Date: "order date", Amount: "none", Unit: history.Day}
	d = mustRead(t, q)
	wantHistories(t, d, "1 1 2 2 NaN\n")
	if d.Engine != "SQLite" || d.Columns.Customer != "customer_id" || d.Columns.Date != "Order Date" || len(d.SHA256) != 64 || mustRead(t, q).SHA256 != d.SHA256 {
		t.Errorf("%q, %v, %s", d.Engine, d.Columns, d.SHA256)
	}
}

// No error holds a password, wherever it stood.
func TestPasswordsHidden(t *testing.T) {
	t.Setenv("PGCONNECT_TIMEOUT", "1")
	for _, in := range []string{
		"postgres://me:s3cr%26t@127.0.0.1:1/base", "postgres://me@127.0.0.1:1/base?password=s3cr%26t", "postgres://me:s3cr%26t@127.0.0.1:port/base",
		"mysql://me:s3cr%26t@127.0.0.1:1/base", "mariadb://me:s3cr%26t@127.0.0.1/base?tls=nothing", "postgres://me:s3cr%26t@127.0.0.1:1/base?sslmode=perhaps",
	} {
		start := time.Now()
		_, err := Read(t.Context(), &Options{In: []string{in}, Table: "orders"})
		if err == nil || strings.Contains(err.Error(), "s3cr") {
			t.Errorf("%s: %v", in, err)
		}
		if time.Since(start) > 5*time.Second {
			t.Errorf("%s took %v", in, time.Since(start))
		}
	}
}
