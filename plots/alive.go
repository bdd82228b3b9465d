package plots

import (
	"fmt"
	"io"

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
	States
	P [][]float64 // P[i][j] belongs to Frequency[i] and Recency[j]; NaN where no history is possible
}

// NewAliveMatrix returns the matrix of the states of h.
func NewAliveMatrix(m ProbAliver, h *history.Table) (*AliveMatrix, error) {
	s, err := newStates(h)
	if err != nil {
		return nil, err
	}
	p, err := s.matrix(func(c history.Customer) (float64, error) {
		alive := m.ProbAlive(c)
		if !(alive >= 0 && alive <= 1) {
			return 0, fmt.Errorf("the model gives the P(alive) %v", alive)
		}
		return alive, nil
	})
	if err != nil {
		return nil, err
	}
	return &AliveMatrix{s, p}, nil
}

// Plot draws the matrix as a heat map.
func (a *AliveMatrix) Plot() (*plot.Plot, error) {
	return a.plot("P(alive) by frequency and recency", a.P, 1, "P(alive)"), nil
}

// WriteCSV writes a row for each possible history. P(alive) is a probability.
func (a *AliveMatrix) WriteCSV(w io.Writer) error { return a.writeCSV(w, a.P, "p_alive") }

// lowest returns the least P(alive) of a state in which there are customers.
func (a *AliveMatrix) lowest() float64 {
	lowest := 1.0
	for i, column := range a.Customers {
		for j, n := range column {
			if n > 0 {
				lowest = min(lowest, a.P[i][j])
			}
		}
	}
	return lowest
}

// certain is the P(alive) from which on a model has nothing to tell apart.
const certain = 0.995

// Caption says what the colours should tell.
func (a *AliveMatrix) Caption() string {
	if a.lowest() > certain {
		return "Good: colours fade downwards, and faster to the right; here the model takes every customer of the log for alive: " +
			"it sees no dropout, and where colours fade there is nobody (empty: no such history)."
	}
	s := "Good: colours fade downwards, and faster to the right, since the more often customers used to buy, " +
		"the sooner their silence means that they have dropped out (empty: no such history)"
	if a.P[0][0] == 1 {
		s += "; this model takes all customers without a repeat purchase for alive"
	}
	return s + "."
}
