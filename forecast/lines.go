package forecast

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A line is one of a CSV file, with its number there.
type line struct {
	at    int
	cells map[string]string // by the name of the column
}

// errorf returns an error that begins with the place.
func (l line) errorf(format string, args ...any) error {
	return fmt.Errorf("line %d: %w", l.at, fmt.Errorf(format, args...))
}

// readLines reads a CSV file whose header must have some columns. The sample, a
// header and a line, shows in errors what such a file looks like.
func readLines(r io.Reader, sample string, columns ...string) (lines []line, err error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	var header []string
	for {
		row, err := in.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF && lines == nil:
			return nil, fmt.Errorf("the file holds no lines below its header: it should look like\n%s", sample)
		case err == io.EOF:
			return lines, nil
		case errors.As(err, &bad):
			return nil, fmt.Errorf("line %d: %w", bad.Line, bad.Err)
		case err != nil:
			return nil, err
		}
		l := line{cells: map[string]string{}}
		l.at, _ = in.FieldPos(0)
		if header == nil {
			row[0] = strings.TrimPrefix(row[0], "\uFEFF") // by which spreadsheets mark UTF-8
			for _, name := range row {
				header = append(header, strings.ToLower(strings.TrimSpace(name)))
			}
			for _, name := range columns {
				if !slices.Contains(header, name) {
					return nil, l.errorf("there is no column %s: the file should look like\n%s", name, sample)
				}
			}
			continue
		}
		if len(row) != len(header) {
			return nil, l.errorf("the header has %d columns, and this line %d", len(header), len(row))
		}
		for k, cell := range row {
			l.cells[header[k]] = strings.TrimSpace(cell)
		}
		lines = append(lines, l)
	}
}

// inWords joins names as a sentence does.
func inWords(names []string) string {
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
}
