package models

import (
	"testing"

	"github.com/predictive-clv/clv/history"
)

func benchmarkParetoRows(b *testing.B, f func(h *history.Table)) {
	h := paretoTable(cdnowPareto, 20000).Compress()
	b.ReportAllocs()
	for b.Loop() {
		f(h)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(h.Len()), "ns/row")
}

func BenchmarkParetoNBDLogLik(b *testing.B) {
	benchmarkParetoRows(b, func(h *history.Table) { cdnowPareto.LogLik(h) })
}

func BenchmarkParetoNBDScore(b *testing.B) {
	var grad [4]float64
	benchmarkParetoRows(b, func(h *history.Table) { cdnowPareto.Score(grad[:], h) })
}

func BenchmarkParetoNBDHessian(b *testing.B) {
	var grad [4]float64
	var hess [16]float64
	benchmarkParetoRows(b, func(h *history.Table) { cdnowPareto.Hessian(hess[:], grad[:], h) })
}

func BenchmarkParetoNBDCondExpected(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cdnowPareto.CondExpected(cdnowCustomer, 39)
	}
}

func BenchmarkParetoNBDCondProb(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cdnowPareto.CondProb(cdnowCustomer, 3, 39)
	}
}

func BenchmarkParetoNBDDERT(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cdnowPareto.DERT(cdnowCustomer, 0.002)
	}
}

func BenchmarkParetoNBDNextPurchaseQuantile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cdnowPareto.NextPurchaseQuantile(cdnowCustomer, 0.5)
	}
}
