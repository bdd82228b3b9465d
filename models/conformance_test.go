package models_test

import (
	"testing"

	"github.com/predictive-clv/clv/models"
	"github.com/predictive-clv/clv/models/modeltest"
)

// Members of the families whose parameters some hundred customers, observed for
// a year of weeks, can tell.
var (
	bg     = models.BGNBD{R: 0.9, Alpha: 6, A: 0.7, B: 2.2}
	mbg    = models.MBGNBD{R: 0.9, Alpha: 6, A: 0.7, B: 2.2}
	pareto = models.ParetoNBD{R: 1.2, Alpha: 5, S: 1, Beta: 20}
	nbd    = models.NBD{R: 0.9, Alpha: 6}
	spend  = models.GammaGamma{P: 4, Q: 6, V: 30}
)

var (
	bgOptions  = &modeltest.Options[models.BGNBD]{Tolerance: 1e-11, Rescale: func(m models.BGNBD, k float64) models.BGNBD { m.Alpha *= k; return m }}
	mbgOptions = &modeltest.Options[models.MBGNBD]{Tolerance: 1e-11, Rescale: func(m models.MBGNBD, k float64) models.MBGNBD { m.Alpha *= k; return m }}
	nbdOptions = &modeltest.Options[models.NBD]{Tolerance: 1e-11, Rescale: func(m models.NBD, k float64) models.NBD { m.Alpha *= k; return m }}

	paretoOptions = &modeltest.Options[models.ParetoNBD]{Tolerance: 1e-11, Rescale: func(m models.ParetoNBD, k float64) models.ParetoNBD {
		m.Alpha *= k
		m.Beta *= k
		return m
	}}
	spendOptions = &modeltest.SpendOptions[models.GammaGamma]{Tolerance: 1e-11, Rescale: func(m models.GammaGamma, k float64) models.GammaGamma { m.V *= k; return m }}
)

func TestBGNBDConformance(t *testing.T)     { modeltest.Run(t, bg, bgOptions) }
func TestMBGNBDConformance(t *testing.T)    { modeltest.Run(t, mbg, mbgOptions) }
func TestParetoNBDConformance(t *testing.T) { modeltest.Run(t, pareto, paretoOptions) }
func TestNBDConformance(t *testing.T)       { modeltest.Run(t, nbd, nbdOptions) }
func TestGammaGammaConformance(t *testing.T) {
	modeltest.SpendRun(t, spend, spendOptions)
}

// Without dropout every model is NBD, and the coin of MBG/NBD at the first
// purchase is all that it has beyond BG/NBD.
func TestNested(t *testing.T) {
	without := 1e-13 // probability or rate of dropout; the effect is its product with x or T
	t.Run("BGNBD", func(t *testing.T) {
		modeltest.Nested(t, models.BGNBD{R: 0.9, Alpha: 6, A: without, B: 1}, nbd, 1e-9)
	})
	t.Run("MBGNBD", func(t *testing.T) {
		modeltest.Nested(t, models.MBGNBD{R: 0.9, Alpha: 6, A: without, B: 1}, nbd, 1e-9)
	})
	t.Run("ParetoNBD", func(t *testing.T) {
		modeltest.Nested(t, models.ParetoNBD{R: 0.9, Alpha: 6, S: without, Beta: 1}, nbd, 1e-9)
	})
}

func TestRecovery(t *testing.T) {
	t.Run("BGNBD", func(t *testing.T) { modeltest.Recovery(t, bg, bgOptions) })
	t.Run("MBGNBD", func(t *testing.T) { modeltest.Recovery(t, mbg, mbgOptions) })
	t.Run("ParetoNBD", func(t *testing.T) { modeltest.Recovery(t, pareto, paretoOptions) })
	t.Run("NBD", func(t *testing.T) { modeltest.Recovery(t, nbd, nbdOptions) })
	t.Run("GammaGamma", func(t *testing.T) { modeltest.SpendRecovery(t, spend, spendOptions) })
}
