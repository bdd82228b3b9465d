package ingest

import (
	"math"
	"slices"
	"strconv"

	"github.com/predictive-clv/clv/history"
)

// A csvRun is some rows of columns that stand side by side in a CSV file: one of
// text, or all that hold no text between two that do.
type csvRun struct {
	from    int // the first of the columns in the table
	columns []runColumn
	text    []byte   // as it is written
	ends    []int    // of the texts
	fields  []uint64 // of the columns, row after row; of numbers their bits
	known   []knownText
}

type runColumn struct {
	OutColumn
	known *numberTexts // nil: numbers are rounded
}

// A knownText tells how fields are written. One-time buyers of a day share all
// but their names, and they are most rows of many tables.
type knownText struct {
	seen   uint64 // the hash of the fields that came last
	fields []uint64
	text   []byte
}

// knownTexts is the number of fields whose texts are known, by their hash.
const knownTexts = 1 << 10

func newRun(columns []OutColumn, from, to int) csvRun {
	r := csvRun{from: from, columns: make([]runColumn, to-from)}
	for k, c := range columns[from:to] {
		r.columns[k].OutColumn = c
		if c.Number != nil && c.Decimals == 0 {
			r.columns[k].known = &numberTexts{}
		}
	}
	if columns[from].Text == nil {
		r.fields, r.known = make([]uint64, pieceRows*len(r.columns)), make([]knownText, knownTexts)
	}
	return r
}

// take takes the fields out of a run of the table.
func (r *csvRun) take(run *outRun) {
	columns, n := run.columns[r.from:][:len(r.columns)], len(r.columns)
	for k := range columns {
		switch c := &columns[k]; {
		case c.Text != nil:
			r.text, r.ends = r.text[:0], r.ends[:0]
			for _, s := range c.texts[:run.n] { // which lie anywhere: one after the other they come sooner
				r.text = appendField(r.text, s)
				r.ends = append(r.ends, len(r.text))
			}
		case c.Whole != nil:
			for i, v := range c.wholes[:run.n] {
				r.fields[i*n+k] = uint64(v)
			}
		case c.Day != nil:
			for i, v := range c.days[:run.n] {
				r.fields[i*n+k] = uint64(v)
			}
		default:
			for i, v := range c.numbers[:run.n] {
				r.fields[i*n+k] = math.Float64bits(v)
			}
		}
	}
}

// append appends the fields of row i. A text becomes known when its fields come
// a second time before others that share its place.
func (r *csvRun) append(out []byte, i int) []byte {
	if r.columns[0].Text != nil {
		begin := 0
		if i > 0 {
			begin = r.ends[i-1]
		}
		return append(out, r.text[begin:r.ends[i]]...)
	}
	fields := r.fields[i*len(r.columns):][:len(r.columns)]
	hash := uint64(0)
	for _, f := range fields {
		hash = (hash ^ f ^ f>>32) * 0x9e3779b97f4a7c15
		hash ^= hash >> 29
	}
	known := &r.known[hash%knownTexts]
	if slices.Equal(known.fields, fields) {
		return append(out, known.text...)
	}
	begin := len(out)
	for k := range r.columns {
		if k > 0 {
			out = append(out, ',')
		}
		out = r.columns[k].append(out, fields[k])
	}
	if known.seen == hash {
		known.fields, known.text = append(known.fields[:0], fields...), append(known.text[:0], out[begin:]...)
	}
	known.seen = hash
	return out
}

// append appends a field; a number that is not finite is an empty one.
func (c *runColumn) append(out []byte, field uint64) []byte {
	switch {
	case c.Whole != nil:
		return strconv.AppendInt(out, int64(field), 10)
	case c.Day != nil:
		return append(out, history.Date(field).String()...)
	}
	switch v := math.Float64frombits(field); {
	case math.IsNaN(v), math.IsInf(v, 0):
		return out
	case c.known == nil:
		return c.appendNumber(out, v)
	default:
		return c.known.append(out, v)
	}
}

// numberTexts remembers how numbers are written: lengths of time are whole days
// and come again and again. Of a column whose numbers do not it stops to.
type numberTexts struct {
	texts [4096]struct {
		bits uint64
		n    uint8
		text [24]byte
	}
	asked, found int
}

// append appends a number with all its digits.
func (t *numberTexts) append(out []byte, v float64) []byte {
	if t.asked >= 4096 && t.found < t.asked/4 {
		return appendShortest(out, v)
	}
	t.asked++
	bits := math.Float64bits(v)
	k := &t.texts[bits*0x9e3779b97f4a7c15>>52] // by the golden ratio
	if k.n > 0 && k.bits == bits {
		t.found++
	} else {
		k.bits, k.n = bits, uint8(len(appendShortest(k.text[:0], v)))
	}
	return append(out, k.text[:k.n]...)
}

// appendShortest appends what [strconv.AppendFloat] does with 'g' and all
// digits. It asks for 'e', which takes two thirds of the time, and moves the
// point itself.
func appendShortest(out []byte, v float64) []byte {
	var space [32]byte
	e := strconv.AppendFloat(space[:0], v, 'e', -1, 64) // -d.ddde±dd
	if e[0] == '-' {
		out, e = append(out, '-'), e[1:]
	}
	end := len(e) - 4
	if end < 1 || e[end] != 'e' { // no number, or a greater exponent
		return append(out, e...)
	}
	exponent := int(e[end+2]-'0')*10 + int(e[end+3]-'0')
	rest := e[min(2, end):end]
	switch {
	case e[end+1] == '-' && exponent <= 4:
		out = append(append(out, "0.000"[:1+exponent]...), e[0])
		return append(out, rest...)
	case exponent > 5 || e[end+1] == '-':
		return append(out, e...)
	case len(rest) <= exponent:
		out = append(append(out, e[0]), rest...)
		return append(out, "00000"[:exponent-len(rest)]...)
	}
	out = append(append(out, e[0]), rest[:exponent]...)
	return append(append(out, '.'), rest[exponent:]...)
}
