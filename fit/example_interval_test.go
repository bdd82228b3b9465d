package fit_test

import (
	"fmt"
	"log"
	"math/rand/v2"
	"slices"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// Intervals of the parameters, of any function of them, and of one customer's
// purchases with what nobody can know: the parameters and chance.
func ExampleResult_Delta() {
	rng := rand.New(rand.NewPCG(1, 1))
	h := &history.Table{}
	for range 500 {
		c := models.BGNBD{R: 0.9, Alpha: 8, A: 0.8, B: 2.5}.Simulate(rng, 78).Customer(78)
		h.Frequency, h.Recency, h.T = append(h.Frequency, c.Frequency), append(h.Recency, c.Recency), append(h.T, c.T)
	}
	res, err := fit.MLE(models.BGNBD{}, h, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range res.Params {
		fmt.Printf("%-5s %5.2f in [%.2f, %.2f]\n", e.Name, e.Value, e.Lower, e.Upper)
	}
	year := res.Delta("E[X(52)]", func(m models.BGNBD) float64 { return m.Expected(52) }, fit.Log)
	fmt.Printf("a new customer's year: %.2f in [%.2f, %.2f]\n", year.Value, year.Lower, year.Upper)

	c := history.Customer{Frequency: 8, Recency: 76, T: 78}
	draws := make([]int, 2000)
	for i := range draws {
		draws[i] = res.Draw(rng).DrawFuture(rng, c, 52)
	}
	slices.Sort(draws)
	fmt.Printf("a good customer's year: %d to %d purchases\n", draws[len(draws)/20], draws[len(draws)*19/20])

	// Output:
	// r      0.90 in [0.76, 1.05]
	// alpha  8.26 in [6.66, 10.25]
	// a      1.13 in [0.69, 1.86]
	// b      4.37 in [2.27, 8.41]
	// a new customer's year: 3.00 in [2.72, 3.30]
	// a good customer's year: 0 to 9 purchases
}
