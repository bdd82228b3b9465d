package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/predictive-clv/clv/history"
)

func civil(s string) time.Time {
	d, err := history.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d.Time()
}

// mustRead reads what has no error and must add up.
func mustRead(t *testing.T, o *Options) *Data {
	t.Helper()
	d, err := Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Log.Reconciliation.Check(); err != nil {
		t.Error(err)
	}
	if err := d.Log.Table.Check(); err != nil {
		t.Error(err)
	}
	return d
}

// write writes a file and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// text reads a file with the content.
func text(t *testing.T, content string) *Data {
	t.Helper()
	return mustRead(t, &Options{In: []string{write(t, "log.csv", content)}, Unit: history.Day})
}

func packed(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func zstdPacked(s string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

// histories writes the table as one line a customer: id x t_x T m̄.
func histories(tab *history.Table) string {
	var b strings.Builder
	for i := range tab.Len() {
		c := tab.Customer(i)
		id := ""
		if tab.ID != nil {
			id = tab.ID[i]
		}
		fmt.Fprintf(&b, "%s %d %v %v %v\n", id, c.Frequency, c.Recency, c.T, c.Spend)
	}
	return b.String()
}

func wantHistories(t *testing.T, d *Data, want string) {
	t.Helper()
	if got := histories(d.Log.Table); got != want {
		t.Errorf("histories\n%swant\n%s", got, want)
	}
}

// What a log says, however it is written down.
func TestReadForms(t *testing.T) {
	const want = "0001 1 9 30 5\nO'Neil, \"Ed\" 0 0 0 NaN\n"
	for _, tc := range []struct{ name, content string }{
		{"plain", "customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7\n"},
		{"no last line feed", "customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7"},
		{"CRLF", "customer_id,date,amount\r\n0001,1997-01-01,3\r\n0001,1997-01-10,5\r\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7\r\n"},
		{"byte order mark", "\xef\xbb\xbfcustomer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7\n"},
		{"empty lines", "\n\ncustomer_id,date,amount\n\n0001,1997-01-01,3\n0001,1997-01-10,5\n\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7\n\n"},
		{"semicolons", "Kunde;Customer ID;Order Date;Total Amount\n-;0001;1997-01-01;3\n-;0001;1997-01-10;5\n-;\"O'Neil, \"\"Ed\"\"\";1997-01-31;7\n"},
		{"tabs", "client_id\ttimestamp\trevenue\n0001\t1997-01-01T10:00:00Z\t3\n0001\t1997-01-10T23:59:59.5+02:00\t5\n\"O'Neil, \"\"Ed\"\"\"\t1997-01-31T00:00:00-08:00\t7\n"},
		{"bars, spaces", " User | Date |Value\n 0001 | 19970101 | 3 \n0001|19970110|$5.00\n\"O'Neil, \"\"Ed\"\"\"|19970131|7e0\n"},
		{"product", "InvoiceNo,Quantity,InvoiceDate,UnitPrice,CustomerID\n1,2,1/1/1997 8:26,1.5,0001\n2,10,1/10/1997 8:26,.5,0001\n3,7,1/31/1997 23:59,1,\"O'Neil, \"\"Ed\"\"\"\n"},
		{"product with an amount", "Quantity,date,UnitPrice,id,amount\n9,1997-01-01,9,0001,3\n9,1997-01-10,9,0001,5\n9,1997-01-31,9,\"O'Neil, \"\"Ed\"\"\",7\n"},
		{"quoted line feed", "note,customer,date,sales\n\"two\nlines\",0001,1997/1/1,3\nx,0001,1997/01/10,5\nx,\"O'Neil, \"\"Ed\"\"\",1997/1/31,7\n"},
	} {
		t.Run(tc.name, func(t *testing.T) { wantHistories(t, text(t, tc.content), want) })
	}
	content := "customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n\"O'Neil, \"\"Ed\"\"\",1997-01-31,7\n"
	for _, name := range []string{"log.csv.gz", "log.GZ", "log.csv"} { // by content, whatever the name
		t.Run("gzip "+name, func(t *testing.T) {
			wantHistories(t, mustRead(t, &Options{In: []string{write(t, name, packed(content))}, Unit: history.Day}), want)
		})
	}
	for _, name := range []string{"log.csv.zst", "log.csv"} {
		t.Run("zstd "+name, func(t *testing.T) {
			wantHistories(t, mustRead(t, &Options{In: []string{write(t, name, zstdPacked(content))}, Unit: history.Day}), want)
		})
	}
	t.Run("standard input", func(t *testing.T) {
		wantHistories(t, mustRead(t, &Options{In: []string{"-"}, Stdin: strings.NewReader(content), Unit: history.Day}), want)
	})
	t.Run("gzip in parts", func(t *testing.T) {
		parts := packed(content[:40]) + packed(content[40:])
		wantHistories(t, mustRead(t, &Options{In: []string{write(t, "log.csv.gz", parts)}, Unit: history.Day}), want)
	})
}

// Several files are one log; each has its own order of columns and its own way
// of writing dates; the hash is of all bytes in order.
func TestReadSeveral(t *testing.T) {
	a := write(t, "a.csv", "customer_id,date,amount\nx,1997-01-01,1\nx,1997-01-03,2\n")
	b := write(t, "b.csv", "Amount;Date;Note;Customer ID\n4;13.01.1997;;x\n8;02.01.1997;;y\n")
	c := write(t, "c.csv.gz", packed("date,customer_id,amount\n1/13/1997,z,3\n"))
	d := mustRead(t, &Options{In: []string{a, b, c}, Unit: history.Day})
	wantHistories(t, d, "x 2 12 12 3\ny 0 0 11 NaN\nz 0 0 0 NaN\n")
	h := sha256.New()
	for _, name := range []string{a, b, c} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(raw)
	}
	if want := fmt.Sprintf("%x", h.Sum(nil)); d.SHA256 != want {
		t.Errorf("SHA256 = %s, want %s", d.SHA256, want)
	}
}

func TestReadAccounts(t *testing.T) {
	const content = "customer_id,date,amount\n" +
		"a,1997-01-01,10\n" +
		",1997-01-01,1\n" +
		"NULL,1997-01-02,2\n" +
		"  ,1997-01-02,4\n" +
		"a,1997-01-05,-3\n" +
		"a,1997-01-09,0\n" +
		"b,1997-02-01,5\n" +
		"a,1997-03-01,6\n"
	d := mustRead(t, &Options{In: []string{write(t, "log.csv", content)}, Cut: civil("1997-01-31"), End: civil("1997-02-28")})
	r := d.Log.Reconciliation
	for _, tc := range []struct {
		name      string
		got, want history.Tally
	}{
		{"read", r.Read, history.Tally{Rows: 8, Money: 25}}, {"no customer", r.NoCustomer, history.Tally{Rows: 3, Money: 7}},
		{"cancelled", r.Cancelled, history.Tally{Rows: 1, Money: -3}}, {"born", r.BornAfterCut, history.Tally{Rows: 1, Money: 5}},
		{"after", r.AfterEnd, history.Tally{Rows: 1, Money: 6}}, {"first", r.First, history.Tally{Rows: 1, Money: 10}},
		{"repeat", r.Repeat, history.Tally{Rows: 1}},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, tc.got, tc.want)
		}
	}
	d = mustRead(t, &Options{In: []string{write(t, "log.csv", content)}, Refunds: history.Drop})
	if got := d.Log.Reconciliation.RefundsDropped.Rows; got != 1 {
		t.Errorf("%d refunds dropped, want 1", got)
	}
}

