package fit_test

import (
	"fmt"
	"log"
	"math/rand/v2"
	"time"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// orders are a shop's transactions over two years, made up here; they could
// come from any source.
func orders() (out []history.Transaction) {
	rng := rand.New(rand.NewPCG(1, 1))
	shop := models.BGNBD{R: 0.9, Alpha: 8, A: 0.8, B: 2.5}
	for i := range 1000 {
		first := time.Date(2023, 1, 1+i%180, 0, 0, 0, 0, time.UTC)
		add := func(week float64) {
			day := first.AddDate(0, 0, int(7*week))
			out = append(out, history.Transaction{Customer: fmt.Sprint("c", i), Time: day, Amount: 20 + float64(rng.IntN(30))})
		}
		add(0)
		for _, week := range shop.Simulate(rng, 78).Times {
			add(week)
		}
	}
	return out
}

// ExampleMLE fits a model to transactions in memory.
func ExampleMLE() {
	b := history.NewBuilder(&history.Options{Unit: history.Week})
	for _, o := range orders() {
		if err := b.Add(o); err != nil {
			log.Fatal(err)
		}
	}
	l, err := b.Build()
	if err != nil {
		log.Fatal(err)
	}
	res, err := fit.MLE(models.BGNBD{}, l.Table.Compress(), nil)
	if err != nil {
		log.Fatal(err)
	}
	c := l.Table.Customer(7)
	fmt.Println(res.Verdict)
	fmt.Printf("%.0f customers, r %.2f, alpha %.1f\n", res.Customers, res.Model.R, res.Model.Alpha)
	fmt.Printf("%s: %d repeat purchases, P(alive) %.2f, %.1f purchases in the next year\n",
		l.Table.ID[7], c.Frequency, res.Model.ProbAlive(c), res.Model.CondExpected(c, history.Horizon{Value: 1, Unit: history.Year}.In(history.Week)))

	// Output:
	// converged
	// 1000 customers, r 0.93, alpha 8.3
	// c7: 25 repeat purchases, P(alive) 0.03, 0.2 purchases in the next year
}
