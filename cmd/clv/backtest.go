package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// A past is a log that was read once and can be cut at any day.
type past struct {
	data       *ingest.Data
	files      []string // as they may be shown
	first, end history.Date
}

// readPast reads the log with every purchase.
func readPast(c *cli.Context, w *words) (*past, error) {
	o, err := ingestOptions(c)
	if err != nil {
		return nil, err
	}
	if o.Unit == 0 {
		o.Unit = history.Week
	}
	o.Purchases = true
	data, err := readLog(c, o, w)
	if err != nil {
		return nil, err
	}
	p, err := newPast(data)
	if err == nil {
		p.files = shown(o)
	}
	return p, err
}

func newPast(data *ingest.Data) (*past, error) {
	if data.Log.Purchases == nil {
		return nil, fmt.Errorf("to forecast again what has happened needs the transaction log: a summary does not say when purchases happened")
	}
	p := &past{data: data, end: history.DateOf(data.Log.Table.End), first: math.MaxInt32}
	for _, b := range data.Log.Purchases {
		p.first = min(p.first, b.Days[0])
	}
	return p, nil
}

// at returns the log up to an end, cut at a date. It is a [forecast.Source].
func (p *past) at(cut, end history.Date) (*history.Log, error) {
	h := p.data.Log.Table
	b := history.NewBuilder(&history.Options{Unit: h.Unit, Cut: cut.Time(), End: end.Time(), Purchases: true})
	for i, bought := range p.data.Log.Purchases {
		id := []byte(h.ID[i])
		for k, day := range bought.Days {
			amount := math.NaN()
			if bought.Values != nil {
				amount = bought.Values[k]
			}
			if err := b.AddRow(id, day, amount); err != nil {
				return nil, err
			}
		}
	}
	log, err := b.Build()
	if err == nil {
		log.Reconciliation.LastDay = p.end // which need not be one of purchases
	}
	return log, err
}

// split returns the cut after two thirds of the log.
func (p *past) split() history.Date { return p.first + (p.end-p.first)*2/3 }

// rest returns the time from a cut to the end of the log.
func (p *past) rest(cut history.Date) (history.Horizon, error) {
	if cut >= p.end {
		return history.Horizon{}, fmt.Errorf("the cut %v leaves nothing to compare with: the log ends on %v", cut, p.end)
	}
	return history.Horizon{Value: float64(p.end - cut), Unit: history.Day}, nil
}

// modelsFlag names several models.
func modelsFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "model", Usage: "`MODEL` purchase model: " + familyNames() + "; may be repeated", DefaultText: "all"}
}

// familiesOf reads the flag, all families if it is not given.
func familiesOf(c *cli.Context) (out []family, err error) {
	var names []string
	for _, name := range c.StringSlice("model") {
		if slices.Contains(names, name) {
			return nil, usagef("--model %s is given twice", name)
		}
		f, err := familyOf(name)
		if err != nil {
			return nil, usagef("--model: %w", err)
		}
		names, out = append(names, name), append(out, f)
	}
	if out == nil {
		return families, nil
	}
	return out, nil
}

func candidates(fs []family, seed uint64) (out []forecast.Candidate) {
	for _, f := range fs {
		out = append(out, f.candidate(&forecast.ModelOptions{Seed: seed}))
	}
	return out
}

// evaluateAll judges the models by the log. It returns when the context ends,
// whether or not the work is done.
func (p *past) evaluateAll(ctx context.Context, fs []family, o *forecast.EvaluateOptions) (e *forecast.Evaluation, err error) {
	err = unlessInterrupted(ctx, func() (err error) {
		e, err = forecast.Evaluate(p.at, candidates(fs, o.Seed), o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// unlessInterrupted calls do and returns its error, or that of the context if
// it ends before. The program then ends too, and the work with it.
func unlessInterrupted(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cutsOf reads the repeatable flag of cuts, in the order of time.
func cutsOf(c *cli.Context) (cuts []history.Date, err error) {
	for _, text := range c.StringSlice("cut") {
		day, err := history.ParseDate(text)
		if err != nil {
			return nil, usagef("--cut %q is not a date: write YYYY-MM-DD", text)
		}
		if slices.Contains(cuts, day) {
			return nil, usagef("--cut %v is given twice", day)
		}
		cuts = append(cuts, day)
	}
	slices.Sort(cuts)
	return cuts, nil
}

// cutsFlag takes the place of the flag --cut of the input.
func cutsFlag(usage, otherwise string) cli.Flag {
	return &cli.StringSliceFlag{Name: "cut", Usage: usage, DefaultText: otherwise}
}

// without returns the flags but those of the given names.
func without(flags []cli.Flag, names ...string) []cli.Flag {
	return slices.DeleteFunc(flags, func(f cli.Flag) bool { return slices.Contains(names, f.Names()[0]) })
}
