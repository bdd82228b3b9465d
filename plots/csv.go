package plots

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// writeTable writes the header and n rows.
func writeTable(w io.Writer, header []string, n int, row func(i int) []string) error {
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

// number writes ten significant digits, and nothing for NaN.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}
