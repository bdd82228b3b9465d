package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// wantError compares an error's text; FILE stands for the path.
func wantError(t *testing.T, o *Options, want string) {
	t.Helper()
	d, err := Read(t.Context(), o)
	if err == nil {
		t.Fatalf("Read gives %v, want the error %s", histories(d.Log.Table), want)
	}
	got := err.Error()
	if o != nil && len(o.In) > 0 && o.In[0] != "-" {
		got = strings.ReplaceAll(got, o.In[0], "FILE")
	}
	if got != want {
		t.Errorf("error\n%s\nwant\n%s", got, want)
	}
}

// Errors in a row name file, line and column, what is wrong and what to do.
func TestRowErrors(t *testing.T) {
	const head, guess = "id,date,amount\n1,1997-01-01,1\n", "write dates like 1997-09-30, or tell how they are written with --date-format, like %d/%m/%Y or 02/01/2006"
	for _, tc := range []struct{ name, content, want string }{
		{"no such day", "id,date\n1,31.02.1997\n", `FILE:2: column "date": "31.02.1997" is not a date: there is no such day`},
		{"no such ISO day", head + "1,1997-02-29,1\n", `FILE:3: column "date": "1997-02-29" is not a date: there is no such day`},
		{"month 0", head + "1,1997-00-10,1\n", `FILE:3: column "date": "1997-00-10" is not a date: there is no such day`},
		{"day 0 or month 0", "id,date\n1,00/00/1997\n", `FILE:2: column "date": "00/00/1997" is not a date: there is no such day`},
		{"eight digits", "id,date\n1,19971301\n", `FILE:2: column "date": "19971301" is not a date: there is no such day`},
		{"no date", head + "1,yesterday,1\n", `FILE:3: column "date": "yesterday" is not a date: ` + guess},
		{"a number", head + "1,1262304000,1\n", `FILE:3: column "date": "1262304000" is not a date: ` + guess},
		{"no time of day", head + "1,1997-01-02 25:00,1\n", `FILE:3: column "date": "1997-01-02 25:00" is not a date: ` + guess},
		{"two separators", head + "1,1997-01/02,1\n", `FILE:3: column "date": "1997-01/02" is not a date: ` + guess},
		{"empty date", head + "1,,1\n", `FILE:3: column "date": the field is empty: a date is expected`},
		{"two-digit year", "id,date\n1,01/02/97\n", `FILE:2: column "date": "01/02/97" has a year of two digits: tell how the dates are written with --date-format, like %d/%m/%y`},
		{"mixed", head + "1,02/01/1997,1\n", `FILE:3: column "date": "02/01/1997" is written year last, but the dates before it year, month, day: write all dates of a file in one way`},
		{"mixed orders", "id,date\n1,13/01/1997\n1,01/14/1997\n", `FILE:3: column "date": "01/14/1997" is written month, day, year, but "13/01/1997" before it day, month, year: write all dates of a file in one way`},
		{"two meanings", "id,note,date\n1,\"a\nb\",01/02/1997\n1,,12/12/1997\n", `FILE:2: column "date": "01/02/1997" has two meanings, and no date in the file tells days from months: say --date-format %d/%m/%Y or %m/%d/%Y`},

		{"no amount", head + "1,1997-01-02,\n", `FILE:3: column "amount": the field is empty: a number is expected`},
		{"not a number", head + "1,1997-01-02,ten\n", `FILE:3: column "amount": "ten" is not a number: write it like 1234.50`},
		{"NaN", head + "1,1997-01-02,NaN\n", `FILE:3: column "amount": "NaN" is not a number: write it like 1234.50`},
		{"Inf", head + "1,1997-01-02,-Inf\n", `FILE:3: column "amount": "-Inf" is not a number: write it like 1234.50`},
		{"hexadecimal", head + "1,1997-01-02,0x10\n", `FILE:3: column "amount": "0x10" is not a number: write it like 1234.50`},
		{"thousands or decimals", head + "1,1997-01-02,\"1,234\"\n", `FILE:3: column "amount": "1,234" cannot be read without a guess: write it with a decimal point and without thousands separators, like 1234.50, or tell the decimal mark with --decimal`},
		{"decimal comma", head + "1,1997-01-02,\"€ 12,50\"\n", `FILE:3: column "amount": "€ 12,50" cannot be read without a guess: write it with a decimal point and without thousands separators, like 1234.50, or tell the decimal mark with --decimal`},
		{"too much", head + "1,1997-01-02,1e200\n", `FILE:3: column "amount": 1e+200 is not an amount of money`},
		{"factor", "id,date,qty,unit price\n1,1997-01-01,2,3\n1,1997-01-01,2,free\n", `FILE:3: column "unit price": "free" is not a number: write it like 1234.50`},

		{"short", head + "1,1997-01-02\n", "FILE:3: the row has 2 fields, but the header has 3"},
		{"long", head + "\n1,1997-01-02,1,1\n", "FILE:4: the row has 4 fields, but the header has 3"},
		{"one field", head + " \n", "FILE:3: the row has 1 field, but the header has 3"},
		{"line after a quoted line feed", "id,date,note\n1,1997-01-01,\"a\r\nb\n\nc\"\n1,x,\n", `FILE:6: column "date": "x" is not a date: ` + guess},
		{"bare quote", head + "1\"2,1997-01-02,1\n", `FILE:3: a quote (") stands inside a field that is not quoted: quote the whole field and write "" for a quote in it`},
		{"quote after quote", head + "\"1\"2,1997-01-02,1\n", `FILE:3: a quoted field does not end before the delimiter: write "" for a quote in it`},
		{"open quote", head + "\"1,1997-01-02,1\n1,1997-01-02,1\n", `FILE:3: the quoted field that begins in this row does not end as it should (line 4): look for a quote (") that is not closed or not written twice`},
	} {
		t.Run(tc.name, func(t *testing.T) { wantError(t, &Options{In: []string{write(t, "log.csv", tc.content)}}, tc.want) })
	}
}

