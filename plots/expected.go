package plots

import (
	"fmt"
	"io"
	"math"

	"github.com/predictive-clv/clv/history"
	"gonum.org/v1/plot"
)

// A CondExpecter expects a number of purchases of a customer with a history in
// the next t units of time.
type CondExpecter interface {
	CondExpected(c history.Customer, t float64) float64
}

// ExpectedMatrix is the number of purchases expected in a horizon by frequency
// and recency, for customers of the age that the oldest customer has.
type ExpectedMatrix struct {
	States
	Horizon   history.Horizon
	Purchases [][]float64 // Purchases[i][j] belongs to Frequency[i] and Recency[j]; NaN where no history is possible
}

// NewExpectedMatrix returns the matrix of the states of h.
func NewExpectedMatrix(m CondExpecter, h *history.Table, horizon history.Horizon) (*ExpectedMatrix, error) {
	s, err := newStates(h)
	if err != nil {
		return nil, err
	}
	t := horizon.In(h.Unit)
	e, err := s.matrix(func(c history.Customer) (float64, error) {
		n := m.CondExpected(c, t)
		if !(n >= 0 && n <= math.MaxFloat64) {
			return 0, fmt.Errorf("the model expects %v purchases in %v", n, horizon)
		}
		return n, nil
	})
	if err != nil {
		return nil, err
	}
	return &ExpectedMatrix{s, horizon, e}, nil
}

// Plot draws the matrix as a heat map.
func (f *ExpectedMatrix) Plot() (*plot.Plot, error) {
	_, _, most := f.most()
	if most == 0 {
		most = 1
	}
	title := fmt.Sprintf("Purchases expected in the next %s, by frequency and recency", spelled(f.Horizon))
	return f.plot(title, f.Purchases, most, "purchases"), nil
}

// most returns the state of which most purchases are expected.
func (f *ExpectedMatrix) most() (i, j int, most float64) {
	for k, column := range f.Purchases {
		for l, n := range column {
			if n > 0 && n >= most*(1-1e-9) { // of equal ones the last
				i, j, most = k, l, max(n, most)
			}
		}
	}
	return i, j, most
}

// spelled writes a horizon in words: "52 weeks".
func spelled(h history.Horizon) string {
	if h.Value == 1 {
		return "1 " + h.Unit.String()
	}
	return fmt.Sprintf("%s %vs", number(h.Value), h.Unit)
}

// WriteCSV writes a row for each possible history.
func (f *ExpectedMatrix) WriteCSV(w io.Writer) error {
	return f.writeCSV(w, f.Purchases, "expected_purchases_"+f.Horizon.String())
}

// Caption says where the colours should be dark and how dark they are.
func (f *ExpectedMatrix) Caption() string {
	i, j, most := f.most()
	return fmt.Sprintf("Good: colours darken towards the upper right, where customers bought often and lately; "+
		"at most %s purchases are expected (of %s, the last at age %s).",
		significant(most), plural(f.Frequency[i], "repeat purchase"), Separated(f.Recency[j], 1))
}
