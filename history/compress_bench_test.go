package history

import (
	"math"
	"math/rand/v2"
	"testing"
)

// benchmarkTable draws a million customers of a year and a half, half of them
// without a repeat purchase. Where times are whole days many share a state, else
// hardly any.
func benchmarkTable(days bool) *Table {
	rng, tab := rand.New(rand.NewPCG(1, 3)), &Table{Unit: Week}
	for range 1_000_000 {
		c := Customer{T: 462 + 84*rng.Float64()}
		if rng.IntN(2) > 0 {
			c.Frequency = 1 + int(3*rng.ExpFloat64())
			c.Recency = 1 + (c.T-1)*math.Pow(rng.Float64(), 1/float64(c.Frequency))
		}
		if days {
			c.Recency, c.T = math.Floor(c.Recency), math.Floor(c.T)
		}
		tab.Frequency, tab.Recency, tab.T = append(tab.Frequency, c.Frequency), append(tab.Recency, c.Recency/7), append(tab.T, c.T/7)
	}
	return tab
}

func benchmarkCompress(b *testing.B, tab *Table) {
	b.ReportAllocs()
	for b.Loop() {
		tab.Compress()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(tab.Len()), "ns/customer")
}

func BenchmarkCompressDays(b *testing.B)       { benchmarkCompress(b, benchmarkTable(true)) }
func BenchmarkCompressContinuous(b *testing.B) { benchmarkCompress(b, benchmarkTable(false)) }

func BenchmarkIndexDays(b *testing.B) {
	tab := benchmarkTable(true)
	for b.Loop() {
		tab.Index()
	}
}

func BenchmarkCheck(b *testing.B) {
	tab := benchmarkTable(true)
	for b.Loop() {
		if err := tab.Check(); err != nil {
			b.Fatal(err)
		}
	}
}
