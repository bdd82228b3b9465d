package ingest

import (
	"context"
	"errors"
	"io"

	"github.com/parquet-go/parquet-go"
)

// An OutColumn is a column of a Parquet file to be written: its name, and its
// field in row i by one of the functions.
type OutColumn struct {
	Name   string
	Text   func(i int) string
	Whole  func(i int) int64
	Number func(i int) float64 // NaN is written as it is
}

// groupRows is how many rows a row group has: as many as are held in memory.
const groupRows = 1 << 17

// WriteParquet writes n rows, compressed with zstd. It holds one row group at a
// time, whatever n. It returns an error if a column has not just one function,
// and ctx.Err() if ctx is cancelled; what was written is then no Parquet file.
func WriteParquet(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	group := parquet.Group{}
	for _, c := range columns {
		node, err := c.node()
		if err != nil {
			return err
		}
		group[c.Name] = parquet.Compressed(node, &parquet.Zstd)
	}
	if len(group) != len(columns) {
		return errors.New("two columns have the same name")
	}
	schema := parquet.NewSchema("rows", ordered{group, columns})
	out := parquet.NewWriter(w, schema, parquet.MaxRowsPerRowGroup(groupRows))
	const batch = 1024
	rows := make([]parquet.Row, 0, batch)
	values := make([]parquet.Value, batch*len(columns))
	for i := range n {
		row := values[len(rows)*len(columns):][:len(columns):len(columns)]
		for k := range columns {
			row[k] = columns[k].value(i).Level(0, 0, k)
		}
		if rows = append(rows, row); len(rows) < batch && i < n-1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := out.WriteRows(rows); err != nil {
			return err
		}
		rows = rows[:0]
	}
	return out.Close()
}

// ordered is a group whose columns stand in the order given.
type ordered struct {
	parquet.Group
	columns []OutColumn
}

func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, len(o.columns))
	for i, c := range o.columns {
		fields[i] = byName[c.Name]
	}
	return fields
}

func (c *OutColumn) node() (parquet.Node, error) {
	switch {
	case c.Text != nil && c.Whole == nil && c.Number == nil:
		return parquet.String(), nil
	case c.Text == nil && c.Whole != nil && c.Number == nil:
		return parquet.Int(64), nil
	case c.Text == nil && c.Whole == nil && c.Number != nil:
		return parquet.Leaf(parquet.DoubleType), nil
	}
	return nil, errors.New("the column " + c.Name + " must have one function for its fields")
}

func (c *OutColumn) value(i int) parquet.Value {
	switch {
	case c.Text != nil:
		return parquet.ByteArrayValue([]byte(c.Text(i)))
	case c.Whole != nil:
		return parquet.Int64Value(c.Whole(i))
	}
	return parquet.DoubleValue(c.Number(i))
}
