package history

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// benchmarkRows is a log like CDNOW's: 2.7 rows a customer, in order of time.
const benchmarkRows = 1_000_000

func fill(b *testing.B, rng *rand.Rand) *Builder {
	builder := NewBuilder(&Options{Cut: civil("1997-09-30"), End: civil("1998-06-30")})
	start := DateOf(civil("1997-01-01"))
	var id []byte
	for i := range benchmarkRows {
		id = strconv.AppendInt(id[:0], rng.Int64N(benchmarkRows*10/27), 10)
		if err := builder.AddRow(id, start+Date(i*545/benchmarkRows), float64(rng.IntN(10000))/100); err != nil {
			b.Fatal(err)
		}
	}
	return builder
}

func BenchmarkAddRow(b *testing.B) {
	for b.Loop() {
		fill(b, rand.New(rand.NewPCG(1, 2)))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchmarkRows, "ns/row")
}

func BenchmarkBuild(b *testing.B) {
	builder := fill(b, rand.New(rand.NewPCG(1, 2)))
	for b.Loop() {
		if _, err := builder.Build(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchmarkRows, "ns/row")
}
