package ingest

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Every text is written as the CSV writer does, every number with all digits.
func TestAppendField(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `\.`, " a", "a b", "a,b", "a\nb", "a\rb", `a"b`, "é", "\xff", "C0000001"}))
	rapid.Check(t, func(t *rapid.T) {
		s := texts.Draw(t, "s")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Write([]string{"x", s})
		w.Flush()
		if got, want := string(appendField([]byte("x,"), s))+"\n", b.String(); got != want {
			t.Errorf("%q is written %q, want %q", s, got, want)
		}
	})
	var known numberTexts
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, 1.0 / 7, -math.MaxFloat64, -math.SmallestNonzeroFloat64, -2.2250738585072014e-308})).Draw(t, "v")
		want := strconv.FormatFloat(v, 'g', -1, 64)
		for range 2 {
			if got := string(known.append(nil, v)); got != want {
				t.Errorf("%v is written %s", v, got)
			}
		}
	})
}

// Rows of many pieces are asked for and written in order.
func TestWriteCSVOrder(t *testing.T) {
	const n = 5*pieceRows + 17
	var asked []int
	columns := []OutColumn{
		{Name: "a", Whole: func(i int) int64 { asked = append(asked, i); return int64(i) }},
		{Name: "b", Number: func(i int) float64 { return float64(i%1000) / 7 }},
	}
	var out bytes.Buffer
	if err := WriteCSV(t.Context(), &out, n, columns); err != nil {
		t.Fatal(err)
	}
	want := []byte("a,b\n")
	for i := range n {
		want = strconv.AppendInt(want, int64(i), 10)
		want = append(strconv.AppendFloat(append(want, ','), float64(i%1000)/7, 'g', -1, 64), '\n')
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Error("the rows differ")
	}
	if len(asked) != n || !slices.IsSorted(asked) {
		t.Errorf("%d rows were asked for, in order: %v", len(asked), slices.IsSorted(asked))
	}
}
