//go:build cgo && !noduckdb

package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	duckdb "github.com/duckdb/duckdb-go-bindings"
)

// A duckTable is a file that the engine reads.
type duckTable struct {
	e        *engine
	relation string // what stands after FROM
	columns  []duckColumn
	zone     *time.Location
}

type duckColumn struct {
	name, sql string
	typ       duckdb.Type
}

// embedText reads a text file, open as f, with the engine.
func (r *reading) embedText(f *file) error {
	e, err := r.openEngine()
	if err != nil {
		return err
	}
	rows := &file{name: f.name, columns: f.columns, lines: true, delimiter: []byte(string(f.csv.Comma))}
	lines, err := r.scan(rows, e.csv(f), func(err error, _ []string) error { return err })
	switch {
	case err != nil:
	case lines.ragged:
		err = errors.New("the rows differ in their number of fields")
	case rows.row != lines.lines-1:
		err = fmt.Errorf("%d rows after the header, of which the engine has read %d", lines.lines-1, rows.row)
	}
	if err != nil && r.ctx.Err() == nil {
		return &engineError{err}
	}
	r.used = e.version()
	return err
}

// csv returns an open text file as a table whose fields are all text.
func (e *engine) csv(f *file) table {
	t := &duckTable{e: e}
	var types []string
	for i := range f.columns {
		name := fmt.Sprintf("c%d", i)
		types = append(types, literal(name)+": 'VARCHAR'")
		t.columns = append(t.columns, duckColumn{name, name, duckdb.TypeVarchar})
	}
	t.relation = fmt.Sprintf(`read_csv(%s, auto_detect = false, header = true, delim = %s, quote = '"', escape = '"', buffer_size = %d, columns = {%s})`,
		literal(verbatim(f.name)), literal(string(f.csv.Comma)), bufferBytes(f.name), strings.Join(types, ", "))
	return t
}

// bufferBytes is the size of the pieces in which a text file is decoded: each
// thread has several of them.
func bufferBytes(name string) int64 {
	s, _ := stampOf(name)
	return min(max(s.size/int64(4*runtime.GOMAXPROCS(0)), 64<<10), 32<<20)
}

// verbatim is the pattern that only this path matches.
func verbatim(path string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path)
}

// openTable opens a file that is not text.
func (r *reading) openTable(name string, format format) (table, error) {
	if name == "-" {
		return nil, fmt.Errorf("only text can be read from standard input: name the file")
	}
	e, err := r.openEngine()
	if err != nil {
		return nil, err
	}
	r.used = e.version()
	file := literal(verbatim(name))
	if format == parquetFile {
		return e.table("read_parquet("+file+")", r.o.Zone)
	}
	t, err := e.table("read_ndjson("+file+", sample_size = 1000)", r.o.Zone)
	if err != nil {
		return nil, err
	}
	// What looks like a number or a date is read as it is written.
	var types []string
	for i := range t.columns {
		t.columns[i].typ = duckdb.TypeVarchar
		types = append(types, literal(t.columns[i].name)+": 'VARCHAR'")
	}
	t.relation = fmt.Sprintf("read_ndjson(%s, columns = {%s})", file, strings.Join(types, ", "))
	return t, nil
}

// table looks at the columns of a relation.
func (e *engine) table(relation string, zone *time.Location) (*duckTable, error) {
	t := &duckTable{e: e, relation: relation, zone: zone}
	s, err := e.prepare("SELECT * FROM " + relation)
	defer duckdb.DestroyPrepare(&s)
	if err != nil {
		return nil, err
	}
	for i := range duckdb.PreparedStatementColumnCount(s) {
		name := duckdb.PreparedStatementColumnName(s, i)
		t.columns = append(t.columns, duckColumn{name, identifier(name), duckdb.PreparedStatementColumnType(s, i)})
	}
	return t, nil
}

func (t *duckTable) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

func (t *duckTable) close() {}

// text is the column as it is written.
func (c duckColumn) text() string {
	if c.typ == duckdb.TypeVarchar {
		return c.sql
	}
	return "CAST(" + c.sql + " AS VARCHAR)"
}

