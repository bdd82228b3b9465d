// Package forecast says what customers will do, how sure that is, and whether
// such forecasts have been right before.
//
// A [Model] is a fitted purchase model, a spend model where there are amounts,
// and replicates of both that stand for what the fit does not know. From it
// come
//
//   - [Model.Intervals]: orders and CLV of each customer within a horizon,
//   - [Model.Totals]: their sums over all customers and by segment,
//   - [Model.Periods]: transactions, active customers and revenue by day, week
//     or month, of existing customers and of those still to be acquired,
//
// each with a band that holds both the noise of the future (what a customer
// with known traits will happen to do, and what the history leaves open about
// the traits) and the uncertainty of the parameters. Counts come from exact
// distributions, money and sums from simulation, sums of many customers from
// that of a sample. [Evaluate] repeats a forecast
// at past dates and scores models beside baselines that anybody could compute
// by hand.
//
// The formulas are those of package models; nothing here knows a family. All
// results are plain values that can be written as JSON, CSV or text. Whatever
// is random depends on the seed alone: not on the number of processors, and
// for a customer's interval not on who else is in the table.
package forecast
