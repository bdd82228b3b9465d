package models

import (
	"testing"

	"github.com/predictive-clv/clv/history"
)

var scoreSink Score

// BenchmarkScore scores CDNOW-like customers one at a time.
func BenchmarkScore(b *testing.B) {
	states := randomStates(1024)
	for _, bb := range []struct {
		name string
		s    *Scorer
		want Quantities
	}{
		{"bg-nbd/p_order", scorerOf(b, cdnowBG, &cdnowSpend), Order},
		{"bg-nbd/clv", scorerOf(b, cdnowBG, &cdnowSpend), CLV},
		{"bg-nbd/all", scorerOf(b, cdnowBG, &cdnowSpend), AllQuantities},
		{"pareto-nbd/p_order", scorerOf(b, cdnowPareto, &cdnowSpend), Order},
		{"pareto-nbd/clv", scorerOf(b, cdnowPareto, &cdnowSpend), CLV},
		{"pareto-nbd/all", scorerOf(b, cdnowPareto, &cdnowSpend), AllQuantities},
	} {
		terms := cdnowTerms
		terms.Want = bb.want
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				scoreSink = bb.s.Score(states[i&1023], scoreDay, terms)
				i++
			}
		})
	}
}

// BenchmarkScoreAll scores a batch of 100,000 customers, all quantities; the
// figure is per customer.
func BenchmarkScoreAll(b *testing.B) {
	states := randomStates(100_000)
	dst := make([]Score, len(states))
	for _, s := range []*Scorer{scorerOf(b, cdnowBG, &cdnowSpend), scorerOf(b, cdnowPareto, &cdnowSpend)} {
		b.Run(s.file.Purchase.Model, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.ScoreAll(dst, states, scoreDay, cdnowTerms)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(states)), "ns/customer")
		})
	}
}

// BenchmarkApply adds orders to a state.
func BenchmarkApply(b *testing.B) {
	b.ReportAllocs()
	var s history.State
	day := scoreDay
	for b.Loop() {
		if day++; day > 3_000_000 {
			day, s = scoreDay, history.State{}
		}
		if err := s.Apply(day, 9.5); err != nil {
			b.Fatal(err)
		}
	}
}
