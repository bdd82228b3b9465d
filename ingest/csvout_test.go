package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
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
		{Name: "a", Whole: func(i int) int { asked = append(asked, i); return i }},
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

// Rows that come again and again, mixed with others, are written as if each
// were the first.
func TestWriteCSVAgain(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	numbers := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), 1.0 / 7, 2.0 / 7, 1e21, -3}
	type fields struct {
		whole int
		day   history.Date
		a, b  float64
	}
	rows := make([]fields, 6*pieceRows)
	for i := range rows {
		rows[i] = fields{rng.IntN(3), history.Date(730000 + rng.IntN(2)), numbers[rng.IntN(len(numbers))], numbers[rng.IntN(len(numbers))]}
		if rng.IntN(3) == 0 {
			rows[i].b = rng.NormFloat64()
		}
	}
	columns := []OutColumn{
		{Name: "whole", Whole: func(i int) int { return rows[i].whole }},
		{Name: "day", Day: func(i int) history.Date { return rows[i].day }},
		{Name: "text", Text: func(i int) string { return strconv.Itoa(i % 5) }},
		{Name: "a", Number: func(i int) float64 { return rows[i].a }},
		{Name: "b", Number: func(i int) float64 { return rows[i].b }},
		{Name: "cents", Number: func(i int) float64 { return rows[i].a }, Decimals: 2},
	}
	var out, want bytes.Buffer
	if err := WriteCSV(t.Context(), &out, len(rows), columns); err != nil {
		t.Fatal(err)
	}
	number := func(v float64, format byte, digits int) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, format, digits, 64)
	}
	want.WriteString("whole,day,text,a,b,cents\n")
	for i, r := range rows {
		fmt.Fprintf(&want, "%d,%v,%d,%s,%s,%s\n", r.whole, r.day, i%5, number(r.a, 'g', -1), number(r.b, 'g', -1), number(r.a, 'f', 2))
	}
	if !bytes.Equal(out.Bytes(), want.Bytes()) {
		t.Error("the rows differ")
	}
}

func TestAppendShortest(t *testing.T) {
	check := func(v float64) {
		if got, want := string(appendShortest(nil, v)), strconv.FormatFloat(v, 'g', -1, 64); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
	for _, v := range []float64{0, math.Copysign(0, -1), 1, -1, 10, 999999, 1e5, 1e6, 123456.7, 1234567, 1e-4, 1e-5, 0.00012, 1e20, 1e21, 1e99, 1e100, 1e-100,
		5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		check(v)
	}
	rng := rand.New(rand.NewPCG(7, 9))
	for range 100_000 {
		check(math.Float64frombits(rng.Uint64()))
		check((rng.Float64() - 0.5) * math.Pow(10, float64(rng.IntN(30)-6)))
		check(float64(rng.IntN(1e8)-5e7) / 100)
	}
}
