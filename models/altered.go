package models

// Altered returns the model of customers who buy rate times as often while they
// are alive, and whose odds of dropping out after a purchase are dropout times as
// high: α/rate and dropout·a. E[λ] becomes rate·r/α, and E[p/(1−p)] dropout·a/(b−1).
// Who buys more often also meets the coin more often. It panics unless both are
// positive and finite.
func (m BGNBD) Altered(rate, dropout float64) BGNBD {
	checkFactors(rate, dropout)
	return BGNBD{m.R, m.Alpha / rate, dropout * m.A, m.B}
}

// Altered returns the model of customers who buy rate times as often while they
// are alive, and drop out at dropout times the rate: α/rate and β/dropout. See
// [BGNBD.Altered].
func (m ParetoNBD) Altered(rate, dropout float64) ParetoNBD {
	checkFactors(rate, dropout)
	return ParetoNBD{m.R, m.Alpha / rate, m.S, m.Beta / dropout}
}

// Altered returns the model of customers who buy rate times as often, α/rate.
// Nobody drops out, however readily. See [BGNBD.Altered].
func (m NBD) Altered(rate, dropout float64) NBD {
	checkFactors(rate, dropout)
	return NBD{m.R, m.Alpha / rate}
}

// checkFactors panics unless both are positive and finite.
func checkFactors(rate, dropout float64) {
	if !(rate > 0 && dropout > 0 && rate*dropout < 1e300) {
		panic("models: factors of rate and dropout must be positive and finite")
	}
}
