package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/predictive-clv/clv/history"
)

// ReadFrame reads a data frame as Read reads a file: a log, with a row for each
// transaction, or a summary, with columns frequency, recency and T. The options
// that say where files are have no meaning here; errors name the row.
//
// A data frame holds an object for each cell. Its rows take about 100 bytes a
// cell and cost some ten times what the rows of a file do, so that it is a way
// in for notebooks and for data that is in one already, not for large logs.
func ReadFrame(df dataframe.DataFrame, o *Options) (*Data, error) {
	if df.Err != nil {
		return nil, df.Err
	}
	var options Options
	if o != nil {
		options = *o
	}
	r := &reading{ctx: context.Background(), in: &input{hash: sha256.New()}, o: &options, bad: newBadRows(&options)}
	defer r.close()
	tab := frameTable{df}
	f := &file{name: "data frame", columns: tab.names()}
	if err := r.begin(f); err != nil {
		return nil, err
	}
	var err error
	if t, ok := r.rows.(*transactions); ok {
		err = tab.scan(r.ctx, tableColumns{t.customer, t.date, t.factors, t.order, t.currency}, nil, func(c *chunk) error {
			return t.chunk(f, c, r.bad.take)
		})
	} else {
		err = tab.records(r.ctx, func(record []string) error {
			f.row++
			return r.bad.take(r.rows.row(f, record), record)
		})
	}
	if err == nil {
		err = r.end(f)
	}
	if err == nil {
		err = r.bad.flush()
	}
	if err != nil {
		return nil, err
	}
	r.used = "gota"
	d, err := r.data()
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), ": "))
	}
	d.SHA256 = "" // there are no bytes to hash
	return d, nil
}

// Frame returns the histories as a data frame, with the columns that a summary
// file has. What it costs is told at ReadFrame.
func Frame(t *history.Table) dataframe.DataFrame {
	var columns []series.Series
	if t.ID != nil {
		columns = append(columns, series.New(t.ID, series.String, "customer_id"))
	}
	columns = append(columns, series.New(t.Frequency, series.Int, "frequency"),
		series.New(t.Recency, series.Float, "recency"), series.New(t.T, series.Float, "T"))
	if t.Spend != nil {
		columns = append(columns, series.New(t.Spend, series.Float, "monetary_value"))
	}
	if t.N != nil {
		columns = append(columns, series.New(t.N, series.Float, "weight"))
	}
	if t.HoldoutFrequency != nil {
		columns = append(columns, series.New(t.HoldoutFrequency, series.Int, "holdout_frequency"))
	}
	if t.HoldoutSpend != nil {
		columns = append(columns, series.New(t.HoldoutSpend, series.Float, "holdout_spend"))
	}
	return dataframe.New(columns...)
}

// A frameTable is a data frame as a table of one chunk.
type frameTable struct{ df dataframe.DataFrame }

func (t frameTable) names() []string { return t.df.Names() }

func (t frameTable) close() {}

// texts returns the fields of a column as text, empty where there is none.
func (t frameTable) texts(place int) []string {
	s := t.df.Col(t.df.Names()[place])
	texts := make([]string, s.Len())
	for i := range texts {
		switch e := s.Elem(i); {
		case e.IsNA():
		case e.Type() == series.Float: // String would round to six decimals
			texts[i] = numberText(e.Float(), 64)
		default:
			texts[i] = e.String()
		}
	}
	return texts
}

func (t frameTable) scan(_ context.Context, c tableColumns, _ func(float64), yield func(*chunk) error) error {
	out := &chunk{n: t.df.Nrow(), customer: t.texts(c.customer), date: column{text: t.texts(c.date)}}
	for _, k := range c.factors {
		s := t.df.Col(t.df.Names()[k])
		if s.Type() == series.Float || s.Type() == series.Int {
			out.factors = append(out.factors, column{number: s.Float()})
		} else {
			out.factors = append(out.factors, column{text: t.texts(k)})
		}
	}
	if c.order >= 0 {
		out.order = t.texts(c.order)
	}
	if c.currency >= 0 {
		out.currency = t.texts(c.currency)
	}
	return yield(out)
}

func (t frameTable) records(_ context.Context, yield func([]string) error) error {
	columns := make([][]string, t.df.Ncol())
	for k := range columns {
		columns[k] = t.texts(k)
	}
	record := make([]string, len(columns))
	for i := range t.df.Nrow() {
		for k := range record {
			record[k] = columns[k][i]
		}
		if err := yield(record); err != nil {
			return err
		}
	}
	return nil
}

// numberText writes whole numbers with a decimal, so that an identifier that a
// program stored as a number is the same for every reader of the file.
func numberText(v float64, bits int) string {
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e15) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	s := strconv.FormatFloat(v, 'f', -1, bits)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
