package ingest

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

// A drawnColumn is a column of a summary with its fields as they are stored and
// as they are written.
type drawnColumn struct {
	name   string
	typ    parquet.Node
	stored []parquet.Value
	texts  []string
}

func (c *drawnColumn) add(v parquet.Value, text string) {
	c.stored, c.texts = append(c.stored, v), append(c.texts, text)
}

// addNumber adds a number, which is absent if v is nil.
func (c *drawnColumn) addNumber(v *float64) {
	if v == nil {
		c.add(parquet.Value{}, "")
		return
	}
	text := func(bits int) string {
		format := byte('f')
		if *v == 1e30 {
			format = 'e'
		}
		s := strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(*v, format, -1, bits), "+"))
		if !strings.ContainsAny(s, ".enf") { // the engine has it so
			s += ".0"
		}
		return s
	}
	switch c.typ.Type().Kind() {
	case parquet.Double:
		c.add(parquet.DoubleValue(*v), text(64))
	case parquet.Float:
		c.add(parquet.FloatValue(float32(*v)), text(32))
	case parquet.Int64:
		whole := int64(0)
		if math.Abs(*v) < 1e18 {
			whole = int64(*v)
		}
		c.add(parquet.Int64Value(whole), strconv.FormatInt(whole, 10))
	default:
		c.add(parquet.ByteArrayValue([]byte(text(64))), text(64))
	}
}

// drawSummary returns the columns of a summary: rows of which some are odd,
// behind others that are not, which may fill a chunk.
func drawSummary(t *rapid.T) []*drawnColumn {
	types := []parquet.Node{parquet.Leaf(parquet.DoubleType), parquet.Leaf(parquet.DoubleType), parquet.Leaf(parquet.Int64Type), parquet.Leaf(parquet.FloatType), parquet.String()}
	if rapid.IntRange(0, 3).Draw(t, "all are numbers") > 0 {
		types = types[:3]
	}
	column := func(name string) *drawnColumn {
		return &drawnColumn{name: name, typ: parquet.Optional(rapid.SampledFrom(types).Draw(t, name))}
	}
	x, tx, T, spend, weight := column("frequency"), column("recency"), column("T"), column("spend"), column("weight")
	id := &drawnColumn{name: "id", typ: parquet.Optional(parquet.String())}
	for i := range rapid.SampledFrom([]int{0, 0, 0, 2040, 2048}).Draw(t, "plain rows") {
		id.add(parquet.ByteArrayValue(fmt.Appendf(nil, "%d", i)), strconv.Itoa(i))
		for k, c := range []*drawnColumn{x, tx, T, spend, weight} {
			v := []float64{float64(i % 3), float64(i % 3 * i), float64(3 * i), float64(i) / 10, 2}[k]
			if i%3 == 0 && k == 3 || i == 1 && k == 1 {
				v = float64(k % 3)
			}
			c.addNumber(&v)
		}
	}
	odd := rapid.IntRange(0, 20).Draw(t, "one in so many fields is odd")
	field := func(usual ...float64) *float64 {
		if odd > 0 && rapid.IntRange(0, 10*odd).Draw(t, "odd") == 0 {
			usual = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), -1, 0.5, 0, 3, 1 << 40, 1e30, math.Pi}
			if i := rapid.IntRange(-2, len(usual)-1).Draw(t, "which"); i < 0 {
				return nil
			}
		}
		v := rapid.SampledFrom(usual).Draw(t, "value")
		return &v
	}
	for range rapid.IntRange(1, 30).Draw(t, "rows") {
		if name := rapid.SampledFrom([]string{"", "NULL", " a ", "a", "x", "y", "z", "17", "Zoë with a name longer than twelve bytes"}).Draw(t, "id"); name == "" {
			id.add(parquet.Value{}, "")
		} else if odd == 0 || rapid.Bool().Draw(t, "a name of its own") {
			name = fmt.Sprint(name, " ", len(id.texts))
			id.add(parquet.ByteArrayValue([]byte(name)), name)
		} else {
			id.add(parquet.ByteArrayValue([]byte(name)), name)
		}
		if rapid.Bool().Draw(t, "again") {
			x.addNumber(field(1, 2))
			tx.addNumber(field(1, 2, 10.1))
			spend.addNumber(field(5, 10.1, -3))
		} else {
			x.addNumber(field(0))
			tx.addNumber(field(0, math.Copysign(0, -1)))
			spend.addNumber(rapid.SampledFrom([]*float64{nil, new(float64), field(0)}).Draw(t, "nothing"))
		}
		T.addNumber(field(11, 12.7))
		weight.addNumber(field(1, 2.5))
	}
	columns := []*drawnColumn{x, tx, T}
	for _, c := range []*drawnColumn{id, spend, weight} {
		if rapid.IntRange(0, 3).Draw(t, "has "+c.name) > 0 {
			columns = append(columns, c)
		}
	}
	return columns
}

