package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/serve"
)

func scoreCommand() *cli.Command {
	return &cli.Command{
		Name:  "score",
		Usage: "score customers as they come: JSON lines in, JSON lines out",
		Description: `Reads one JSON object a line and writes one, in the same order, in constant
memory; as soon as the input pauses, what has been read is answered. A line
holds a customer's state, orders to add to it, or both:

  {"id":"ada","first":"2024-01-03","last":"2024-11-02","count":5,"money":140}
  {"id":"bob","orders":[{"date":"2024-12-24","amount":30}]}

first and last are the days of the first and the last purchase, count is the
number of distinct purchase days, money that of all but the first day. Without a
state the orders are all there are; without both, the customer is a new one.
Where there are orders, the answer holds the new state, to be kept and sent
again. A line may have at, horizon, discount and margin of its own, and a
segment for margin_by and cac_by of --economics. With costs the answer holds
net, the CLV less these, for newcomers also less the CAC. Flags in the answer
tell what to know about it: newcomer, beyond_training, after_at, no_spend,
unknown_money, negative_money, doubtful.

  $ clv score --model-file model.json --in states.jsonl --at 2025-12-31
  $ clv score --model-file model.json --in states.jsonl --at 2025-12-31 \
      --horizon 90d --bad-rows skip --out scores.jsonl.gz`,
		Flags: append([]cli.Flag{modelFileFlag(), outFlag("the scores as JSON lines"),
			&cli.StringFlag{Name: "in", Value: "-", Usage: "`FILE` JSON lines, packed if the name ends in .gz; - for standard input"},
			&cli.StringFlag{Name: "at", Usage: "`DATE` the scores are those at the end of this day, YYYY-MM-DD; needed where a line does not say it"},
			&cli.StringFlag{Name: "bad-rows", Value: "fail", Usage: "`RULE` what to do about lines that cannot be read: fail (at the first) or skip (set them aside and count them)"},
		}, scoreFlags()...),
		Action: act(score),
	}
}

// A scoring scores lines.
type scoring struct {
	scorer   *models.Scorer
	defaults serve.Defaults
	skip     bool
	lines    int
	bad      []error // the first ten
	skipped  int
}

func score(c *cli.Context, w *words) error {
	s, err := scoringOf(c, w)
	if err != nil {
		return err
	}
	in := c.App.Reader
	if path := c.String("in"); path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
		if strings.HasSuffix(path, ".gz") {
			if in, err = gzip.NewReader(f); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	if out := c.String("out"); out == "" || out == "-" {
		err = s.pipe(c.Context, in, c.App.Writer)
	} else {
		err = writeOut(c.Context, out, nil, func(out io.Writer) error { return s.pipe(c.Context, in, out) })
	}
	for _, bad := range s.bad {
		w.say("skipped", errorTexts(s.bad), "set aside: %v\n", bad)
	}
	if err == nil {
		sayNotCausal(w)
		w.say("lines", map[string]int{"scored": s.lines - s.skipped, "set_aside": s.skipped}, "%s scored, %d set aside\n", counted(s.lines-s.skipped, "line"), s.skipped)
	}
	return err
}

func scoringOf(c *cli.Context, w *words) (*scoring, error) {
	s := &scoring{skip: c.String("bad-rows") == "skip"}
	if rule := c.String("bad-rows"); rule != "fail" && rule != "skip" {
		return nil, usagef("--bad-rows %q is not known: use fail or skip", rule)
	}
	day, err := dayFlag(c, "at")
	if err != nil {
		return nil, err
	}
	if s.defaults, err = scoreDefaults(c, w); err != nil {
		return nil, err
	}
	s.defaults.At = history.DateOf(day)
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	s.scorer = m.scorer
	return s, nil
}

// scoreFlags say what a score is about.
func scoreFlags() []cli.Flag { return withoutColumns(oneForecastFlags()) }

// withoutColumns leaves out the flags that name columns, where there are none.
func withoutColumns(flags []cli.Flag) []cli.Flag {
	return without(flags, "profit", "margin-column", "cac-column")
}

// scoreDefaults reads the forecast flags where there can be one horizon.
func scoreDefaults(c *cli.Context, w *words) (d serve.Defaults, err error) {
	f, err := termsOf(c)
	if err != nil {
		return d, err
	}
	if len(f.horizons) != 1 || f.margin == 0 {
		return d, usagef("%s takes one --horizon, and a --margin that is not 0", c.Command.Name)
	}
	d = serve.Defaults{MarginBy: f.e.MarginBy, CACBy: f.e.CACBy, Terms: models.Terms{Horizon: f.horizons[0], Rate: f.rate, Margin: f.margin,
		Costs: models.Costs{Order: f.e.CostPerOrder, Year: f.e.CostAlive.Per(history.Year), CAC: f.e.CAC}}}
	if err := d.Terms.Check(); err != nil {
		return d, usageError{err}
	}
	for segment, margin := range f.e.MarginBy {
		if margin == 0 {
			return d, usagef("margin_by %s is 0: %s takes margins that are not 0", segment, c.Command.Name)
		}
	}
	if f.e.MarginColumn != "" || f.e.CACColumn != "" {
		w.say("columns", "left out", "warning: margin_column and cac_column play no part here: a customer may come with a margin and a segment\n")
	}
	return d, nil
}

// longestLine is the greatest length of a line in bytes.
const longestLine = 1 << 20

// pipe answers the lines of in, and hands the answers on whenever no further
// line has come yet.
func (s *scoring) pipe(ctx context.Context, in io.Reader, out io.Writer) error {
	lines, answers := bufio.NewReaderSize(&patientReader{ctx, in}, longestLine), bufio.NewWriterSize(out, 1<<16)
	var answer []byte
	for ctx.Err() == nil {
		line, err := lines.ReadSlice('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			break
		}
		s.lines++
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(fmt.Errorf("line %d: %w", s.lines, tooLong(err)), answers.Flush())
		}
		if answer, err = s.answer(answer[:0], line); err != nil {
			err = fmt.Errorf("line %d: %w", s.lines, err)
			if !s.skip {
				return errors.Join(err, answers.Flush())
			}
			if s.skipped++; len(s.bad) < 10 {
				s.bad = append(s.bad, err)
			}
		} else if _, err := answers.Write(append(answer, '\n')); err != nil {
			return err
		}
		if lines.Buffered() == 0 {
			if err := answers.Flush(); err != nil {
				return err
			}
		}
	}
	return errors.Join(answers.Flush(), ctx.Err())
}

// A patientReader stops waiting for input when the context ends. What it reads
// into must not be used after that.
type patientReader struct {
	ctx context.Context
	r   io.Reader
}

func (p *patientReader) Read(b []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	read := make(chan result, 1)
	go func() {
		n, err := p.r.Read(b)
		read <- result{n, err}
	}()
	select {
	case <-p.ctx.Done():
		return 0, p.ctx.Err()
	case r := <-read:
		return r.n, r.err
	}
}

func tooLong(err error) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return fmt.Errorf("it is longer than %d bytes", longestLine)
	}
	return err
}

// answer appends the answer to a line.
func (s *scoring) answer(b, line []byte) ([]byte, error) {
	var q serve.Question
	if err := serve.Decode(line, &q); err != nil {
		return b, err
	}
	if q.At == 0 && s.defaults.At == 0 {
		return b, errors.New(`there is no day of the score: give --at, or a field "at"`)
	}
	a, err := q.Answer(s.scorer, &s.defaults)
	if err != nil {
		return b, err
	}
	return a.AppendJSON(b), nil
}