func TestFileErrors(t *testing.T) {
	archive := packed("id,date\n" + strings.Repeat("1,1997-01-01\n2,1997-02-01\n", 100))
	damaged := []byte(archive)
	damaged[len(damaged)-6] ^= 1 // the checksum
	for _, tc := range []struct{ name, file, content, want string }{
		{"empty", "a.csv", "", "FILE: the file is empty"},
		{"only empty lines", "a.csv", "\n\r\n", "FILE: the file is empty"},
		{"only a byte order mark", "a.csv", "\xef\xbb\xbf", "FILE: the file is empty"},
		{"empty archive", "a.csv.gz", "", "FILE: the file is empty"},
		{"header only", "a.csv", "id,date\n", "FILE: there are no transactions"},
		{"header of a summary only", "a.csv", "frequency,recency,T\n", "FILE: there are no histories"},
		{"no id", "a.csv", "id,date\n,1997-01-01\n", "FILE: none of the 1 transactions names a customer"},
		{"no archive", "a.csv.gz", "id,date\n1,1997-01-01\n", "FILE: the name ends in .gz, but the file is not compressed with gzip"},
		{"cut off", "a.csv.gz", archive[:len(archive)-9], "FILE: the gzip archive is cut off after 2608 bytes of text: fetch the file again"},
		{"cut off in the header", "a.csv.gz", archive[:5], "FILE: the gzip archive is cut off: fetch the file again"},
		{"damaged", "a.csv.gz", string(damaged), "FILE: the gzip archive is damaged after 2608 bytes of text: fetch the file again"},
		{"no zstd archive", "a.csv.zst", "id,date\n1,1997-01-01\n", "FILE: the name ends in .zst, but the file is not compressed with zstd"},
		{"zstd cut off", "a.csv.zst", zstdPacked("id,date\n" + strings.Repeat("1,1997-01-01\n2,1997-02-01\n", 100))[:40], "FILE: the zstd archive is cut off: fetch the file again"},
		{"UTF-16", "a.csv", "\xff\xfei\x00d\x00", "FILE: the text is UTF-16: save it as UTF-8"},
		{"UTF-16 without a mark", "a.csv", "i\x00d\x00", "FILE: this is no text: save the log as CSV, in UTF-8"},
		{"picture", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "FILE: this is no text: save the log as CSV, in UTF-8"},
		{"spreadsheet", "a.xlsx", "PK\x03\x04....", "FILE: this is a zip archive or a spreadsheet: save the sheet as CSV"},
		{"Parquet", "a.parquet", "PAR1....", badParquet},
		{"carriage returns", "a.csv", "id,date\r1,1997-01-01\r", "FILE: the lines end in carriage returns: save the file with line feeds"},
		{"quote in the header", "a.csv", "i\"d,date\n", `FILE:1: a quote (") stands inside a field that is not quoted: quote the whole field and write "" for a quote in it`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantError(t, &Options{In: []string{write(t, tc.file, tc.content)}, Unit: history.Day}, tc.want)
		})
	}
	dir := t.TempDir()
	wantError(t, &Options{In: []string{dir}}, "FILE is a directory: name the files in it")
	wantError(t, &Options{In: []string{filepath.Join(dir, "no.csv")}}, "FILE: there is no such file")
	wantError(t, &Options{In: []string{"https://example.com/a.csv"}}, "FILE: nothing is read from there: name a file, or an address that begins with sqlite:, mysql:// or postgres://")
	wantError(t, nil, "no input: name a file, or - for standard input")
	wantError(t, &Options{}, "no input: name a file, or - for standard input")
	wantError(t, &Options{In: []string{"-"}}, "standard input is not available")
	wantError(t, &Options{In: []string{"-", "-"}, Stdin: strings.NewReader("")}, "standard input is named twice")
	wantError(t, &Options{In: []string{"-"}, Stdin: strings.NewReader("id,date\n1,x\n")},
		`standard input:2: column "date": "x" is not a date: write dates like 1997-09-30, or tell how they are written with --date-format, like %d/%m/%Y or 02/01/2006`)
	wantError(t, &Options{In: []string{"-"}, Stdin: io.MultiReader(strings.NewReader("id,date\n1,"), broken{})}, "read standard input: the cable is out")
	path := write(t, "a.csv", "id,date\n1,1997-01-01\n")
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink(path, link); err == nil {
		wantError(t, &Options{In: []string{link, path}}, path+" is named twice: its rows would count double")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the cable is out") }

// Errors about columns list what there is and name the flag.
func TestColumnErrors(t *testing.T) {
	for _, tc := range []struct {
		name, header string
		o            Options
		want         string
	}{
		{"no customer", "who,date,amount", Options{}, `FILE: no column looks like the customer: choose one with --customer (the first line must name the columns; it reads "who", "date", "amount")`},
		{"no header", "1,1997-01-01", Options{}, `FILE: no column looks like the customer: choose one with --customer (the first line must name the columns; it reads "1", "1997-01-01")`},
		{"no date", "customer_id,when", Options{}, `FILE: no column looks like the date: choose one with --date (the first line must name the columns; it reads "customer_id", "when")`},
		{"two customers", "customer_id,user_id,date", Options{}, `FILE: each of the columns "customer_id", "user_id" could be the customer: choose one with --customer`},
		{"two dates", "id,date,order_date", Options{}, `FILE: each of the columns "date", "order_date" could be the date: choose one with --date`},
		{"two amounts", "id,date,amount,revenue", Options{}, `FILE: each of the columns "amount", "revenue" could be the amount: choose one with --amount`},
		{"two quantities", "id,date,qty,quantity,unit price", Options{}, `FILE: each of the columns "qty", "quantity" could be the quantity: choose both factors with --amount`},
		{"two unit prices", "id,date,qty,unit price,UnitPrice", Options{}, `FILE: each of the columns "unit price", "UnitPrice" could be the unit price: choose both factors with --amount`},
		{"price of what", "id,date,Quantity,Price", Options{}, `FILE: the column "Price" beside "Quantity" could be the price of one unit or of all: choose with --amount "Quantity*Price" or --amount "Price"`},
		{"named customer", "id,date", Options{Customer: "client"}, `FILE: there is no column "client": the columns are "id", "date"`},
		{"named date", "id,date", Options{Date: "day"}, `FILE: there is no column "day": the columns are "id", "date"`},
		{"named amount", "id,date", Options{Amount: "money"}, `FILE: there is no column "money": the columns are "id", "date"`},
		{"named factor", "id,date,qty", Options{Amount: "qty*price"}, `FILE: there is no column "price": the columns are "id", "date", "qty"`},
		{"twice", "id,date,x,x", Options{Amount: "x"}, `FILE: there are 2 columns "x": give each a name of its own`},
		{"delimiters", "id,date;amount", Options{}, "FILE: the header has as many of one delimiter as of another: choose with --delimiter"},
		{"wrong delimiter", "id,date", Options{Delimiter: ';'}, `FILE: no column looks like the customer: choose one with --customer (the first line must name the columns; it reads "id,date")`},
		{"two frequencies", "frequency,x,recency,T", Options{}, `FILE: each of the columns "frequency", "x" could be the frequency: leave one of them`},
		{"date format", "id,date", Options{DateFormat: "dd/mm/yyyy"}, `FILE: --date-format "dd/mm/yyyy" does not have a year, a month and a day: write it like %d/%m/%Y, or like 02/01/2006, which is how the format writes 2 January 2006`},
		{"directive", "id,date", Options{DateFormat: "%Y-%Q"}, `FILE: --date-format "%Y-%Q": %Q is not known: use %Y %m %d %H %M %S %b %y and the like`},
		{"percent", "id,date", Options{DateFormat: "%Y-%m-%"}, `FILE: --date-format "%Y-%m-%" ends in a %`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.o.In = []string{write(t, "log.csv", tc.header+"\n")}
			wantError(t, &tc.o, tc.want)
		})
	}
	a, b := write(t, "a.csv", "id,date\n1,1997-01-01\n"), write(t, "b.csv", "id,day\n1,1997-01-01\n")
	wantError(t, &Options{In: []string{a, b}}, b+`: there is no column "date": the columns are "id", "day"`)
	many := write(t, "a.csv", strings.Repeat("x,", 60)+"y\n")
	if _, err := Read(t.Context(), &Options{In: []string{many}}); err == nil || !strings.HasSuffix(err.Error(), ` "x" and 21 more)`) {
		t.Errorf("a header of 61 columns: %v", err)
	}
}

