package history

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// add numbers an identifier of bytes.
func (t *idTable) add(id []byte) int32 {
	words := make([]uint64, wordsOf(len(id)))
	copy(bytesOf(words), id)
	return t.number(words, len(id))
}

func TestIDTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := idTable{seed: newHashSeed()}
		number := map[string]int32{}
		for _, id := range rapid.SliceOf(rapid.OneOf(rapid.StringN(1, 2, -1), rapid.String())).Draw(t, "ids") {
			want, ok := number[id]
			if !ok {
				want = int32(len(number))
				number[id] = want
			}
			if got := ids.add([]byte(id)); got != want {
				t.Fatalf("number(%q) = %d, want %d", id, got, want)
			}
		}
		for id, n := range number {
			if got := string(ids.at(int(n))); got != id {
				t.Errorf("at(%d) = %q, want %q", n, got, id)
			}
		}
	})
}

// 100,000 identifiers make the table grow many times.
func TestIDTableGrows(t *testing.T) {
	ids := idTable{seed: newHashSeed()}
	for range 2 {
		for i := range 100000 {
			if got := ids.add(fmt.Appendf(nil, "customer %d", i)); int(got) != i {
				t.Fatalf("identifier %d has number %d", i, got)
			}
		}
	}
	if ids.len() != 100000 {
		t.Errorf("%d identifiers, want 100000", ids.len())
	}
}

// Identifiers of the greatest length that differ at the end are two customers.
// Longer ones are refused.
func TestLongIdentifiers(t *testing.T) {
	b := NewBuilder(nil)
	id := bytes.Repeat([]byte("x"), maxLength)
	for i := range 12 { // more than a batch holds
		id[maxLength-1] = byte(i % 2)
		if err := b.AddRow(id, Date(700_000+i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.AddRow(append(id, 'x'), 700_000, 1); err == nil || !strings.Contains(err.Error(), "4194304 bytes") {
		t.Errorf("one byte more: error %v", err)
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if x := l.Table.Frequency; !slices.Equal(x, []int{5, 5}) || l.Table.ID[0][maxLength-1] != 0 || l.Table.ID[1][maxLength-1] != 1 {
		t.Errorf("frequencies %v, want 5 for each of two customers", x)
	}
}
