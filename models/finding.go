package models

// A Finding is something that a fitted model, or the data it was fitted to,
// says against taking the estimates at face value.
type Finding struct {
	Verdict string // the short name when the fit as a whole must carry it, else ""
	Text    string // one sentence: what was found, what still holds, what to do
}

// Verdicts that the models give. The fitting engine adds its own.
const (
	TooFewRepeatBuyers = "too few repeat buyers"
	SpendWithoutMean   = "spend without a mean"
)

// A Limit is a direction in which a family degenerates into a simpler model:
// the parameters with a non-zero entry in Move go to 0 (−1) or to infinity
// (+1) together, at equal factors. Data often lie there, and then no single
// one of those parameters is identified.
type Limit struct {
	Verdict    string    // what a fit at this limit is called: "dropout not identifiable"
	Model      string    // the simpler model, in words
	Move       []float64 // direction in the logarithms of the parameters
	Identified string    // what can still be trusted, in words
}
