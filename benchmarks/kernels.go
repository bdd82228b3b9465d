package main

import (
	"log"
	"math"
	"runtime"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A kernel is a log-likelihood with its derivatives.
type kernel[D any] interface {
	LogLik(d D) float64
	Score(grad []float64, d D) float64
	Hessian(hess, grad []float64, d D) float64
}

// kernels time one evaluation of each model, and the floor, on one core.
var kernels = map[string]func(h *history.Table) figure{
	"bg-nbd":     purchaseKernel(models.BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259}),
	"mbg-nbd":    purchaseKernel(models.MBGNBD{R: 0.5248, Alpha: 6.1831, A: 0.8914, B: 1.614}),
	"pareto-nbd": purchaseKernel(models.ParetoNBD{R: 0.5533, Alpha: 10.5777, S: 0.6062, Beta: 11.6687}),
	"gamma-gamma": func(h *history.Table) figure {
		s := h.Spending().Compress()
		return evaluate(spend, s, columns{s.Frequency, s.Mean, s.Mean, s.N})
	},
}

func purchaseKernel(m kernel[*history.Table]) func(h *history.Table) figure {
	return func(h *history.Table) figure {
		c := h.Compress()
		return evaluate(m, c, columns{c.Frequency, c.Recency, c.T, c.N})
	}
}

// evaluate times the floor and the evaluations in turn, so that they meet the
// same machine.
func evaluate[D any](m kernel[D], d D, c columns) (f figure) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	hess, grad := make([]float64, 16), make([]float64, 4)
	if _, ok := any(m).(models.GammaGamma); ok {
		hess, grad = hess[:9], grad[:3]
	}
	f.Rows = len(c.x)
	f.Floor, _ = median(5, c.floor)
	f.LogLik, _ = median(5, func() { sink = m.LogLik(d) })
	f.Score, _ = median(5, func() { sink = m.Score(grad, d) })
	f.Hessian, f.Worst = median(5, func() { sink = m.Hessian(hess, grad, d) })
	return f
}

// columns are the compressed data, as a kernel reads them.
type columns struct {
	x       []int
	a, b, n []float64
}

// floor streams the columns once and takes one exponential and one logarithm a
// row: what no kernel can go below without its own approximations of the two, or
// without sharing them between rows.
func (c columns) floor() {
	var sum float64
	for i, x := range c.x {
		sum += c.n[i] * math.Log(0.5+math.Exp((c.a[i]-c.b[i]-float64(x))*0.01))
	}
	if sink = sum; math.IsNaN(sum) {
		log.Fatal("floor: not a number")
	}
}
