package ingest

import (
	"encoding/binary"
	"math/bits"

	"github.com/klauspost/compress/s2"
	"github.com/parquet-go/parquet-go/encoding/delta"
	schema "github.com/parquet-go/parquet-go/format"
)

// texts encodes a column of text: of each only what differs from the one before
// is written, as identifiers in order share their beginnings.
func (g *outGroup) texts(c *outChunk, r *outRun) error {
	g.differences(c, c.texts[:g.n])
	if !ascii(c.values) {
		for i, s := range c.texts[:g.n] {
			if err := c.checkUTF8(s, r.lo+i); err != nil {
				return err
			}
		}
	}
	c.lead = c.lead[:0]
	for _, lengths := range [][]int32{g.shared, g.rest} {
		g.runs, _ = (&delta.BinaryPackedEncoding{}).EncodeInt32(g.runs, lengths) // has no error
		c.lead = append(c.lead, g.runs...)
	}
	size := len(c.lead) + len(c.values)
	if !compressible(c.values) {
		c.data(g.n, schema.DeltaByteArray, size, c.lead, c.values)
		return nil
	}
	c.lead = append(c.lead, c.values...)
	c.values = s2.EncodeSnappy(c.values[:cap(c.values)], c.lead)
	c.meta.Codec = schema.Snappy
	c.data(g.n, schema.DeltaByteArray, size, c.values)
	return nil
}

// differences finds the lengths of what each text shares with the one before
// and of the rest, and the rests.
func (g *outGroup) differences(c *outChunk, texts []string) {
	if g.shared == nil {
		g.shared, g.rest = make([]int32, groupRows), make([]int32, groupRows)
	}
	g.shared, g.rest = g.shared[:len(texts)], g.rest[:len(texts)]
	last, values := "", c.values[:0]
	for i, s := range texts {
		n := common(last, s)
		g.shared[i], g.rest[i] = int32(n), int32(len(s)-n)
		if rest := len(s) - n; rest <= 8 && len(s) >= 8 { // without a call, whose way would depend on the length
			values = binary.LittleEndian.AppendUint64(values, word(s, len(s)-8)>>(8*(8-rest)))
			values = values[:len(values)-8+rest]
		} else {
			values = append(values, s[n:]...)
		}
		last = s
	}
	c.values = values
}

// word returns eight bytes of a text.
func word(s string, at int) uint64 { return binary.LittleEndian.Uint64([]byte(s[at : at+8])) }

// common returns the number of bytes with which both texts begin.
func common(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if d := word(a, i) ^ word(b, i); d != 0 {
			return i + bits.TrailingZeros64(d)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// ascii tells whether no byte is one of a longer character.
func ascii(text []byte) bool {
	for ; len(text) >= 8; text = text[8:] {
		if binary.LittleEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// compressible tells whether the beginning of a page becomes a quarter shorter
// by Snappy.
func compressible(page []byte) bool {
	sample := page[:min(len(page), 1<<15)]
	return len(s2.EncodeSnappy(nil, sample)) < len(sample)/4*3
}
