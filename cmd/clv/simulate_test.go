package main

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/predictive-clv/clv/models"
)

const simulateShop = "simulate --params r=0.8,alpha=8,a=0.7,b=2.8 --spend-params p=6,q=4,v=16 --entry 10w --span 60w "

func TestSimulateIsReproducible(t *testing.T) {
	t.Chdir(t.TempDir())
	one := must(t, strings.Fields(simulateShop+"--customers 200 --seed 5")...).out
	if again := must(t, strings.Fields(simulateShop+"--customers 200 --seed 5")...).out; again != one {
		t.Error("the same seed makes another log")
	}
	if other := must(t, strings.Fields(simulateShop+"--customers 200 --seed 6")...).out; other == one {
		t.Error("another seed makes the same log")
	}
}

// TestSimulateLargeLog: the same log and the same truth come of one core and of
// many, in CSV and in Parquet, where there are more customers than share their
// random numbers, and the truth has the customers of the log.
func TestSimulateLargeLog(t *testing.T) {
	t.Chdir(t.TempDir())
	const shop = simulateShop + "--customers 20000 --truth truth.csv --out "
	must(t, strings.Fields(shop+"log.csv")...)
	log, truth := readFile(t, "log.csv"), readFile(t, "truth.csv")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	must(t, strings.Fields(shop+"log.parquet")...)
	if readFile(t, "truth.csv") != truth {
		t.Error("the truth depends on the number of cores")
	}
	must(t, strings.Fields(shop+"again.csv")...)
	if readFile(t, "again.csv") != log {
		t.Error("the log depends on the number of cores")
	}
	summary := func(path string) string { return must(t, "summarize", "--in", path).out }
	if summary("log.csv") != summary("log.parquet") {
		t.Error("CSV and Parquet hold different logs")
	}
	if n := strings.Count(truth, "\n"); n != 20001 || strings.Count(summary("log.csv"), "\n") != n {
		t.Errorf("the truth has %d lines, want one a customer", n)
	}
}

func TestSimulatedLog(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, strings.Fields(simulateShop+"--customers 200 --start 2023-03-01 --out log.csv --truth truth.csv")...)
	log, truth := parseTable(t, readFile(t, "log.csv")), parseTable(t, readFile(t, "truth.csv"))
	if len(truth.rows) != 200 {
		t.Errorf("the truth has %d customers, want 200", len(truth.rows))
	}
	first := map[string]time.Time{}
	begin := time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)
	var last time.Time
	bought := map[string]bool{}
	dates := log.text(t, "date")
	for i, id := range log.text(t, "customer_id") {
		day, err := time.Parse(time.DateOnly, dates[i])
		if err != nil || day.Before(last) || day.Before(begin) || day.After(begin.AddDate(0, 0, 60*7)) {
			t.Fatalf("row %d: day %v after %v: %v", i+1, day, last, err)
		}
		last = day
		if first[id].IsZero() {
			first[id] = day
		}
		if key := id + day.String(); bought[key] {
			t.Fatalf("customer %s has two rows on %v", id, day)
		} else {
			bought[key] = true
		}
	}
	if len(first) != 200 {
		t.Errorf("the log has %d customers, want 200", len(first))
	}
	for id, day := range first {
		if day.After(begin.AddDate(0, 0, 70)) {
			t.Errorf("customer %s enters on %v, after the entry period of 10 weeks", id, day)
		}
	}
}

// TestSimulationFindsItsParameters: a fit to a simulated log comes near the
// truth. Each of the seven estimates lies within four standard errors, which
// fails by chance once in 2000 seeds; the log of another shop must fail.
func TestSimulationFindsItsParameters(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, strings.Fields(simulateShop+"--customers 4000 --seed 11 --out log.csv")...)
	f := decodeJSON[models.File](t, must(t, "fit", "--in", "log.csv").out)
	off := func(truth map[string]float64) (most float64) {
		for _, m := range []*models.Fitted{&f.Purchase, f.Spend} {
			for i, name := range m.Params.Names {
				if want, ok := truth[name]; ok {
					most = max(most, math.Abs(m.Params.Values[i]-want) / *m.StdErr[name])
				}
			}
		}
		return most
	}
	truth := map[string]float64{"r": 0.8, "alpha": 8, "a": 0.7, "b": 2.8, "p": 6, "q": 4, "v": 16}
	if z := off(truth); z > 4 {
		t.Errorf("an estimate is %.1f standard errors from the truth", z)
	}
	if z := off(map[string]float64{"alpha": 16}); z < 4 {
		t.Errorf("alpha 16 is only %.1f standard errors away: the test could not fail", z)
	}
}

func TestSimulateWithoutSpend(t *testing.T) {
	t.Chdir(t.TempDir())
	log := parseTable(t, must(t, "simulate", "--params", "r=1,alpha=30,a=1,b=3", "--unit", "day", "--customers", "5").out)
	if !slices.Equal(log.header, []string{"customer_id", "date"}) {
		t.Errorf("columns %v", log.header)
	}
}
