package ingest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// The error names the first ten rows, not only the first.
func TestBadRows(t *testing.T) {
	head := "id,date,amount\n1,1997-01-01,1\n"
	two := write(t, "a.csv", head+"1,1997-01-02,x\n1,1997-01-03,2\n1,1997-01-03\n")
	wantError(t, &Options{In: []string{two}}, `FILE:3: column "amount": "x" is not a number: write it like 1234.50
FILE:5: the row has 2 fields, but the header has 3
these 2 rows cannot be read: --bad-rows skip sets them aside and counts them`)
	many := write(t, "a.csv", head+strings.Repeat("1,1997-01-02,x\n", 20))
	_, err := Read(t.Context(), &Options{In: []string{many}})
	bad, ok := errors.AsType[*BadRows](err)
	if !ok || len(bad.First) != 10 || !bad.More || !strings.HasSuffix(err.Error(), `a.csv:12: column "amount": "x" is not a number: write it like 1234.50
and there may be more of them: --bad-rows skip sets such rows aside and counts them`) {
		t.Errorf("error %v", err)
	}
	far := write(t, "a.csv", head+"1,1997-01-02,x\n"+strings.Repeat("1,1997-01-02,1\n", searchRows+1)+"1,1997-01-02,x\n")
	if _, err := Read(t.Context(), &Options{In: []string{far}}); !errors.As(err, &bad) || len(bad.First) != 1 || !bad.More {
		t.Errorf("error %v", err)
	}
	quote := write(t, "a.csv", head+"1,1997-01-02,x\n1,1997-01-02,\"x\n")
	wantError(t, &Options{In: []string{quote}}, `FILE:3: column "amount": "x" is not a number: write it like 1234.50`)
}

// The rows set aside are written down, with their place, and count with the
// money that can be read.
func TestBadRowsWritten(t *testing.T) {
	path := write(t, "a.csv", "id;date;amount\n1;1997-01-01;1\n2;\"x; y\";2.5\n3;1997-01-01;1;1\n4;1997-01-01;z\n")
	for _, e := range []Engine{Streaming, Embedded} {
		var out bytes.Buffer
		d := mustRead(t, &Options{In: []string{path}, SkipBadRows: true, BadRows: &out, Engine: e})
		want := `file,line,column,cause,text
FILE,3,date,"""x; y"" is not a date: write dates like 1997-09-30, or tell how they are written with --date-format, like %d/%m/%Y or 02/01/2006","2;""x; y"";2.5"
FILE,4,,"the row has 4 fields, but the header has 3",3;1997-01-01;1;1
FILE,5,amount,"""z"" is not a number: write it like 1234.50",4;1997-01-01;z
`
		if got := strings.ReplaceAll(out.String(), path, "FILE"); got != want {
			t.Errorf("written\n%s\nwant\n%s", got, want)
		}
		r := &d.Log.Reconciliation
		if want := (history.Tally{Rows: 3, Money: 2.5}); r.Unreadable != want {
			t.Errorf("unreadable %v, want %v", r.Unreadable, want)
		}
		if want := (history.Tally{Rows: 4, Money: 3.5}); r.Read != want || r.Check() != nil {
			t.Errorf("read %v, want %v; %v", r.Read, want, r.Check())
		}
	}
	wantError(t, &Options{In: []string{path}, SkipBadRows: true, BadRows: full{}}, "write the rows set aside: the disk is full")
}

