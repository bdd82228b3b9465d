package models

import (
	"sync"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// million are 1,000,000 customers who came over three years, observed daily:
// 411 thousand states of 26 thousand pairs (x, T).
var million = sync.OnceValue(func() *history.Table { return dailyTable(1_000_000, 1095) })

func benchmarkBatch(b *testing.B, f func(batch *Batch, alive []float64)) {
	batch := NewBatch(million())
	alive := batch.ProbAlive(cdnowBG)
	batch.pairs()
	b.ReportAllocs()
	for b.Loop() {
		f(batch, alive)
	}
}

func BenchmarkMillionNewBatch(b *testing.B) {
	h := million()
	b.ReportAllocs()
	for b.Loop() {
		NewBatch(h).pairs()
	}
}

// futureBenchmarks times the predictions of all customers of one model.
func futureBenchmarks[M interface {
	futureModel
	Updater[G]
}, G futureModel](b *testing.B, m M) {
	b.Run("ProbAlive", func(b *testing.B) { benchmarkBatch(b, func(batch *Batch, _ []float64) { batch.ProbAlive(m) }) })
	for _, q := range []struct {
		name string
		of   func(g G) float64
	}{
		{"CondExpected", func(g G) float64 { return g.CondExpected(history.Customer{}, 52) }},
		{"ProbOrder", func(g G) float64 { return g.ProbOrder(history.Customer{}, 52) }},
		{"DET", func(g G) float64 { return g.DET(history.Customer{}, 52, 0.0018) }},
		{"DERT", func(g G) float64 { return g.DERT(history.Customer{}, 0.0018) }},
	} {
		b.Run(q.name, func(b *testing.B) {
			benchmarkBatch(b, func(batch *Batch, alive []float64) { Future(batch, m, alive, q.of) })
		})
	}
}

func BenchmarkMillionBGNBD(b *testing.B)  { futureBenchmarks(b, cdnowBG) }
func BenchmarkMillionMBGNBD(b *testing.B) { futureBenchmarks(b, MBGNBD{0.525, 6.183, 0.891, 1.614}) }
func BenchmarkMillionParetoNBD(b *testing.B) {
	futureBenchmarks(b, cdnowPareto)
}

func BenchmarkMillionQuantile(b *testing.B) {
	benchmarkBatch(b, func(batch *Batch, _ []float64) {
		Predict(batch, func(c history.Customer) float64 { return cdnowBG.NextPurchaseQuantile(c, 0.5) })
	})
}
