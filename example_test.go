package clv_test

import (
	"fmt"
	"log"
	"os"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// Example predicts inside a service: it reads the model file once, and then a
// forecast is arithmetic on one customer's history.
func Example() {
	f, err := os.Open("testdata/model.json")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	file, err := models.ReadFile(f)
	if err != nil {
		log.Fatal(err)
	}
	purchase, err := models.Restore[models.BGNBD](&file.Purchase)
	if err != nil {
		log.Fatal(err)
	}
	spend, err := models.Restore[models.GammaGamma](file.Spend)
	if err != nil {
		log.Fatal(err)
	}

	// Four repeat purchases worth 35 on average, the last one 40 weeks after
	// the first, the first one 52 weeks ago.
	c := history.Customer{Frequency: 4, Recency: 40, T: 52, Spend: 35}
	year := history.Horizon{Value: 12, Unit: history.Month}.In(file.Unit)
	delta := history.Rate(0.10).Per(file.Unit) // 10 % a year
	fmt.Printf("buys again within a year: %.1f %%\n", 100*purchase.ProbOrder(c, year))
	fmt.Printf("purchases expected: %.2f\n", purchase.CondExpected(c, year))
	fmt.Printf("value: %.2f\n", spend.ExpectedSpend(c)*purchase.DET(c, year, delta))

	// Output:
	// buys again within a year: 71.9 %
	// purchases expected: 2.69
	// value: 89.51
}

// Example_state keeps the state of a customer as orders come, and scores it.
func Example_state() {
	f, err := os.Open("testdata/model.json")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	scorer, err := models.LoadScorer(f) // once: it may be shared by goroutines
	if err != nil {
		log.Fatal(err)
	}

	var ada history.State
	for _, order := range []struct {
		day    string
		amount float64
	}{{"2024-06-03", 30}, {"2024-11-02", 40}, {"2024-12-20", 35}} {
		day, err := history.ParseDate(order.day)
		if err != nil {
			log.Fatal(err)
		}
		if err := ada.Apply(day, order.amount); err != nil {
			log.Fatal(err)
		}
	}
	at, err := history.ParseDate("2025-01-01")
	if err != nil {
		log.Fatal(err)
	}
	year := models.Terms{Horizon: history.Horizon{Value: 12, Unit: history.Month}, Rate: 0.1, Margin: 0.3}
	score := scorer.Score(ada, at, year)
	fmt.Printf("%d purchases, P(order) %.2f, orders %.2f, value %.2f\n", ada.Purchases(), score.Order, score.Orders, score.CLV)

	// Output:
	// 3 purchases, P(order) 0.76, orders 2.55, value 27.06
}
