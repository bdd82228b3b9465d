package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models/internal/special"
)

// RowScores returns the score of every row of the table in r, α, a, b, row by
// row, with the weights of the rows.
func (m BGNBD) RowScores(h *history.Table) (scores, weights []float64) {
	return rowScores(h, 4, m.ScoreOf)
}

// RowScores returns the score of every row of the table in r, α, a, b, row by
// row, with the weights of the rows.
func (m MBGNBD) RowScores(h *history.Table) (scores, weights []float64) {
	return rowScores(h, 4, m.ScoreOf)
}

// RowScores returns the score of every row of the table in r, α, s, β, row by
// row, with the weights of the rows.
func (m ParetoNBD) RowScores(h *history.Table) (scores, weights []float64) {
	return rowScores(h, 4, m.ScoreOf)
}

// RowScores returns the score of every row of the table in r and α, row by
// row, with the weights of the rows.
func (m NBD) RowScores(h *history.Table) (scores, weights []float64) {
	return rowScores(h, 2, m.ScoreOf)
}

func rowScores(h *history.Table, dim int, scoreOf func(grad []float64, c history.Customer) float64) (scores, weights []float64) {
	n := h.Len()
	scores, weights = make([]float64, n*dim), make([]float64, n)
	for i := range n {
		scoreOf(scores[i*dim:(i+1)*dim:(i+1)*dim], h.Customer(i))
		weights[i] = h.Weight(i)
	}
	return scores, weights
}

// RowScores returns the score of every row in p, q, v, row by row, with the
// weights of the rows.
func (m GammaGamma) RowScores(s *history.Spending) (scores, weights []float64) {
	for i, freq := range s.Frequency {
		x := float64(freq)
		px, total := m.P*x, x*s.Mean[i]
		scores = append(scores,
			x*(special.DigammaDiff(px, m.Q)-math.Log1p(m.V/total)),
			special.DigammaDiff(m.Q, px)-math.Log1p(total/m.V),
			(m.Q*total-px*m.V)/(m.V*(m.V+total)))
	}
	return scores, append(weights, s.N...)
}
