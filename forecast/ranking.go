package forecast

// A Ranking is how well a forecast puts customers in the order of what they
// then did. Customers with equal forecasts share their place. What is not
// defined, because nothing varies, is NaN.
type Ranking struct {
	Spearman     Figure `json:"spearman"`
	Gini         Figure `json:"gini"`                  // normalised: 1 for the right order, 0 for none
	TopHit       Figure `json:"top_decile_hit"`        // share of the best tenth by forecast that was among the best
	TopShare     Figure `json:"top_decile_share"`      // of everything that happened, with the best tenth by forecast
	TopShareBest Figure `json:"top_decile_share_best"` // with the tenth that turned out best
}

// Rank returns the ranking of a forecast. It panics if the columns are empty or
// differ in length.
func Rank(forecast, actual []float64) Ranking {
	if len(forecast) == 0 || len(forecast) != len(actual) {
		panic("forecast: Rank needs as many forecasts as outcomes, and at least one")
	}
	f, a := order(forecast), order(actual)
	r := Ranking{Spearman: Figure(spearman(f, a)), Gini: Figure(tiedGini(f, a))}
	hit, share, best := topDecile(f, a)
	r.TopHit, r.TopShare, r.TopShareBest = Figure(hit), Figure(share), Figure(best)
	return r
}
