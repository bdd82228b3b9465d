package forecast

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"
)

// A Figure is a number that may not exist, as the rank correlation of a
// forecast that is the same for everybody: NaN, null in JSON, nothing in a
// table.
type Figure float64

// MarshalJSON writes the number, and null if it is not finite.
func (f Figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = Figure(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

// writeCSV writes the header and n rows.
func writeCSV(w io.Writer, header []string, n int, row func(i int) []string) error {
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	for i := range n {
		if err := out.Write(row(i)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// number writes ten significant digits, and nothing for NaN and infinities.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}

// writeText writes rows of cells in columns, the first of them aligned to the
// left, the others to the right.
func writeText(w io.Writer, rows [][]string) error {
	left := 0
	for _, row := range rows {
		if len(row) > 1 {
			left = max(left, len([]rune(row[0])))
		}
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		if len(row) == 1 {
			out.Flush()
			fmt.Fprintln(w, row[0])
			continue
		}
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(out, "%-*s", left, cell)
				continue
			}
			fmt.Fprintf(out, "\t%s", cell)
		}
		fmt.Fprintln(out, "\t")
	}
	return out.Flush()
}
