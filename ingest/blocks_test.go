package ingest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// drawText draws a text of short lines in which everything odd is frequent.
func drawText(t *rapid.T) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
		"a", "b,1", ",", "\n", "\n", "\r\n", "\r", `"x"`, `"x` + "\n" + `y"`, `""`, `"`, " ", "é",
	})).Draw(t, "pieces"), "")
}

// rowsOf reads all rows of a text, and the error that ends it.
func rowsOf(f fieldReader) (rows []string, err error) {
	for {
		record, err := f.Read()
		if err != nil {
			return rows, err
		}
		rows = append(rows, fmt.Sprintf("%q", record))
	}
}

// In blocks of any length a text has the rows that it has as a whole, and each
// block knows its place.
func TestBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t)
		want, wantErr := rowsOf(newCSV(strings.NewReader(text), ','))
		size := rapid.IntRange(1, 20).Draw(t, "size")
		blocks := &blockReader{r: iotest.OneByteReader(strings.NewReader(text)), in: &input{}, buffer: make([]byte, 0, size)}
		var got []string
		whole := ""
		err := error(nil)
		for err == nil {
			b := blocks.next()
			if b.lines != strings.Count(whole, "\n") || b.offset != int64(len(whole)) {
				t.Fatalf("a block at line %d, byte %d, after %q", b.lines, b.offset, whole)
			}
			whole += b.text
			rows, rowErr := rowsOf(newCSV(strings.NewReader(b.text), ','))
			got = append(got, rows...)
			if err = b.err; rowErr != io.EOF {
				err = rowErr
			}
		}
		if wantErr == io.EOF && (err != io.EOF || whole != text) {
			t.Fatalf("blocks of %d make %q of %q, and %v", size, whole, text, err)
		}
		if !slices.Equal(got, want) || (err == io.EOF) != (wantErr == io.EOF) {
			t.Errorf("blocks of %d of %q have the rows %v, %v, want %v, %v", size, text, got, err, want, wantErr)
		}
	})
}

// A text without quotes has the rows that the CSV reader finds.
func TestPlainFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ReplaceAll(drawText(t), `"`, "")
		want, _ := rowsOf(newCSV(strings.NewReader(text), ','))
		plain, ok := newFields(text, ',').(*plainFields)
		if !ok {
			t.Fatalf("%q is not plain", text)
		}
		if got, _ := rowsOf(plain); !slices.Equal(got, want) {
			t.Errorf("%q has the rows %v, want %v", text, got, want)
		}
	})
}

// A failing reader fails after some bytes.
type failing struct {
	text string
	err  error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.text == "" {
		return 0, f.err
	}
	n := copy(p, f.text)
	f.text = f.text[n:]
	return n, nil
}

// The rows before an error of the disk are read, the row that it cuts is not.
func TestBlocksError(t *testing.T) {
	blocks := &blockReader{r: &failing{"a\nb\nc", io.ErrClosedPipe}, in: &input{}, buffer: make([]byte, 0, 100)}
	if b := blocks.next(); b.text != "a\nb\n" || b.after != 5 || b.err != io.ErrClosedPipe {
		t.Errorf("the block %q up to byte %d, %v", b.text, b.after, b.err)
	}
}

// longLog is a log of several blocks with the rows odd in the middle of them.
func longLog(header, row string, odd ...string) string {
	rows := strings.Repeat(row, 3*blockBytes/len(row))
	return header + rows + strings.Join(odd, "") + rows
}

