package ingest

import (
	"context"
	"io"

	"github.com/parquet-go/parquet-go"
)

// groupRows is how many rows a row group has: as many as are held in memory.
const groupRows = 1 << 17

// WriteParquet writes n rows, compressed with zstd. It holds one row group at a
// time, whatever n. It returns ctx.Err() if ctx is cancelled; what was written
// is then no Parquet file.
func WriteParquet(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	if err := checkColumns(columns); err != nil {
		return err
	}
	group := parquet.Group{}
	for _, c := range columns {
		group[c.Name] = parquet.Compressed(c.node(), &parquet.Zstd)
	}
	schema := parquet.NewSchema("rows", ordered{group, columns})
	out := parquet.NewWriter(w, schema, parquet.MaxRowsPerRowGroup(groupRows))
	const batch = 1024
	rows := make([]parquet.Row, 0, batch)
	values := make([]parquet.Value, batch*len(columns))
	for i := range n {
		row := values[len(rows)*len(columns):][:len(columns):len(columns)]
		for k := range columns {
			var err error
			if row[k], err = columns[k].value(i, k); err != nil {
				return err
			}
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

func (c *OutColumn) node() parquet.Node {
	switch {
	case c.Text != nil:
		return parquet.String()
	case c.Whole != nil:
		return parquet.Int(64)
	case c.Day != nil:
		return parquet.Date()
	}
	return parquet.Optional(parquet.Leaf(parquet.DoubleType))
}

// value is the field in row i of the column, which is the k-th of the file.
func (c *OutColumn) value(i, k int) (parquet.Value, error) {
	switch {
	case c.Text != nil:
		s, err := c.utf8(i)
		return parquet.ByteArrayValue([]byte(s)).Level(0, 0, k), err
	case c.Whole != nil:
		return parquet.Int64Value(c.Whole(i)).Level(0, 0, k), nil
	case c.Day != nil:
		return parquet.Int32Value(int32(c.Day(i)-unixEpoch)).Level(0, 0, k), nil
	}
	v, ok := c.number(i)
	if !ok {
		return parquet.NullValue().Level(0, 0, k), nil
	}
	return parquet.DoubleValue(v).Level(0, 1, k), nil
}
