//go:build cgo && !noduckdb

package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go-bindings"

	"github.com/predictive-clv/clv/history"
)

const badParquet = "FILE: File 'FILE' too small to be a Parquet file"

// The engine decodes pieces of a file side by side; the rows come in order all
// the same.
func TestEmbeddedOrder(t *testing.T) {
	path := write(t, "log.csv", benchmarkLog(200_000))
	o := Options{In: []string{path}, Cut: civil("1997-09-30")}
	want := mustRead(t, &o)
	o.Engine = Embedded
	got := mustRead(t, &o)
	sameLog(t, got.Log, want.Log)
	if got.SHA256 != want.SHA256 || got.Columns != want.Columns || got.Engine != "DuckDB v1.5.6" || want.Engine != "streaming" {
		t.Errorf("%q read %s, %v; %q read %s, %v", got.Engine, got.SHA256, got.Columns, want.Engine, want.SHA256, want.Columns)
	}
}

// What the engine cannot read, the streaming reader reads or explains.
func TestEmbeddedFallback(t *testing.T) {
	for name, content := range map[string]string{
		"bad date":        "id,date,amount\n1,1997-01-01,1\n1,x,1\n",
		"bad amount":      "id,date,amount\n1,1997-01-01,1\n\n1,1997-01-01,x\n",
		"short":           "id,date,amount\n1,1997-01-01,1\n1,1997-01-01\n",
		"long":            "id,date,amount\n1,1997-01-01,1\n1,1997-01-01,1,1\n",
		"open quote":      "id,date,amount\n1,1997-01-01,1\n\"1,1997-01-01,1\n",
		"two meanings":    "id,date,amount\n1,1997-01-01,1\n1,01/02/1997,1\n",
		"no UTF-8":        "id,date,amount\n\xe9,1997-01-01,1\n",
		"mixed line ends": "id,date,amount\r\n1,1997-01-01,1\n1,1997-01-02,1\r\n",
		"no rows":         "id,date,amount\n",
		"a zero byte":     "id,date,amount\n1\x00,1997-01-01,1\n",
		"header of two":   "id,date,\"am\nount\"\n1,1997-01-01,1\n",
		"a long line":     "id,date,note\n1,1997-01-01," + strings.Repeat("x", 3<<20) + "\n",
		"summary":         "id,frequency,recency,T\n1,0,0,1\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, skip := range []bool{false, true} {
				o := Options{In: []string{write(t, "log.csv", content)}, Unit: history.Week, SkipBadRows: skip, Engine: Streaming}
				want, wantErr := Read(t.Context(), &o)
				o.Engine = Embedded
				got, err := Read(t.Context(), &o)
				if fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Fatalf("error %v, want %v", err, wantErr)
				}
				if err == nil {
					sameLog(t, got.Log, want.Log)
					if fmt.Sprint(got.Skipped) != fmt.Sprint(want.Skipped) || got.SHA256 != want.SHA256 {
						t.Errorf("skipped %v, hash %s; want %v, %s", got.Skipped, got.SHA256, want.Skipped, want.SHA256)
					}
				}
			}
		})
	}
}

