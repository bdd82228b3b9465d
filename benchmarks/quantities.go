package main

import (
	"fmt"
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A purchase model as the table of quantities needs it.
type purchaseModel interface {
	LogLikOf(c history.Customer) float64
	ScoreOf(grad []float64, c history.Customer) float64
	ProbAlive(c history.Customer) float64
	ProbAliveAt(c history.Customer, t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	Expected(t float64) float64
	CondExpected(c history.Customer, t float64) float64
	LogProb(n int, t float64) float64
	LogCondProb(c history.Customer, n int, t float64) float64
	DET(c history.Customer, t, delta float64) float64
	DERT(c history.Customer, delta float64) float64
	ResidualLifetime(c history.Customer) float64
	NextPurchaseQuantile(c history.Customer, p float64) float64
	Posterior(c history.Customer) models.Posterior
}

var purchaseModels = []struct {
	name string
	m    purchaseModel
}{
	{"BG/NBD", models.BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259}},
	{"MBG/NBD", models.MBGNBD{R: 0.5248, Alpha: 6.1831, A: 0.8914, B: 1.614}},
	{"Pareto/NBD", models.ParetoNBD{R: 0.5533, Alpha: 10.5777, S: 0.6062, Beta: 11.6687}},
	{"NBD", models.NBD{R: 0.38, Alpha: 12}},
}

// quantities are the calls that are timed; those of a new customer do not
// depend on x.
var quantities = []struct {
	name string
	call func(m purchaseModel, c history.Customer) float64
}{
	{"ℓ", func(m purchaseModel, c history.Customer) float64 { return m.LogLikOf(c) }},
	{"ℓ and score", func(m purchaseModel, c history.Customer) float64 {
		var grad [4]float64
		if _, ok := m.(models.NBD); ok {
			return m.ScoreOf(grad[:2], c)
		}
		return m.ScoreOf(grad[:], c)
	}},
	{"P(alive)", func(m purchaseModel, c history.Customer) float64 { return m.ProbAlive(c) }},
	{"P(alive at T+52)", func(m purchaseModel, c history.Customer) float64 { return m.ProbAliveAt(c, 52) }},
	{"P(order in 52)", func(m purchaseModel, c history.Customer) float64 { return m.ProbOrder(c, 52) }},
	{"E[X(T,T+52)]", func(m purchaseModel, c history.Customer) float64 { return m.CondExpected(c, 52) }},
	{"ln P(X(T,T+52) = 3)", func(m purchaseModel, c history.Customer) float64 { return m.LogCondProb(c, 3, 52) }},
	{"discounted over 52", func(m purchaseModel, c history.Customer) float64 { return m.DET(c, 52, 0.0018) }},
	{"DERT", func(m purchaseModel, c history.Customer) float64 { return m.DERT(c, 0.0018) }},
	{"residual lifetime", func(m purchaseModel, c history.Customer) float64 { return m.ResidualLifetime(c) }},
	{"next purchase, 10 %", func(m purchaseModel, c history.Customer) float64 { return m.NextPurchaseQuantile(c, 0.1) }},
	{"posterior moments", func(m purchaseModel, c history.Customer) float64 { return m.Posterior(c).MeanRate }},
	{"E[X(52)], new", func(m purchaseModel, _ history.Customer) float64 { return m.Expected(52) }},
	{"ln P(X(52) = 3), new", func(m purchaseModel, _ history.Customer) float64 { return m.LogProb(3, 52) }},
}

// histories are a light buyer, a heavy one and one beyond belief.
var histories = []history.Customer{
	{Frequency: 2, Recency: 30, T: 39}, {Frequency: 1000, Recency: 500, T: 520}, {Frequency: 100_000, Recency: 5000, T: 5001},
}

var sink float64

// printQuantities prints nanoseconds a call and the worst errors against the
// golden vectors.
func printQuantities(golden string) error {
	fmt.Println("Nanoseconds a call on one core, at x = 2, x = 1,000 and x = 100,000.")
	fmt.Println()
	fmt.Print("| quantity |")
	for _, m := range purchaseModels {
		fmt.Printf(" %s |", m.name)
	}
	fmt.Println("\n|---|---|---|---|---|")
	for _, q := range quantities {
		fmt.Printf("| %s |", q.name)
		for _, m := range purchaseModels {
			for k, c := range histories {
				r := testing.Benchmark(func(b *testing.B) {
					for b.Loop() {
						sink = q.call(m.m, c)
					}
				})
				fmt.Printf("%s%.0f", map[bool]string{true: " ", false: " · "}[k == 0], float64(r.T.Nanoseconds())/float64(r.N))
			}
			fmt.Print(" |")
		}
		fmt.Println()
	}
	if math.IsNaN(sink) {
		return fmt.Errorf("a quantity is not a number")
	}
	return printErrors(golden)
}
