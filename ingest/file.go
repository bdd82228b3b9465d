package ingest

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// A file is an open file of separated fields, its header read.
type file struct {
	name      string
	columns   []string    // the header
	packed    string      // how the text is compressed; empty: it is not
	lead      int         // lines up to the end of the header
	csv       *csv.Reader // nil: the rows come from somewhere else
	above     int         // lines before what csv reads
	before    int64       // and bytes of text
	rest      io.Reader   // what follows the header
	row       int         // number of the row at hand, if there is no csv
	lines     bool        // and such a row is a line
	delimiter []byte      // and these stand between its fields
	closer    io.Closer
	unpacker  *zstd.Decoder
}

var (
	errNoDate   = errors.New("the field is empty: a date is expected")
	errNoNumber = errors.New("the field is empty: a number is expected")
)

// header finds the delimiter and reads the names of the columns.
func (f *file) header(text *bufio.Reader, delimiter rune) error {
	line, err := firstLine(text)
	if len(line) == 0 && err == io.EOF {
		return f.empty()
	}
	if err != nil && err != io.EOF {
		return f.readError(err)
	}
	if bytes.ContainsRune(bytes.TrimSuffix(line, []byte("\r")), '\r') {
		return fmt.Errorf("%s: the lines end in carriage returns: save the file with line feeds", f.name)
	}
	if delimiter == 0 {
		if delimiter, err = findDelimiter(line); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	f.csv, f.rest = newCSV(text, delimiter), text // which csv shares
	record, err := f.csv.Read()
	if err == io.EOF {
		return f.empty()
	}
	if err != nil {
		return f.syntaxError(err)
	}
	last, _ := f.csv.FieldPos(len(record) - 1)
	f.lead = last + strings.Count(record[len(record)-1], "\n")
	for _, name := range record {
		f.columns = append(f.columns, strings.TrimSpace(name))
	}
	return nil
}

// firstLine looks at the first line that is not empty, without its line feed,
// as far as the buffer holds it.
func firstLine(r *bufio.Reader) ([]byte, error) {
	for n := 1 << 10; ; n *= 2 {
		head, err := r.Peek(min(n, r.Size()))
		text := bytes.TrimLeft(head, "\r\n")
		if line, _, ok := bytes.Cut(text, []byte("\n")); ok {
			return line, nil
		}
		if err != nil || n >= r.Size() {
			return text, err
		}
	}
}

// delimiters are tried in this order.
const delimiters = ",;\t|"

// findDelimiter returns the delimiter that the header has most of outside
// quotes; a header without any is a single column.
func findDelimiter(line []byte) (rune, error) {
	count := make(map[rune]int)
	quoted := false
	for _, c := range string(line) {
		if c == '"' {
			quoted = !quoted
		} else if !quoted && strings.ContainsRune(delimiters, c) {
			count[c]++
		}
	}
	best, tied := ',', false
	for _, d := range delimiters[1:] {
		switch {
		case count[d] > count[best]:
			best, tied = d, false
		case count[d] == count[best] && count[d] > 0:
			tied = true
		}
	}
	if tied {
		return 0, errors.New("the header has as many of one delimiter as of another: choose with --delimiter")
	}
	return best, nil
}

// use makes a piece of the text, with its place in the file, what csv reads.
func (f *file) use(text string, above int, before int64) {
	f.csv = newCSV(strings.NewReader(text), f.csv.Comma)
	f.above, f.before = above, before
}

// next returns the next row, valid until the next call, or io.EOF. A row that
// cannot be used is returned with the error.
func (f *file) next() ([]string, error) {
	record, err := f.csv.Read()
	if err != nil {
		if err == io.EOF {
			return nil, err
		}
		return nil, f.syntaxError(err)
	}
	if len(record) != len(f.columns) {
		return record, &rowError{f: f, line: f.line(0), cause: fmt.Errorf("the row has %s, but the header has %d", fields(len(record)), len(f.columns))}
	}
	return record, nil
}

func fields(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprintf("%d fields", n)
}

// syntaxError explains an error of the CSV reader.
func (f *file) syntaxError(err error) error {
	var parse *csv.ParseError
	switch {
	case !errors.As(err, &parse):
		return f.readError(err)
	case errors.Is(err, csv.ErrBareQuote):
		return fmt.Errorf(`%s:%d: a quote (") stands inside a field that is not quoted: quote the whole field and write "" for a quote in it`,
			f.name, f.above+parse.Line)
	case errors.Is(err, csv.ErrQuote) && parse.Line != parse.StartLine:
		return fmt.Errorf(`%s:%d: the quoted field that begins in this row does not end as it should (line %d): look for a quote (") that is not closed or not written twice`,
			f.name, f.above+parse.StartLine, f.above+parse.Line)
	case errors.Is(err, csv.ErrQuote):
		return fmt.Errorf(`%s:%d: a quoted field does not end before the delimiter: write "" for a quote in it`, f.name, f.above+parse.Line)
	}
	return fmt.Errorf("%s:%d: %w", f.name, f.above+parse.Line, parse.Err)
}

// cell places an error in a field of the row at hand.
func (f *file) cell(column int, err error) error {
	return &rowError{f: f, line: f.line(column), column: f.columns[column], cause: err}
}

// place names the row at hand: the line in which it begins, or its number
// where the file has no lines.
func (f *file) place() string { return f.placeOf(f.line(0)) }

// line returns the line of a field of the row at hand, or the row's number.
func (f *file) line(column int) int {
	if f.csv == nil {
		return f.row
	}
	line, _ := f.csv.FieldPos(column)
	return f.above + line
}

func (f *file) placeOf(line int) string {
	if line == 0 {
		return f.name
	}
	if f.csv == nil && !f.lines {
		return fmt.Sprintf("%s: row %d", f.name, line)
	}
	return fmt.Sprintf("%s:%d", f.name, line)
}

func (f *file) empty() error { return fmt.Errorf("%s: the file is empty", f.name) }

// after tells how much text was read before an error.
func (f *file) after() string {
	if f.csv == nil {
		return ""
	}
	return fmt.Sprintf(" after %d bytes of text", f.before+f.csv.InputOffset())
}

func (f *file) close() {
	if f.unpacker != nil {
		f.unpacker.Close()
	}
	if f.closer != nil {
		f.closer.Close()
	}
}

func isCorrupt(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}
