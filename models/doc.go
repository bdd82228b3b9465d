// Package models holds probabilistic models of what customers will do: how
// often they buy, when they silently stop, and how much they spend.
//
// A model is a small value with exported parameters and textbook methods.
// Likelihoods run over a whole [history.Table]; predictions answer a question
// about one [history.Customer], and a [Batch] makes them for all customers of a
// table. A [Scorer] answers in a service, whatever family the model file holds.
// The zero Customer is a new customer, at the moment of the first
// purchase.
//
// The purchase models describe customers who are free to come and go. While
// alive, a customer buys at random at a personal rate λ. At some unobserved
// moment the customer drops out for good: after a purchase, with a personal
// probability p (BG/NBD, MBG/NBD), or at a personal rate μ whether buying or
// not (Pareto/NBD). λ and p or μ differ between customers; the parameters of a
// model describe how. A history is summarised by
//
//	x    the number of repeat purchases, the first one not counted,
//	t_x  the customer's age at the last of them, 0 if there are none,
//	T    the customer's age at the end of observation,
//	m̄    the mean value of the repeat purchases,
//
// where age is the time since the first purchase. All times, and the discount
// rate δ, are in the unit of the table the model was fitted to.
//
// The package does not fit ([fit] does), reads no files but a model's own, and
// knows no dates and no currency. It does not explain why customers buy or
// leave, and has nothing to say about subscriptions, where the end of a
// relation is observed.
//
// [fit]: https://pkg.go.dev/github.com/predictive-clv/clv/fit
package models
