package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"

	"github.com/predictive-clv/clv/plots"
)

// A Chart is a figure with its numbers.
type Chart struct {
	Name    string   `json:"name"` // stable; the anchor in the page
	Section string   `json:"section"`
	Title   string   `json:"title"`
	Caption string   `json:"caption"`
	Columns []string `json:"columns"` // as in the CSV of clv plot
	Rows    [][]Cell `json:"rows"`

	picture template.HTML
}

// The sections of the charts.
const (
	OfBacktest  = "backtest"
	OfModel     = "model"
	OfValue     = "value"
	OfCustomers = "customers"
)

// A Cell is a number or a text of a table; an empty one is null in JSON.
type Cell string

// MarshalJSON writes a number as such.
func (c Cell) MarshalJSON() ([]byte, error) {
	if c == "" {
		return []byte("null"), nil
	}
	if first := c[0]; (first == '-' || first >= '0' && first <= '9') && json.Valid([]byte(c)) {
		return []byte(c), nil
	}
	return json.Marshal(string(c))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Cell) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*c = ""
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(c))
	default:
		*c = Cell(b)
	}
	return nil
}

// The size of a chart in pixels, at which text can be read on a phone.
const (
	chartWidth  = 500
	chartHeight = 360
)

// NewChart draws a figure. Its numbers come without the names of customers.
func NewChart(name, section string, f plots.Figure) (Chart, error) {
	var picture bytes.Buffer
	title, err := plots.Inline(f, &picture, chartWidth, chartHeight)
	if err != nil {
		return Chart{}, fmt.Errorf("%s: %w", name, err)
	}
	table, err := plots.TableOf(f)
	if err != nil {
		return Chart{}, fmt.Errorf("%s: %w", name, err)
	}
	c := Chart{Name: name, Section: section, Title: title, Caption: f.Caption(),
		picture: template.HTML(picture.String())} // made by plots, which escapes what it is given
	for i, row := range table {
		var cells []Cell
		for k, text := range row {
			switch {
			case table[0][k] == "customer_id":
			case i == 0:
				c.Columns = append(c.Columns, text)
			default:
				cells = append(cells, Cell(text))
			}
		}
		if i > 0 {
			c.Rows = append(c.Rows, cells)
		}
	}
	return c, nil
}

// Picture returns the SVG element.
func (c Chart) Picture() template.HTML { return c.picture }
