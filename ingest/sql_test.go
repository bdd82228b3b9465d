//go:build cgo && !noduckdb

package ingest

import (
	"database/sql"
	"math"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

const duckTypes = "customer VARCHAR, moment TIMESTAMP, quantity INTEGER, price DECIMAL(10, 2), amount DOUBLE"

var duckZoned = strings.Replace(duckTypes, "TIMESTAMP", "TIMESTAMPTZ", 1)

// The query and the Builder make the same histories. Money is exact in the
// query, and rounded in the Builder.
func TestSQLAgainstBuilder(t *testing.T) {
	db := openDuck(t)
	built := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t).plainRows()
		o := l.table(t, db, rapid.SampledFrom([]string{duckTypes, duckZoned}).Draw(t, "types"))
		want, err := l.build(t)
		if err != nil {
			return
		}
		built++
		query, err := SQL(DuckDB, &o)
		if err != nil {
			t.Fatal(err)
		}
		sameSummary(t, db, query, want.Table)
		query, err = SQLStates(DuckDB, &o)
		if err != nil {
			t.Fatal(err)
		}
		sameStates(t, db, query, want.Table)
	})
	if built == 0 {
		t.Errorf("%d logs were built: the test tests nothing", built)
	}
}

func openDuck(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// sameSummary compares the rows of a query with the table, customer by
// customer.
func sameSummary(t *rapid.T, db *sql.DB, query string, want *history.Table) {
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	place := map[string]int{}
	for i, id := range want.ID {
		place[id] = i
	}
	n := 0
	for ; rows.Next(); n++ {
		var id string
		var c history.Customer
		var spend, laterSpend sql.NullFloat64
		var later int
		into := []any{&id, &c.Frequency, &c.Recency, &c.T}
		if want.Spend != nil {
			into = append(into, &spend)
		}
		if want.HoldoutFrequency != nil {
			into = append(into, &later)
		}
		if want.HoldoutSpend != nil {
			into = append(into, &laterSpend)
		}
		columns, _ := rows.Columns()
		for len(into) < len(columns) { // the cut turned out to be the end
			into = append(into, new(any))
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		i, ok := place[id]
		if !ok {
			t.Fatalf("customer %q has no history", id)
		}
		delete(place, id)
		if c.Frequency != want.Frequency[i] || c.Recency != want.Recency[i] || c.T != want.T[i] {
			t.Errorf("customer %q: %+v, want %+v", id, c, want.Customer(i))
		}
		if want.Spend != nil && (spend.Valid == math.IsNaN(want.Spend[i]) || spend.Valid && !closeTo(spend.Float64, want.Spend[i])) {
			t.Errorf("customer %q: spend %v, want %v", id, spend, want.Spend[i])
		}
		if want.HoldoutFrequency != nil && later != want.HoldoutFrequency[i] || want.HoldoutSpend != nil && !closeTo(laterSpend.Float64, want.HoldoutSpend[i]) {
			t.Errorf("customer %q: holdout %d, %v", id, later, laterSpend)
		}
	}
	if err := rows.Err(); err != nil || n != want.Len() {
		t.Errorf("%d rows, %v; want %d", n, err, want.Len())
	}
}

// sameStates compares the states with those of Compress.
func sameStates(t *rapid.T, db *sql.DB, query string, tab *history.Table) {
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	got := map[history.Customer]float64{}
	for rows.Next() {
		var c history.Customer
		var n float64
		if err := rows.Scan(&c.Frequency, &c.Recency, &c.T, &n); err != nil {
			t.Fatal(err)
		}
		got[c] += n
	}
	want := tab.Compress()
	if rows.Err() != nil || len(got) != want.Len() {
		t.Errorf("%d states, %v; want %d", len(got), rows.Err(), want.Len())
	}
	for i := range want.Len() {
		if c := (history.Customer{Frequency: want.Frequency[i], Recency: want.Recency[i], T: want.T[i]}); got[c] != want.N[i] {
			t.Errorf("state %+v: %v customers, want %v", c, got[c], want.N[i])
		}
	}
}

// The queries whose results make a whole log, with DuckDB as the database.
func TestPushdownDuckDB(t *testing.T) {
	db := openDuck(t)
	pushdownAgainstBuilder(t, db, duckTypes, func(t *rapid.T, o Options) (*Data, error) {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		q, err := newStatement(DuckDB, &o)
		if err != nil {
			t.Fatal(err)
		}
		log, err := (&pushdown{statement: q, tx: tx}).log(t.Context())
		if err != nil {
			return nil, err
		}
		return &Data{Log: log}, nil
	})
}

// The engine fetches no code: what it would need an extension for is an error
// that says so, and the settings that keep it from that cannot be changed.
func TestEngineFetchesNothing(t *testing.T) {
	e, err := newEngine(&Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	for _, sql := range []string{
		"SELECT * FROM read_parquet('https://127.0.0.1:1/a.parquet')", "SELECT * FROM read_parquet('s3://bucket/a.parquet')",
		"SET autoinstall_known_extensions = true", "SET autoload_known_extensions = true", "SET allow_community_extensions = true", "RESET lock_configuration",
	} {
		if err := e.exec(sql); err == nil || !strings.Contains(err.Error(), "extension") && !strings.Contains(err.Error(), "locked") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
