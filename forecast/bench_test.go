package forecast

import (
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// benchWorld is a table of daily dates, as a Builder makes them.
func benchWorld(customers int) *history.Table {
	w := newWorld(rand.New(rand.NewPCG(1, 1)), trueBG, customers, 0)
	for i, x := range w.h.Frequency {
		if x > 0 {
			w.h.Recency[i] = float64(1+int(7*w.h.Recency[i])) / 7
			w.h.Recency[i] = min(w.h.Recency[i], w.h.T[i])
		}
	}
	return w.h
}

func benchModel(b *testing.B, p Purchaser) *Model {
	b.Helper()
	m, err := New(history.Week, bgEstimates(), spendEstimates(), nil)
	if err != nil {
		b.Fatal(err)
	}
	if p != nil {
		m.Purchase = p
		for i := range m.Replicates {
			m.Replicates[i].Purchase = p
		}
	}
	return m
}

func BenchmarkIntervals(b *testing.B) {
	const customers = 20000
	h := benchWorld(customers)
	for _, c := range []struct {
		name string
		p    Purchaser
	}{{"bg-nbd", nil}, {"pareto-nbd", Of(truePareto)}} {
		m := benchModel(b, c.p)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Intervals(h, &IntervalOptions{Horizons: []history.Horizon{{Value: 365, Unit: history.Day}}, Rate: 0.1}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/customers, "ns/customer")
		})
	}
}

func BenchmarkTotals(b *testing.B) {
	const customers, futures = 20000, 40
	h := benchWorld(customers)
	for _, c := range []struct {
		name string
		p    Purchaser
	}{{"bg-nbd", nil}, {"mbg-nbd", Of(models.MBGNBD{R: 0.52, Alpha: 6.2, A: 0.89, B: 1.61})}, {"pareto-nbd", Of(truePareto)}} {
		m := benchModel(b, c.p)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Totals(h, &TotalOptions{Horizons: []history.Horizon{{Value: 365, Unit: history.Day}}, Futures: futures}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/customers/futures, "ns/customer/future")
		})
	}
}
