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
