package plots

import (
	"io"

	"gonum.org/v1/plot"
)

// A Figure is a chart together with the numbers that it shows.
type Figure interface {
	// Plot returns the picture. It can be changed before it is saved.
	Plot() (*plot.Plot, error)

	// WriteCSV writes the numbers as a table: a header whose names carry the
	// units, then a row for each mark, with dates as 2006-01-02.
	WriteCSV(w io.Writer) error

	// Caption is one sentence that says what good looks like, and how far the
	// figure is from it.
	Caption() string
}