// The engine stops within 0.2 s of the cancellation, wherever it is.
func TestEmbeddedCancelled(t *testing.T) {
	e, err := newEngine(&Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	ctx, cancel := context.WithCancel(t.Context())
	var at time.Time
	time.AfterFunc(100*time.Millisecond, func() { at = time.Now(); cancel() })
	err = e.query(ctx, "SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(1000000) b", nil, func(d duckdb.DataChunk) error { duckdb.DestroyDataChunk(&d); return nil })
	if took := time.Since(at); !errors.Is(err, context.Canceled) || took > 200*time.Millisecond {
		t.Errorf("the query ends with %v after %v", err, took)
	}
	path := write(t, "log.csv", benchmarkLog(100_000))
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if d, err := Read(ctx, &Options{In: []string{path}, Engine: Embedded}); !errors.Is(err, context.Canceled) || d != nil {
		t.Errorf("Read = %v, %v, want context.Canceled", d, err)
	}
}

// Neither options nor data can make the engine fetch code or change its
// settings.
func TestEmbeddedLocked(t *testing.T) {
	e, err := newEngine(&Options{Memory: 1 << 30, TempDir: filepath.Join(t.TempDir(), "it's here")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	for _, sql := range []string{"SET memory_limit = '2 GiB'", "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM 'https://example.com/a.parquet'", "SELECT * FROM sqlite_scan('a', 'b')"} {
		if err := e.exec(sql); err == nil {
			t.Errorf("%s: no error", sql)
		}
	}
	if _, err := os.Stat(filepath.Join(os.Getenv("HOME"), ".duckdb")); err == nil {
		t.Log("there is a folder ~/.duckdb")
	}
}

// Progress grows to the size of the file.
func TestEmbeddedProgress(t *testing.T) {
	path := write(t, "log.csv", benchmarkLog(200_000))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var last int64
	mustRead(t, &Options{In: []string{path}, Engine: Embedded, Progress: func(bytes, total int64) {
		if bytes < last || bytes > total || total != info.Size() {
			t.Errorf("%d of %d bytes after %d", bytes, total, last)
		}
		last = bytes
	}})
	if last != info.Size() {
		t.Errorf("progress ends at %d, want %d", last, info.Size())
	}
}

func TestLineCount(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 1, "a\n": 1, "a\n\nb\r\n\r\n": 2, "a,\"b\nc\"\nd": 2, "\"a \"\"b\"\"\n\n\"\n": 1, "\r": 0, "\"\n": 1,
	} {
		for piece := 1; piece < 4; piece++ {
			var c lineCount
			for i := 0; i < len(text); i += piece {
				c.Write([]byte(text[i:min(i+piece, len(text))]))
			}
			if got := c.end(); got != want {
				t.Errorf("%q in pieces of %d: %d lines, want %d", text, piece, got, want)
			}
		}
	}
}

// Whatever the bytes of a file: what the streaming reader reads, the engine
// reads alike, or leaves to it.
func FuzzEmbedded(f *testing.F) {
	for _, s := range []string{
		"customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n",
		"id;date\r\n1;13/01/1997\r\n1;13/02/1997\r\n",
		"id,date,note\n1,1997-01-01,\"a\n\"\"b\"\"\"\n\n2,1997-01-02, \"x\" \n",
		"\xef\xbb\xbfid|date\n\"1\"|19970101\n\xff|19970101",
		"customer id,date,amount\n0,0001-01-01,0,,\n", // the engine overlooks fields behind the last one
		"id\tdate\n'1\t1997-01-01\n\\\t1997-01-01\n#\t1997-01-01\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		o := Options{In: []string{write(t, "log.csv", content)}, Unit: history.Week, Engine: Streaming}
		want, wantErr := Read(t.Context(), &o)
		o.Engine = Embedded
		got, err := Read(t.Context(), &o)
		switch {
		case wantErr != nil && err == nil && strings.Contains(content, `"`): // the engine is more patient with quotes
		case fmt.Sprint(err) != fmt.Sprint(wantErr):
			t.Errorf("error %v, want %v", err, wantErr)
		case err == nil:
			sameLog(t, got.Log, want.Log)
		}
	})
}

// Chunks whose rows are read apart make the log that the rows make one by one,
// bad rows among them.
func TestChunksApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.parquet")
	e, err := newEngine(&Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	for name, row := range map[string]string{
		"days":    "DATE '1997-01-01' + CAST(i % 500 AS INTEGER) AS date, CAST(i % 100 AS DECIMAL(9, 2)) AS amount",
		"texts":   "strftime(DATE '1997-01-01' + CAST(i % 500 AS INTEGER), '%d.%m.%Y') AS date, '$' || i % 100 AS amount",
		"missing": "CASE WHEN i = 75000 THEN NULL ELSE DATE '1997-01-01' + CAST(i % 500 AS INTEGER) END AS date, CAST(i % 100 AS DOUBLE) AS amount",
		"odd":     "DATE '1997-01-01' + CASE WHEN i = 99000 THEN 4000000 ELSE i % 500 END::INTEGER AS date, CASE i WHEN 10000 THEN 'inf' WHEN 40000 THEN 'nan' WHEN 70000 THEN 1e101 WHEN 98000 THEN -1e60 WHEN 98001 THEN 0 ELSE i % 100 END::DOUBLE AS amount",
	} {
		t.Run(name, func(t *testing.T) {
			sql := "COPY (SELECT hash(i) % 10000 AS id, " + row + ", NULL AS empty FROM range(100000) r(i)) TO " + literal(path) + " (FORMAT parquet)"
			if err := e.exec(sql); err != nil {
				t.Fatal(err)
			}
			for _, amount := range []string{"amount", "amount*amount", "none"} {
				o := Options{In: []string{path}, SkipBadRows: true, Amount: amount}
				got := mustRead(t, &o)
				o.Order = "empty"
				want := mustRead(t, &o)
				sameLog(t, got.Log, want.Log)
				if fmt.Sprint(got.Skipped) != fmt.Sprint(want.Skipped) {
					t.Errorf("amount %s: skipped %v, want %v", amount, got.Skipped, want.Skipped)
				}
			}
		})
	}
}

// With too little memory the error says what to do.
func TestEngineMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.parquet")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	columns := []OutColumn{{Name: "id", Text: func(int) string { return "a" }}, {Name: "date", Day: func(i int) history.Date { return history.Date(700_000 + i) }}}
	if err := WriteParquet(t.Context(), out, 10_000, columns); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), &Options{In: []string{path}, Memory: 1 << 20}); err == nil || !strings.Contains(err.Error(), "--memory") {
		t.Errorf("error %v", err)
	}
	mustRead(t, &Options{In: []string{path}, Memory: 64 << 20})
}
