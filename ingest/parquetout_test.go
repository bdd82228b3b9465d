package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/predictive-clv/clv/history"
)

// A summary written as Parquet is read back to the last bit, with its columns
// in order.
func TestWriteParquet(t *testing.T) {
	tab := mustRead(t, &Options{In: []string{write(t, "log.csv", benchmarkLog(5000))}}).Log.Table
	columns := []OutColumn{
		{Name: "customer_id", Text: func(i int) string { return tab.ID[i] }},
		{Name: "frequency", Whole: func(i int) int { return tab.Frequency[i] }},
		{Name: "recency", Number: func(i int) float64 { return tab.Recency[i] }},
		{Name: "T", Number: func(i int) float64 { return tab.T[i] }},
		{Name: "monetary_value", Number: func(i int) float64 { return tab.Spend[i] }},
	}
	path := filepath.Join(t.TempDir(), "summary.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteParquet(t.Context(), f, tab.Len(), columns); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d := mustRead(t, &Options{In: []string{path}, Unit: history.Week})
	if !d.Summary {
		t.Error("it is not read as a summary")
	}
	if got, want := histories(d.Log.Table), histories(tab); got != want {
		t.Errorf("histories\n%.500s\nwant\n%.500s", got, want)
	}
	tabs := &reading{o: &Options{}}
	opened, err := tabs.openTable(path, parquetFile)
	if err != nil {
		t.Fatal(err)
	}
	defer tabs.close()
	defer opened.close()
	if got := fmt.Sprint(opened.names()); got != "[customer_id frequency recency T monetary_value]" {
		t.Errorf("columns %s", got)
	}
}

func TestWriteParquetErrors(t *testing.T) {
	number := func(int) float64 { return math.NaN() }
	for _, columns := range [][]OutColumn{
		{{Name: "a"}}, {{Name: "a", Number: number, Text: func(int) string { return "" }}}, {{Name: "a", Number: number}, {Name: "a", Number: number}},
	} {
		if err := WriteParquet(t.Context(), io.Discard, 1, columns); err == nil {
			t.Error("no error")
		}
	}
	if err := WriteParquet(t.Context(), full{}, 10, []OutColumn{{Name: "a", Number: number}}); err == nil {
		t.Error("no error of a full disk")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WriteParquet(ctx, io.Discard, 10, []OutColumn{{Name: "a", Number: number}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	var empty bytes.Buffer
	if err := WriteParquet(t.Context(), &empty, 0, []OutColumn{{Name: "a", Number: number}}); err != nil || empty.Len() == 0 {
		t.Errorf("no rows: %v, %d bytes", err, empty.Len())
	}
}

// Fields of all kinds are read back, over the end of a row group, with
// dictionaries and without.
func TestWriteParquetFields(t *testing.T) {
	const n = groupRows + 1000
	scattered := func(i int) uint64 { return uint64(i) * 0x9e3779b97f4a7c15 }
	number := func(f func(i int) float64) OutColumn { return OutColumn{Number: f} }
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), -1.5, math.MaxFloat64, math.SmallestNonzeroFloat64}
	text := []string{"", "a", "é", strings.Repeat("long", 100), "\x00"}
	columns := []OutColumn{
		{Text: strconv.Itoa},
		{Text: func(i int) string { return text[scattered(i)>>60%5] }},
		{Text: func(i int) string { return "customer " + strconv.FormatUint(scattered(i/3)>>(scattered(i)>>58), 36) }},
		{Whole: func(i int) int { return int(scattered(i)) }},
		{Whole: func(i int) int { return int(scattered(i)) >> 52 }},
		{Whole: func(int) int { return -7 }},
		{Day: func(i int) history.Date { return history.Date(scattered(i)>>50) + 700000 }},
		{Day: func(i int) history.Date { return history.Date(i + 1) }},
		number(func(i int) float64 { return odd[scattered(i)>>61] }),
		number(func(i int) float64 { return float64(scattered(i)) }),
		number(func(i int) float64 { return math.Sqrt(float64(i / 2)) }),
		number(func(i int) float64 { return math.Sqrt(float64(i * 2 / 3)) }),
		number(func(int) float64 { return math.NaN() }),
	}
	for k := range columns {
		columns[k].Name = string(rune('a' + k))
	}
	for _, n := range []int{1, 2, 9, n} {
		var b bytes.Buffer
		if err := WriteParquet(t.Context(), &b, n, columns); err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if f.NumRows() != int64(n) || len(f.RowGroups()) != (n+groupRows-1)/groupRows {
			t.Errorf("%d rows in %d groups, want %d", f.NumRows(), len(f.RowGroups()), n)
		}
		for k := range columns {
			checkColumn(t, f, k, &columns[k])
		}
	}
}

// checkColumn compares the fields of a column, and their bounds, with what they
// were.
func checkColumn(t *testing.T, f *parquet.File, k int, c *OutColumn) {
	t.Helper()
	row := 0
	for _, group := range f.RowGroups() {
		chunk := group.ColumnChunks()[k].(*parquet.FileColumnChunk)
		least, greatest, bounded := chunk.Bounds()
		pages := chunk.Pages()
		defer pages.Close()
		page, err := pages.ReadPage()
		if err != nil {
			t.Fatalf("column %s: %v", c.Name, err)
		}
		values := make([]parquet.Value, group.NumRows())
		if n, err := page.Values().ReadValues(values); n != len(values) {
			t.Fatalf("column %s: %d values, want %d: %v", c.Name, n, len(values), err)
		}
		nulls := int64(0)
		for _, v := range values {
			if want := fieldValue(c, row); !parquet.DeepEqual(v, want.Level(0, v.DefinitionLevel(), k)) {
				t.Fatalf("column %s, row %d: %v, want %v", c.Name, row, v, want)
			}
			switch typ := chunk.Type(); {
			case v.IsNull():
				nulls++
			case bounded && (typ.Compare(v, least) < 0 || typ.Compare(v, greatest) > 0), !bounded && c.Text == nil:
				t.Fatalf("column %s: %v is not between %v and %v", c.Name, v, least, greatest)
			}
			row++
		}
		if got := chunk.NullCount(); got != nulls {
			t.Errorf("column %s: %d nulls, want %d", c.Name, got, nulls)
		}
	}
}

func fieldValue(c *OutColumn, i int) parquet.Value {
	switch {
	case c.Text != nil:
		return parquet.ByteArrayValue([]byte(c.Text(i)))
	case c.Whole != nil:
		return parquet.Int64Value(int64(c.Whole(i)))
	case c.Day != nil:
		return parquet.Int32Value(int32(c.Day(i).Time().Unix() / (24 * 60 * 60)))
	}
	if v := c.Number(i); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return parquet.DoubleValue(v)
	}
	return parquet.NullValue()
}

// Long texts end a row group, whose memory they would else take.
func TestWriteParquetLongTexts(t *testing.T) {
	long := strings.Repeat("x", runText/4)
	var b bytes.Buffer
	if err := WriteParquet(t.Context(), &b, 10, []OutColumn{{Name: "a", Text: func(int) string { return long }}}); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var rows []int64
	for _, g := range f.RowGroups() {
		rows = append(rows, g.NumRows())
	}
	if fmt.Sprint(rows) != "[4 4 2]" {
		t.Errorf("row groups of %d rows, want 4, 4 and 2", rows)
	}
}

// Memory does not grow with the rows: of 16 row groups, each of some 5 MB, no
// more than five are there at a time.
func TestWriteParquetMemory(t *testing.T) {
	var most uint64
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	err := WriteParquet(t.Context(), io.Discard, 16*groupRows, []OutColumn{
		{Name: "id", Text: strconv.Itoa},
		{Name: "x", Number: func(i int) float64 {
			if i%groupRows == groupRows-1 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			return float64(i)
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if most > before+48<<20 {
		t.Errorf("%d bytes, and %d before", most, before)
	}
}
