package plots

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// A ProbAliver gives the probability that a customer has not dropped out.
type ProbAliver interface {
	ProbAlive(c history.Customer) float64
}

// AliveMatrix is P(alive) by frequency and recency for customers of the age
// that the oldest customer has.
type AliveMatrix struct {
	Unit      history.Unit // of Recency and T
	T         float64      // age of the oldest customer
	Frequency []int        // repeat purchases, from 0 to those of the most frequent buyer
	Recency   []float64    // from 0 to T
	P         [][]float64  // P[i][j] belongs to Frequency[i] and Recency[j]; NaN where no history is possible
}

// NewAliveMatrix returns the matrix for all frequencies that occur in h, at
// most about 60 of them at equal distances, and 51 recencies from 0 to T.
// Without a repeat purchase the recency is 0, and with one it is not: the other
// cells of that row and column are NaN.
func NewAliveMatrix(m ProbAliver, h *history.Table) (*AliveMatrix, error) {
	if err := check(h); err != nil {
		return nil, err
	}
	const rows = 50
	a := &AliveMatrix{Unit: h.Unit}
	top := 0
	for i, x := range h.Frequency {
		top, a.T = max(top, x), max(a.T, h.T[i])
	}
	if a.T == 0 {
		return nil, errors.New("all customers made their first purchase on the day of the cut: P(alive) has nothing to tell")
	}
	for j := range rows + 1 {
		a.Recency = append(a.Recency, a.T*(float64(j)/rows))
	}
	for x := 0; x <= top; x += max((top+59)/60, 1) {
		column, err := a.column(m, x)
		if err != nil {
			return nil, err
		}
		a.Frequency, a.P = append(a.Frequency, x), append(a.P, column)
	}
	return a, nil
}

// column returns P(alive) of customers with x repeat purchases.
func (a *AliveMatrix) column(m ProbAliver, x int) ([]float64, error) {
	column := make([]float64, len(a.Recency))
	for j, tx := range a.Recency {
		c := history.Customer{Frequency: x, Recency: tx, T: a.T, Spend: math.NaN()}
		if c.Check() != nil {
			column[j] = math.NaN()
			continue
		}
		column[j] = m.ProbAlive(c)
		if !(column[j] >= 0 && column[j] <= 1) {
			return nil, fmt.Errorf("the model gives x = %d, t_x = %v, T = %v the P(alive) %v", x, tx, a.T, column[j])
		}
	}
	return column, nil
}

// Plot draws the matrix as a heat map.
func (a *AliveMatrix) Plot() (*plot.Plot, error) {
	x := make([]float64, len(a.Frequency))
	for i, n := range a.Frequency {
		x[i] = float64(n)
	}
	p := newPlot("P(alive) by frequency and recency")
	p.Add(heat{x: x, y: a.Recency, top: 1, title: "P(alive)", at: func(i, j int) float64 { return a.P[i][j] }})
	note := fmt.Sprintf("T = %s %vs, the age of the oldest customer", separated(a.T, 1), a.Unit)
	p.Add(key{entries: []keyEntry{{name: note}}})
	p.X.Tick.Marker = numberTicks{whole: true}
	p.Y.Tick.Length = p.X.Tick.Length
	p.X.Label.Text = "frequency x: repeat purchases"
	p.Y.Label.Text = fmt.Sprintf("recency: age at the last purchase, in %vs", a.Unit)
	return p, nil
}

// WriteCSV writes a row for each possible history. P(alive) is a probability.
func (a *AliveMatrix) WriteCSV(w io.Writer) error {
	unit := a.Unit.String() + "s"
	header := []string{"frequency_repeat_purchases", "recency_" + unit, "T_" + unit, "p_alive"}
	var rows [][]string
	for i, x := range a.Frequency {
		for j, tx := range a.Recency {
			if !math.IsNaN(a.P[i][j]) {
				rows = append(rows, []string{strconv.Itoa(x), number(tx), number(a.T), number(a.P[i][j])})
			}
		}
	}
	return writeTable(w, header, len(rows), func(i int) []string { return rows[i] })
}

// Caption says what the colours should tell.
func (a *AliveMatrix) Caption() string {
	s := "Good: colours fade downwards, and faster to the right, since the more often customers used to buy, " +
		"the sooner their silence means that they have dropped out (white: no such history)"
	if a.P[0][0] == 1 {
		s += "; this model takes all customers without a repeat purchase for alive"
	}
	return s + "."
}
