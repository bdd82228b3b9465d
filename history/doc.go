// Package history holds what a purchase model needs to know about customers:
// one summary (x, t_x, T, m̄) for each, in columns, with the calendar that
// relates the model's unit of time to real dates.
//
// A [Builder] turns transactions in any order into a [Table] and accounts for
// every one of them. [Table.Compress] merges equal histories, on which
// likelihoods are exact and an order of magnitude cheaper. Horizons ([Horizon])
// carry their unit and discount rates ([Rate]) are annual, so that neither can
// be read in the wrong unit.
//
// The package knows no model and no file format, and imports the standard
// library only.
package history
