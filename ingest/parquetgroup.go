package ingest

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/bits"

	"github.com/klauspost/compress/s2"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	schema "github.com/parquet-go/parquet-go/format"
)

// groupText is how many bytes of text end a row group before it has all its
// rows.
const groupText = 1 << 26

// An outGroup is a row group of a Parquet file. To ask for its fields takes one
// goroutine, to encode them takes longer and several.
type outGroup struct {
	n      int
	chunks []outChunk
	levels []uint8 // 1 where there is a number, 0 where there is none
	dict   dictionary
	runs   []byte // levels, or numbers of a dictionary
	page   []byte
	done   chan struct{}
}

// An outChunk is the fields of a column in a row group.
type outChunk struct {
	OutColumn
	fields []uint64 // of numbers their bits
	text   []byte   // each text behind its length
	out    []byte
	meta   schema.ColumnMetaData
}

func newOutGroup(columns []OutColumn) *outGroup {
	g := &outGroup{chunks: make([]outChunk, len(columns)), levels: make([]uint8, groupRows), done: make(chan struct{}, 1)}
	for k, c := range columns {
		g.chunks[k].OutColumn = c
		if c.Text == nil {
			g.chunks[k].fields = make([]uint64, groupRows)
		}
	}
	return g
}

// take asks for the fields of the rows from one on, up to row n.
func (g *outGroup) take(ctx context.Context, from, n int) error {
	for k := range g.chunks {
		g.chunks[k].text = g.chunks[k].text[:0]
	}
	texts := 0
	for g.n = 0; g.n < groupRows && from+g.n < n && texts < groupText; g.n++ {
		if g.n%ctxRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row := from + g.n
		for k := range g.chunks {
			switch c := &g.chunks[k]; {
			case c.Number != nil:
				c.fields[g.n] = math.Float64bits(c.Number(row))
			case c.Whole != nil:
				c.fields[g.n] = uint64(c.Whole(row))
			case c.Day != nil:
				c.fields[g.n] = uint64(c.Day(row) - unixEpoch)
			default:
				s, err := c.utf8(row)
				if err != nil {
					return err
				}
				c.text = append(binary.LittleEndian.AppendUint32(c.text, uint32(len(s))), s...)
				texts += len(s)
			}
		}
	}
	return nil
}

// encode encodes the fields.
func (g *outGroup) encode() {
	for k := range g.chunks {
		c := &g.chunks[k]
		c.out = c.out[:0]
		c.meta = schema.ColumnMetaData{Type: c.physical(), PathInSchema: []string{c.Name}, NumValues: int64(g.n)}
		if c.Text != nil {
			c.meta.Codec = schema.Snappy
			g.page = s2.EncodeSnappy(g.page[:cap(g.page)], c.text)
			c.data(g.n, schema.Plain, g.page, len(c.text))
		} else {
			g.numbers(c)
		}
	}
	g.done <- struct{}{}
}

// numbers encodes a column that holds no text.
func (g *outGroup) numbers(c *outChunk) {
	fields := c.fields[:g.n]
	if c.Number != nil {
		fields = present(fields, g.levels)
	}
	c.meta.Statistics.NullCount = int64(g.n - len(fields))
	encoding, distinct := schema.Plain, fields
	if g.dict.number(fields) {
		encoding, distinct = schema.RLEDictionary, g.dict.fields
		g.page = c.plain(g.page[:0], distinct)
		c.dictionary(len(distinct), g.page)
	}
	c.bounds(distinct)
	g.page = g.page[:0]
	if c.Number != nil {
		g.runs, _ = (&rle.Encoding{BitWidth: 1}).EncodeLevels(g.runs, g.levels[:g.n]) // bits fit
		g.page = append(binary.LittleEndian.AppendUint32(g.page, uint32(len(g.runs))), g.runs...)
	}
	if encoding == schema.Plain {
		g.page = c.plain(g.page, fields)
	} else {
		width := max(1, bits.Len(uint(len(distinct)-1)))
		g.runs, _ = (&rle.Encoding{BitWidth: width}).EncodeInt32(g.runs, g.dict.numbers) // the numbers fit
		g.page = append(append(g.page, byte(width)), g.runs...)
	}
	c.data(g.n, encoding, g.page, len(g.page))
}

// present moves the numbers that are finite to the front and returns them.
func present(fields []uint64, levels []uint8) []uint64 {
	const exponent = 0x7ff << 52
	n := 0
	for i, f := range fields {
		fields[n], levels[i] = f, 0
		if f&exponent != exponent {
			levels[i] = 1
			n++
		}
	}
	return fields[:n]
}

// plain appends fields one after the other.
func (c *outChunk) plain(page []byte, fields []uint64) []byte {
	for _, f := range fields {
		if c.Day != nil {
			page = binary.LittleEndian.AppendUint32(page, uint32(f))
		} else {
			page = binary.LittleEndian.AppendUint64(page, f)
		}
	}
	return page
}

// bounds notes the least and the greatest field.
func (c *outChunk) bounds(fields []uint64) {
	if len(fields) == 0 {
		return
	}
	negative := uint64(0) // the bits that turn the order of negative numbers round
	if c.Number != nil {
		negative = math.MaxInt64
	}
	least, greatest := int64(math.MaxInt64), int64(math.MinInt64)
	for _, f := range fields {
		v := int64(f ^ uint64(int64(f)>>63)&negative)
		least, greatest = min(least, v), max(greatest, v)
	}
	value := func(v int64) []byte { return c.plain(nil, []uint64{uint64(v ^ v>>63&int64(negative))}) }
	c.meta.Statistics.MinValue, c.meta.Statistics.MaxValue = value(least), value(greatest)
}

// dictionary appends the page of n distinct fields, behind which the data begins.
func (c *outChunk) dictionary(n int, page []byte) {
	h := schema.PageHeader{Type: schema.DictionaryPage}
	h.DictionaryPageHeader.Set(schema.DictionaryPageHeader{NumValues: int32(n), Encoding: schema.Plain})
	c.append(&h, page, len(page))
	c.meta.Encoding = append(c.meta.Encoding, schema.Plain)
	c.meta.DataPageOffset = int64(len(c.out))
}

// data appends the page of n fields, which has a size when not compressed.
func (c *outChunk) data(n int, encoding schema.Encoding, page []byte, size int) {
	h := schema.PageHeader{Type: schema.DataPage}
	h.DataPageHeader.Set(schema.DataPageHeader{NumValues: int32(n), Encoding: encoding, DefinitionLevelEncoding: schema.RLE, RepetitionLevelEncoding: schema.RLE})
	c.append(&h, page, size)
	c.meta.Encoding = append(c.meta.Encoding, encoding, schema.RLE)
}

func (c *outChunk) append(h *schema.PageHeader, page []byte, size int) {
	h.UncompressedPageSize, h.CompressedPageSize, h.CRC = int32(size), int32(len(page)), int32(crc32.ChecksumIEEE(page))
	header, _ := thrift.Marshal(&thrift.CompactProtocol{}, h) // into memory
	c.out = append(append(c.out, header...), page...)
	c.meta.TotalUncompressedSize += int64(len(header) + size)
	c.meta.TotalCompressedSize += int64(len(header) + len(page))
}