// writeSummary writes the columns as Parquet and as text.
func writeSummary(t *rapid.T, columns []*drawnColumn) (stored, text string) {
	group, place := parquet.Group{}, map[string]int{}
	for _, c := range columns {
		group[c.name] = c.typ
	}
	schema := parquet.NewSchema("summary", group)
	for k, path := range schema.Columns() {
		place[path[0]] = k
	}
	var b bytes.Buffer
	out := parquet.NewWriter(&b, schema)
	lines := make([]string, len(columns[0].texts)+1)
	for k, c := range columns {
		if k > 0 {
			for i := range lines {
				lines[i] += ","
			}
		}
		lines[0] += c.name
		for i, text := range c.texts {
			lines[i+1] += text
		}
	}
	for i := range columns[0].texts {
		row := make(parquet.Row, len(columns))
		for _, c := range columns {
			level := 1
			if c.stored[i].IsNull() {
				level = 0
			}
			row[place[c.name]] = c.stored[i].Level(0, level, place[c.name])
		}
		if _, err := out.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return scratch(t, "summary.parquet", b.String()), scratch(t, "summary.csv", strings.Join(lines, "\n")+"\n")
}

// A spiedTable counts the readings of numbers by how they end, and may lie.
type spiedTable struct {
	table
	ends *map[error]int
	lie  bool
}

func (s spiedTable) numbers(ctx context.Context, customer int, places []int, yield func(int, *numberRows) error) error {
	err := s.table.(numberTable).numbers(ctx, customer, places, func(total int, rows *numberRows) error {
		if s.lie {
			rows.numbers[2][0] = math.Nextafter(rows.numbers[2][0], math.Inf(1))
		}
		return yield(total, rows)
	})
	(*s.ends)[err]++
	return err
}

// outcome reads a summary, and tells all that comes of it. A table that is not
// text is looked at by see.
func outcome(t *rapid.T, path string, skip bool, see func(table) table) string {
	var bad bytes.Buffer
	o := &Options{In: []string{path}, Unit: history.Week, SkipBadRows: skip, BadRows: &bad}
	d, err := func() (*Data, error) {
		if see == nil {
			return Read(t.Context(), o)
		}
		in, err := newInput(o)
		if err != nil {
			t.Fatal(err)
		}
		r := &reading{ctx: t.Context(), in: in, o: o, bad: newBadRows(o)}
		defer r.close()
		if err := r.rowsOf(path, parquetFile, func(name string, f format) (table, error) {
			tab, err := r.openTable(name, f)
			return see(tab), err
		}); err != nil {
			return nil, err
		}
		return r.data()
	}()
	if err != nil {
		return strings.ReplaceAll(err.Error(), path, "FILE")
	}
	table := d.Log.Table
	weights := make([]string, len(table.N))
	for i, n := range table.N {
		weights[i] = strconv.FormatUint(math.Float64bits(n), 16)
	}
	ids := table.ID
	if ids == nil { // bitsOf goes by them
		table.ID = make([]string, table.Len())
	}
	out := fmt.Sprint(bitsOf(table), ids == nil, weights, d.Log.Reconciliation, d.Skipped)
	return strings.ReplaceAll(out, path, "FILE")
}

// A summary whose numbers are read as numbers is the same as if they had been
// read as text, from the same file and from one of text: histories, account and
// errors with their places.
func TestTypedSummary(t *testing.T) {
	if !hasEngine {
		t.Skip("this build reads all fields as text")
	}
	line := regexp.MustCompile(`FILE:(\d+)`)
	ends, lies := map[error]int{}, map[error]int{}
	found, errs := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		stored, text := writeSummary(t, drawSummary(t))
		skip := rapid.Bool().Draw(t, "skip")
		got := outcome(t, stored, skip, func(tab table) table { return spiedTable{tab, &ends, false} })
		if want := outcome(t, stored, skip, func(tab table) table { return struct{ table }{tab} }); got != want {
			t.Fatalf("%s\nas text\n%s", got, want)
		}
		want := line.ReplaceAllStringFunc(outcome(t, text, skip, nil), func(s string) string {
			n, _ := strconv.Atoi(s[len("FILE:"):])
			return fmt.Sprintf("FILE: row %d", n-1)
		})
		if got != want {
			content, _ := os.ReadFile(text)
			t.Fatalf("%s\nof text\n%s\n%s", got, want, content)
		}
		if strings.HasPrefix(got, "FILE") {
			errs++
		}
		before := lies[nil]
		if before == 3 {
			return
		}
		if lie := outcome(t, stored, skip, func(tab table) table { return spiedTable{tab, &lies, true} }); lies[nil] > before && lie != got {
			found++
		}
	})
	if !testing.Short() && (ends[nil] < 10 || errs < 10 || ends[errOdd] < errs+10) { // rapid draws fewer then
		t.Errorf("readings ended with %v, and %d with an error: the test sees too little", ends, errs)
	}
	if found != 3 {
		t.Errorf("of %d tables with a wrong bit %d were told apart", lies[nil], found)
	}
}
