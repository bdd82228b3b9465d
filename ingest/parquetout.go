package ingest

import (
	"context"
	"encoding/binary"
	"io"
	"runtime"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	schema "github.com/parquet-go/parquet-go/format"
)

// groupRows is how many rows a row group has.
const groupRows = 1 << 17

// WriteParquet writes n rows. Numbers and days stand as they are, or in a
// dictionary where they come again and again; of a text stands what differs from
// the one before, compressed with Snappy where that pays. It holds a few row
// groups at a time, whatever n. It returns ctx.Err() if ctx is cancelled; what
// was written is then no Parquet file.
//
// A parquet.Writer takes a value of 24 bytes at a time, which costs 2.5 times
// as much even column by column: here it is the fields that are encoded, by
// parquet-go's encodings.
func WriteParquet(ctx context.Context, w io.Writer, n int, columns []OutColumn) error {
	columns, err := oneByOne(columns)
	if err != nil {
		return err
	}
	out := &parquetWriter{w: w}
	if err := out.write([]byte(parquetMagic)); err != nil {
		return err
	}
	err = writeRuns(ctx, n, groupRows, min(runtime.GOMAXPROCS(0), maxEncoders), func() outPiece {
		return outPiece{newOutRun(columns, groupRows), newOutGroup(out, len(columns)), make(chan error, 1)}
	})
	if err != nil {
		return err
	}
	return out.footer(n, columns)
}

// maxEncoders is the number of row groups encoded at a time: more would wait
// for the one goroutine that asks for the fields.
const maxEncoders = 4

// parquetMagic begins and ends a Parquet file.
const parquetMagic = "PAR1"

// A parquetWriter writes encoded row groups and, at last, where they are.
type parquetWriter struct {
	w      io.Writer
	offset int64
	groups []schema.RowGroup
}

func (p *parquetWriter) write(b []byte) error {
	n, err := p.w.Write(b)
	p.offset += int64(n)
	return err
}

func (p *parquetWriter) group(g *outGroup) error {
	row := schema.RowGroup{NumRows: int64(g.n), FileOffset: p.offset, Ordinal: int16(len(p.groups))}
	for k := range g.chunks {
		c := &g.chunks[k]
		meta := c.meta
		meta.DataPageOffset += p.offset
		if c.meta.DataPageOffset > 0 { // behind a dictionary
			meta.DictionaryPageOffset = p.offset
		}
		row.TotalByteSize += meta.TotalUncompressedSize
		row.TotalCompressedSize += meta.TotalCompressedSize
		row.Columns = append(row.Columns, schema.ColumnChunk{MetaData: meta})
		for _, part := range c.out {
			if err := p.write(part); err != nil {
				return err
			}
		}
	}
	p.groups = append(p.groups, row)
	return nil
}

func (p *parquetWriter) footer(n int, columns []OutColumn) error {
	meta := schema.FileMetaData{Version: 1, NumRows: int64(n), RowGroups: p.groups, CreatedBy: "clv"}
	meta.Schema = append(meta.Schema, schema.SchemaElement{Name: "rows", NumChildren: thrift.New(int32(len(columns)))})
	for _, c := range columns {
		meta.Schema = append(meta.Schema, c.schema())
		meta.ColumnOrders = append(meta.ColumnOrders, schema.ColumnOrder{Value: &schema.TypeDefinedOrder{}})
	}
	b, err := thrift.Marshal(&thrift.CompactProtocol{}, &meta)
	if err != nil {
		return err
	}
	return p.write(append(binary.LittleEndian.AppendUint32(b, uint32(len(b))), parquetMagic...))
}

// schema describes the column; a number alone may be absent.
func (c *OutColumn) schema() schema.SchemaElement {
	s := schema.SchemaElement{Name: c.Name, Type: thrift.New(c.physical()), RepetitionType: thrift.New(schema.Required)}
	switch {
	case c.Text != nil:
		s.ConvertedType, s.LogicalType.Value = thrift.New(deprecated.UTF8), &schema.StringType{}
	case c.Day != nil:
		s.ConvertedType, s.LogicalType.Value = thrift.New(deprecated.Date), &schema.DateType{}
	case c.Number != nil:
		s.RepetitionType = thrift.New(schema.Optional)
	}
	return s
}

func (c *OutColumn) physical() schema.Type {
	switch {
	case c.Text != nil:
		return schema.ByteArray
	case c.Whole != nil:
		return schema.Int64
	case c.Day != nil:
		return schema.Int32
	}
	return schema.Double
}
