package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
)

// A chart is one figure that the command draws.
type chart struct {
	name  string
	usage string
	from  source
	make  func(d *drawing) (plots.Figure, error)
	flags []cli.Flag
	try   string // flags for its examples, if it needs some
}

// A source tells what a figure is made from.
type source uint8

const (
	fromModels    source = iota // several models and a log up to and after the calibration
	fromModel                   // one of them
	fromLog                     // the log alone
	fromEither                  // the log, and the model if there is one
	fromModelFile               // the model alone
)

func (s source) takesModel() bool { return s != fromLog }
func (s source) takesLog() bool   { return s != fromModelFile }

// charts are all figures, a subcommand each: a positional name would end the
// reading of flags.
var charts = []chart{
	{name: "tracking", usage: "cumulative repeat purchases over time, actual and expected",
		make: drawTracking, flags: append(bandFlags(), periodFlag("week"))},
	{name: "incremental", usage: "repeat purchases in each period, actual and expected",
		make: drawIncremental, flags: append(bandFlags(), periodFlag("week"))},
	{name: "frequency", usage: "customers by number of repeat purchases, actual and expected", from: fromModel,
		make: drawFrequency, flags: []cli.Flag{&cli.IntFlag{Name: "top", Value: 7, Usage: "`N` the last bar holds N repeat purchases and more"}}},
	{name: "alive", usage: "probability of being alive by frequency and recency", from: fromModel,
		make: drawAlive, flags: []cli.Flag{marksFlag()}},
	{name: "expected", usage: "purchases expected by frequency and recency", from: fromModel,
		make: drawExpected, flags: []cli.Flag{spanFlag(), marksFlag()}},
	{name: "holdout", usage: "purchases in the holdout by what was known at the cut, actual and expected", from: fromModel,
		make: drawHoldout, flags: append(bandFlags(), &cli.StringFlag{Name: "by", Value: "frequency", Usage: "`WHAT` frequency, recency, age, or silence (time since the last purchase)"})},
	{name: "calibration", usage: "forecast and actual by tenths of the customers, highest forecast first", from: fromModel,
		make: drawCalibration, flags: []cli.Flag{ofFlag()}},
	{name: "gain", usage: "share of the holdout held by the customers of highest forecast",
		make: drawGain, flags: []cli.Flag{ofFlag()}},
	{name: "lift", usage: "how far above average the customers of highest forecast are",
		make: drawLift, flags: []cli.Flag{ofFlag()}},
	{name: "customer", usage: "one customer's probability of being alive, day by day", from: fromModel,
		make: drawCustomer, flags: []cli.Flag{&cli.StringFlag{Name: "id", Usage: "`CUSTOMER` whose history to draw"}}, try: " --id C260"},
	{name: "newcomer", usage: "purchases of a new customer by age, expected and so far", from: fromModel,
		make: drawNewcomer, flags: []cli.Flag{spanFlag()}},
	{name: "rate", usage: "how the purchase rate differs across customers", from: fromModelFile, make: drawRate},
	{name: "dropout", usage: "how dropout differs across customers", from: fromModelFile, make: drawDropout},
	{name: "spend", usage: "mean value of customers' purchases, actual and expected", from: fromModel, make: drawSpend},
	{name: "gaps", usage: "times between purchases, and whether they keep a rhythm", from: fromLog,
		make: drawGaps, flags: []cli.Flag{periodFlag("")}},
	{name: "timing", usage: "every purchase of a sample of customers", from: fromLog,
		make: drawTiming, flags: []cli.Flag{&cli.IntFlag{Name: "customers", Value: 40, Usage: "`NUMBER` of customers in the sample"}}},
	{name: "retention", usage: "share of each cohort that bought, by month of age", from: fromLog, make: drawRetention},
	{name: "cohort-revenue", usage: "repeat revenue per customer of each cohort, by month of age", from: fromLog, make: drawCohortRevenue},
	{name: "per-customer", usage: "cumulative revenue per customer of each cohort by age", from: fromEither,
		make: drawPerCustomer, flags: []cli.Flag{spanFlag()}},
	{name: "lorenz", usage: "how the value of the customers is concentrated",
		make: drawLorenz, flags: without(oneForecastFlags(), "cac-column")},
	{name: "segments", usage: "value of the customers by segment", from: fromModel,
		make: drawSegments, flags: append(segmentFlags(), without(oneForecastFlags(), "cac-column")...)},
}

// periodFlag asks for a unit of calendar time, chosen by the figure if there
// is no default.
func periodFlag(value string) cli.Flag {
	f := &cli.StringFlag{Name: "period", Value: value, Usage: "`UNIT` length of a period: day, week or month"}
	if value == "" {
		f.DefaultText = "chosen by the data"
	}
	return f
}

// periodOf reads the flag, zero if it is not given.
func periodOf(c *cli.Context) (history.Unit, error) {
	text := c.String("period")
	if text == "" {
		return 0, nil
	}
	period, err := history.ParseUnit(text)
	if err != nil || period < history.Day || period > history.Month {
		return 0, usagef("--period %q is not known: use day, week or month", text)
	}
	return period, nil
}

func marksFlag() cli.Flag {
	return &cli.BoolFlag{Name: "marks", Usage: "mark where the customers are"}
}

func ofFlag() cli.Flag {
	return &cli.StringFlag{Name: "of", Value: "purchases", Usage: "`WHAT` purchases or revenue of the holdout"}
}

// spanFlag is a single horizon.
func spanFlag() cli.Flag {
	return &cli.StringFlag{Name: "horizon", Value: "12m", Usage: "`TIME` how far to look ahead, with its unit: 52w, 12m, 365d"}
}

func spanOf(c *cli.Context) (history.Horizon, error) {
	h, err := history.ParseHorizon(c.String("horizon"))
	if err != nil {
		return h, usagef("--horizon: %w", err)
	}
	return h, nil
}

// spelled writes a horizon in words.
func spelled(h history.Horizon) string {
	if h.Value == 1 {
		return fmt.Sprintf("1 %s", h.Unit)
	}
	return fmt.Sprintf("%g %ss", h.Value, h.Unit)
}
