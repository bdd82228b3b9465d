// Package portfolio turns forecasts of customers into decisions: what they are
// worth net of costs, what may be paid for new ones, whom to call first.
//
// [Economics] are the facts of the business that no purchase log holds: margin,
// costs, the price of acquisition, discount. A [Model] with Economics gives the
// value of every row of a [history.Table], by [Model.Value]. Everything else is
// arithmetic on these values.
//
// The functions are pure: they read no files but the Economics' own, and what is
// random depends on a seed. They rank customers by what they are likely to be
// worth, as things go on. They do not say what an offer changes: [NotCausal] is
// that sentence, and stands under every list that goes to people.
package portfolio

// NotCausal says what no output of this package is.
const NotCausal = "This ranks customers by likely value as things go on; it is not the effect of an offer, a call or a channel, which only a comparison with customers left alone can show."
