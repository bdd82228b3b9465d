package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// longSummary has histories for three blocks, with odd rows in the middle of
// the second.
func longSummary(odd ...string) string {
	var b strings.Builder
	b.WriteString("id,frequency,recency,T,spend,n\n")
	for i := 0; b.Len() < 3*blockBytes; i++ {
		fmt.Fprintf(&b, "%d,1,%d.5,1000000,-2.25,1\n%d,0,0,7,,2\n", 2*i, i, 2*i+1)
		if len(odd) > 0 && b.Len() > 3*blockBytes/2 {
			b.WriteString(strings.Join(odd, "\n") + "\n")
			odd = nil
		}
	}
	return b.String()
}

// Blocks of a summary that are read as numbers make the histories and the
// errors that the rows make one by one.
func TestSummaryApart(t *testing.T) {
	for name, tc := range map[string]struct {
		odd []string
		bad int
	}{
		"plain":        {},
		"no money":     {[]string{"a,0,-0,1,NULL,1", ",0,0.0,1, ,1", ",0,0,1,0,1"}, 0},
		"spaces":       {[]string{" a , 1,1 ,2,+3.5,1e3"}, 0},
		"quotes":       {[]string{"\"a\nb\",1,1,2,3,1", "c,1,x,2,3,1"}, 1},
		"empty line":   {[]string{"", "c,1,x,2,3,1"}, 1},
		"same block":   {[]string{"a,1,1,2,3,1", "b,1,1,2,3,1", "a,1,1,2,3,1"}, 1},
		"other block":  {[]string{"7,1,1,2,3,1"}, 1},
		"impossible":   {[]string{"a,1,3,2,3,1", "b,1,NaN,3,1,1", "c,1,1,2,,1", "d,0,0,2,7,1", "e,1.5,1,2,3,1", "f,1,1,2,3,0"}, 6},
		"short":        {[]string{"a,1,1,2,3"}, 1},
		"no text left": {[]string{"a,1,1,2,3,"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := &Options{In: []string{write(t, "a.csv", longSummary(tc.odd...))}, Unit: history.Day, SkipBadRows: true}
			got, want := mustRead(t, o), readEach(t, o)
			sameLog(t, got.Log, want.Log)
			if fmt.Sprint(got.Log.Table.N) != fmt.Sprint(want.Log.Table.N) {
				t.Error("the weights differ")
			}
			if n := got.Log.Reconciliation.Unreadable.Rows; n != tc.bad || fmt.Sprint(got.Skipped) != fmt.Sprint(want.Skipped) {
				t.Errorf("%d bad rows, want %d:\n%v\nwant\n%v", n, tc.bad, got.Skipped, want.Skipped)
			}
		})
	}
}

// What is odd is left to the reading row by row.
func TestSummaryBatch(t *testing.T) {
	s := summaryBlocks{customer: 0, spend: 4, places: []int{1, 2, 3, 4}}
	f := &file{columns: []string{"id", "frequency", "recency", "T", "spend"}}
	for text, rows := range map[string]int{
		"": 0, "a,1,1,2,3\n": 1, "a,1,1,2,3": 1, "a,1,1,2,3\r\n,0,0,2,\r\n": 2, "a,0,0,2,NaN\n": 1,
		"\"a\",1,1,2,3\n": -1, "a,1,1,2,3\n\n": -1, "a,1,1,2\n": -1, "a,,1,2,3\n": -1, "a,1,NaN,2,3\n": -1, "a,1,1,2,x\n": -1,
	} {
		switch b := s.batch(f, ',', text); {
		case b == nil && rows >= 0, b != nil && b.histories.len() != rows:
			t.Errorf("%q: %+v, want %d rows", text, b, rows)
		}
	}
}
