package models_test

import (
	"fmt"
	"log"
	"os"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// scorer loads the model of the examples.
func scorer() *models.Scorer {
	f, err := os.Open("../testdata/model.json")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	s, err := models.LoadScorer(f)
	if err != nil {
		log.Fatal(err)
	}
	return s
}

var inAYear = models.Terms{Horizon: history.Horizon{Value: 12, Unit: history.Month}, Rate: 0.1, Margin: 0.3}

func date(s string) history.Date {
	d, err := history.ParseDate(s)
	if err != nil {
		log.Fatal(err)
	}
	return d
}

// A customer with five purchase days, the last four worth 140 together.
func ExampleScorer() {
	s := scorer() // models.LoadScorer, once
	ada := history.State{First: date("2024-01-03"), Last: date("2024-11-02"), Count: 5, Money: 140}
	score := s.Score(ada, date("2025-03-31"), inAYear)
	fmt.Printf("buys within a year: %.1f %%, %.2f orders, value %.2f\n", 100*score.Order, score.Orders, score.CLV)

	// Nothing is known of somebody who has not bought: this is what a customer
	// acquired on that day is worth, the first order not counted.
	score = s.Score(history.State{}, date("2025-03-31"), inAYear)
	fmt.Printf("%v: %.2f orders, value %.2f\n", score.Flags, score.Orders, score.CLV)

	// Output:
	// buys within a year: 58.4 %, 1.90 orders, value 18.93
	// newcomer: 3.16 orders, value 29.39
}

// Many customers into a slice of the caller's, without allocations.
func ExampleScorer_ScoreAll() {
	states := []history.State{
		{First: date("2024-01-03"), Last: date("2025-03-02"), Count: 5, Money: 140},
		{First: date("2024-05-17"), Last: date("2024-06-30"), Count: 2, Money: 31.5},
		{First: date("2025-04-05"), Last: date("2025-04-05"), Count: 1},
	}
	scores := make([]models.Score, len(states))
	terms := inAYear
	terms.Want = models.Alive | models.Order
	scorer().ScoreAll(scores, states, date("2025-03-31"), terms)
	for _, s := range scores {
		fmt.Printf("%.3f %.3f [%v]\n", s.Alive, s.Order, s.Flags)
	}

	// Output:
	// 0.873 0.809 []
	// 0.249 0.177 []
	// 1.000 0.815 [after_at]
}

// A service keeps one State a customer and applies what comes in.
func ExampleScorer_stream() {
	s, customers := scorer(), map[string]history.State{}
	for _, order := range []struct {
		id     string
		day    string
		amount float64
	}{
		{"ada", "2024-11-02", 40},
		{"bob", "2024-12-01", 25},
		{"ada", "2024-12-20", 35},
		{"bob", "2024-12-01", -25}, // sent back: nothing is left of the day
		{"ada", "2024-06-03", 30},  // late, and before all others
	} {
		st := customers[order.id]
		if err := st.Apply(date(order.day), order.amount); err != nil {
			log.Fatal(err)
		}
		customers[order.id] = st
		score := s.Score(st, date("2025-01-01"), inAYear)
		fmt.Printf("%s has bought on %d days, value %.2f [%v]\n", order.id, st.Purchases(), score.CLV, score.Flags)
	}

	// Output:
	// ada has bought on 1 days, value 17.15 []
	// bob has bought on 1 days, value 21.34 []
	// ada has bought on 2 days, value 29.30 []
	// bob has bought on 0 days, value 29.39 [newcomer]
	// ada has bought on 3 days, value 27.06 []
}
