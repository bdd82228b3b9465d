// Package report lays what is known about the customers of a log out for two
// readers, a manager and a data scientist: what is expected, how far to trust
// it, on which data it rests, and the figures.
//
// A [Report] is a plain value. [Report.WriteHTML] writes it as one page that
// needs no network and reads on a phone and in print, with or without
// JavaScript; [Report.WriteJSON] writes the same numbers with the names that the
// fields below carry. Fields are added in later versions, not renamed; Version
// counts changes of meaning.
//
// The package computes nothing but shares and words: forecasts, scores and
// figures come from packages forecast and plots.
package report
