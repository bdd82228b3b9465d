package ingest

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	schema "github.com/parquet-go/parquet-go/format"
)

// An outGroup is a row group of a Parquet file.
type outGroup struct {
	file   *parquetWriter
	n      int
	chunks []outChunk
	fields []uint64 // of a part of a column, of numbers their bits
	levels []uint8  // 1 where there is a number, 0 where there is none
	dict   dictionary
	shared []int32 // lengths of texts
	rest   []int32
	runs   []byte
}

// partRows is how many fields of a column are taken through all steps at a
// time, so that they stay in a processor's cache.
const partRows = 1 << 11

// An outChunk is a column in a row group.
type outChunk struct {
	*outFields
	least, greatest int64
	distinct        []byte   // the page of a dictionary
	lead, values    []byte   // the page of data: what goes before the values, and they
	out             [][]byte // pages, behind their headers
	meta            schema.ColumnMetaData
}

func newOutGroup(file *parquetWriter, columns int) *outGroup {
	return &outGroup{file: file, chunks: make([]outChunk, columns), fields: make([]uint64, partRows), levels: make([]uint8, groupRows)}
}

// encode encodes the fields of a run.
func (g *outGroup) encode(r *outRun) error {
	g.n = r.n
	for k := range g.chunks {
		c := &g.chunks[k]
		c.outFields, c.out = &r.columns[k], c.out[:0]
		c.meta = schema.ColumnMetaData{Type: c.physical(), PathInSchema: []string{c.Name}, NumValues: int64(g.n)}
		if c.Text == nil {
			g.numbers(c)
		} else if err := g.texts(c, r); err != nil {
			return err
		}
	}
	return nil
}

// write writes what is encoded.
func (g *outGroup) write() error { return g.file.group(g) }

// numbers encodes a column that holds no text.
func (g *outGroup) numbers(c *outChunk) {
	d := &g.dict
	d.reset()
	g.parts(c, func(fields []uint64) bool {
		d.add(fields)
		return d.promises()
	})
	encoding, n := schema.Plain, 0
	c.least, c.greatest, c.lead, c.values = math.MaxInt64, math.MinInt64, c.lead[:0], c.values[:0]
	if d.pays() {
		encoding, n = schema.RLEDictionary, len(d.numbers)
		c.dictionary(d.fields)
	} else {
		g.parts(c, func(fields []uint64) bool {
			n += len(fields)
			c.values = c.plain(c.values, fields)
			return true
		})
	}
	c.bounds(g.n - n)
	if c.Number != nil {
		c.lead, _ = (&rle.Encoding{BitWidth: 1}).EncodeLevels(c.lead, g.levels[:g.n]) // bits fit
		c.lead = slices.Insert(c.lead, 0, binary.LittleEndian.AppendUint32(nil, uint32(len(c.lead)))...)
	}
	if encoding == schema.RLEDictionary {
		width := max(1, bits.Len(uint(len(d.fields)-1)))
		c.values, _ = (&rle.Encoding{BitWidth: width}).EncodeInt32(c.values, d.numbers) // the numbers fit
		c.lead = append(c.lead, byte(width))
	}
	c.data(g.n, encoding, len(c.lead)+len(c.values), c.lead, c.values)
}

// parts calls f with the fields of a column, of numbers the bits of those that
// are finite, a part after the other until it returns false.
func (g *outGroup) parts(c *outChunk, f func(fields []uint64) bool) {
	for lo := 0; lo < g.n; lo += partRows {
		if !f(g.bits(c, lo, min(lo+partRows, g.n))) {
			return
		}
	}
}

// bits returns the fields of a column in the rows from lo on and before hi, of
// numbers the bits of those that are finite.
func (g *outGroup) bits(c *outChunk, lo, hi int) []uint64 {
	fields := g.fields[:hi-lo]
	switch {
	case c.Whole != nil:
		for i, v := range c.wholes[lo:hi] {
			fields[i] = uint64(v)
		}
	case c.Day != nil:
		for i, v := range c.days[lo:hi] {
			fields[i] = uint64(v - unixEpoch)
		}
	default:
		n, levels := 0, g.levels[lo:hi]
		for i, v := range c.numbers[lo:hi] {
			f := math.Float64bits(v)
			finite := 1 - (f>>52&0x7ff+1)>>11 // the exponent of others is 0x7ff
			fields[n], levels[i] = f, uint8(finite)
			n += int(finite)
		}
		fields = fields[:n]
	}
	return fields
}

// plain appends fields one after the other, and notes the least and the
// greatest.
func (c *outChunk) plain(page []byte, fields []uint64) []byte {
	turned := c.turned()
	for _, f := range fields {
		v := int64(f ^ uint64(int64(f)>>63)&turned)
		c.least, c.greatest = min(c.least, v), max(c.greatest, v)
	}
	return c.appendFields(page, fields...)
}

// turned are the bits that turn the order of negative numbers round.
func (c *outChunk) turned() uint64 {
	if c.Number != nil {
		return math.MaxInt64
	}
	return 0
}

func (c *outChunk) appendFields(page []byte, fields ...uint64) []byte {
	for _, f := range fields {
		if c.Day != nil {
			page = binary.LittleEndian.AppendUint32(page, uint32(f))
		} else {
			page = binary.LittleEndian.AppendUint64(page, f)
		}
	}
	return page
}

// bounds notes what is known of the fields.
func (c *outChunk) bounds(nulls int) {
	c.meta.Statistics.NullCount = int64(nulls)
	if c.least <= c.greatest {
		value := func(v int64) []byte { return c.appendFields(nil, uint64(v)^uint64(v>>63)&c.turned()) }
		c.meta.Statistics.MinValue, c.meta.Statistics.MaxValue = value(c.least), value(c.greatest)
	}
}

// dictionary adds the page of distinct fields, behind which the data begins.
func (c *outChunk) dictionary(fields []uint64) {
	c.distinct = c.plain(c.distinct[:0], fields)
	h := schema.PageHeader{Type: schema.DictionaryPage}
	h.DictionaryPageHeader.Set(schema.DictionaryPageHeader{NumValues: int32(len(fields)), Encoding: schema.Plain})
	c.add(&h, len(c.distinct), c.distinct)
	c.meta.Encoding = append(c.meta.Encoding, schema.Plain)
	c.meta.DataPageOffset = c.meta.TotalCompressedSize
}

// data adds the page of n fields, in parts, which has a size when not compressed.
func (c *outChunk) data(n int, encoding schema.Encoding, size int, page ...[]byte) {
	h := schema.PageHeader{Type: schema.DataPage}
	h.DataPageHeader.Set(schema.DataPageHeader{NumValues: int32(n), Encoding: encoding, DefinitionLevelEncoding: schema.RLE, RepetitionLevelEncoding: schema.RLE})
	c.add(&h, size, page...)
	c.meta.Encoding = append(c.meta.Encoding, encoding, schema.RLE)
}

func (c *outChunk) add(h *schema.PageHeader, size int, page ...[]byte) {
	packed, sum := 0, uint32(0)
	for _, part := range page {
		packed, sum = packed+len(part), crc32.Update(sum, crc32.IEEETable, part)
	}
	h.UncompressedPageSize, h.CompressedPageSize, h.CRC = int32(size), int32(packed), int32(sum)
	header, _ := thrift.Marshal(&thrift.CompactProtocol{}, h) // into memory
	c.out = append(append(c.out, header), page...)
	c.meta.TotalUncompressedSize += int64(len(header) + size)
	c.meta.TotalCompressedSize += int64(len(header) + packed)
}
