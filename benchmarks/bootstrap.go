package main

import (
	"context"
	"fmt"
	"log"
	"runtime"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

const bootstrapSize = 2357 // customers

// bootstrapCase times a case bootstrap of the documented default, a thousand
// samples.
func bootstrapCase(name string, h *history.Table) figure {
	switch name {
	case "bg-nbd":
		return bootstrapOne(models.BGNBD{}, h)
	case "mbg-nbd":
		return bootstrapOne(models.MBGNBD{}, h)
	case "pareto-nbd":
		return bootstrapOne(models.ParetoNBD{}, h)
	}
	return bootstrapOne(models.GammaGamma{}, h.Spending())
}

func bootstrapOne[M fit.Model[M, D], D fit.Data](m M, d D) (f figure) {
	res, err := fit.MLE(m, d, nil)
	if err != nil {
		log.Fatal(err)
	}
	f.Seconds, f.Worst = median(5, func() {
		b, err := res.Bootstrap(context.Background(), nil)
		if err != nil {
			log.Fatal(err)
		}
		f.Samples, f.Failed = len(b.Models)+b.Failed, b.Failed
	})
	return f
}

func bootstrapTable(limit int) error {
	if limit < bootstrapSize {
		return nil
	}
	fmt.Print("\nBootstrap: customers drawn anew with replacement, merged and fitted; those without an optimum fail.\n\n")
	fmt.Println("| model | customers | samples | seconds | failed | peak MB |")
	fmt.Println("|---|---:|---:|---:|---:|---:|")
	for _, name := range fitNames {
		f, peak, err := measure(fmt.Sprintf("bootstrap/%s/%d", name, bootstrapSize), runtime.GOMAXPROCS(0))
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %d | %.3g | %d | %.0f |\n", name, bootstrapSize, f.Samples, f.Seconds, f.Failed, peak)
	}
	return nil
}
