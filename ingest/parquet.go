//go:build !cgo || noduckdb

package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	schema "github.com/parquet-go/parquet-go/format"
)

// A parquetTable reads a Parquet file without the embedded SQL engine, every
// field as text.
type parquetTable struct {
	osFile *os.File
	file   *parquet.File
	fields []parquet.Field
	zone   *time.Location
}

func openParquet(name string, zone *time.Location) (table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	p, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the Parquet file cannot be read: %w", err)
	}
	t := &parquetTable{osFile: f, file: p, fields: p.Schema().Fields(), zone: zone}
	for _, field := range t.fields {
		if !field.Leaf() || field.Repeated() {
			t.close()
			return nil, fmt.Errorf("the column %q holds lists or records: this build reads flat Parquet files only", field.Name())
		}
	}
	return t, nil
}

func (t *parquetTable) close() { t.osFile.Close() }

func (t *parquetTable) names() []string {
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.Name()
	}
	return names
}

func (t *parquetTable) scan(ctx context.Context, c tableColumns, share func(float64), yield func(*chunk) error) error {
	wanted := append([]int{c.customer, c.date}, c.factors...)
	first := len(wanted) // of the columns that are not always there
	for _, k := range []int{c.order, c.currency} {
		if k >= 0 {
			wanted = append(wanted, k)
		}
	}
	out := chunk{factors: make([]column, len(c.factors))}
	done := 0
	return t.batches(ctx, wanted, func(texts [][]string) error {
		out.n, out.customer, out.date.text = len(texts[0]), texts[0], texts[1]
		for k := range out.factors {
			out.factors[k].text = texts[2+k]
		}
		next := first
		if c.order >= 0 {
			out.order = texts[next]
			next++
		}
		if c.currency >= 0 {
			out.currency = texts[next]
		}
		if err := yield(&out); err != nil {
			return err
		}
		done += out.n
		share(float64(done) / float64(t.file.NumRows()))
		return nil
	})
}

func (t *parquetTable) records(ctx context.Context, yield func([]string) error) error {
	all := make([]int, len(t.fields))
	for i := range all {
		all[i] = i
	}
	record := make([]string, len(all))
	return t.batches(ctx, all, func(texts [][]string) error {
		for i := range texts[0] {
			for k := range record {
				record[k] = texts[k][i]
			}
			if err := yield(record); err != nil {
				return err
			}
		}
		return nil
	})
}

// batchRows is how many rows are decoded at once.
const batchRows = 2048

// batches hands over the fields of the wanted columns.
func (t *parquetTable) batches(ctx context.Context, wanted []int, yield func([][]string) error) error {
	for _, group := range t.file.RowGroups() {
		readers := make([]*columnReader, len(wanted))
		for k, place := range wanted {
			readers[k] = &columnReader{pages: group.ColumnChunks()[place].Pages(), text: t.text(t.fields[place])}
		}
		err := rowGroup(ctx, readers, group.NumRows(), yield)
		for _, r := range readers {
			r.pages.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func rowGroup(ctx context.Context, readers []*columnReader, rows int64, yield func([][]string) error) error {
	texts := make([][]string, len(readers))
	for rows > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(rows, batchRows)
		for k, r := range readers {
			var err error
			if texts[k], err = r.read(texts[k][:0], int(n)); err != nil {
				return fmt.Errorf("the Parquet file cannot be read: %w", err)
			}
		}
		if err := yield(texts); err != nil {
			return err
		}
		rows -= n
	}
	return nil
}

// A columnReader reads the fields of a column of a row group, page by page.
type columnReader struct {
	pages  parquet.Pages
	values parquet.ValueReader
	buffer [256]parquet.Value
	text   func(parquet.Value) string
}

func (r *columnReader) read(texts []string, n int) ([]string, error) {
	for n > 0 {
		if r.values == nil {
			page, err := r.pages.ReadPage()
			if err != nil {
				if err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return texts, err
			}
			r.values = page.Values()
		}
		got, err := r.values.ReadValues(r.buffer[:min(n, len(r.buffer))])
		for _, v := range r.buffer[:got] {
			if v.IsNull() {
				texts = append(texts, "")
			} else {
				texts = append(texts, r.text(v))
			}
		}
		n -= got
		switch {
		case errors.Is(err, io.EOF):
			r.values = nil
		case err != nil:
			return texts, err
		}
	}
	return texts, nil
}

// text returns how the fields of a column are written.
func (t *parquetTable) text(f parquet.Field) func(parquet.Value) string {
	if l := f.Type().LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *schema.DateType:
			return func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*24*60*60, 0).UTC().Format(time.DateOnly)
			}
		case *schema.TimestampType:
			zone := time.UTC
			if l.IsAdjustedToUTC && t.zone != nil {
				zone = t.zone
			}
			return momentText(l.Unit.Value.Duration(), zone)
		case *schema.DecimalType:
			return func(v parquet.Value) string { return decimalText(unscaled(v), int(l.Scale)) }
		}
	}
	switch f.Type().Kind() {
	case parquet.Int96:
		return func(v parquet.Value) string {
			i := v.Int96() // nanoseconds of the day, and the Julian day
			return time.Unix((int64(i[2])-2440588)*24*60*60, 0).UTC().Format(time.DateOnly)
		}
	case parquet.Float:
		return func(v parquet.Value) string { return numberText(float64(v.Float()), 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return numberText(v.Double(), 64) }
	}
	return parquet.Value.String
}

func momentText(unit time.Duration, zone *time.Location) func(parquet.Value) string {
	second := int64(time.Second / unit)
	return func(v parquet.Value) string {
		s := v.Int64() / second
		if v.Int64()%second < 0 {
			s--
		}
		return time.Unix(s, 0).In(zone).Format(time.DateTime)
	}
}

func unscaled(v parquet.Value) *big.Int {
	switch v.Kind() {
	case parquet.Int32:
		return big.NewInt(int64(v.Int32()))
	case parquet.Int64:
		return big.NewInt(v.Int64())
	}
	b := v.ByteArray() // big-endian, two's complement
	i := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		i.Sub(i, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return i
}

func decimalText(i *big.Int, scale int) string {
	digits := new(big.Int).Abs(i).String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if i.Sign() < 0 {
		digits = "-" + digits
	}
	return digits
}
