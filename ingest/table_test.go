package ingest

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/predictive-clv/clv/history"
)

// stored is a row of a Parquet file, with columns of many types.
type stored struct {
	ID      *int64    `parquet:"id,optional"`
	Code    float64   `parquet:"code"`
	Day     int32     `parquet:"day,date"`
	Moment  time.Time `parquet:"moment,timestamp(microsecond)"`
	Written string    `parquet:"written"`
	Double  *float64  `parquet:"double,optional"`
	Single  float32   `parquet:"single"`
	Decimal int64     `parquet:"decimal,decimal(2:18)"`
}

func parquetLog(t *testing.T, rows []stored) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := parquet.NewGenericWriter[stored](f, parquet.MaxRowsPerRowGroup(3))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func storedRows() []stored {
	row := func(id int64, day string, amount float64) stored {
		d := civil(day)
		return stored{
			ID: &id, Code: float64(id), Day: int32(d.Unix() / 86400), Moment: d.Add(23 * time.Hour), Written: d.Format("02/01/2006"),
			Double: &amount, Single: float32(amount), Decimal: int64(math.Round(amount * 100)),
		}
	}
	rows := []stored{row(7, "1997-01-02", 1.5), row(1234567, "1996-12-31", 10.1), row(7, "1997-02-01", -3), row(7, "1997-02-20", 2.1),
		row(7, "1997-02-20", 20), row(3, "1997-03-01", .1), row(1234567, "1969-07-20", .2), row(3, "1997-02-20", .3)}
	rows[5].ID = nil
	return rows
}

// However a column is stored, the histories are the same.
func TestParquet(t *testing.T) {
	path := parquetLog(t, storedRows())
	o := Options{In: []string{path}, Unit: history.Day, Customer: "id", Date: "day", Amount: "double"}
	want := mustRead(t, &o)
	wantHistories(t, want, "7 1 49 58 22.1\n1234567 1 10026 10086 10.1\n3 0 0 9 NaN\n")
	if r := want.Log.Reconciliation; r.NoCustomer != (history.Tally{Rows: 1, Money: .1}) || r.Cancelled.Money != -3 {
		t.Errorf("reconciliation\n%v", &r)
	}
	if want.Engine == "streaming" || len(want.SHA256) != 64 {
		t.Errorf("read by %q, hash %q", want.Engine, want.SHA256)
	}
	for _, tc := range []struct{ name, date, amount string }{
		{"single precision", "day", "single"}, {"decimal", "day", "decimal"}, {"moment", "moment", "double"}, {"text", "written", "double"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := o
			o.Date, o.Amount = tc.date, tc.amount
			sameLog(t, mustRead(t, &o).Log, want.Log)
		})
	}
	o.Customer = "code"
	if got := mustRead(t, &o).Log.Table.ID[1]; got != "1234567.0" {
		t.Errorf("a customer stored as a number is %q, want 1234567.0", got)
	}
}

// A stored moment is a day in the time zone asked for: the purchases at 23:00
// UTC are the next day's in Tokyo.
func TestParquetZone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Skip(err)
	}
	path := parquetLog(t, storedRows())
	d := mustRead(t, &Options{In: []string{path}, Unit: history.Day, Customer: "id", Date: "moment", Amount: "none", Zone: tokyo})
	if r := d.Log.Reconciliation; r.FirstDay.String() != "1969-07-21" || r.LastDay.String() != "1997-03-02" {
		t.Errorf("the log spans %v to %v, want 1969-07-21 to 1997-03-02", r.FirstDay, r.LastDay)
	}
}

// Errors name the row, since there are no lines.
func TestParquetErrors(t *testing.T) {
	rows := storedRows()
	rows[6].Double = nil
	rows[4].Written = "yesterday"
	path := parquetLog(t, rows)
	wantError(t, &Options{In: []string{path}, Date: "day", Amount: "double"}, `FILE: row 7: column "double": the field is empty: a number is expected`)
	wantError(t, &Options{In: []string{path}, Date: "written", Amount: "none"}, `FILE: row 5: column "written": "yesterday" is not a date: write dates like 1997-09-30, or tell how they are written with --date-format, like %d/%m/%Y or 02/01/2006`)
	wantError(t, &Options{In: []string{path}, Date: "when"}, `FILE: there is no column "when": the columns are "id", "code", "day", "moment", "written", "double", "single", "decimal"`)
	d := mustRead(t, &Options{In: []string{path}, Date: "day", Amount: "double", SkipBadRows: true})
	if r := d.Log.Reconciliation; r.Read.Rows != 8 || r.Unreadable.Rows != 1 || len(d.Skipped) != 1 {
		t.Errorf("reconciliation\n%v\nskipped %v", &r, d.Skipped)
	}
}

// Files that a pattern matches are read in order of their names; a pattern and
// its files in one call are named twice.
func TestReadPattern(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.csv": "id,date\nx,1997-01-02\n", "a.csv": "id,date\ny,1997-01-01\n", "[c].csv": "id,date\nz,1997-01-03\n", "other.txt": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, want := range map[string]string{"*.csv": "z y x", "[ab].csv": "y x", "[c].csv": "z", "?.csv": "y x"} {
		for _, e := range []Engine{Streaming, Embedded} {
			d := mustRead(t, &Options{In: []string{filepath.Join(dir, pattern)}, Engine: e})
			if got := strings.Join(d.Log.Table.ID, " "); got != want {
				t.Errorf("%s gives %s, want %s", pattern, got, want)
			}
		}
	}
	none := filepath.Join(dir, "*.parquet")
	wantError(t, &Options{In: []string{none}}, "FILE: there is no such file")
	bad := filepath.Join(dir, "[")
	wantError(t, &Options{In: []string{bad}}, "FILE is not a pattern: syntax error in pattern")
	wantError(t, &Options{In: []string{filepath.Join(dir, "a.csv"), filepath.Join(dir, "[ab].csv")}}, "FILE is named twice: its rows would count double")
}

// A file that grows while it is read is not the file that was hashed.
func TestReadChanged(t *testing.T) {
	path := write(t, "log.csv", "id,date\n"+strings.Repeat("x,1997-01-02\n", 3*blockBytes/13))
	o := &Options{In: []string{path}, Progress: func(int64, int64) {
		if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
			t.Error(err)
		}
	}}
	wantError(t, o, "FILE changed while it was read: read it when it is complete")
}
