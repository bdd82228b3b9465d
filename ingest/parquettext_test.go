package ingest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// What two texts share is counted as byte by byte.
func TestCommon(t *testing.T) {
	texts := rapid.StringMatching("a{0,20}b{0,20}")
	rapid.Check(t, func(t *rapid.T) {
		a, b := texts.Draw(t, "a"), texts.Draw(t, "b")
		n := common(a, b)
		if a[:n] != b[:n] || n < min(len(a), len(b)) && a[n] == b[n] {
			t.Errorf("%q and %q share %d bytes", a, b, n)
		}
	})
}

// Texts are read back as they were.
func TestWriteParquetTexts(t *testing.T) {
	texts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching("(C0|customer )[0-9]{0,12}")), 1, 100)
	rapid.Check(t, func(t *rapid.T) {
		want := texts.Draw(t, "texts")
		var out bytes.Buffer
		if err := WriteParquet(context.Background(), &out, len(want), []OutColumn{{Name: "a", Text: func(i int) string { return want[i] }}}); err != nil {
			t.Fatal(err)
		}
		type row struct {
			A string `parquet:"a"`
		}
		got, err := parquet.Read[row](bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d rows, error %v, want %d", len(got), err, len(want))
		}
		for i, r := range got {
			if r.A != want[i] {
				t.Fatalf("%q in row %d, want %q", r.A, i, want[i])
			}
		}
	})
}

// Names in order and words that come again and again take little space.
func TestWriteParquetTextSize(t *testing.T) {
	const n = 50_000
	rng := rand.New(rand.NewPCG(1, 7))
	words := strings.Fields("champion loyal promising at-risk hibernating")
	for name, tc := range map[string]struct {
		text func(i int) string
		most float64 // bytes a text
	}{
		"names": {func(i int) string { return fmt.Sprintf("C%08d", 3*i) }, 3},
		"words": {func(int) string { return words[rng.IntN(len(words))] }, 3},
	} {
		var out bytes.Buffer
		if err := WriteParquet(t.Context(), &out, n, []OutColumn{{Name: "a", Text: tc.text}}); err != nil {
			t.Fatal(err)
		}
		if got := float64(out.Len()) / n; got > tc.most {
			t.Errorf("%s: %.2f bytes a text, want at most %v", name, got, tc.most)
		}
	}
}
