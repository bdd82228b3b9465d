package models

import (
	"testing"

	"github.com/predictive-clv/clv/history"
)

var benchSink float64

func BenchmarkBGNBDLogLikOf(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.LogLikOf(cdnowCustomer)
	}
}

func BenchmarkBGNBDCondExpected(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.CondExpected(cdnowCustomer, 39)
	}
}

func BenchmarkBGNBDCondProb(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.CondProb(cdnowCustomer, 3, 39)
	}
}

func BenchmarkBGNBDCondExpectedBetween(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.CondExpectedBetween(cdnowCustomer, 26, 52)
	}
}

func BenchmarkBGNBDDET(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.DET(cdnowCustomer, 52, 0.0018)
	}
}

// BenchmarkBGNBDDETNew is the slowest case: nothing shortens the series yet.
func BenchmarkBGNBDDETNew(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.DET(history.Customer{}, 52, 0.0018)
	}
}

func BenchmarkBGNBDDERT(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.DERT(cdnowCustomer, 0.0018)
	}
}

func BenchmarkBGNBDProbBetween(b *testing.B) {
	for b.Loop() {
		benchSink = cdnowBG.ProbBetween(2, 26, 52)
	}
}
