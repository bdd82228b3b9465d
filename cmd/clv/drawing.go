package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/plots"
	"github.com/predictive-clv/clv/portfolio"
)

// A drawing is what a figure is made from: the flags, and the models that
// they name.
type drawing struct {
	c      *cli.Context
	w      *words
	models []*loaded
	names  []string // of the models, in keys

	// What was read before; nil: what the flags name is read.
	log    *ingest.Data
	bought *buying

	// What figures of the same models, log and flags share; nil: each makes its own.
	kept map[string]any
}

// kept returns what f returned for the key before.
func kept[T any](d *drawing, key string, f func() (T, error)) (T, error) {
	if made, ok := d.kept[key]; ok {
		return made.(T), nil
	}
	made, err := f()
	if err == nil && d.kept != nil {
		d.kept[key] = made
	}
	return made, err
}

// newDrawing loads the models that a figure of that source needs.
func newDrawing(c *cli.Context, from source, w *words) (*drawing, error) {
	d := &drawing{c: c, w: w}
	paths := c.StringSlice("model-file")
	if path := c.String("model-file"); len(paths) == 0 && path != "" && from != fromModels {
		paths = []string{path}
	}
	if len(paths) == 0 && from.takesModel() && from != fromEither {
		return nil, usagef("--model-file is needed: the model that clv fit wrote")
	}
	if len(paths) > maxModels {
		return nil, usagef("--model-file is given %d times: a figure shows at most %d models", len(paths), maxModels)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		m, err := openModel(path)
		if err != nil {
			return nil, err
		}
		d.models = append(d.models, m)
		d.names = append(d.names, m.purchase.Name())
		seen[m.purchase.Name()] = true
	}
	if len(seen) < len(paths) {
		for i, path := range paths {
			base := filepath.Base(path)
			d.names[i], _, _ = strings.Cut(base, ".")
		}
	}
	for i, m := range d.models {
		for _, text := range m.file.Purchase.Warnings {
			w.say("model_warnings", m.file.Purchase.Warnings, "warning: %s: %s\n", d.names[i], text)
		}
	}
	return d, nil
}

// maxModels is the greatest number of models that a figure keeps apart.
const maxModels = 4

func (d *drawing) model() *loaded { return d.models[0] }

// calibrated reads the log with the cut at the end of the models' calibration,
// unless --cut says otherwise, in the unit of the first.
func (d *drawing) calibrated() (*ingest.Data, error) {
	if d.log != nil {
		return d.log, nil
	}
	for i, m := range d.models[1:] {
		if d.c.String("cut") == "" && m.file.CalibrationEnd != d.model().file.CalibrationEnd {
			return nil, usagef("%s was fitted up to %s and %s up to %s: say with --cut where to compare them",
				d.names[0], d.model().file.CalibrationEnd, d.names[i+1], m.file.CalibrationEnd)
		}
	}
	cut, err := d.model().calibrationEnd()
	if err != nil {
		return nil, err
	}
	return modelInput(d.c, d.model(), cut, d.w)
}

// whole reads the log up to its end, or to --cut, in the unit of the first
// model.
func (d *drawing) whole() (*ingest.Data, error) {
	if d.log != nil {
		return d.log, nil
	}
	return modelInput(d.c, d.model(), time.Time{}, d.w)
}

// held reads the log as calibrated does, and returns its customers and the length of
// the holdout.
func (d *drawing) held() (*history.Table, history.Horizon, error) {
	data, err := d.calibrated()
	if err != nil {
		return nil, history.Horizon{}, err
	}
	h := data.Log.Table
	if h.HoldoutFrequency == nil || !h.End.After(h.Cut) || h.Cut.IsZero() {
		return nil, history.Horizon{}, fmt.Errorf("there is no holdout to compare with: the log must be one of transactions and go on after the calibration; set an earlier --cut, that of the fit")
	}
	days := float64(history.DateOf(h.End) - history.DateOf(h.Cut))
	return h, history.Horizon{Value: days, Unit: history.Day}, nil
}

// A buying is every purchase of a log.
type buying struct {
	customers []plots.Purchases
	end       history.Date
	cut       history.Date // last day of the calibration; zero if there is none
}

// purchases reads the log with every purchase, of customers born after the
// calibration too.
func (d *drawing) purchases() (*buying, error) {
	if d.bought != nil {
		return d.bought, nil
	}
	o, err := inputOptions(d.c, history.Week, time.Time{})
	if err != nil {
		return nil, err
	}
	cut := o.Cut
	if len(d.models) > 0 && cut.IsZero() {
		if cut, err = d.model().calibrationEnd(); err != nil {
			return nil, err
		}
	}
	o.Cut, o.Purchases = time.Time{}, true
	data, err := readLog(d.c, o, d.w)
	if err != nil {
		return nil, err
	}
	if data.Log.Purchases == nil {
		return nil, fmt.Errorf("this figure needs the transaction log: a summary does not say when purchases happened")
	}
	return newBuying(data.Log, history.DateOf(cut)), nil
}

func newBuying(log *history.Log, cut history.Date) *buying {
	b := &buying{end: history.DateOf(log.Table.End), customers: make([]plots.Purchases, len(log.Purchases))}
	for i, p := range log.Purchases {
		b.customers[i] = plots.Purchases{ID: log.Table.ID[i], Days: p.Days, Values: p.Values}
	}
	if cut < b.end {
		b.cut = cut
	}
	return b
}

// expected returns the purchases that a model expects of every customer in
// the horizon.
func (m *loaded) expected(h *history.Table, horizon history.Horizon) []float64 {
	t := horizon.In(m.file.Unit)
	return models.Predict(models.NewBatch(h.In(m.file.Unit)), func(c history.Customer) float64 { return m.purchase.CondExpected(c, t) })
}

// ofAll returns what every customer is worth within the horizon, and what that
// is called: the net CLV, or without a spend model, when all is nil, the
// purchases.
func (v *worth) ofAll(m *loaded, h *history.Table, horizon history.Horizon) (what string, net []float64, all *portfolio.Values, err error) {
	if h.N != nil {
		return "", nil, nil, fmt.Errorf("rows of this summary stand for several customers: the figure needs each of them")
	}
	if m.spend == nil {
		return "purchases in " + spelled(horizon), m.expected(h, horizon), nil, nil
	}
	if all, err = v.values(h, 0, horizon); err != nil {
		return "", nil, nil, err
	}
	for i, value := range all.Net {
		if finite(value) == nil {
			return "", nil, nil, fmt.Errorf("the CLV of customer %s is not finite: the spend model has no mean (q ≤ 1)", h.ID[i])
		}
	}
	what = "CLV in " + spelled(horizon)
	if v.e.HasCosts() {
		what = "net " + what
	}
	return what, all.Net, all, nil
}
