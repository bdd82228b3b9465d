package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func TestWriteText(t *testing.T) {
	for name, tc := range map[string]struct {
		write func(context.Context, io.Writer, int, []OutColumn) error
		want  string
	}{
		"csv": {WriteCSV, "customer_id,frequency,T,day,amount\n" +
			"\"Zoë's \"\"0\"\"\",0,0.3333333333333333,1999-09-03,0.00\n" +
			"\"Zoë's \"\"1\"\"\",8589934592,,1999-09-04,0.10\n" +
			"\"Zoë's \"\"2\"\"\",17179869184,,1999-09-05,0.20\n" +
			"\"Zoë's \"\"3\"\"\",25769803776,1e-300,1999-09-06,0.30\n"},
		"json lines": {WriteJSONLines, `{"customer_id":"Zoë's \"0\"","frequency":0,"T":0.3333333333333333,"day":"1999-09-03","amount":0.00}` + "\n" +
			`{"customer_id":"Zoë's \"1\"","frequency":8589934592,"T":null,"day":"1999-09-04","amount":0.10}` + "\n" +
			`{"customer_id":"Zoë's \"2\"","frequency":17179869184,"T":null,"day":"1999-09-05","amount":0.20}` + "\n" +
			`{"customer_id":"Zoë's \"3\"","frequency":25769803776,"T":1e-300,"day":"1999-09-06","amount":0.30}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := tc.write(t.Context(), &out, 4, outRows()); err != nil || out.String() != tc.want {
				t.Errorf("error %v, text\n%s\nwant\n%s", err, &out, tc.want)
			}
			if err := tc.write(t.Context(), full{}, 10_000, outRows()); err == nil {
				t.Error("no error of a full disk")
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := tc.write(ctx, io.Discard, 1, outRows()); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want that of the context", err)
			}
			if err := tc.write(t.Context(), io.Discard, 1, []OutColumn{{Name: "a"}}); err == nil {
				t.Error("no error of a column without a function")
			}
		})
	}
}

// Columns that give many rows at a time are written like those that give one,
// also where they have fewer rows at hand than are asked for.
func TestWriteMany(t *testing.T) {
	const n, block = 5*pieceRows + 100, 1700
	rng := rand.New(rand.NewPCG(3, 4))
	texts, wholes, numbers := make([]string, n), make([]int, n), make([]float64, n)
	for i := range n {
		texts[i], wholes[i], numbers[i] = strconv.Itoa(rng.IntN(n)), rng.IntN(3), rng.NormFloat64()
	}
	at := 0 // the block at hand
	some := func(lo, hi int) int {
		if lo < at || lo > at+block {
			t.Fatalf("row %d is asked for in the block of row %d", lo, at)
		}
		at = lo / block * block
		return min(hi, at+block)
	}
	one := []OutColumn{
		{Name: "a", Text: func(i int) string { return texts[i] }}, {Name: "b", Whole: func(i int) int { return wholes[i] }},
		{Name: "c", Number: func(i int) float64 { return numbers[i] }}, {Name: "d", Number: func(i int) float64 { return -numbers[i] }},
	}
	many := []OutColumn{
		{Name: "a", Texts: func(lo, hi int) []string { return texts[lo:hi] }}, {Name: "b", Wholes: func(lo, hi int) []int { return wholes[lo:some(lo, hi)] }},
		{Name: "c", Numbers: func(lo, hi int) []float64 { return numbers[lo:some(lo, hi)] }}, one[3],
	}
	for name, write := range map[string]func(context.Context, io.Writer, int, []OutColumn) error{"csv": WriteCSV, "json lines": WriteJSONLines} {
		var got, want bytes.Buffer
		at = 0
		if err := errors.Join(write(t.Context(), &got, n, many), write(t.Context(), &want, n, one)); err != nil || got.String() != want.String() {
			t.Errorf("%s: error %v, or the rows differ", name, err)
		}
	}
	var out bytes.Buffer
	at = 0
	if err := WriteParquet(t.Context(), &out, n, many); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for k := range one {
		checkColumn(t, f, k, &one[k])
	}
}

// Text that is not UTF-8 is refused with its place, but for CSV; characters may
// be split where two texts begin to differ.
func TestWriteOddText(t *testing.T) {
	for _, tc := range []struct {
		texts []string
		bad   int
	}{{[]string{"Zoë", "Zoé", "Zo", "ëZo"}, -1}, {[]string{"Zo\xc3", "\xab"}, 0}, {[]string{"Zoë", "Zo\xc3", "Zoë"}, 1}} {
		column := []OutColumn{{Name: "name", Text: func(i int) string { return tc.texts[i] }}}
		want := "row " + strconv.Itoa(tc.bad+1) + `: column "name": ` + strconv.Quote(tc.texts[max(0, tc.bad)]) + " is not UTF-8"
		for name, write := range map[string]func(context.Context, io.Writer, int, []OutColumn) error{"parquet": WriteParquet, "json lines": WriteJSONLines} {
			if err := write(t.Context(), io.Discard, len(tc.texts), column); (err != nil) != (tc.bad >= 0) || err != nil && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s, %q: error %v", name, tc.texts, err)
			}
		}
		if err := WriteCSV(t.Context(), io.Discard, len(tc.texts), column); err != nil {
			t.Errorf("csv, %q: error %v", tc.texts, err)
		}
	}
}
