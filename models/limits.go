package models

// ratio returns the combination p[i]/p[j], named.
func ratio(name string, i, j int) Combination {
	return Combination{Name: name, Value: func(p []float64) float64 { return p[i] / p[j] }}
}

// share returns the combination p[i]/(p[i]+p[j]), named.
func share(name string, i, j int) Combination {
	return Combination{Name: name, Value: func(p []float64) float64 { return p[i] / (p[i] + p[j]) }, Probability: true}
}

// bgLimits returns the limits of BG/NBD and MBG/NBD, in r, α, a, b.
//
//	r, α → ∞, r/α fixed      every customer buys at the same rate
//	a/b → 0                  nobody drops out: NBD
//	a, b → ∞, a/b fixed      every customer drops out with the same probability
//	a, b → 0, a/b fixed      a share a/(a+b) drops out at the first occasion, the rest never
//	b/a → 0                  everybody drops out at the first occasion
//
// The likelihood stays finite at each of them and at those that combine the
// first with another.
func bgLimits() []Limit {
	rate, dropout := ratio("r/alpha", 0, 1), share("a/(a+b)", 2, 3)
	sameRate, none, sameDropout := []float64{1, 1, 0, 0}, []float64{0, 0, -1, 1}, []float64{0, 0, 1, 1}
	return []Limit{
		{SameCustomers, "one Poisson process for everybody, without dropout", [][]float64{sameRate, none},
			"only the purchase rate r/alpha is identified", []Combination{rate}},
		{NoDropout, "NBD, the model without dropout,", [][]float64{none},
			"r and alpha are identified; a and b are not, and P(alive) is 1 for everybody", nil},
		{SameCustomers, "one purchase rate and one dropout probability for everybody", [][]float64{sameRate, sameDropout},
			"only r/alpha and a/(a+b) are identified", []Combination{rate, dropout}},
		{DropoutAfterFirst, "NBD whose customers all drop out at the first occasion", [][]float64{{0, 0, 1, -1}},
			"r and alpha are identified; a and b are not, and every repeat buyer has gone", nil},
		{SameDropout, "NBD with one dropout probability for everybody", [][]float64{sameDropout},
			"r, alpha and the dropout probability a/(a+b) are identified; a and b alone are not", []Combination{dropout}},
		{DropoutAllOrNone, "NBD of which a share drops out at the first occasion and the rest never", [][]float64{{0, 0, -1, -1}},
			"r, alpha and the share a/(a+b) are identified; a and b alone are not", []Combination{dropout}},
		{SameRates, "one purchase rate for everybody, with varying dropout probabilities,", [][]float64{sameRate},
			"the purchase rate r/alpha, a and b are identified; r and alpha alone are not", []Combination{rate}},
	}
}

// Limits returns the ways in which the model degenerates.
//
//	r, α → ∞, r/α fixed      every customer buys at the same rate
//	s/β → 0                  nobody drops out: NBD
//	s, β → ∞, s/β fixed      every customer drops out at the same rate
//
// The likelihood stays finite at each of them and at those that combine the
// first with another.
func (ParetoNBD) Limits() []Limit {
	rate, dropout := ratio("r/alpha", 0, 1), ratio("s/beta", 2, 3)
	sameRate, none, sameDropout := []float64{1, 1, 0, 0}, []float64{0, 0, -1, 1}, []float64{0, 0, 1, 1}
	return []Limit{
		{SameCustomers, "one Poisson process for everybody, without dropout", [][]float64{sameRate, none},
			"only the purchase rate r/alpha is identified", []Combination{rate}},
		{NoDropout, "NBD, the model without dropout,", [][]float64{none},
			"r and alpha are identified; s and beta are not, and P(alive) is 1 for everybody", nil},
		{SameCustomers, "one purchase rate and one dropout rate for everybody", [][]float64{sameRate, sameDropout},
			"only r/alpha and s/beta are identified", []Combination{rate, dropout}},
		{SameDropout, "NBD with one dropout rate for everybody", [][]float64{sameDropout},
			"r, alpha and the dropout rate s/beta are identified; s and beta alone are not", []Combination{dropout}},
		{SameRates, "one purchase rate for everybody, with varying dropout rates,", [][]float64{sameRate},
			"the purchase rate r/alpha, s and beta are identified; r and alpha alone are not", []Combination{rate}},
	}
}

// Limits returns the ways in which the model degenerates: with r, α → ∞ and r/α
// fixed all customers buy at the same rate.
func (NBD) Limits() []Limit {
	return []Limit{
		{SameCustomers, "one Poisson process for everybody", [][]float64{{1, 1}},
			"only the purchase rate r/alpha is identified", []Combination{ratio("r/alpha", 0, 1)}},
	}
}

// Limits returns the ways in which the model degenerates.
//
//	q, v → ∞, q/v fixed      every customer has the same mean value
//	p → ∞, p·v fixed         the purchases of a customer have all the same value
//
// At both together all mean values are equal, which Check refuses.
func (GammaGamma) Limits() []Limit {
	return []Limit{
		{SameCustomers, "one gamma distribution of spend for everybody", [][]float64{{0, 1, 1}},
			"p and the common mean value p·v/q are identified, and no customer's expected spend differs from it",
			[]Combination{{Name: "p·v/q", Value: func(p []float64) float64 { return p[0] * p[2] / p[1] }}}},
		{SamePurchases, "an inverse gamma distribution of customers' mean values", [][]float64{{1, 0, -1}},
			"q and p·v are identified, the variation within a customer is not",
			[]Combination{{Name: "p·v", Value: func(p []float64) float64 { return p[0] * p[2] }}}},
	}
}
