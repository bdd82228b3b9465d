package main

import (
	"encoding/json"
	"log"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

var fitNames = []string{"bg-nbd", "mbg-nbd", "pareto-nbd", "gamma-gamma"}

// runCase runs one case and prints its figures.
func runCase(name string) {
	parts := strings.Split(name, "/")
	n, err := strconv.Atoi(parts[2])
	if err != nil {
		log.Fatal(err)
	}
	h, err := load(n)
	if err != nil {
		log.Fatal(err)
	}
	var f figure
	switch parts[0] {
	case "kernel":
		f = kernels[parts[1]](h)
	case "fit":
		f = fitCase(parts[1], h)
	case "bootstrap":
		f = bootstrapCase(parts[1], h)
	case "predict":
		f.Seconds, f.Worst = predictCase(parts[1], h)
	}
	if err := json.NewEncoder(os.Stdout).Encode(f); err != nil {
		log.Fatal(err)
	}
}

// median returns the median of at least least runs, in seconds, and the
// largest relative to it. Fast work is repeated for two seconds.
func median(least int, work func()) (seconds, worst float64) {
	var times []float64
	for begin := time.Now(); len(times) < least || (time.Since(begin) < 2*time.Second && len(times) < 1000); {
		at := time.Now()
		work()
		times = append(times, time.Since(at).Seconds())
	}
	slices.Sort(times)
	m := times[len(times)/2]
	return m, times[len(times)-1] / m
}

func fitCase(name string, h *history.Table) (f figure) {
	if name == "gamma-gamma" {
		var s *history.Spending
		f.Compress, _ = median(5, func() { s = h.Spending() })
		f.Rows = s.Len()
		f.Seconds, f.Worst = median(5, func() { f.Evals = evaluations(fit.MLE(models.GammaGamma{}, s, nil)) })
		return f
	}
	var c *history.Table
	f.Compress, _ = median(5, func() { c = h.Compress() })
	f.Rows = c.Len()
	f.Seconds, f.Worst = median(5, func() {
		switch name {
		case "bg-nbd":
			f.Evals = evaluations(fit.MLE(models.BGNBD{}, c, nil))
		case "mbg-nbd":
			f.Evals = evaluations(fit.MLE(models.MBGNBD{}, c, nil))
		case "pareto-nbd":
			f.Evals = evaluations(fit.MLE(models.ParetoNBD{}, c, nil))
		}
	})
	return f
}

func evaluations[M any](res *fit.Result[M], err error) int {
	if err != nil {
		log.Fatal(err)
	}
	return res.Evals
}

// predictions evaluates one quantity for every customer of a table that nothing
// has been done to.
var predictions = map[string]func(h *history.Table) []float64{}

func predictCase(name string, h *history.Table) (seconds, worst float64) {
	var values []float64
	seconds, worst = median(5, func() { values = predictions[name](h) })
	for i, v := range values {
		if math.IsNaN(v) {
			log.Fatalf("%s of %+v is not a number", name, h.Customer(i))
		}
	}
	return seconds, worst
}

// A forecaster is a model of new customers, as the models here are given that
// a customer is alive.
type forecaster interface {
	Expected(t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	DERT(c history.Customer, delta float64) float64
	DET(c history.Customer, t, delta float64) float64
}

var spend = models.GammaGamma{P: 6.25, Q: 3.744, V: 15.44}

func init() {
	addPredictions("bg-nbd", models.BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259})
	addPredictions("mbg-nbd", models.MBGNBD{R: 0.5248, Alpha: 6.1831, A: 0.8914, B: 1.614})
	addPredictions("pareto-nbd", models.ParetoNBD{R: 0.5533, Alpha: 10.5777, S: 0.6062, Beta: 11.6687})
}

func addPredictions[M interface {
	models.Updater[G]
	ProbAlive(c history.Customer) float64
}, G forecaster](name string, m M) {
	const year, delta = 52.178571428571431, 0.0018266 // 10 % a year, by the week
	newcomer := history.Customer{}
	predictions[name+":P(alive)"] = func(h *history.Table) []float64 { return models.NewBatch(h).ProbAlive(m) }
	future := func(h *history.Table, q func(g G) float64) []float64 {
		b := models.NewBatch(h)
		return models.Future(b, m, b.ProbAlive(m), q)
	}
	for quantity, q := range map[string]func(g G) float64{
		"P(order in a year)":        func(g G) float64 { return g.ProbOrder(newcomer, year) },
		"expected purchases a year": func(g G) float64 { return g.Expected(year) },
		"DERT":                      func(g G) float64 { return g.DERT(newcomer, delta) },
	} {
		predictions[name+":"+quantity] = func(h *history.Table) []float64 { return future(h, q) }
	}
	predictions[name+":CLV over 12 months"] = func(h *history.Table) []float64 {
		values := future(h, func(g G) float64 { return g.DET(newcomer, year, delta) })
		for i := range values {
			values[i] *= spend.ExpectedSpend(h.Customer(i))
		}
		return values
	}
}

func predictNames() []string {
	var names []string
	for name := range predictions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