// date is the column as a day, a moment in microseconds, or text.
func (c duckColumn) date() string {
	switch c.typ {
	case duckdb.TypeDate:
		return c.sql
	case duckdb.TypeTimestamp, duckdb.TypeTimestampS, duckdb.TypeTimestampMS, duckdb.TypeTimestampNS:
		return "CAST(" + c.sql + " AS DATE)"
	case duckdb.TypeTimestampTZ:
		return "epoch_us(" + c.sql + ")"
	}
	return c.text()
}

// number is the column as a number, or text. Single precision is text: 10.1 is
// 10.1 there, and 10.1000003814697265625 as a number.
func (c duckColumn) number() string {
	switch c.typ {
	case duckdb.TypeHugeInt, duckdb.TypeUHugeInt, duckdb.TypeDecimal:
		return "CAST(" + c.sql + " AS DOUBLE)"
	}
	if sql, ok := c.exact(); ok {
		return sql
	}
	return c.text()
}

// exact is the column as a number, if that is what its text says to the last
// bit.
func (c duckColumn) exact() (sql string, ok bool) {
	switch c.typ {
	case duckdb.TypeDouble, duckdb.TypeTinyInt, duckdb.TypeSmallInt, duckdb.TypeInteger, duckdb.TypeBigInt, duckdb.TypeUTinyInt,
		duckdb.TypeUSmallInt, duckdb.TypeUInteger, duckdb.TypeUBigInt:
		return "CAST(" + c.sql + " AS DOUBLE)", true
	}
	return "", false
}

func (t *duckTable) scan(ctx context.Context, c tableColumns, share func(float64), yield func(*chunk) error) error {
	fields := []string{t.columns[c.customer].text(), t.columns[c.date].date()}
	for _, k := range c.factors {
		fields = append(fields, t.columns[k].number())
	}
	for _, k := range []int{c.order, c.currency} {
		if k >= 0 {
			fields = append(fields, t.columns[k].text())
		}
	}
	spare := sync.Pool{New: func() any { return &chunk{factors: make([]column, len(c.factors))} }}
	sql := "SELECT " + strings.Join(fields, ", ") + " FROM " + t.relation
	return t.e.query(ctx, sql, share, func(d duckdb.DataChunk) error {
		out := spare.Get().(*chunk)
		out.n = int(duckdb.DataChunkGetSize(d))
		out.load = func() { t.load(out, d, c) }
		out.free = func() {
			duckdb.DestroyDataChunk(&d)
			spare.Put(out)
		}
		return yield(out)
	})
}

// load fills a chunk.
func (t *duckTable) load(out *chunk, d duckdb.DataChunk, c tableColumns) {
	out.customer = appendTexts(out.customer[:0], d, 0)
	t.fill(&out.date, d, 1)
	next := 2
	for k := range c.factors {
		t.fill(&out.factors[k], d, next)
		next++
	}
	if c.order >= 0 {
		out.order = appendTexts(out.order[:0], d, next)
		next++
	}
	if c.currency >= 0 {
		out.currency = appendTexts(out.currency[:0], d, next)
	}
}

// fill takes over a column of the result.
func (t *duckTable) fill(c *column, d duckdb.DataChunk, place int) {
	switch typ := duckdb.VectorGetColumnType(duckdb.DataChunkGetVector(d, duckdb.IdxT(place))); duckTypeOf(typ) {
	case duckdb.TypeDate:
		c.day = appendDays(c.day[:0], d, place)
	case duckdb.TypeBigInt:
		c.day = appendMoments(c.day[:0], d, place, t.zone)
	case duckdb.TypeDouble:
		c.number = appendNumbers(c.number[:0], d, place)
	default:
		c.text = appendTexts(c.text[:0], d, place)
	}
}

func duckTypeOf(t duckdb.LogicalType) duckdb.Type {
	defer duckdb.DestroyLogicalType(&t)
	return duckdb.GetTypeId(t)
}
