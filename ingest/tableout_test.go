package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
)

// outRows are n rows of which every other has no value.
func outRows() []OutColumn {
	return []OutColumn{
		{Name: "customer_id", Text: func(i int) string { return fmt.Sprintf("Zoë's \"%d\"", i) }},
		{Name: "frequency", Whole: func(i int) int { return i << 33 }},
		{Name: "T", Number: func(i int) float64 { return []float64{1.0 / 3, math.NaN(), math.Inf(1), 1e-300}[i%4] }},
		{Name: "day", Day: func(i int) history.Date { return history.Date(730000 + i) }},
		{Name: "amount", Number: func(i int) float64 { return float64(i) / 10 }, Decimals: 2},
	}
}

// tableText reads the columns of outRows back, in order.
func tableText(t *testing.T, db *sql.DB, table, quote string) string {
	t.Helper()
	q := func(s string) string { return quote + s + quote }
	// A query of another text has no plan from before the table changed.
	rows, err := db.Query(fmt.Sprintf("SELECT customer_id, frequency, %s, CAST(day AS CHAR(10)), amount FROM %s ORDER BY frequency, customer_id -- %d", q("T"), table, time.Now().UnixNano()))
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var id, day string
		var x int64
		var v sql.NullFloat64
		var amount float64
		if err := rows.Scan(&id, &x, &v, &day, &amount); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, id, x, v, day, amount)
	}
	return b.String()
}

func wantTable(n int) string {
	var b strings.Builder
	columns := outRows()
	for i := range n {
		v, ok := columns[2].number(i)
		if !ok {
			v = 0
		}
		fmt.Fprintln(&b, columns[0].Text(i), columns[1].Whole(i), sql.NullFloat64{Float64: v, Valid: ok}, columns[3].Day(i), columns[4].Number(i))
	}
	return b.String()
}

// writesTables puts rows into tables of a database: into a new one, in the
// place of other rows, in the place of other columns only when told to, and
// never by half.
func writesTables(t *testing.T, db *sql.DB, address, quote string) {
	to := func(table string) string {
		if strings.Contains(address, "?") {
			return address + "&table=" + table
		}
		return address + "?table=" + table
	}
	check := func(table, want string) {
		t.Helper()
		if got := tableText(t, db, table, quote); got != want {
			t.Errorf("the table %s holds\n%.300s\nwant\n%.300s", table, got, want)
		}
	}
	exec := func(statements ...string) {
		t.Helper()
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range []int{1203, 2, 0, 500} { // of 500 rows an insert
		if err := WriteTable(t.Context(), to("predictions"), n, outRows(), false); err != nil {
			t.Fatal(err)
		}
		check("predictions", wantTable(n))
	}

	// What the table has beside its rows stays.
	exec("CREATE TABLE kept (day DATE, amount DOUBLE PRECISION, frequency BIGINT, "+quote+"T"+quote+" DOUBLE PRECISION, customer_id VARCHAR(100))", "CREATE INDEX kept_index ON kept (customer_id)",
		"INSERT INTO kept VALUES ('1999-12-31', 5, 1, 2, 'old')")
	if err := WriteTable(t.Context(), to("kept"), 3, outRows(), false); err != nil {
		t.Fatal(err)
	}
	check("kept", wantTable(3))
	if _, err := db.Exec("CREATE INDEX kept_index ON kept (customer_id)"); err == nil {
		t.Error("the index is gone")
	}

	exec("CREATE TABLE orders (id INTEGER)", "INSERT INTO orders VALUES (7)")
	err := WriteTable(t.Context(), to("orders"), 3, outRows(), false)
	if err == nil || !strings.Contains(err.Error(), `the table orders has the columns "id", and the result "customer_id", "frequency", "T", "day", "amount"`) {
		t.Errorf("error %v of a table with other columns", err)
	}
	var id int
	if err := db.QueryRow("SELECT id FROM orders").Scan(&id); err != nil || id != 7 {
		t.Errorf("the table that was refused holds %d, %v", id, err)
	}
	if err := WriteTable(t.Context(), to("orders"), 3, outRows(), true); err != nil {
		t.Fatal(err)
	}
	check("orders", wantTable(3))

	for _, table := range []string{"predictions", "orders", "fresh"} { // same columns, other columns, none
		before := tableText(t, db, table, quote)
		columns := outRows()
		if table == "orders" {
			columns = columns[:2]
		}
		ctx, cancel := context.WithCancel(t.Context())
		columns[0].Text = func(i int) string {
			if i == 1800 {
				cancel()
			}
			return strconv.Itoa(i)
		}
		if err := WriteTable(ctx, to(table), 3000, columns, true); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v of a write that was cancelled", err)
		}
		check(table, before)
	}
	columns := outRows()
	columns[0].Text = func(i int) string { return []string{"a", "\xe9\xff"}[i/700] } // bytes that no table takes as text
	if err := WriteTable(t.Context(), to("predictions"), 1000, columns, false); err == nil || !strings.Contains(err.Error(), `row 701: column "customer_id": "\xe9\xff" is not UTF-8`) {
		t.Errorf("error %v of text that is not UTF-8", err)
	}
	columns[2].Name = "customer_id"
	if err := WriteTable(t.Context(), to("predictions"), 1, columns, false); err == nil {
		t.Error("no error of two columns with one name")
	}
	check("predictions", wantTable(500))
}

func TestSQLiteTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new & 1.db")
	address := "sqlite:" + path
	if err := CheckTable(t.Context(), address+"?table=x"); err != nil {
		t.Fatal(err)
	}
	if err := WriteTable(t.Context(), address+"?table=first", 2, outRows(), false); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := tableText(t, db, "first", `"`); got != wantTable(2) {
		t.Errorf("a new database holds %s", got)
	}
	writesTables(t, db, address, `"`)
}

func TestTableAddress(t *testing.T) {
	for _, tc := range []struct{ address, want string }{
		{"postgres://u:geheim@127.0.0.1:1/base", "postgres:…?table=predictions"},
		{"mysql://u:geheim@127.0.0.1:1/base?table=", "mysql:…?table=predictions"},
		{"sqlite:" + filepath.Join(t.TempDir(), "no", "x.db") + "?table=t", "no such file"},
		{"postgres://u:geheim@127.0.0.1:1/base?table=t", "refused"},
		{"postgres://u@127.0.0.1:1/base?password=geheim&table=t", "refused"},
		{"mariadb://u:geheim@127.0.0.1:1/base?table=t", "refused"},
		{"postgres://u:ge%zzheim@127.0.0.1:1/base?table=t", "cannot be read"},
		{"log.csv", "begins with"},
	} {
		for _, err := range []error{CheckTable(t.Context(), tc.address), WriteTable(t.Context(), tc.address, 1, outRows(), false)} {
			if err == nil && strings.HasPrefix(tc.address, "sqlite") {
				continue
			}
			if err == nil || strings.Contains(err.Error(), "heim") {
				t.Errorf("%s: error %v", tc.address, err)
			}
		}
		if err := CheckTable(t.Context(), tc.address); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want %q", tc.address, err, tc.want)
		}
	}
}