// The columns chosen are reported.
func TestReadColumns(t *testing.T) {
	for _, tc := range []struct {
		name, header, row string
		o                 Options
		want              Columns
	}{
		{"none for money", "customer_id,date", "a,1997-01-01", Options{}, Columns{Customer: "customer_id", Date: "date", DateFormat: "2006-01-02"}},
		{"money not wanted", "customer_id,date,amount", "a,1997-01-01,x", Options{Amount: "None"}, Columns{Customer: "customer_id", Date: "date", DateFormat: "2006-01-02"}},
		{"money not wanted", "customer_id,date,amount", "a,1997-01-01,x", Options{Amount: "-"}, Columns{Customer: "customer_id", Date: "date", DateFormat: "2006-01-02"}},
		{"strong before weak", "ID,Customer ID,Customer,createdAt,ORDER_DATE,price,amount", "1,2,3,4,19970101,6,7", Options{},
			Columns{Customer: "Customer ID", Date: "ORDER_DATE", DateFormat: "20060102", Amount: "amount"}},
		{"named", "id,d1,d2,x", "1,2,1997-01-01,3", Options{Customer: "id", Date: "D2", Amount: "X"},
			Columns{Customer: "id", Date: "D2", DateFormat: "2006-01-02", Amount: "X"}},
		{"named product", "id,date,a,b*c", "1,1997-01-01,2,3", Options{Amount: "A * A"}, Columns{Customer: "id", Date: "date", DateFormat: "2006-01-02", Amount: "A * A"}},
		{"a name with a star", "id,date,a,b*c", "1,1997-01-01,2,3", Options{Amount: "b*c"}, Columns{Customer: "id", Date: "date", DateFormat: "2006-01-02", Amount: "b*c"}},
		{"format", "id,date", "1,2 Jan 97", Options{DateFormat: "%d %b %y"}, Columns{Customer: "id", Date: "date", DateFormat: "2 Jan 06"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.o.In = []string{write(t, "log.csv", tc.header+"\n"+tc.row+"\n")}
			if d := mustRead(t, &tc.o); d.Columns != tc.want {
				t.Errorf("columns %v, want %v", d.Columns, tc.want)
			}
		})
	}
	c := Columns{Customer: "id", Date: "day", DateFormat: "02/01/2006", Amount: "q*p"}
	if got, want := c.String(), `customer "id", date "day", date format "02/01/2006", amount "q*p"`; got != want {
		t.Errorf("String() = %s, want %s", got, want)
	}
}