func TestFormatErrors(t *testing.T) {
	path := write(t, "a.csv", "id,date\n1,1997-01-02\n")
	wantError(t, &Options{In: []string{path}, DateFormat: "%d/%m/%Y"}, `FILE:2: column "date": "1997-01-02" is not a date of the form "2/1/2006" that --date-format asks for`)
	path = write(t, "a.csv", "id,date\n1,02/01/0000\n")
	wantError(t, &Options{In: []string{path}, DateFormat: "%d/%m/%Y"}, `FILE:2: column "date": "02/01/0000" lies outside the years 1 to 9999`)
}

// What the Builder refuses is refused with the name of the file.
func TestBuildErrors(t *testing.T) {
	path := write(t, "a.csv", "id,date\n1,1997-01-02\n")
	wantError(t, &Options{In: []string{path}, Cut: civil("1997-01-01")}, "FILE: the cut 1997-01-01 is before the first transaction, 1997-01-02")
	wantError(t, &Options{In: []string{path}, Cut: civil("1997-01-03")}, "FILE: the cut 1997-01-03 is after the end 1997-01-02, the last day of the log: set an earlier cut or a later end")
}

// SkipBadRows sets rows aside that cannot be read, and counts them; it does not
// help where a quote hides how many rows there are.
func TestSkipBadRows(t *testing.T) {
	bad := "1,x,1\n1,1997-01-02,y\n1,1997-01-02\n"
	path := write(t, "a.csv", "id,date,amount\n"+bad+"1,1997-01-01,1\n"+strings.Repeat(bad, 5)+"1,1997-01-05,2\n")
	d := mustRead(t, &Options{In: []string{path}, SkipBadRows: true})
	if r := d.Log.Reconciliation; r.Read.Rows != 20 || r.Unreadable.Rows != 18 || r.First.Rows != 1 || r.Repeat.Rows != 1 {
		t.Errorf("reconciliation\n%v", &r)
	}
	if len(d.Skipped) != maxBadRows || !strings.HasSuffix(d.Skipped[2].Error(), "a.csv:4: the row has 2 fields, but the header has 3") {
		t.Errorf("skipped: %v", d.Skipped)
	}
	path = write(t, "b.csv", "id,date,amount\n\"1,1997-01-01,1\n1,1997-01-01,1\n")
	wantError(t, &Options{In: []string{path}, SkipBadRows: true},
		`FILE:2: the quoted field that begins in this row does not end as it should (line 3): look for a quote (") that is not closed or not written twice`)
}
