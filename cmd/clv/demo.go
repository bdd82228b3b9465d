package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/plots"
)

// The demo's own customers: a shop whose customers arrive over half a year,
// buy every ten weeks on average and leave after a fifth of their purchases.
var (
	demoPurchase = models.BGNBD{R: 0.8, Alpha: 8, A: 0.7, B: 2.8}
	demoSpend    = models.GammaGamma{P: 6, Q: 4, V: 16}
)

const (
	demoCustomers = 4000
	demoCut       = "2025-03-31"
	demoEnd       = "2025-12-31"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "a tour on simulated customers: log, fit, forecast, plots",
		Description: `Simulates customers from known parameters, fits the models to the first part
of their log, forecasts the rest, and says how near the forecast came.

  $ clv demo
  $ clv demo --dir tour --seed 7`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "dir", Value: "clv-demo", Usage: "`FOLDER` where to write; made if it is not there"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` seed of the random numbers"},
		},
		Action: act(func(c *cli.Context, w *words) error {
			d := &demo{c: c, dir: c.String("dir"), w: w}
			if err := os.MkdirAll(d.dir, 0o755); err != nil {
				return fmt.Errorf("cannot make the folder %s: %w", d.dir, err)
			}
			for _, step := range []func() error{d.simulate, d.fit, d.forecast, d.draw, d.close} {
				if err := step(); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// A demo carries what its steps hand on.
type demo struct {
	c    *cli.Context
	dir  string
	w    *words
	data *ingest.Data
	m    *loaded
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

func (d *demo) write(name string, write func(io.Writer) error) error {
	return writeOut(d.c.Context, d.path(name), d.c.App.Writer, write)
}

func (d *demo) simulate() error {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &simulation{purchase: demoPurchase, spend: &demoSpend, unit: history.Week, customers: demoCustomers,
		start: start, entry: 182, span: 731, seed: d.c.Uint64("seed")}
	log, err := s.sell(d.c.Context, d.w)
	if err != nil {
		return err
	}
	defer log.close()
	d.w.say("simulated", log.n, "1. Simulated %d customers with %d transactions. They are not real: drawn from a BG/NBD\n"+
		"   model with r %g, alpha %g weeks, a %g, b %g and a Gamma-Gamma model with p %g, q %g, v %g.\n   -> %s\n\n",
		demoCustomers, log.n, demoPurchase.R, demoPurchase.Alpha, demoPurchase.A, demoPurchase.B, demoSpend.P, demoSpend.Q, demoSpend.V, d.path("log.csv"))
	if err := d.write("truth.csv", func(w io.Writer) error { return s.writeTruth(d.c.Context, w) }); err != nil {
		return err
	}
	ctx, fail := context.WithCancelCause(d.c.Context)
	defer fail(nil)
	err = d.write("log.csv", func(w io.Writer) error { return ingest.WriteCSV(ctx, w, log.n, s.log(log, fail)) })
	return cmp.Or(context.Cause(ctx), err)
}

func (d *demo) fit() error {
	cut, _ := time.Parse(time.DateOnly, demoCut)
	end, _ := time.Parse(time.DateOnly, demoEnd)
	var err error
	if d.data, err = ingest.Read(d.c.Context, &ingest.Options{In: []string{d.path("log.csv")}, Unit: history.Week, Cut: cut, End: end}); err != nil {
		return err
	}
	family, err := familyOf(demoPurchase.Name())
	if err != nil {
		return err
	}
	file, err := fitModels(d.c.Context, d.data, family, "gamma-gamma", &estimation{}, silent())
	if err != nil {
		return err
	}
	if err := d.write("model.json", file.Write); err != nil {
		return err
	}
	truth := append(demoPurchase.Params(), demoSpend.Params()...)
	d.w.say("fit", file, "2. Fitted both models to the transactions up to %s, the calibration (%s).\n%s   -> %s\n\n",
		demoCut, file.Purchase.Verdict, truthTable(truth, &file.Purchase, file.Spend), d.path("model.json"))
	d.m = &loaded{file: file, purchase: family.with(file.Purchase.Params.Values)}
	gg := demoSpend.WithParams(file.Spend.Params.Values)
	d.m.spend = &gg
	return nil
}

// truthTable sets the estimates beside the true parameters.
func truthTable(truth []float64, fits ...*models.Fitted) string {
	var b strings.Builder
	fmt.Fprintf(&b, "   %-10s %9s %9s %11s\n", "parameter", "truth", "estimate", "std. error")
	i := 0
	for _, f := range fits {
		for k, name := range f.Params.Names {
			se := math.NaN()
			if p := f.StdErr[name]; p != nil {
				se = *p
			}
			fmt.Fprintf(&b, "   %-10s %9.4g %9.4g %11.3g\n", name, truth[i], f.Params.Values[k], se)
			i++
		}
	}
	return b.String()
}

func (d *demo) forecast() error {
	h := d.data.Log.Table
	cols, err := columnsOf(defaultColumns)
	if err != nil {
		return err
	}
	cells := plan(cols, terms{horizons: []history.Horizon{{Value: 12, Unit: history.Month}}, rate: 0.1, margin: 1}, h.Unit)
	p := &prediction{m: d.m, h: h, cells: cells}
	if err := p.start(d.c.Context, d.w); err != nil {
		return err
	}
	if err := d.write("clv.csv", func(w io.Writer) error { return ingest.WriteCSV(p.ctx, w, h.Len(), p.columns()) }); err != nil {
		return err
	}
	holdout := history.Horizon{Value: h.End.Sub(h.Cut).Hours() / 24, Unit: history.Day}
	expected := sum(h, func(i int) float64 { return d.m.purchase.CondExpected(h.Customer(i), holdout.In(h.Unit)) })
	actual := sum(h, func(i int) float64 { return float64(h.HoldoutFrequency[i]) })
	d.w.say("holdout", map[string]float64{"expected": expected, "actual": actual},
		"3. Forecast the %.0f days after it, the holdout, which the fit has not seen:\n   %.0f purchases expected, %.0f made (%+.1f %%).\n\n",
		holdout.Value, expected, actual, 100*(expected/actual-1))
	d.w.say("top", nil, "4. The customers worth most over the next 12 months (discounted at 10%%/y, revenue):\n%s   -> %s\n\n",
		d.top(h, p), d.path("clv.csv"))
	return nil
}

// top lists the customers of highest value.
func (d *demo) top(h *history.Table, p *prediction) string {
	order := make([]int, h.Len())
	for i := range order {
		order[i] = i
	}
	clv := p.values[len(p.cells)-1] // in one block
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(clv[j], clv[i]) })
	var b strings.Builder
	fmt.Fprintf(&b, "   %-9s %9s", "customer", "purchases")
	for _, cell := range p.cells {
		fmt.Fprintf(&b, " %11s", cell.title)
	}
	for _, i := range order[:5] {
		fmt.Fprintf(&b, "\n   %-9s %9d", h.ID[i], h.Frequency[i]+1)
		for k := range p.cells {
			fmt.Fprintf(&b, " %11.2f", p.values[k][i])
		}
	}
	return b.String() + "\n"
}

func (d *demo) draw() error {
	h := d.data.Log.Table
	tracking, err := plots.NewTracking(d.m.purchase, h, d.data.Log.Days, history.Week)
	if err != nil {
		return err
	}
	b, err := d.m.bander(0.95, d.c.Uint64("seed"))
	if err != nil {
		return err
	}
	if err := b.track(tracking, h); err != nil {
		return err
	}
	frequency, err := plots.NewFrequency(d.m.purchase, h, 7)
	if err != nil {
		return err
	}
	alive, err := plots.NewAliveMatrix(d.m.purchase, h)
	if err != nil {
		return err
	}
	figures := []struct {
		name string
		plots.Figure
	}{{"tracking", plots.Cumulative{Tracking: tracking}}, {"incremental", plots.Incremental{Tracking: tracking}}, {"frequency", frequency}, {"alive", alive}}
	var list strings.Builder
	for _, f := range figures {
		for _, format := range []string{"svg", "png"} {
			if err := d.write(f.name+"."+format, func(w io.Writer) error { return plots.Render(f, w, format, 800, 500) }); err != nil {
				return err
			}
		}
		fmt.Fprintf(&list, "   -> %s (and .png)\n", d.path(f.name+".svg"))
	}
	d.w.say("figures", len(figures), "5. Drew %d figures.\n%s\n", len(figures), list.String())
	return nil
}

func (d *demo) close() error {
	d.w.say("next", nil, `All of it as one page, to be opened in a browser:

  clv report --in %s --out report.html

Now your own log, a CSV with a customer, a date and an amount in every row:

  clv fit --in log.csv --out model.json
  clv predict --model-file model.json --in log.csv --horizon 12m --discount 10%%/y --out clv.csv
`, d.path("log.csv"))
	return nil
}