func TestReadProgress(t *testing.T) {
	path := write(t, "log.csv", "id,date\n"+strings.Repeat("a,1997-01-01\n", 3*blockBytes/13))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var seen []int64
	mustRead(t, &Options{In: []string{path}, Progress: func(bytes, total int64) {
		if total != info.Size() {
			t.Errorf("total %d, want %d", total, info.Size())
		}
		seen = append(seen, bytes)
	}})
	if len(seen) < 4 || !slices.IsSorted(seen) || seen[len(seen)-1] != info.Size() {
		t.Errorf("progress %v, want it to grow to %d", seen, info.Size())
	}
	mustRead(t, &Options{In: []string{"-"}, Stdin: strings.NewReader("id,date\na,1997-01-01\n"), Progress: func(_, total int64) {
		if total != -1 {
			t.Errorf("total of standard input is %d, want -1", total)
		}
	}})
}

// A reader that cancels after some bytes.
type cancelling struct {
	cancel context.CancelFunc
	rows   int
}

func (c *cancelling) Read(p []byte) (int, error) {
	const row = "a,1997-01-01\n"
	if c.rows++; c.rows == 1 {
		return copy(p, "id,date\n"), nil
	}
	c.cancel()
	return copy(p, strings.Repeat(row, len(p)/len(row))), nil
}

// Without the check this would read for ever.
func TestReadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d, err := Read(ctx, &Options{In: []string{"-"}, Stdin: &cancelling{cancel: cancel}})
	if !errors.Is(err, context.Canceled) || d != nil {
		t.Errorf("Read = %v, %v, want context.Canceled", d, err)
	}
}

// A log written from histories and read again gives the histories.
func TestReadRoundTrip(t *testing.T) {
	d := text(t, "id,date,amount\na,1997-01-01,1\na,1997-01-11,2.5\na,1997-02-01,3.1\nb,1997-01-01,1\nb,1997-02-03,0.1\n")
	var b strings.Builder
	b.WriteString("customer_id,frequency,recency,T,monetary_value\n")
	tab := d.Log.Table
	for i := range tab.Len() {
		fmt.Fprintf(&b, "%s,%d,%v,%v,%v\n", tab.ID[i], tab.Frequency[i], tab.Recency[i], tab.T[i], tab.Spend[i])
	}
	again := text(t, b.String())
	if !again.Summary || again.Log.Days != nil {
		t.Errorf("Summary is %v with %d days, want a summary", again.Summary, len(again.Log.Days))
	}
	wantHistories(t, again, histories(tab))
	if math.IsNaN(tab.Spend[1]) {
		t.Error("the round trip tests no spend")
	}
}
