package ingest

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// pushedBadRows reads a table of which some rows have no date or no amount:
// they are set aside, counted with their money, and written down.
func pushedBadRows(t *testing.T, db *sql.DB, in string) {
	for _, s := range []string{"DROP TABLE IF EXISTS holes", "CREATE TABLE holes (customer VARCHAR(9), day DATE, quantity INTEGER, price DECIMAL(10, 2))",
		`INSERT INTO holes VALUES ('A', '1997-01-01', 1, 3), ('A', '1997-01-05', 2, 2.5), ('B', NULL, 2, 3.5), ('C', '1997-01-02', NULL, 1), (NULL, NULL, NULL, NULL), (NULL, '1997-01-03', 1, 9)`} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	o := &Options{In: []string{in}, Table: "holes", Customer: "customer", Date: "day", Amount: "quantity*price", Unit: history.Day, SkipBadRows: true, BadRows: &out}
	d := mustRead(t, o)
	wantHistories(t, d, "A 1 4 4 5\n")
	r := &d.Log.Reconciliation
	if r.Unreadable != (history.Tally{Rows: 3, Money: 7}) || r.Read != (history.Tally{Rows: 6, Money: 24}) || r.NoCustomer != (history.Tally{Rows: 1, Money: 9}) || r.Check() != nil {
		t.Errorf("%v\nreconciliation\n%v", r.Check(), r)
	}
	got := out.String()
	for _, want := range []string{"file,line,column,cause,text\n", `,,day,the field is empty: a date is expected,"B,,2,3.5`, ",,quantity*price,the field is empty: a number is expected,\"C,1997-01-02", `,,day,the field is empty: a date is expected,",,,"`} {
		if !strings.Contains(got, want) {
			t.Errorf("written\n%s\nwant %s", got, want)
		}
	}
	if strings.Count(got, "\n") != 4 || len(d.Skipped) != 3 {
		t.Errorf("written\n%s\nskipped %v", got, d.Skipped)
	}
	o.SkipBadRows, o.BadRows = false, nil
	_, err := Read(t.Context(), o)
	for _, want := range []string{`: the row of customer "B" with NULL, "2", "3.5`, `: the row of customer NULL with NULL, NULL, NULL: column "day": `, "these 3 rows cannot be read"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	o.SkipBadRows = true
	o.Amount, o.BadRows = "none", nil
	if r := mustRead(t, o).Log.Reconciliation; r.Unreadable != (history.Tally{Rows: 2}) || r.Read.Rows != 6 {
		t.Errorf("without amounts: reconciliation\n%v", &r)
	}
}

// pushedTexts reads days and amounts that are text, of which some mean another
// thing to the database than to a reader, or nothing: none is taken.
func pushedTexts(t *testing.T, db *sql.DB, in string) {
	for _, s := range []string{"DROP TABLE IF EXISTS texts", "CREATE TABLE texts (customer VARCHAR(9), day VARCHAR(19), amount VARCHAR(9))",
		`INSERT INTO texts VALUES ('A', '1997-01-01', '1'), ('A', '1997-01-05 12:00:00', ' 2.50 '), ('A', '1997-01-07', '-.5'), ('A', '1997-01-09', '7.'),
		('x', '31.12.1997', '1'), ('x', '1997-01-01', 'abc'), ('x', '1997-01-01', '1.234,56'), ('x', '1997-01-01', '1.2.3'), ('x', '1997-01-01', '1-2'), ('x', '1997-01-01', '')`} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	o := &Options{In: []string{in}, Table: "texts", Customer: "customer", Date: "day", Amount: "amount", Unit: history.Day, SkipBadRows: true}
	d := mustRead(t, o)
	wantHistories(t, d, "A 2 8 8 4.75\n")
	if r := &d.Log.Reconciliation; r.Unreadable.Rows != 6 || r.Check() != nil {
		t.Errorf("%v\nreconciliation\n%v", r.Check(), r)
	}
	o.SkipBadRows = false
	_, err := Read(t.Context(), o)
	for _, want := range []string{`"31.12.1997" is not a date to the database`, `"1.234,56" is not an amount to the database`, "these 6 rows cannot be read"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestSQLiteBadRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pushedBadRows(t, db, "sqlite:"+path)
	pushedTexts(t, db, "sqlite:"+path)
}
