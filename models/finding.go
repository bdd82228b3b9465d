package models

// A Finding is something that a fitted model, or the data it was fitted to,
// says against taking the estimates at face value.
type Finding struct {
	Verdict string // the short name when the fit as a whole must carry it, else ""
	Text    string // one sentence: what was found, what still holds, what to do
}

// Verdicts that the models give; the fitting engine adds its own.
const (
	TooFewRepeatBuyers = "too few repeat buyers"
	SpendWithoutMean   = "spend without a mean"

	NoDropout         = "dropout not identifiable"
	SameDropout       = "dropout indistinguishable"
	DropoutAllOrNone  = "dropout at once or never"
	DropoutAfterFirst = "dropout after the first repeat purchase"
	SameCustomers     = "customers indistinguishable"
	SameRates         = "purchase rates indistinguishable"
	SamePurchases     = "purchases of a customer all alike"
)

// A Limit is a way in which a family degenerates into a simpler model: along
// each of its moves, the parameters with a non-zero entry go to 0 (−1) or to
// infinity (+1) together, at equal factors. Data often lie there, and then no
// single one of those parameters is identified. The other parameters stay free,
// and may drop out of the simpler model or not.
//
// A family lists its limits with the simplest first: of several that describe
// the data as well as the full model the first is named. A limit may contain
// simpler ones, where its free parameters run away in turn, but none that stand
// after it.
type Limit struct {
	Verdict    string        // what a fit at this limit is called: "dropout not identifiable"
	Model      string        // the simpler model, in words
	Moves      [][]float64   // directions in the logarithms of the parameters
	Identified string        // what can still be trusted, in words
	Holds      []Combination // functions of the runaway parameters that stay finite and identified
}

// A Combination is a function of the parameters that the data may determine
// where they do not determine the parameters.
type Combination struct {
	Name        string                    // "r/alpha"
	Value       func(p []float64) float64 // of the parameters in the order of ParamNames; positive
	Probability bool                      // the value lies in (0, 1)
}
