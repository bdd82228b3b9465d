package ingest

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Whatever the bytes: no panic, and what is read adds up and is possible.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5\n",
		"id;date\r\n1;01/02/1997\r\n1;13/02/1997\r\n",
		"frequency,recency,T,n\n2,30.43,38.86,4\n0,0,1,1\n",
		"id,frequency,recency,T,spend\na,1,1,2,3\n",
		"Quantity,UnitPrice,id,day\n-1,2.5,\"a\"\"b\",20110909\n",
		"\xef\xbb\xbfid|date\n1|\"1997-01-01\n",
		packed("id,date\n1,1997-01-01\n"),
		packed("id,date\n1,1997-01-01\n")[:20],
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, content string, skip bool) {
		d, err := Read(t.Context(), &Options{In: []string{"-"}, Stdin: strings.NewReader(content), Unit: history.Week, SkipBadRows: skip})
		if err != nil {
			return
		}
		if err := d.Log.Reconciliation.Check(); err != nil {
			t.Error(err)
		}
		if err := d.Log.Table.Check(); err != nil {
			t.Error(err)
		}
	})
}

// benchmarkLog is a log like CDNOW's: 2.7 rows a customer, in order of time.
func benchmarkLog(rows int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	start, _ := history.ParseDate("1997-01-01")
	b := []byte("customer_id,date,amount\n")
	for i := range rows {
		b = strconv.AppendInt(b, rng.Int64N(int64(rows)*10/27+1), 10)
		b = append(b, ',')
		b = append(b, (start + history.Date(i*545/rows)).String()...)
		b = append(b, ',')
		b = strconv.AppendFloat(b, float64(rng.IntN(10000))/100, 'f', 2, 64)
		b = append(b, '\n')
	}
	return string(b)
}

func BenchmarkRead(b *testing.B) {
	const rows = 1_000_000
	log := benchmarkLog(rows)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := Read(b.Context(), &Options{In: []string{"-"}, Stdin: strings.NewReader(log), Cut: civil("1997-09-30")}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

// Rows of customers that are known allocate only the string in which
// encoding/csv gives the fields.
func TestReadAllocates(t *testing.T) {
	log := "id,date,amount\n" + strings.Repeat("1,1997-01-01,2.5\n2,1997-01-02 10:00:00,3\n", 5000)
	got := testing.AllocsPerRun(3, func() { mustRead(t, &Options{In: []string{"-"}, Stdin: strings.NewReader(log)}) })
	if got > 10000+500 {
		t.Errorf("%v allocations for 10,000 rows, want 1 each and a few hundred", got)
	}
}
