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
	"testing"

	"github.com/predictive-clv/clv/history"
)

// A summary written as Parquet is read back to the last bit, with its columns
// in order.
func TestWriteParquet(t *testing.T) {
	tab := mustRead(t, &Options{In: []string{write(t, "log.csv", benchmarkLog(5000))}}).Log.Table
	columns := []OutColumn{
		{Name: "customer_id", Text: func(i int) string { return tab.ID[i] }},
		{Name: "frequency", Whole: func(i int) int64 { return int64(tab.Frequency[i]) }},
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

// Memory does not grow with the rows: of 16 row groups, each of some 20 MB
// while it is encoded, no more than two or three are there at a time.
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
	if most > before+64<<20 {
		t.Errorf("%d bytes, and %d before", most, before)
	}
}