// So are those of Parquet files, by the fields that were asked for.
func TestBadParquetRowsWritten(t *testing.T) {
	rows := storedRows()
	rows[6].Double = nil
	rows[4].Written = "yesterday"
	path := parquetLog(t, rows)
	var out bytes.Buffer
	d := mustRead(t, &Options{In: []string{path}, Date: "written", Amount: "double", SkipBadRows: true, BadRows: &out})
	lines := strings.Split(strings.ReplaceAll(out.String(), path, "FILE"), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], `FILE,5,written,"""yesterday"" is not a date`) || !strings.Contains(lines[1], ",yesterday,") ||
		!strings.HasPrefix(lines[2], `FILE,7,double,the field is empty: a number is expected,`) {
		t.Errorf("written\n%s", &out)
	}
	if r := d.Log.Reconciliation; r.Unreadable.Rows != 2 || r.Unreadable.Money != *rows[4].Double {
		t.Errorf("unreadable %v, want 2 rows and the money of the fifth, %v", r.Unreadable, *rows[4].Double)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// Amounts as other countries write them, once it is said that they are.
func TestDecimal(t *testing.T) {
	for s, want := range map[string]float64{
		"1.234,56": 1234.56, "12,50": 12.5, "1.234": 1234, "1234": 1234, "-1.234.567,8": -1234567.8, "€ 3,10": 3.1, "3,10 €": 3.1, "-3,10 €": -3.1,
		"1 234,56": 1234.56, "1\u00a0234\u00a0567,5": 1234567.5, "1\u202f234": 1234, ",5": .5, "7": 7, "1e3": 1000, "-€5": -5,
	} {
		if got, err := (amounts{','}).parse(s); err != nil || got != want {
			t.Errorf("parse(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"1,234.56", "1.23", "1.2345", "1,2,3", "1 23", "1 234.567,8", "x", "", "€", "--1", "Infinity", "NaN"} {
		if got, err := (amounts{','}).parse(s); err == nil {
			t.Errorf("parse(%q) = %v, want an error", s, got)
		}
	}
	for s, want := range map[string]float64{"1,234": 1234, "1,234.5": 1234.5, "12.5": 12.5} {
		if got, err := (amounts{'.'}).parse(s); err != nil || got != want {
			t.Errorf("parse(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
	if got, err := (amounts{'.'}).parse("12,50"); err == nil {
		t.Errorf("parse gives %v, want an error", got)
	}
	path := write(t, "a.csv", "id;date;amount\n1;31.12.1996;7\n1;1.1.1997;1.234,56\n")
	for _, e := range []Engine{Streaming, Embedded} {
		wantHistories(t, mustRead(t, &Options{In: []string{path}, Unit: history.Day, Decimal: ',', Engine: e}), "1 1 1 1 1234.56\n")
	}
	wantError(t, &Options{In: []string{path}, Decimal: '.'}, `FILE:3: column "amount": "1.234,56" is not a number: write it like 1234.50`)
}

// What nobody means to write and everybody meets.
func TestOddInputs(t *testing.T) {
	wide := strings.Repeat(",x", 1_000_000)
	for _, tc := range []struct{ name, content, want string }{
		{"bytes that are no UTF-8", "id,date\n\xe9\xff,1997-01-01\n", "\xe9\xff 0 0 0 NaN\n"},
		{"the last day there is", "id,date\n1,9999-12-31\n", "1 0 0 0 NaN\n"},
		{"the first day there is", "id,date\n1,0001-01-01\n1,0001-01-02\n", "1 1 1 1 NaN\n"},
		{"the same row again and again", "id,date,amount\n" + strings.Repeat("1,1997-01-01,.1\n", 100_000), "1 0 0 0 NaN\n"},
		{"a million columns", "id,date" + wide + "\n1,1997-01-01" + wide + "\n", "1 0 0 0 NaN\n"},
	} {
		for _, e := range []Engine{Streaming, Embedded} {
			t.Run(tc.name, func(t *testing.T) {
				o := &Options{In: []string{write(t, "log.csv", tc.content)}, Unit: history.Day, Engine: e}
				wantHistories(t, mustRead(t, o), tc.want)
			})
		}
	}
	for _, tc := range []struct{ name, content, want string }{
		{"year 0", "id,date\n1,0000-01-01\n", `FILE:2: column "date": "0000-01-01" is not a date: there is no such day`},
		{"infinite", "id,date,amount\n1,1997-01-01,Infinity\n", `FILE:2: column "amount": "Infinity" is not a number: write it like 1234.50`},
		{"a product that is infinite", "id,date,quantity,unit price\n1,1997-01-01,1e200,1e200\n", `FILE:2: column "quantity": +Inf is not an amount of money`},
	} {
		for _, e := range []Engine{Streaming, Embedded} {
			t.Run(tc.name, func(t *testing.T) {
				wantError(t, &Options{In: []string{write(t, "log.csv", tc.content)}, Engine: e}, tc.want)
			})
		}
	}
}