// readEach reads text files row by row.
func readEach(t *testing.T, o *Options) *Data {
	t.Helper()
	in, err := newInput(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &reading{ctx: t.Context(), in: in, o: o, bad: newBadRows(o)}
	defer r.close()
	for _, name := range in.names() {
		f, err := in.open(name, o.Delimiter)
		if err != nil {
			t.Fatal(err)
		}
		defer f.close()
		if err = r.begin(f); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f.rest)
		if err == nil {
			err = r.each(f, &block{text: string(text), lines: f.lead, offset: f.csv.InputOffset()}, 0)
		}
		if err == nil {
			err = r.end(f)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := r.data()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Blocks whose rows are read apart make the log that the rows make one by one.
func TestReadApart(t *testing.T) {
	for name, tc := range map[string]struct {
		o    Options
		date string
		odd  []string
		bad  int
	}{
		"plain":           {date: "1997-01-02", odd: []string{"b,1997-01-03,2,\n", "a,1997-01-09,-0.5,\n", "NULL,1997-01-10,1,\n", " b ,1997-01-11,0,\n"}},
		"quotes":          {date: "1997-01-02", odd: []string{"\"b\nc\",1997-01-03,\"2\",\n"}},
		"a bad row":       {date: "1997-01-02", odd: []string{"b,x,2.5,\n", "b,1997-01-03,2,,\n", "b,1997-01-04,1,\n"}, o: Options{SkipBadRows: true}, bad: 2},
		"other days":      {date: "1/2/1997", odd: []string{"b,2/13/1997,1,\n"}},
		"days settled":    {date: "13/2/1997", odd: []string{"b,2/1/1997,1,\n"}},
		"a layout":        {date: "2 Jan 1997", odd: []string{"b,13 Feb 1997,1,\n"}, o: Options{DateFormat: "2 Jan 2006"}},
		"no customers":    {date: "1997-01-02", odd: []string{",1997-01-03,1,\n"}},
		"orders":          {date: "1997-01-02", odd: []string{"b,1997-01-03,1,17\n", "b,1997-01-03,1,17\n", "c,1997-01-04,1.1, 18 \n"}, o: Options{Order: "order"}},
		"a currency":      {date: "1997-01-02", odd: []string{"b,1997-01-03,1,EUR\n"}, o: Options{Currency: "order"}},
		"aliases":         {date: "1997-01-02", odd: []string{"b,1997-01-03,1,\n", " c ,1997-01-04,1,\n"}, o: Options{Aliases: map[string]string{"c": "a"}, Exclude: []string{"b"}}},
		"a decimal comma": {date: "1997-01-02", odd: []string{"b,1997-01-03,\"1.234,5\",\n"}, o: Options{Decimal: ','}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.o.In = []string{write(t, "log.csv", longLog("id,date,amount,order\n", "a,"+tc.date+",1,\n", tc.odd...))}
			got := mustRead(t, &tc.o)
			want := readEach(t, &tc.o)
			sameLog(t, got.Log, want.Log)
			if got.Aliased != want.Aliased {
				t.Errorf("%d rows under other identifiers, want %d", got.Aliased, want.Aliased)
			}
			if n := got.Log.Reconciliation.Unreadable.Rows; n != tc.bad {
				t.Errorf("%d rows are bad, want %d", n, tc.bad)
			}
			if fmt.Sprint(got.Skipped) != fmt.Sprint(want.Skipped) || got.SHA256 != want.SHA256 {
				t.Errorf("skipped %v, %s; want %v, %s", got.Skipped, got.SHA256, want.Skipped, want.SHA256)
			}
		})
	}
}

// Once the dates are settled whole blocks are read apart; rows that cannot be
// are left to what explains them.
func TestBatch(t *testing.T) {
	tr, err := newTransactions(&Options{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	f := &file{name: "a", columns: []string{"id", "date", "amount"}}
	if err := tr.begin(f, Columns{Customer: "id", Date: "date", Amount: "amount"}, &Options{}); err != nil {
		t.Fatal(err)
	}
	if tr.settled() {
		t.Error("the dates are settled before the first")
	}
	if _, err := tr.dates.parse("1997-01-01"); err != nil || !tr.settled() {
		t.Errorf("the dates are not settled after the first, %v", err)
	}
	for text, rows := range map[string]bool{
		"a,1997-01-02,1\n": true, "": true, "\"a\",1997-01-02,1\n": true,
		"a,x,1\n": false, "a,1/2/1997,1\n": false, "a,1997-01-02,x\n": false, "a,1997-01-02\n": false, "a,1997-01-02,1e300\n": false, "\"a": false,
	} {
		if got := tr.batch(f, ',', text); (got != nil) != rows {
			t.Errorf("%q makes the batch %v", text, got)
		}
	}
}

// Files whose blocks are read apart have the duplicates, the customers to leave
// out and the money of both that the rows have one by one, in text and in
// Parquet.
func TestCleanApart(t *testing.T) {
	var files [3]string
	for k := range files {
		var b strings.Builder
		b.WriteString("id,date,amount,order,currency\n")
		for i := range 40_000 {
			fmt.Fprintf(&b, "%d,1997-%02d-%02d,%d.%02d,%d,EUR\n", i%9973, 1+i%12, 1+i%28, i%1000, i%100, (k*7919+i*31)%60_000)
		}
		files[k] = b.String()
	}
	o := Options{Order: "order", Currency: "currency", Exclude: []string{"17", "18"}, Aliases: map[string]string{"19": "20", "21": "18"}}
	for k, text := range files {
		o.In = append(o.In, write(t, fmt.Sprintf("%d.csv", k), text))
	}
	want := readEach(t, &o)
	r := &want.Log.Reconciliation
	if r.Excluded.Rows == 0 || r.Duplicates.Rows < 10_000 || want.Aliased == 0 || r.Check() != nil {
		t.Fatalf("the account is %+v, %v: the test tests little", r, r.Check())
	}
	engines := []Engine{Streaming}
	if hasEngine {
		engines = append(engines, Embedded)
	}
	for _, e := range engines {
		o.Engine = e
		got := mustRead(t, &o)
		sameLog(t, got.Log, want.Log)
		if got.Aliased != want.Aliased {
			t.Errorf("engine %d: %d rows under other identifiers, want %d", e, got.Aliased, want.Aliased)
		}
	}
	o.In = []string{write(t, "pounds.csv", files[0]+"1,1997-02-02,1,1,GBP\n")}
	wantError(t, &o, `FILE:40002: column "currency": "GBP" after "EUR": `+errCurrency.Error())
}

// With little memory rows wait in a file, which is gone afterwards, and the log
// is the same.
func TestReadLittleMemory(t *testing.T) {
	path := write(t, "log.csv", benchmarkLog(200_000))
	want := mustRead(t, &Options{In: []string{path}})
	dir := t.TempDir()
	got := mustRead(t, &Options{In: []string{path}, Memory: 1 << 20, TempDir: dir})
	sameLog(t, got.Log, want.Log)
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	mustRead(t, &Options{In: []string{path}, Memory: 64 << 20, Purchases: true})
	wantError(t, &Options{In: []string{path}, Memory: 1 << 20, TempDir: dir, Purchases: true},
		"FILE: the purchases of all customers take more memory than they may: allow more with --memory, or read the log of fewer customers")
	absent := filepath.Join(dir, "absent")
	wantError(t, &Options{In: []string{path}, TempDir: absent}, "there is no folder "+absent+" for what does not fit into memory: name one that exists")
}

// What the machine has is known where Linux tells it.
func TestMemory(t *testing.T) {
	if got := (&Options{Memory: 5}).memory(); got != 5 {
		t.Errorf("memory() = %d, want 5", got)
	}
	if got := new(Options).memory(); got < 64<<20 {
		t.Errorf("memory() = %d on this machine", got)
	}
	path := write(t, "meminfo", "MemTotal:       24593480 kB\nMemFree: 1 kB\n")
	if got := firstNumber(path, "MemTotal:"); got != 24593480 {
		t.Errorf("MemTotal: %d", got)
	}
	for _, text := range []string{"max\n", ""} {
		if got := firstNumber(write(t, "memory.max", text), ""); got != 0 {
			t.Errorf("%q is %d", text, got)
		}
	}
}
