package plots

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// States are the histories that a matrix shows: all frequencies that occur, at
// most about 60 of them at equal distances, and 51 recencies from 0 to T, of
// customers of the age that the oldest customer has.
type States struct {
	Unit      history.Unit // of Recency and T
	T         float64      // age of the oldest customer
	Frequency []int        // repeat purchases, from 0 to those of the most frequent buyer
	Recency   []float64    // from 0 to T

	// Customers counts the customers of the table at Frequency[i] and
	// Recency[j]. A younger customer stands where the time since the last
	// purchase is the same, T - Recency, which decides more than the age at it.
	Customers [][]float64

	Marks bool // may be set: mark in figure and table where the customers are
}

const recencySteps = 50

func newStates(h *history.Table) (States, error) {
	s := States{Unit: h.Unit}
	if err := check(h); err != nil {
		return s, err
	}
	top := 0
	for i, x := range h.Frequency {
		top, s.T = max(top, x), max(s.T, h.T[i])
	}
	if s.T == 0 {
		return s, errors.New("all customers made their first purchase on the day of the cut: their histories have nothing to tell")
	}
	for j := range recencySteps + 1 {
		s.Recency = append(s.Recency, s.T*(float64(j)/recencySteps))
	}
	for x := 0; x <= top; x += s.step(top) {
		s.Frequency = append(s.Frequency, x)
		s.Customers = append(s.Customers, make([]float64, len(s.Recency)))
	}
	for i := range h.Len() {
		x, tx := s.place(h.Customer(i), top)
		s.Customers[x][tx] += h.Weight(i)
	}
	return s, nil
}

// step is the distance of the frequencies.
func (s *States) step(top int) int { return max((top+59)/60, 1) }

// place returns the column and the row of a customer.
func (s *States) place(c history.Customer, top int) (column, row int) {
	if c.Frequency == 0 {
		return 0, 0
	}
	step := s.step(top)
	column = min(max((c.Frequency+step/2)/step, 1), max(len(s.Frequency)-1, 0))
	row = int(math.Round((s.T - c.T + c.Recency) / s.T * recencySteps))
	return column, min(max(row, 1), recencySteps)
}

// matrix returns f of every state, NaN for impossible ones: without a repeat
// purchase the recency is 0, and with one it is not.
func (s *States) matrix(f func(c history.Customer) (float64, error)) ([][]float64, error) {
	m := make([][]float64, len(s.Frequency))
	for i, x := range s.Frequency {
		m[i] = make([]float64, len(s.Recency))
		for j, tx := range s.Recency {
			c := history.Customer{Frequency: x, Recency: tx, T: s.T, Spend: math.NaN()}
			if c.Check() != nil {
				m[i][j] = math.NaN()
				continue
			}
			var err error
			if m[i][j], err = f(c); err != nil {
				return nil, fmt.Errorf("x = %d, t_x = %v, T = %v: %w", x, tx, s.T, err)
			}
		}
	}
	return m, nil
}

// plot draws a matrix as a heat map whose darkest colour is top.
func (s *States) plot(title string, m [][]float64, top float64, name string) *plot.Plot {
	x := make([]float64, len(s.Frequency))
	for i, n := range s.Frequency {
		x[i] = float64(n)
	}
	p := newPlot(title)
	p.Add(heat{x: x, y: s.Recency, top: top, title: name, at: func(i, j int) float64 { return m[i][j] }})
	if s.Marks {
		p.Add(key{row: 1, entries: s.mark(p)})
	}
	p.Add(key{entries: []keyEntry{{name: fmt.Sprintf("T = %s %vs, the age of the oldest customer", Separated(s.T, 1), s.Unit)}}})
	p.X.Tick.Marker = numberTicks{whole: true}
	p.Y.Tick.Length = p.X.Tick.Length
	p.X.Label.Text = "frequency x: repeat purchases"
	p.Y.Label.Text = fmt.Sprintf("recency: age at the last purchase, in %vs", s.Unit)
	return p
}

// mark adds dots whose size tells the number of customers, by powers of ten.
func (s *States) mark(p *plot.Plot) []keyEntry {
	sizes := make([]dots, 8)
	for k := range sizes {
		sizes[k] = dots{radius: vg.Length(1.2 + 0.9*float64(k)), fill: white, edge: ink}
	}
	largest := 0
	for i, column := range s.Customers {
		for j, n := range column {
			if n > 0 {
				k := min(max(int(math.Round(math.Log10(n))), 0), len(sizes)-1)
				sizes[k].at = append(sizes[k].at, plotter.XY{X: float64(s.Frequency[i]), Y: s.Recency[j]})
				largest = max(largest, k)
			}
		}
	}
	var entries []keyEntry
	for k, d := range sizes[:largest+1] {
		p.Add(d)
		entries = append(entries, keyEntry{Separated(math.Pow(10, float64(k)), 0), d})
	}
	entries[0].name += " customer"
	return entries
}

// writeCSV writes a row for each possible state, with the value of m by name.
func (s *States) writeCSV(w io.Writer, m [][]float64, name string) error {
	unit := s.Unit.String() + "s"
	header := []string{"frequency_repeat_purchases", "recency_" + unit, "T_" + unit, name}
	if s.Marks {
		header = append(header, "customers")
	}
	var rows [][]string
	for i, x := range s.Frequency {
		for j, tx := range s.Recency {
			if math.IsNaN(m[i][j]) {
				continue
			}
			row := []string{strconv.Itoa(x), number(tx), number(s.T), number(m[i][j])}
			if s.Marks {
				row = append(row, number(s.Customers[i][j]))
			}
			rows = append(rows, row)
		}
	}
	return writeTable(w, header, len(rows), func(i int) []string { return rows[i] })
}
