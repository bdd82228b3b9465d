package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
)

func predictCommand() *cli.Command {
	return &cli.Command{
		Name:  "predict",
		Usage: "forecast every customer of a log with a fitted model",
		Description: `Writes one row a customer, in the order of the input: the history
(customer_id, frequency, recency, T, monetary_value) and the columns asked for.
The forecast starts at --cut if it is given, else at the end of the log, not
at the end of the model's calibration. Times are in the model's unit.

With --interval, columns that end in _lo and _hi stand last: intervals for the
orders and the CLV of each customer, which hold the chance of the purchases, the
doubt about the customer and that about the parameters. The same --seed gives
the same intervals.

--out may end in .jsonl or .parquet, or name a table of PostgreSQL, MySQL,
MariaDB or SQLite, like 'postgres://user@host/base?table=clv'. The table is made
or its rows are replaced, as a whole: others see the old rows or the new ones.
Passwords are found in PGPASSWORD, .pgpass or MYSQL_PWD. A file appears when it
is complete. If the program is killed nothing of it stays, but for
.NAME.XXXXXXXX beside it on file systems without unnamed files, which may be
deleted, and NAME_clv_new in MySQL, which the next run drops.

Columns, with the horizon at the end of the name where there is one:
` + columnHelp() + `
  $ clv predict --model-file model.json --in log.csv --horizon 12m \
      --discount 10%/y --margin 0.3 --out clv.csv
  $ clv predict --model-file model.json --in log.csv --horizon 30d \
      --horizon 365d --columns p_order,orders --out orders.csv.gz
  $ clv predict --model-file model.json --in log.csv --horizon 12m \
      --interval 80% --out bands.csv
  $ clv predict --model-file model.json --in log.csv --columns clv,net \
      --margin 0.3 --cost-per-order 2 --cost-alive 6/y --out net.csv
  $ clv predict --model-file model.json --in log.csv --out clv.parquet
  $ clv predict --model-file model.json --new --horizon 12m`,
		Flags: slices.Concat([]cli.Flag{modelFileFlag()}, rowsFlags("the forecasts"), []cli.Flag{
			&cli.StringFlag{Name: "columns", Usage: "`LIST` which forecasts to write", DefaultText: defaultColumns + "; and net if there are costs"},
			&cli.StringFlag{Name: "interval", Usage: "`LEVEL` probability, like 80%, of intervals for orders and clv", DefaultText: "none"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers behind intervals"},
			&cli.BoolFlag{Name: "new", Usage: "forecast a customer acquired today instead of those of a log"},
		}, forecastFlags(), segmentFlags(), inputFlags()),
		Action: act(predict),
	}
}

func columnHelp() string {
	var b strings.Builder
	for _, col := range columns {
		b.WriteString(wrap(fmt.Sprintf("  %-18s ", col.name)+col.help, 21, 21))
	}
	return b.String()
}

func predict(c *cli.Context, w *words) error {
	f, err := termsOf(c)
	if err != nil {
		return err
	}
	cols, err := columnsOf(cmp.Or(c.String("columns"), defaultColumnsOf(c, f.e)))
	if err != nil {
		return usagef("--columns: %w", err)
	}
	level, err := levelOf(c, "interval", cols, f)
	if err != nil {
		return err
	}
	m, err := loadModel(c)
	if err != nil {
		return err
	}
	h, err := predictInput(c, m, w)
	if err != nil {
		return err
	}
	worth, err := worthOf(c, m, f.e, h, w)
	if err != nil {
		return err
	}
	f = worth.terms(f)
	p := &prediction{m: m, h: h, cells: plan(cols, f, m.file.Unit), worth: worth}
	if level > 0 {
		if p.intervals, err = m.intervals(c, forecast.IntervalOptions{Horizons: f.horizons, Level: level, Rate: f.rate, Margin: f.margin}); err != nil {
			return err
		}
	}
	if err := p.start(c.Context, w); err != nil {
		return err
	}
	if p.bands != nil {
		reportBands(p.bands.Warnings, w)
	}
	reportNoSpend(m, h, w)
	sayNotCausal(w)
	return p.write(func(ctx context.Context) error {
		return writeRows(ctx, c, "out", h.Len(), append(p.columns(), p.bandColumns(cols)...))
	})
}

// predictInput returns the customers to forecast, in the model's unit.
func predictInput(c *cli.Context, m *loaded, w *words) (*history.Table, error) {
	if c.Bool("new") {
		if len(c.StringSlice("in")) > 0 {
			return nil, usagef("--new forecasts a customer without a history: leave --in out")
		}
		return &history.Table{Unit: m.file.Unit, ID: []string{"new"}, Frequency: []int{0}, Recency: []float64{0}, T: []float64{0},
			Spend: []float64{math.NaN()}}, nil
	}
	calibrated, err := m.calibrationEnd()
	if err != nil {
		return nil, err
	}
	data, err := modelInput(c, m, time.Time{}, w)
	if err != nil {
		return nil, err
	}
	h := data.Log.Table
	if h.Cut.IsZero() {
		return h, nil
	}
	from := h.Cut.Format(time.DateOnly)
	w.say("as_of", from, "Forecasts of %.0f customers from %s on.\n", h.Customers(), from)
	if c.String("cut") == "" && !calibrated.IsZero() && calibrated.Before(h.Cut) {
		w.say("calibration_end", m.file.CalibrationEnd, "The model was fitted up to %s; --cut %[1]s forecasts from there.\n", m.file.CalibrationEnd)
	}
	return h, nil
}

// reportNoSpend says how many customers have no expected spend.
func reportNoSpend(m *loaded, h *history.Table, w *words) {
	if !math.IsInf(m.expectedSpend(history.Customer{Spend: math.NaN()}), 0) {
		return // then nobody's is
	}
	n := 0
	for i := range h.Len() {
		if math.IsInf(m.expectedSpend(h.Customer(i)), 0) {
			n++
		}
	}
	if n > 0 {
		w.say("without_spend", n, "warning: the spend model has no mean (q ≤ 1): spend and clv of %s without repeat purchases are left empty\n", counted(n, "customer"))
	}
}
